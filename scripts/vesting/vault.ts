// Schedules and tables of the vault, as they stand on the chain.
import { EventLog } from "ethers";
import { logsOf } from "../holder/logs.ts";
import type { Contracts } from "../lib/chain.ts";
import type { Session } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { type Schedule, type ShareTable, type Tables, vestedDown } from "./schedule.ts";

/** Calls that are under way at once, so that a long list does not flood an endpoint. */
const AT_ONCE = 100;

/** @throws CliError `unknown-schedule` */
export async function scheduleOf({ vault }: Contracts, scheduleId: number): Promise<Schedule> {
  const count = Number(await vault.scheduleCount());
  if (scheduleId < 1 || scheduleId > count)
    throw new CliError(
      `there is no schedule ${scheduleId}, the vault has ${count}`,
      "`icn vesting list` shows yours",
      { code: "unknown-schedule" },
    );
  const { beneficiary, total, initial, released, revokedAt, terms } = await vault.scheduleOf(scheduleId);
  return {
    ...{ scheduleId, beneficiary, total, initial, released, revokedAt: Number(revokedAt) },
    terms: {
      start: Number(terms.start),
      cliff: Number(terms.cliff),
      duration: Number(terms.duration),
      tableId: Number(terms.tableId),
      revoker: terms.revoker,
    },
  };
}

export async function schedulesIn(contracts: Contracts, ids: readonly number[]): Promise<Schedule[]> {
  const found: Schedule[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const page = ids.slice(at, at + AT_ONCE).map((id) => scheduleOf(contracts, id));
    found.push(...(await Promise.all(page)));
  }
  return found;
}

export async function allSchedules(contracts: Contracts): Promise<Schedule[]> {
  const count = Number(await contracts.vault.scheduleCount());
  return schedulesIn(
    contracts,
    Array.from({ length: count }, (_, index) => index + 1),
  );
}

/** Schedules whose beneficiary an account is: created for it, or handed over to it and not away again. */
export async function schedulesOf(session: Session, account: string): Promise<Schedule[]> {
  const { contracts } = session;
  const { vault } = contracts;
  const logs = [
    ...(await logsOf(session, vault, vault.filters.ScheduleCreated(undefined, account))),
    ...(await logsOf(session, vault, vault.filters.HandedOver(undefined, undefined, account))),
  ];
  const ids = logs.flatMap((log) => (log instanceof EventLog ? [Number(log.args["scheduleId"])] : []));
  const candidates = await schedulesIn(
    contracts,
    [...new Set(ids)].sort((a, b) => a - b),
  );
  return candidates.filter(({ beneficiary }) => beneficiary.toLowerCase() === account.toLowerCase());
}

/** The tables that schedules refer to. */
export async function tablesFor(contracts: Contracts, schedules: readonly Schedule[]): Promise<Tables> {
  const ids = [...new Set(schedules.map(({ terms }) => terms.tableId))].filter((id) => id > 0);
  return new Map(await Promise.all(ids.map(async (id) => [id, await tableOf(contracts, id)] as const)));
}

/** @throws CliError `unknown-table` */
export async function tableOf({ vault }: Contracts, tableId: number): Promise<ShareTable> {
  const count = Number(await vault.tableCount());
  if (tableId < 1 || tableId > count)
    throw new CliError(
      `there is no table ${tableId}, the vault has ${count}`,
      "`icn vesting table list` shows them",
      {
        code: "unknown-table",
      },
    );
  return (await vault.tableOf(tableId)).map(Number);
}

/** A schedule and how far it has come. */
export interface Grown extends Schedule {
  readonly vested: bigint;
  readonly releasable: bigint;
}

/** Schedules as they stand at a Unix time. */
export const grownAt = (schedules: readonly Schedule[], tables: Tables, at: number): Grown[] =>
  schedules.map((schedule) => {
    const vested = vestedDown(schedule, tables, at);
    return { ...schedule, vested, releasable: vested - schedule.released };
  });

/** What a schedule still owes, vested or not: nothing that was revoked. */
export function unreleased(schedule: Schedule, tables: Tables): bigint {
  const { revokedAt, total, released } = schedule;
  return (revokedAt > 0 ? vestedDown(schedule, tables, revokedAt) : total) - released;
}
