// How an attester stands: seat, bond, keys, the last epochs, pay, and whether its oracle answers.
import { z } from "zod";
import { formatIcnt } from "../lib/amounts.ts";
import { beginningOf } from "../lib/beginning.ts";
import { type DeploymentOptions, openSession, type Session } from "../lib/command.ts";
import { emissionOf, readHistory } from "../lib/history.ts";
import { columns, printResult, table } from "../lib/output.ts";
import { calendarAt, startOf } from "../node/calendar.ts";
import { stripWords } from "../node/strip.ts";
import { type AttesterOnChain, membersAt, readAttester } from "./attesters.ts";
import { type AttesterEpoch, attesterEpochs, OUTCOMES } from "./pay.ts";

const STRIP_EPOCHS = 30;
const READY_MS = 3_000;
const READY_MAX_BYTES = 64 * 1024;

const readiness = z.object({ ready: z.boolean(), reasons: z.array(z.string()) });

interface Readiness {
  readonly reachable: boolean;
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

interface AttesterStatus extends AttesterOnChain {
  readonly bondRequired: bigint;
  /** Place in the committee of the present and of the next epoch, null outside. */
  readonly seatNow: number | null;
  readonly seatNext: number | null;
  /** With which the present and the next epoch are signed, null without a seat. */
  readonly keyNow: string | null;
  readonly keyNext: string | null;
  readonly epochs: readonly AttesterEpoch[];
  readonly claimable: { readonly from: number; readonly until: number; readonly pay: bigint };
  readonly oracle: Readiness | null;
}

export async function status(attesterId: number | undefined, options: DeploymentOptions): Promise<void> {
  const session = await openSession(options);
  const count = Number(await session.contracts.committee.attesterCount());
  const ids =
    attesterId === undefined ? Array.from({ length: count }, (_, place) => place + 1) : [attesterId];
  const attesters = await Promise.all(ids.map((id) => readAttester(session.contracts, id)));
  const { statuses, upcoming, upcomingText } = await statusesOf(session, attesters, attesterId !== undefined);
  session.provider.destroy();
  const json = { nextEpoch: upcoming, attesters: statuses.map(statusJson) };
  printResult(options.json === true, json, () => {
    if (attesterId !== undefined) return statuses.map((one) => statusWords(one, upcomingText)).join("");
    return statuses.length === 0 ? "No attester was admitted yet." : listWords(statuses);
  });
}

async function statusesOf(session: Session, attesters: readonly AttesterOnChain[], asksOracle: boolean) {
  const { contracts, manifest } = session;
  const history = await readHistory(session);
  const { clock, current, upcoming } = calendarAt(history.clock, history.headTimestamp);
  const [now, next] = await Promise.all(
    [Math.max(0, current), upcoming].map((epoch) => membersAt(contracts.committee, epoch)),
  );
  const required = await contracts.committee.bondRequired();
  const finalizedCount = Number(await contracts.oracle.finalizedCount());
  const emission = emissionOf(manifest);
  const until = history.reports.nextEpoch;
  const statuses = await Promise.all(
    attesters.map(async (attester): Promise<AttesterStatus> => {
      const { attesterId, endpoint } = attester;
      const cursor = Number(await contracts.rewards.attesterCursor(attesterId));
      const due = attesterEpochs(history, emission, attesterId, [cursor, finalizedCount]);
      const seatOf = (members: typeof now = []) =>
        members.findIndex((member) => member.attesterId === attesterId);
      const [seatNow, seatNext] = [seatOf(now), seatOf(next)];
      return {
        ...attester,
        bondRequired: required,
        seatNow: seatNow === -1 ? null : seatNow,
        seatNext: seatNext === -1 ? null : seatNext,
        keyNow: now?.[seatNow]?.signingKey ?? null,
        keyNext: next?.[seatNext]?.signingKey ?? null,
        epochs: attesterEpochs(history, emission, attesterId, [Math.max(0, until - STRIP_EPOCHS), until]),
        claimable: {
          from: cursor,
          until: finalizedCount,
          pay: due.reduce((total, { pay }) => total + pay, 0n),
        },
        oracle: asksOracle ? await readinessOf(endpoint) : null,
      };
    }),
  );
  return { statuses, upcoming, upcomingText: startOf(clock, upcoming) };
}

/** What the attester's own /readyz says, asked from here. */
async function readinessOf(endpoint: string): Promise<Readiness> {
  try {
    const url = `${endpoint.replace(/\/$/, "")}/readyz`;
    const response = await fetch(url, { signal: AbortSignal.timeout(READY_MS), redirect: "error" });
    const text = new TextDecoder().decode(await beginningOf(response, READY_MAX_BYTES));
    return { reachable: true, ...readiness.parse(JSON.parse(text)) };
  } catch (error) {
    const isAnswer = error instanceof SyntaxError || error instanceof z.ZodError;
    const reason = error instanceof Error && !isAnswer ? error.message : "what answers there is no oracle";
    return { reachable: false, ready: false, reasons: [reason] };
  }
}

const statusJson = ({ bond, bondRequired, epochs, claimable, ...rest }: AttesterStatus) => ({
  ...rest,
  bondWei: bond,
  bondRequiredWei: bondRequired,
  epochs: epochs.map(({ epoch, outcome, final, pay }) => ({ epoch, outcome, final, payWei: pay })),
  claimable: { fromEpoch: claimable.from, untilEpoch: claimable.until, payWei: claimable.pay },
});

const seatText = (seat: number | null): string => (seat === null ? "none" : `seat ${seat}`);

const listWords = (statuses: readonly AttesterStatus[]): string =>
  table([
    ["attester", "owner", "now", "next epoch", "bond", "claimable", "endpoint"],
    ...statuses.map(({ attesterId, owner, seatNow, seatNext, bond, claimable, endpoint }) => [
      String(attesterId),
      owner,
      seatText(seatNow),
      seatText(seatNext),
      formatIcnt(bond, 2),
      formatIcnt(claimable.pay, 6),
      endpoint,
    ]),
  ]);

function statusWords(status: AttesterStatus, upcoming: string): string {
  const { attesterId, owner, bond, bondRequired, seatNow, seatNext, keyNow, keyNext, claimable, epochs } =
    status;
  const rows = [
    ["owner", owner],
    ["endpoint", status.endpoint],
    ["oracle", oracleText(status.oracle)],
    ["seat", `${seatText(seatNow)} now, ${seatText(seatNext)} from ${upcoming} on`],
    ["bond", `${formatIcnt(bond)} ICNT, ${bondText(bond, bondRequired)}`],
    ["signing key", keyText(status.signingKey, keyNow, keyNext)],
    ["box key", status.boxKey],
    ["claimable", claimText(claimable)],
  ];
  const strip = stripWords(
    epochs[0]?.epoch ?? 0,
    epochs.map(({ outcome }) => OUTCOMES[outcome]),
  );
  return `Attester ${attesterId}\n${columns(rows).join("\n")}\n\nlast epochs\n${strip}`;
}

const bondText = (bond: bigint, required: bigint): string =>
  bond >= required
    ? `a seat needs ${formatIcnt(required)}`
    : `${formatIcnt(required - bond)} short of the ${formatIcnt(required)} that a seat needs`;

function keyText(latest: string, now: string | null, next: string | null): string {
  if (now !== null && next !== null && now !== next) return `${now} now, ${next} from the next epoch on`;
  return next ?? latest;
}

const claimText = ({ from, until, pay }: AttesterStatus["claimable"]): string =>
  until <= from
    ? "nothing: every final epoch was claimed"
    : `${formatIcnt(pay, 6)} ICNT for the epochs ${from} to ${until - 1}`;

function oracleText(oracle: Readiness | null): string {
  if (oracle === null || !oracle.reachable)
    return `does not answer from here (${oracle?.reasons[0] ?? "not asked"})`;
  return oracle.ready ? "ready" : `not ready: ${oracle.reasons.join(", ")}`;
}
