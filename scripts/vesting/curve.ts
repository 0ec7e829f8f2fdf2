// icn vesting curve: what schedules release over the months, drawn.
import type { Command } from "commander";
import { MONTH } from "../../oracle/domain/emission.ts";
import type { Picture } from "../charts/chart.ts";
import { type PictureOptions, readToDraw, show, withPicture } from "../charts/commands.ts";
import { cumulativeSeries, type MonthRow, monthlySeries, monthRows } from "../charts/months.ts";
import { collectId } from "../holder/stake.ts";
import { formatIcnt } from "../lib/amounts.ts";
import { openSession } from "../lib/command.ts";
import { formatDate } from "./dates.ts";
import { genesisGrants } from "./genesis.ts";
import { type Grant, MONTHS_MAX, type Tables, vestedDown } from "./schedule.ts";
import { allSchedules, schedulesIn, tablesFor } from "./vault.ts";

const CURVES_MAX = 8;

export function addCurve(vesting: Command): void {
  withPicture(vesting.command("curve", { isDefault: true }))
    .summary("draw what vests over 60 months")
    .description(
      "Draws what schedules release over the months from the first start on, one by one and in all.\n" +
        "From a parameters file it draws the groups of the genesis.",
    )
    .argument("[schedule...]", "ids of schedules (default: the whole vault)", collectId)
    .addHelpText(
      "after",
      "\nExamples:\n  npm run icn -- vesting\n  npm run icn -- vesting curve 1 2 --out mine.svg\n" +
        "  npm run icn -- vesting --parameters deployments/parameters/main.json",
    )
    .action(curve);
}

/** Schedules that are drawn as one curve. */
interface Group {
  readonly name: string;
  readonly scheduleIds: readonly number[];
  readonly grants: readonly (Grant & { readonly revokedAt?: number })[];
}

interface Source {
  readonly groups: readonly Group[];
  readonly tables: Tables;
  /** Unix seconds; null before a deployment, where starts count from the genesis. */
  readonly beginsAt: number | null;
  readonly name: string;
}

async function curve(ids: readonly number[] | undefined, options: PictureOptions): Promise<void> {
  const source =
    options.parameters === undefined ? await onChain(options, ids ?? []) : inFile(options.parameters);
  const { groups, tables, beginsAt, name } = source;
  const grants = groups.flatMap((group) => group.grants);
  const origin = beginsAt ?? 0;
  const end = grants.reduce((last, { terms }) => Math.max(last, terms.start + terms.duration), 0);
  const months = Math.max(MONTHS_MAX, Math.ceil((end - origin) / MONTH));
  const rowsOf = (some: readonly Grant[]) =>
    monthRows(months, beginsAt, (elapsed) =>
      some.reduce((sum, grant) => sum + vestedDown(grant, tables, origin + elapsed), 0n),
    );
  const whole = rowsOf(grants);
  const parts = groups.map((group) => ({ ...group, rows: rowsOf(group.grants) }));
  show(options, pictureOf(whole, parts, name), {
    totalWei: whole.at(-1)?.cumulativeWei ?? 0n,
    beginsAt,
    months: whole,
    curves: parts.map((part) => ({
      ...{ name: part.name, scheduleIds: part.scheduleIds },
      totalWei: part.rows.at(-1)?.cumulativeWei ?? 0n,
      months: part.rows,
    })),
  });
}

function pictureOf(
  whole: readonly MonthRow[],
  parts: readonly { readonly name: string; readonly rows: readonly MonthRow[] }[],
  name: string,
): Picture {
  const curves = parts.length < 2 ? [] : parts.map((part) => cumulativeSeries(part.name, part.rows));
  return {
    title: "Vesting",
    subtitle: `${formatIcnt(whole.at(-1)?.cumulativeWei ?? 0n, 2)} ICNT over ${whole.length - 1} months, ${name}`,
    panels: [
      { title: "Vested in all", series: [cumulativeSeries("all", whole), ...curves] },
      { title: "Vested in the month", series: [monthlySeries("all", whole)] },
    ],
  };
}

async function onChain(options: PictureOptions, ids: readonly number[]): Promise<Source> {
  const { contracts, provider, chainId } = await openSession(options);
  const schedules =
    ids.length === 0 ? await allSchedules(contracts) : await schedulesIn(contracts, [...new Set(ids)]);
  const tables = await tablesFor(contracts, schedules);
  provider.destroy();
  const largest = schedules.toSorted((a, b) => (a.total < b.total ? 1 : a.total > b.total ? -1 : 0));
  const single = largest.length <= CURVES_MAX ? largest.length : CURVES_MAX - 1;
  const own = new Set(largest.slice(0, single));
  const rest = schedules.filter((schedule) => !own.has(schedule));
  const groups = schedules
    .filter((schedule) => own.has(schedule))
    .map((one) => ({ name: `schedule ${one.scheduleId}`, scheduleIds: [one.scheduleId], grants: [one] }));
  const others = {
    name: `${rest.length} others`,
    scheduleIds: rest.map(({ scheduleId }) => scheduleId),
    grants: rest,
  };
  const beginsAt = schedules.reduce(
    (first, { terms }) => Math.min(first, terms.start),
    Number.MAX_SAFE_INTEGER,
  );
  return {
    groups: rest.length === 0 ? groups : [...groups, others],
    tables,
    beginsAt: schedules.length === 0 ? 0 : beginsAt,
    name: `chain ${chainId}${schedules.length === 0 ? "" : `, from ${formatDate(beginsAt)} on`}`,
  };
}

function inFile(file: string): Source {
  const parameters = readToDraw(file);
  const { grants, tables } = genesisGrants(parameters);
  const names = [...new Set(grants.map(({ group }) => group))];
  const groups = names.map((name) => {
    const places = grants.flatMap(({ group }, place) => (group === name ? [place] : []));
    return {
      name,
      scheduleIds: places.map((place) => place + 1),
      grants: places.flatMap((place) => grants[place] ?? []),
    };
  });
  return {
    groups,
    tables,
    beginsAt: null,
    name: `parameters "${parameters.name}", from the genesis on`,
  };
}
