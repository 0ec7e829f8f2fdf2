// What the constructors and initializers take, from the parameters.
import { ZeroAddress } from "ethers";
import { SCHEDULE_MONTHS } from "./fields.ts";
import type { Parameters } from "./parameters.ts";

/** 365.25 d / 12 in seconds, as in contracts/types/Units.sol. */
const MONTH = 2_629_800n;
const PPM = 1_000_000n;

export interface Clock {
  /** Seconds; vesting starts here. */
  readonly genesisAt: bigint;
  readonly epochZero: bigint;
  readonly epochLength: bigint;
}

export interface Holders {
  readonly deployer: string;
  readonly vault: string;
  readonly reserve: string;
}

/** Mints of the token's constructor: one to the vault, one to the reserve, one per liquid line. */
export function tokenAllocations(parameters: Parameters, holders: Holders): { to: string; amount: bigint }[] {
  const { allocations } = parameters;
  const vested = allocations.reduce(
    (sum, line) => (line.kind === "vesting" ? sum + line.amountIcnt : sum),
    0n,
  );
  const liquid = allocations.flatMap((line) =>
    line.kind === "liquid"
      ? [{ to: line.to === "deployer" ? holders.deployer : line.to, amount: line.amountIcnt }]
      : [],
  );
  const minted = [
    { to: holders.vault, amount: vested },
    { to: holders.reserve, amount: emissionTotal(parameters) },
    ...liquid,
  ];
  return minted.filter(({ amount }) => amount > 0n);
}

export const emissionTotal = ({ allocations }: Parameters): bigint =>
  allocations.reduce((sum, line) => (line.kind === "emission" ? sum + line.amountIcnt : sum), 0n);

/** The vault's genesis schedules and the tables that they refer to; ids of tables count from 1. */
export function vestingGenesis({ allocations, vestingRevoker }: Parameters, { genesisAt }: Clock) {
  const lines = allocations.filter((line) => line.kind === "vesting");
  const tables = new Map(
    lines.flatMap(({ monthlySharesPpm }) =>
      monthlySharesPpm === undefined ? [] : [[monthlySharesPpm.join(), cumulative(monthlySharesPpm)]],
    ),
  );
  const tableIds = [...tables.keys()];
  const grants = lines.map((line) => ({
    beneficiary: line.beneficiary,
    total: line.amountIcnt,
    initial: (line.amountIcnt * BigInt(line.initialPpm)) / PPM,
    terms: {
      start: genesisAt + BigInt(line.startMonth) * MONTH,
      cliff: BigInt(line.cliffMonths) * MONTH,
      duration: BigInt(line.months ?? SCHEDULE_MONTHS) * MONTH,
      tableId: tableIds.indexOf(line.monthlySharesPpm?.join() ?? "") + 1,
      revoker: line.revocable ? vestingRevoker : ZeroAddress,
    },
  }));
  return { grants, tables: [...tables.values()] };
}

function cumulative(shares: readonly number[]): number[] {
  let sum = 0;
  return shares.map((share) => (sum += share));
}

/** contracts/types/Rules.sol. */
export function rulesStruct({ rules }: Pick<Parameters, "rules">) {
  const { stakeFloorIcnt, stakePerUnitIcnt, ...economics } = rules.economics;
  return {
    ...rules,
    economics: { ...economics, stakeFloor: stakeFloorIcnt, stakePerUnit: stakePerUnitIcnt },
  };
}
