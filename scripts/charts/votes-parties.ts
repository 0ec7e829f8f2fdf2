// Who the parties of a parameters file are, where it leaves that open, as docs/governance.md assumes.
import { ZeroAddress } from "ethers";
import { z } from "zod";
import { type Parameters, parseParameters } from "../deploy/parameters.ts";

const TREASURY = "0x0000000000000000000000000000000000000001";
const SOMEBODY = "0x0000000000000000000000000000000000000002";
const TREASURY_GROUPS: readonly string[] = ["devco", "ecosystem", "rewardsReserve"];

const open = z.looseObject({
  treasury: z.string(),
  allocations: z.array(z.looseObject({ group: z.string(), beneficiary: z.string().optional() })),
});

/** Parameters whose open parties are filled: DevCo, Ecosystem and Rewards reserve are the treasury's. */
export function withParties(raw: unknown, source: string): Parameters {
  const file = open.parse(raw);
  const treasury = file.treasury === ZeroAddress ? TREASURY : file.treasury;
  const allocations = file.allocations.map((line) =>
    line.beneficiary === ZeroAddress && TREASURY_GROUPS.includes(line.group)
      ? { ...line, beneficiary: treasury }
      : line,
  );
  const named = JSON.stringify({ ...file, treasury, allocations }).replaceAll(ZeroAddress, SOMEBODY);
  return parseParameters(JSON.parse(named), source);
}
