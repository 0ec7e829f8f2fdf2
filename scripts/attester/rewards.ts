// Claiming an attester's pay through the last final epoch, in calls that fit a block.
import { watchedLiquid } from "../holder/watched.ts";
import { formatIcnt } from "../lib/amounts.ts";
import { openSigningSession, type SigningSession } from "../lib/command.ts";
import { CliError, EXIT } from "../lib/errors.ts";
import { emissionOf, readHistory } from "../lib/history.ts";
import { table } from "../lib/output.ts";
import { type Step, stepOf } from "../lib/plan.ts";
import type { SpendOptions } from "../lib/spend.ts";
import { carryOut } from "../node/carry-out.ts";
import { type AttesterOnChain, readAttester } from "./attesters.ts";
import { type AttesterEpoch, attesterEpochs, OUTCOMES } from "./pay.ts";

/** An epoch takes about 33,000 gas: this many stay far below the 16.7 M that one transaction may use. */
const EPOCHS_PER_CALL = 150;
/** Rows of the table; longer claims are summed up before them. */
const ROWS_MAX = 60;

interface Claimable {
  readonly attester: AttesterOnChain;
  readonly recipient: string;
  readonly epochs: readonly AttesterEpoch[];
}

/** Claims for one attester, or for all of the signer's. */
export async function claimRewards(attesterId: number | undefined, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const attesters =
    attesterId === undefined ? await ownedBy(session) : [await readAttester(session.contracts, attesterId)];
  const claims = await claimableOf(session, attesters);
  const due = claims.filter(({ epochs }) => epochs.length > 0);
  if (due.length === 0)
    throw new CliError(
      "nothing to claim: every final epoch was claimed",
      "come back after the next final report",
      {
        code: "nothing-to-claim",
        exitCode: EXIT.tryAgain,
      },
    );
  const steps = (await Promise.all(due.map((claim) => stepsOf(session, claim)))).flat();
  const recipients = [...new Set(due.map(({ recipient }) => recipient))];
  const watched = await Promise.all(
    recipients.map((recipient) => watchedLiquid(session.contracts, recipient)),
  );
  await carryOut(session, { steps, watched }, options, () => ({
    json: { attesters: due.map(claimJson) },
    words: due.map(claimWords).join("\n\n"),
  }));
}

async function ownedBy({ contracts, wallet }: SigningSession): Promise<AttesterOnChain[]> {
  const count = Number(await contracts.committee.attesterCount());
  const all = await Promise.all(
    Array.from({ length: count }, (_, place) => readAttester(contracts, place + 1)),
  );
  const own = all.filter(({ owner }) => owner === wallet.address);
  if (own.length === 0)
    throw new CliError(
      `${wallet.address} owns no attester`,
      "name the id of one: anyone may claim for its owner",
      { code: "not-attester-owner" },
    );
  return own;
}

async function claimableOf(
  session: SigningSession,
  attesters: readonly AttesterOnChain[],
): Promise<Claimable[]> {
  const { contracts, manifest } = session;
  const history = await readHistory(session);
  const finalizedCount = Number(await contracts.oracle.finalizedCount());
  const emission = emissionOf(manifest);
  return await Promise.all(
    attesters.map(async (attester) => {
      const cursor = Number(await contracts.rewards.attesterCursor(attester.attesterId));
      const recipient = await contracts.rewards.recipientOf(attester.owner);
      const epochs = attesterEpochs(history, emission, attester.attesterId, [cursor, finalizedCount]);
      return { attester, recipient, epochs };
    }),
  );
}

function stepsOf({ contracts: { rewards } }: SigningSession, claim: Claimable): Promise<Step[]> {
  const { attesterId } = claim.attester;
  const parts: AttesterEpoch[][] = [];
  for (let at = 0; at < claim.epochs.length; at += EPOCHS_PER_CALL)
    parts.push(claim.epochs.slice(at, at + EPOCHS_PER_CALL));
  return Promise.all(
    parts.map((part) => {
      const until = (part.at(-1)?.epoch ?? 0) + 1;
      const what = `claim ${formatIcnt(sum(part))} ICNT for attester ${attesterId}, epochs ${part[0]?.epoch} to ${until - 1}`;
      return stepOf(what, rewards.claimAttesterPay.populateTransaction(attesterId, until));
    }),
  );
}

const sum = (epochs: readonly AttesterEpoch[]): bigint => epochs.reduce((total, { pay }) => total + pay, 0n);

const claimJson = ({ attester, recipient, epochs }: Claimable) => ({
  attesterId: attester.attesterId,
  recipient,
  paidWei: sum(epochs),
  epochs: epochs.map(({ epoch, outcome, pay }) => ({ epoch, outcome, payWei: pay })),
});

function claimWords({ attester, recipient, epochs }: Claimable): string {
  const shown = epochs.slice(-ROWS_MAX);
  const hidden = epochs.slice(0, -ROWS_MAX);
  const rows = shown.map(({ epoch, outcome, pay }) => [
    String(epoch),
    formatIcnt(pay, 6),
    OUTCOMES[outcome].meaning,
  ]);
  const before =
    hidden.length === 0 ? [] : [`${hidden.length} epochs before these: ${formatIcnt(sum(hidden), 6)} ICNT`];
  return [
    `Attester ${attester.attesterId}: ${formatIcnt(sum(epochs), 6)} ICNT to ${recipient}`,
    ...before,
    table([["epoch", "ICNT", "why"], ...rows]),
  ].join("\n");
}
