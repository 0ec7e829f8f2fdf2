// The figures and the picture of docs/governance.md.
import { formatUnits } from "ethers";
import { SUPPLY } from "../deploy/allocations.ts";
import type { Parameters } from "../deploy/parameters.ts";
import type { Point, Series } from "./chart.ts";
import { drawStack, type Layer } from "./stack.ts";
import {
  castable,
  type Group,
  type GroupVotes,
  MONTHS,
  majorityEnds,
  silent,
  votesByGroup,
} from "./votes.ts";

const QUORUM = SUPPLY / 25n;
const TABLE_MONTHS = [0, 12, 24, 36, 48, 60];

const NAMES: Readonly<Record<Group, string>> = {
  team: "Team",
  investors: "Investors",
  partners: "Partners",
  nodeRewards: "Node rewards",
  devco: "DevCo",
  ecosystem: "Ecosystem",
  rewardsReserve: "Rewards reserve",
};
const ORDER = Object.keys(NAMES);

const nameOf = ({ group, treasurys }: GroupVotes): string =>
  `${NAMES[group]}${treasurys ? " (treasury)" : ""}`;

/** Who can vote, by the hands that the page speaks of. */
interface Hands {
  readonly all: readonly GroupVotes[];
  readonly insiders: readonly GroupVotes[];
  readonly treasury: readonly GroupVotes[];
  readonly withoutTreasury: readonly GroupVotes[];
  readonly nodes: readonly GroupVotes[];
}

function handsOf(parameters: Parameters): Hands {
  const all = votesByGroup(parameters).toSorted((a, b) => ORDER.indexOf(a.group) - ORDER.indexOf(b.group));
  return {
    all,
    insiders: all.filter(({ group }) => group === "team" || group === "investors"),
    treasury: all.filter(({ treasurys }) => treasurys),
    withoutTreasury: all.filter(({ treasurys }) => !treasurys),
    nodes: all.filter(({ group }) => group === "nodeRewards"),
  };
}

const pointsOf = (weiAt: (month: number) => bigint): Point[] =>
  Array.from({ length: MONTHS + 1 }, (_, month) => ({ month, wei: weiAt(month) }));

export function votesSvg(parameters: Parameters): string {
  const { all } = handsOf(parameters);
  const layers = all.flatMap((one) => {
    const name = nameOf(one);
    const both: Layer[] = [
      { name, tone: "full", points: pointsOf((month) => one.months[month]?.released ?? 0n) },
      { name, tone: "weak", points: pointsOf((month) => one.months[month]?.unreleasedVoting ?? 0n) },
    ];
    return both.filter(({ points }) => points.some(({ wei }) => wei > 0n));
  });
  const marks: Series[] = [
    { name: "Half of what can vote", points: pointsOf((month) => castable(all, month) / 2n) },
    { name: `Quorum, ${millions(QUORUM, 0)} M`, points: pointsOf(() => QUORUM) },
  ];
  return drawStack({
    title: "Who can cast which votes",
    subtitle: "Weaker colour: not released yet, and votes. Node rewards: all that can be paid by then.",
    panel: "Votes by group",
    layers: [
      ...layers,
      { name: "Cannot vote yet", tone: "faint", points: pointsOf((month) => silent(all, month)) },
    ],
    marks,
  });
}

/** What stands between the marks of the page. */
export function votesText(parameters: Parameters): string {
  const hands = handsOf(parameters);
  return [opening(hands), PICTURE, table(hands), conclusions(hands)].join("\n\n");
}

const PICTURE =
  "![Stacked areas over 60 months: the votes of team, investors, partners, node rewards and treasury, what cannot vote " +
  "yet, and the line of half of what can vote, which passes the top of team and investors where their majority ends]" +
  "(governance-votes.svg)";

function opening({ all, insiders, withoutTreasury }: Hands): string {
  const [own, whole] = [castable(insiders, 0), castable(all, 0)];
  return `**Team and investors hold most of the votes at genesis: ${millions(own)} of the ${millions(whole)} M ICNT that can vote, ${share(insiders, all, 0)}**
(${share(insiders, withoutTreasury, 0)} if the treasury casts none). Their whole allocation votes from the first second, a year before any of it
is released. Together they can pass and stop whatever they want: all others can cast ${millions(whole - own)} M at most. Team alone,
investors alone and partners alone each reach the quorum of ${millions(QUORUM, 0)} M.`;
}

function table({ all, insiders, treasury, withoutTreasury }: Hands): string {
  const cells = (cell: (month: number) => string) => TABLE_MONTHS.map(cell).join(" | ");
  const votes = (some: readonly GroupVotes[]) => (month: number) =>
    `${millions(castable(some, month))} · ${share(some, all, month)}`;
  const rows: [string, (month: number) => string][] = [
    ...all.map((one): [string, (month: number) => string] => [nameOf(one), votes([one])]),
    ["**Can vote**", (month) => `**${millions(castable(all, month))}**`],
    ["Cannot vote yet", (month) => millions(silent(all, month))],
    ["**Team and investors**", (month) => `**${votes(insiders)(month)}**`],
    ["… if the treasury casts none", (month) => share(insiders, withoutTreasury, month)],
    ["… if the treasury votes with them", (month) => share([...insiders, ...treasury], all, month)],
  ];
  return [
    `| M ICNT · share of what can vote | ${cells((month) => (month === 0 ? "genesis" : `month ${month}`))} |`,
    `|---|${"---:|".repeat(TABLE_MONTHS.length)}`,
    ...rows.map(([name, cell]) => `| ${name} | ${cells(cell)} |`),
  ].join("\n");
}

function conclusions({ all, insiders, treasury, withoutTreasury, nodes }: Hands): string {
  const together = [...insiders, ...treasury];
  const unpaid = all.filter((one) => !nodes.includes(one));
  const after = (month: number) => `${millions(castable(nodes, month))} M (${share(nodes, all, month)})`;
  return `- **Their absolute majority ${endOf(insiders, all)}, if they keep all they have, get no more, and everybody else votes**
  (${share(insiders, all, MONTHS)} at month ${MONTHS}). It ends earlier by what they sell, later by what they buy or earn.
- **If the treasury casts none, it ${endOf(insiders, withoutTreasury)}** (${share(insiders, withoutTreasury, MONTHS)} then), **and if the treasury votes with them, it
  ${endOf(together, all)}** (${share(together, all, MONTHS)}).
- **Node rewards** bring in new voters: none at genesis, ${after(12)} after one year, ${after(MONTHS)} after five.
  If nobody earned any, the majority of team and investors ${endOf(insiders, unpaid)} (${share(insiders, unpaid, MONTHS)} then).`;
}

function endOf(some: readonly GroupVotes[], all: readonly GroupVotes[]): string {
  const month = majorityEnds(some, all);
  return month === undefined ? `lasts beyond month ${MONTHS}` : `ends in month ${month}`;
}

/** Half up. */
function rounded(part: bigint, whole: bigint, decimals: number): string {
  const tens = 10n ** BigInt(decimals);
  const value = Number(formatUnits((2n * part * tens + whole) / (2n * whole), decimals));
  return value.toFixed(decimals);
}

const millions = (wei: bigint, decimals = 1): string => rounded(wei, 10n ** 24n, decimals);

function share(some: readonly GroupVotes[], whole: readonly GroupVotes[], month: number): string {
  return `${rounded(100n * castable(some, month), castable(whole, month), 1)} %`;
}
