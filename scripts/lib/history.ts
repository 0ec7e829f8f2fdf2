import { ChainState } from "../../oracle/domain/chain-state.ts";
import type { EmissionSchedule } from "../../oracle/domain/emission.ts";
import { EpochClock } from "../../oracle/domain/epochs.ts";
import type { Session } from "./command.ts";
import { protocolEvents } from "./events.ts";
import { type RawLog, readLogs } from "./logs.ts";
import type { CompleteManifest } from "./manifest.ts";

/** Place of an argument in EmissionReserve's constructor. */
const TOTAL = 4;
const SHARES = 5;

/** What the reserve releases, as it was constructed. */
export function emissionOf(manifest: CompleteManifest): EmissionSchedule {
  const { args } = manifest.contracts.EmissionReserve;
  const monthlySharesPpm = (args[SHARES] as readonly (string | number)[]).map(Number);
  return { total: BigInt(String(args[TOTAL])), monthlySharesPpm };
}

/** The protocol's state before any event. */
export const emptyHistory = (manifest: CompleteManifest): ChainState =>
  new ChainState(new EpochClock(manifest.epochZero, manifest.epochLength), emissionOf(manifest));

export function applyLogs(history: ChainState, manifest: CompleteManifest, logs: readonly RawLog[]): void {
  for (const event of protocolEvents(manifest, logs)) history.apply(event);
}

/** The protocol's state at the head of the chain. */
export async function readHistory({ provider, manifest, progress }: Session): Promise<ChainState> {
  const { logs, head } = await readLogs(provider, manifest, { progress });
  const history = emptyHistory(manifest);
  applyLogs(history, manifest, logs);
  history.advanceTo(head.timestamp);
  return history;
}
