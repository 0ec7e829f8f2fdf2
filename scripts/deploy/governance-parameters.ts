// How votes are held. The contracts check the same bounds again (contracts/governance/).
import { z } from "zod";
import { formatIcnt } from "../lib/amounts.ts";
import { icnt, integer } from "./fields.ts";

const ICNT = 10n ** 18n;
const THRESHOLD_MIN = 1_000n * ICNT;
const THRESHOLD_MAX = 7_000_000n * ICNT;
const UINT32_MAX = 2 ** 32 - 1;

export const governance = z.strictObject({
  /** From a proposal to the snapshot of votes, at which voting begins. */
  votingDelaySeconds: integer(1, UINT32_MAX),
  votingPeriodSeconds: integer(1, UINT32_MAX),
  /** How long a vote goes on at least after it has reached its quorum. */
  lateQuorumExtensionSeconds: integer(0, UINT32_MAX),
  proposalThresholdIcnt: icnt.refine(
    (wei) => wei >= THRESHOLD_MIN && wei <= THRESHOLD_MAX,
    `is out of bounds: write ${formatIcnt(THRESHOLD_MIN)} to ${formatIcnt(THRESHOLD_MAX)}`,
  ),
  /** Of the supply. */
  quorumPpm: integer(10_000, 200_000),
  /** Least time between queueing and carrying out what a vote decided. */
  timelockSeconds: integer(1, UINT32_MAX),
});

interface Governed {
  readonly epochLengthSeconds: number;
  readonly governance: z.output<typeof governance>;
}

/** What is bounded by the length of an epoch, or by another field. */
export function governanceChecks({ epochLengthSeconds: epoch, governance: settings }: Governed) {
  const { votingPeriodSeconds: period } = settings;
  const bounds = [
    ["votingDelaySeconds", Math.floor(epoch / 8), 14 * epoch],
    ["votingPeriodSeconds", epoch, 30 * epoch],
    ["lateQuorumExtensionSeconds", 0, period],
    ["timelockSeconds", epoch, 30 * epoch],
  ] as const;
  return bounds
    .filter(([field, min, max]) => settings[field] < min || settings[field] > max)
    .map(([field, min, max]) => ({
      path: ["governance", field],
      message: `is out of bounds for epochs of ${epoch} s: write ${min} to ${max}`,
    }));
}
