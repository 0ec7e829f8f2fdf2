// One node's status, for a reader and for a program.
import { countBits } from "../../oracle/domain/bits.ts";
import { formatIcnt, formatPpm } from "../lib/amounts.ts";
import { columns, table } from "../lib/output.ts";
import { formatTime, startOf } from "./calendar.ts";
import { markOf, type NodeEpoch } from "./epochs.ts";
import { roomOf } from "./list.ts";
import { serviceNames } from "./nodes.ts";
import type { ProjectedPay } from "./projection.ts";
import type { NodeStatusReport } from "./report.ts";
import { isPayable } from "./requests.ts";
import { stripWords } from "./strip.ts";

const DECIMALS = 6;

export function statusJson(report: NodeStatusReport) {
  const { node, calendar, epochs, projection, requests, finalizedCount } = report;
  const { bond, stake, limit, ...rest } = node;
  return {
    nextEpoch: calendar.upcoming,
    node: { ...rest, operator: report.operator, pendingOperator: report.pendingOperator },
    stake: {
      ...{ bondWei: bond, minimumBondWei: report.minimumBond, stakeWei: stake, limitWei: limit },
      roomWei: roomOf(node),
    },
    positions: report.positions,
    requests: requests.map(({ amount, leftAt, ...request }) => ({
      ...request,
      ...{ amountWei: amount, leftAtEpoch: leftAt },
      payable: isPayable({ amount, leftAt, ...request }, calendar.now, finalizedCount),
    })),
    epochs: epochs.map(epochJson),
    lastScorePpm: report.lastScorePpm,
    staleEpochs: report.staleEpochs,
    projection:
      projection === null
        ? null
        : {
            scorePpm: projection.scorePpm,
            perEpoch: payJson(projection.perEpoch),
            per30Days: payJson(projection.per30Days),
          },
    mend: report.mend,
    missing: report.missing,
  };
}

const payJson = ({ bond, delegations, commission }: ProjectedPay) => ({
  bondWei: bond,
  delegationsWei: delegations,
  commissionWei: commission,
});

const epochJson = ({
  epoch,
  kind,
  up,
  down,
  availabilityPpm,
  latencyRatioPpm,
  scorePpm,
  observations,
}: NodeEpoch) => ({
  ...{ epoch, kind, upBuckets: up, downBuckets: down, availabilityPpm, latencyRatioPpm, scorePpm },
  attesters: observations.length,
  integrityFailures: observations.reduce((sum, { integrityFailures }) => sum + integrityFailures, 0),
});

export function statusWords(report: NodeStatusReport): string {
  const { node, missing } = report;
  const strip = stripWords(report.epochs[0]?.epoch ?? 0, report.epochs.map(markOf));
  const reason = missing[0]?.reason;
  return [
    `Node ${node.nodeId}`,
    columns(facts(report)).join("\n"),
    "",
    "last epochs",
    strip,
    ...(reason === undefined
      ? []
      : [
          `Evidence of ${missing.length} epochs is not at hand: ${reason}. The rest is from the chain alone.`,
        ]),
    "",
    ...measured(report),
    ...projected(report),
    ...positionWords(report),
    "to mend",
    ...mendWords(report),
  ].join("\n");
}

function facts({
  node,
  operator,
  pendingOperator,
  minimumBond,
  calendar,
  requests,
  finalizedCount,
}: NodeStatusReport) {
  const { terms, bond, stake, limit } = node;
  const units = `${terms.storageUnits} storage, ${terms.computeUnits} compute, ${terms.networkUnits} network`;
  const offered = pendingOperator === null ? "" : `, offered to ${pendingOperator}`;
  return [
    ["status", `${node.status} from ${startOf(calendar.clock, calendar.upcoming)} on`],
    ["operator", operator + offered],
    ["node key", node.nodeKey],
    ["endpoint", node.endpoint],
    [
      "offers",
      `${serviceNames(terms.services)} in ${terms.country}, class ${terms.nodeClass}, units: ${units}`,
    ],
    ["commission", `${formatPpm(terms.commissionPpm)}, for new delegations`],
    ["bond", `${formatIcnt(bond, 2)} ICNT, at least ${formatIcnt(minimumBond, 2)}`],
    [
      "stake",
      `${formatIcnt(stake, 2)} of ${formatIcnt(limit, 2)} ICNT, room for ${formatIcnt(roomOf(node), 2)}`,
    ],
    ...requests.map((request) => [
      "leaving",
      `${formatIcnt(request.amount, 2)} ICNT of ${request.owner} (request ${request.requestId}), ` +
        (isPayable(request, calendar.now, finalizedCount)
          ? `to be paid out now: \`icn node finish-exit ${node.nodeId}\``
          : `from ${formatTime(request.maturesAt)} on, once the epochs before ${request.leftAt} are final`),
    ]),
  ];
}

function measured({ epochs, lastScorePpm, staleEpochs }: NodeStatusReport): string[] {
  const newest = epochs.findLast(({ kind }) => kind === "measured");
  if (newest === undefined) return ["Not measured in these epochs.", ""];
  const up = epochs.reduce((sum, epoch) => sum + epoch.up, 0);
  const down = epochs.reduce((sum, { downBits }) => sum + countBits(downBits), 0);
  const latency =
    newest.latencyRatioPpm === null ? "not measured" : `${formatPpm(newest.latencyRatioPpm)} of its target`;
  return [
    `score ${formatPpm(lastScorePpm ?? 0)} in epoch ${newest.epoch}: availability ${formatPpm(newest.availabilityPpm ?? 0)} ` +
      `(${newest.up} buckets up, ${newest.down} down), latency ${latency}`,
    `over these epochs: ${up} buckets up, ${down} down` +
      (staleEpochs === 0 ? "" : `; the last ${staleEpochs} unmeasured`),
    "",
  ];
}

function projected({ projection }: NodeStatusReport): string[] {
  if (projection === null) return [];
  const row = (name: string, { bond, delegations, commission }: ProjectedPay): string[] => [
    name,
    ...[bond, commission, bond + commission, delegations].map((wei) => formatIcnt(wei, DECIMALS)),
  ];
  return [
    "projected pay in ICNT, if score, stake and rules stay as they are (a projection, no promise)",
    table([
      ["", "bond", "commission", "to you", "to delegators"],
      row("per epoch", projection.perEpoch),
      row("in 30 days", projection.per30Days),
    ]),
    "",
  ];
}

function positionWords({ positions }: NodeStatusReport): string[] {
  const open = positions.filter(({ to }) => to === null);
  if (open.length === 0) return [];
  return [
    "positions",
    table([
      ["id", "owner", "kind", "ICNT", "from epoch", "commission"],
      ...open.map(({ positionId, owner, bond, amount, from, commissionPpm }) => [
        String(positionId),
        owner,
        bond ? "bond" : "delegation",
        formatIcnt(amount, 2),
        String(from),
        formatPpm(commissionPpm),
      ]),
    ]),
    "",
  ];
}

const mendWords = ({ mend, missing }: NodeStatusReport): string[] => {
  if (mend.length > 0) return mend.map(({ problem, remedy }) => `- ${problem}.\n  ${remedy}`);
  return [missing.length === 0 ? "nothing" : "nothing that the chain alone shows"];
};
