// Ledgers for a command: recomputed from bundles of the attesters, or of an evidence directory.
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import { bundlesFrom, bundlesIn } from "../lib/bundles.ts";
import type { Session } from "../lib/command.ts";
import { extendLedgers, type Ledgers } from "../lib/ledgers.ts";
import { attesterEndpoints } from "./claim.ts";

/** @throws CliError if the evidence is not there or does not give what the chain says. */
export async function readLedgers(
  { contracts, progress }: Session,
  history: ChainState,
  through: number,
  bundles: string | undefined,
): Promise<Ledgers> {
  const ledgers: Ledgers = [];
  if (through < 0) return ledgers;
  const source =
    bundles === undefined
      ? bundlesFrom(attesterEndpoints(history, Number(await contracts.committee.attesterCount())))
      : bundlesIn(bundles);
  await extendLedgers(ledgers, through, history, source, progress);
  return ledgers;
}
