// What the guardian can do at present: its rights, and the report that waits.
import type { Contracts } from "../lib/chain.ts";
import { type DeploymentOptions, openSession, type Session } from "../lib/command.ts";
import { formatDuration } from "../lib/durations.ts";
import { columns, printResult } from "../lib/output.ts";
import { formatTime, readCalendar } from "../node/calendar.ts";
import { historyWords, readDeeds, readGuardians } from "./history.ts";

/** SlaOracle's ReportStatus of a report that is neither vetoed nor final. */
const REPORTED = 1n;

/** A report whose veto window may be open. */
export interface PendingReport {
  readonly epoch: number;
  readonly generation: number;
  readonly ledgerRoot: string;
  readonly reportedAt: number;
  /** Unix seconds; a veto must come before. */
  readonly finalizableAt: number;
}

export interface Standing {
  readonly now: number;
  readonly vetoesLeft: number;
  readonly pauseLeft: boolean;
  /** Unix seconds; null unless new risk is paused. */
  readonly pausedUntil: number | null;
  readonly pending: PendingReport | null;
}

export async function readStanding(session: Session): Promise<Standing> {
  const { oracle } = session.contracts;
  const [{ now }, vetoesLeft, pauseLeft, pausedUntil, pending] = await Promise.all([
    readCalendar(session),
    oracle.vetoesLeft(),
    oracle.pauseLeft(),
    oracle.pausedUntil(),
    readPending(session.contracts),
  ]);
  return {
    ...{ now, pauseLeft, pending, vetoesLeft: Number(vetoesLeft) },
    pausedUntil: pausedUntil > now ? Number(pausedUntil) : null,
  };
}

async function readPending({ oracle }: Contracts): Promise<PendingReport | null> {
  const { epoch, status } = await oracle.duty();
  if (status !== REPORTED) return null;
  const { generation, ledgerRoot, reportedAt, finalizableAt } = await oracle.recordOf(epoch);
  return {
    ...{ epoch: Number(epoch), generation: Number(generation), ledgerRoot },
    ...{ reportedAt: Number(reportedAt), finalizableAt: Number(finalizableAt) },
  };
}

export async function showStanding(options: DeploymentOptions): Promise<void> {
  const session = await openSession(options);
  const standing = await readStanding(session);
  const [guardians, deeds] = [await readGuardians(session), await readDeeds(session)];
  session.provider.destroy();
  printResult(
    options.json === true,
    { guardians, ...standingJson(standing), deeds },
    () => `${standingWords(standing)}\n\n${historyWords(guardians, deeds)}`,
  );
}

const isVetoable = ({ now, vetoesLeft, pending }: Standing): boolean =>
  pending !== null && vetoesLeft > 0 && now < pending.finalizableAt;

export function standingJson(standing: Standing): object {
  const { vetoesLeft, pauseLeft, pausedUntil, pending } = standing;
  return { vetoesLeft, pauseLeft, pausedUntilAt: pausedUntil, pending, vetoable: isVetoable(standing) };
}

export function standingWords(standing: Standing): string {
  const { now, vetoesLeft, pauseLeft, pausedUntil, pending } = standing;
  const until = (at: number) => `${formatTime(at)} (${formatDuration(at - now)})`;
  const renewal = (option: string) => `none: a vote renews it (\`icn gov propose ${option}\`)`;
  const rows = [
    ["vetoes left", vetoesLeft > 0 ? String(vetoesLeft) : renewal("--renew-vetoes")],
    ["pause left", pauseLeft ? "yes" : renewal("--renew-pause")],
    ["new risk", pausedUntil === null ? "not paused" : `paused until ${until(pausedUntil)}`],
  ];
  if (pending === null) return columns([...rows, ["pending report", "none"]]).join("\n");

  const { epoch, generation, ledgerRoot, reportedAt, finalizableAt } = pending;
  const lines = columns([
    ...rows,
    ["pending report", `epoch ${epoch}, generation ${generation}, of ${formatTime(reportedAt)}`],
    [
      "vetoed before",
      generation === 0
        ? "no"
        : `${generation} time${generation === 1 ? "" : "s"}; what is right is reported the same again`,
    ],
    ["its ledger root", ledgerRoot],
    [
      "veto window",
      now < finalizableAt
        ? `open until ${until(finalizableAt)}`
        : `over: anybody can make the report final${pausedUntil === null ? "" : " once the pause ends"}`,
    ],
  ]);
  if (isVetoable(standing))
    lines.push(
      "",
      `Recompute it before you veto: \`icn oracle verify --epoch ${epoch}\`. If it is wrong:`,
      `  icn guardian veto ${epoch} --ledger-root ${ledgerRoot} --reason "…"`,
    );
  return lines.join("\n");
}
