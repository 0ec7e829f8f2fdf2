// How many votes there can be, and whose: every token of a parameters file over the months from the genesis on.
import { cumulativeEmission, MONTH } from "../../oracle/domain/emission.ts";
import { emissionTotal } from "../deploy/genesis.ts";
import type { Parameters } from "../deploy/parameters.ts";
import { genesisGrants } from "../vesting/genesis.ts";
import { vestedDown } from "../vesting/schedule.ts";

export const MONTHS = 60;

export type Group = Parameters["allocations"][number]["group"];

/** Wei at a moment; the three are the whole of an allocation. */
export interface Votes {
  readonly unreleasedVoting: bigint;
  /** The treasury's schedules, and what the reserve has not emitted. */
  readonly unreleasedSilent: bigint;
  /** All that can be out by then: whoever holds it can delegate or stake it. */
  readonly released: bigint;
}

/** A group that is partly the treasury's is two of them. */
export interface GroupVotes {
  readonly group: Group;
  readonly treasurys: boolean;
  /** By month, from 0 to 60. */
  readonly months: readonly Votes[];
}

interface Holding {
  readonly group: Group;
  readonly treasurys: boolean;
  /** By seconds after the genesis. */
  readonly at: (elapsed: number) => Votes;
}

const NONE: Votes = { unreleasedVoting: 0n, unreleasedSilent: 0n, released: 0n };

const plus = (one: Votes, other: Votes): Votes => ({
  unreleasedVoting: one.unreleasedVoting + other.unreleasedVoting,
  unreleasedSilent: one.unreleasedSilent + other.unreleasedSilent,
  released: one.released + other.released,
});

export function votesByGroup(parameters: Parameters): GroupVotes[] {
  const holdings = [...vesting(parameters), ...others(parameters)];
  const keyOf = ({ group, treasurys }: Holding) => `${group} ${treasurys}`;
  return [...Map.groupBy(holdings, keyOf).values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const { group, treasurys } = first;
    const months = Array.from({ length: MONTHS + 1 }, (_, month) =>
      some.map(({ at }) => at(month * MONTH)).reduce(plus, NONE),
    );
    return [{ group, treasurys, months }];
  });
}

function vesting(parameters: Parameters): Holding[] {
  const { grants, tables } = genesisGrants(parameters);
  return grants.map((grant) => {
    const treasurys = grant.beneficiary === parameters.treasury;
    const at = (elapsed: number): Votes => {
      const released = vestedDown(grant, tables, elapsed);
      const rest = grant.total - released;
      return treasurys
        ? { unreleasedVoting: 0n, unreleasedSilent: rest, released }
        : { unreleasedVoting: rest, unreleasedSilent: 0n, released };
    };
    return { group: grant.group, treasurys, at };
  });
}

function others(parameters: Parameters): Holding[] {
  const { emission, epochZeroDelaySeconds, treasury } = parameters;
  const schedule = { total: emissionTotal(parameters), monthlySharesPpm: emission.sharesPpm };
  return parameters.allocations.flatMap((line): Holding[] => {
    const { kind, group } = line;
    if (kind === "vesting") return [];
    if (kind === "liquid")
      return [{ group, treasurys: line.to === treasury, at: () => ({ ...NONE, released: line.amountIcnt }) }];
    const at = (elapsed: number): Votes => {
      const released = cumulativeEmission(schedule, epochZeroDelaySeconds, elapsed);
      return { ...NONE, unreleasedSilent: schedule.total - released, released };
    };
    return [{ group, treasurys: false, at }];
  });
}

/** Wei that some groups can vote with at the end of a month. */
export const castable = (groups: readonly GroupVotes[], month: number): bigint =>
  groups.reduce((sum, { months }) => {
    const { unreleasedVoting, released } = months[month] ?? NONE;
    return sum + unreleasedVoting + released;
  }, 0n);

/** Wei that nobody can vote with at the end of a month. */
export const silent = (groups: readonly GroupVotes[], month: number): bigint =>
  groups.reduce((sum, { months }) => sum + (months[month] ?? NONE).unreleasedSilent, 0n);

/** First month at whose end `some` hold half of what `all` can cast, or less; undefined if they never do. */
export function majorityEnds(some: readonly GroupVotes[], all: readonly GroupVotes[]): number | undefined {
  return Array.from({ length: MONTHS + 1 }, (_, month) => month).find(
    (month) => 2n * castable(some, month) <= castable(all, month),
  );
}
