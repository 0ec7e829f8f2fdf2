// Everything that an account has in ICNT, in one view.
import { EventLog } from "ethers";
import type { StakePosition } from "../../oracle/domain/events.ts";
import type { Session } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { readHistory } from "../lib/history.ts";
import type { Progress } from "../lib/output.ts";
import type { Tables } from "../vesting/schedule.ts";
import { type Grown, grownAt, schedulesOf, tablesFor } from "../vesting/vault.ts";
import { type Claimable, claimableOf, type Unpaid, unpaidEpochs } from "./claimable.ts";
import { readLedgers } from "./evidence.ts";
import { logsOf } from "./logs.ts";
import { type Leaving, leavingOf, positionsOf } from "./positions.ts";

export interface HeldPosition extends StakePosition {
  readonly unpaid: Unpaid;
  /** Unix seconds at which it began to earn. */
  readonly sinceAt: number;
  /** Undefined where the evidence cannot be had. */
  readonly claimable: Claimable | undefined;
}

export interface Portfolio {
  readonly account: string;
  /** Unix seconds of the block that it stands at. */
  readonly at: number;
  readonly liquid: bigint;
  /** Open ones, and closed ones that have unpaid epochs. */
  readonly positions: readonly HeldPosition[];
  /** Commission of nodes that the account operates, not claimed yet; undefined where the evidence cannot be had. */
  readonly commission: bigint | undefined;
  /** Why claimable pay is unknown. */
  readonly unknown: string | undefined;
  readonly leaving: readonly Leaving[];
  readonly vesting: readonly Grown[];
  readonly tables: Tables;
  readonly recipients: { readonly rewards: string; readonly vesting: string };
}

export async function portfolioOf(
  session: Session,
  account: string,
  bundles: string | undefined,
): Promise<Portfolio> {
  const { contracts, provider } = session;
  const head = await provider.getBlock("latest");
  const at = head?.timestamp ?? 0;
  const [liquid, leaving, schedules, rewards, vesting] = await Promise.all([
    contracts.icnt.balanceOf(account),
    leavingOf(session, account),
    schedulesOf(session, account),
    contracts.rewards.recipientOf(account),
    contracts.vault.recipientOf(account),
  ]);
  const tables = await tablesFor(contracts, schedules);
  return {
    ...{ account, at, liquid, leaving, tables, vesting: grownAt(schedules, tables, at) },
    ...(await earnedBy(session, account, bundles)),
    recipients: { rewards, vesting },
  };
}

type Earned = Pick<Portfolio, "positions" | "commission" | "unknown">;

/** Positions with what they can claim, as far as the evidence is there: never a guess. */
async function earnedBy(session: Session, account: string, bundles: string | undefined): Promise<Earned> {
  const { contracts, manifest } = session;
  const finalizedCount = Number(await contracts.oracle.finalizedCount());
  const owned = await positionsOf(contracts, account);
  const held = await Promise.all(
    owned.map(async (position) => ({
      ...position,
      unpaid: await unpaidEpochs(contracts, position, finalizedCount),
      sinceAt: manifest.epochZero + position.from * manifest.epochLength,
      claimable: undefined,
    })),
  );
  const positions = held.filter(({ to, unpaid: { from, through } }) => to === null || through >= from);
  const operated = await operatedBy(session, account);
  try {
    return await withClaimables(session, positions, operated, finalizedCount, bundles);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { positions, commission: undefined, unknown: error.message };
  }
}

/** Nodes that an account operates now. */
async function operatedBy(session: Session, account: string): Promise<ReadonlySet<number>> {
  const { registry } = session.contracts;
  const logs = [
    ...(await logsOf(session, registry, registry.filters.NodeRegistered(undefined, account))),
    ...(await logsOf(session, registry, registry.filters.OperatorChanged(undefined, undefined, account))),
  ];
  const ids = logs.flatMap((log) => (log instanceof EventLog ? [Number(log.args["nodeId"])] : []));
  const operators = await Promise.all(ids.map((id) => registry.operatorOf(id)));
  return new Set(ids.filter((_, place) => operators[place]?.toLowerCase() === account.toLowerCase()));
}

/** @throws CliError where the evidence cannot be had. */
async function withClaimables(
  session: Session,
  positions: readonly HeldPosition[],
  operated: ReadonlySet<number>,
  finalizedCount: number,
  bundles: string | undefined,
): Promise<Earned> {
  const { contracts, progress } = session;
  const silent: Progress = () => undefined;
  const history = await readHistory({ ...session, progress: silent });
  const served = [...history.positions()].filter(
    ({ nodeId, commissionPpm }) => operated.has(nodeId) && commissionPpm > 0,
  );
  const unpaid = await Promise.all(served.map((one) => unpaidEpochs(contracts, one, finalizedCount)));
  const through = Math.max(
    -1,
    ...[...positions.map((one) => one.unpaid), ...unpaid].map((span) =>
      span.through < span.from ? -1 : span.through,
    ),
  );
  const ledgers = await readLedgers({ ...session, progress }, history, through, bundles);
  const commissions = served.map((position, place) => {
    const span = unpaid[place];
    return span === undefined ? 0n : claimableOf(position, span, history, ledgers).commission;
  });
  return {
    positions: positions.map((position) => ({
      ...position,
      claimable: claimableOf(position, position.unpaid, history, ledgers),
    })),
    commission: commissions.reduce((sum, one) => sum + one, 0n),
    unknown: undefined,
  };
}
