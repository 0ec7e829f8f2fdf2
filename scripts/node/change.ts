// What an operator changes of a node that stays: terms, endpoint, key, maintenance.
import { toUtf8String } from "ethers";
import { unitsOf } from "../../oracle/domain/stake.ts";
import type { NodeTerms } from "../../oracle/domain/types.ts";
import { formatIcnt, formatPpm } from "../lib/amounts.ts";
import { openSigningSession, type SigningSession } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { type Plan, stepOf, type Watched } from "../lib/plan.ts";
import type { SpendOptions } from "../lib/spend.ts";
import { type Calendar, readCalendar, startOf } from "./calendar.ts";
import { carryOut } from "./carry-out.ts";
import { serviceNames, servicesOf, termsArgument } from "./nodes.ts";
import { requireNodeKey, requireUnits, statusView } from "./register.ts";
import { type NodeOnChain, readOwnNode, requireBond, requireStatus } from "./view.ts";
import { textView } from "./watch.ts";

/** What is named changes, the rest stays. */
export type TermsChange = Partial<Omit<NodeTerms, "services">>;

/** How each field is shown, and its name in --json. */
const FIELDS: Readonly<
  Record<keyof NodeTerms, { readonly label: string; readonly format: (terms: NodeTerms) => string }>
> = {
  nodeClass: { label: "class", format: ({ nodeClass }) => String(nodeClass) },
  services: { label: "services", format: ({ services }) => serviceNames(services) },
  country: { label: "country", format: ({ country }) => country },
  storageUnits: { label: "storage units", format: ({ storageUnits }) => String(storageUnits) },
  computeUnits: { label: "compute units", format: ({ computeUnits }) => String(computeUnits) },
  networkUnits: { label: "network units", format: ({ networkUnits }) => String(networkUnits) },
  commissionPpm: { label: "commission", format: ({ commissionPpm }) => formatPpm(commissionPpm) },
};

export async function setTerms(nodeId: number, change: TermsChange, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const node = await readOwnNode(session, nodeId);
  const merged = { ...node.terms, ...change };
  const after: NodeTerms = { ...merged, services: servicesOf(merged) };
  const changed = (Object.keys(FIELDS) as (keyof NodeTerms)[]).filter(
    (field) => node.terms[field] !== after[field],
  );
  if (changed.length === 0)
    throw new CliError(
      `node ${nodeId} has these terms already`,
      "name what is to change, such as --commission 5",
      {
        code: "nothing-to-change",
      },
    );
  await requirePossible(session, node, after);
  const words = changed.map((field) => `${FIELDS[field].label} ${FIELDS[field].format(after)}`).join(", ");
  const call = session.contracts.registry.setTerms.populateTransaction(nodeId, termsArgument(after));
  const plan: Plan = {
    steps: [await stepOf(`change the terms of node ${nodeId}: ${words}`, call)],
    watched: await Promise.all(changed.map((field) => termView(session, nodeId, field))),
  };
  await carryOut(session, plan, options, async () => {
    const { clock, upcoming } = await readCalendar(session);
    return {
      json: { nodeId, terms: after, changed, fromEpoch: upcoming },
      words: `Node ${nodeId} has ${words} from ${startOf(clock, upcoming)} on.${warningOf(node.terms, after)}`,
    };
  });
}

const warningOf = (before: NodeTerms, { commissionPpm }: NodeTerms): string =>
  commissionPpm > before.commissionPpm
    ? `\nThe higher commission holds for new delegations (and top-ups) alone: those there are keep theirs.`
    : commissionPpm < before.commissionPpm
      ? "\nThe lower commission holds for new delegations and top-ups; those there are keep theirs."
      : "";

/** @throws CliError `no-service`, `invalid-units`, `bond-too-low`, `stake-above-limit`. */
async function requirePossible(
  { contracts }: SigningSession,
  node: NodeOnChain,
  after: NodeTerms,
): Promise<void> {
  const { nodeId, terms, bond, stake, status } = node;
  if (after.services === 0)
    throw new CliError("the node would offer nothing", "keep some units, or leave with `icn node exit`", {
      code: "no-service",
    });
  await requireUnits(contracts, after);
  const [had, has] = [unitsOf(terms), unitsOf(after)];
  if (status === "exiting" || had === has) return;
  if (has > had) return await requireBond(contracts, node, has);
  const limit = await contracts.staking.limitFor(bond, has);
  if (stake > limit)
    throw new CliError(
      `${has} capacity units carry ${formatIcnt(limit)} ICNT of stake, node ${nodeId} has ${formatIcnt(stake)}`,
      "keep more units, or wait until delegations have left",
      { code: "stake-above-limit" },
    );
}

const termView = (
  { contracts: { registry } }: SigningSession,
  nodeId: number,
  field: keyof NodeTerms,
): Promise<Watched> =>
  textView(
    field,
    `${FIELDS[field].label} of node ${nodeId}`,
    registry,
    "latestTerms",
    [nodeId],
    (returned) => {
      const raw = returned.at(1) as Readonly<Record<keyof NodeTerms, bigint | string>>;
      const value = field === "country" ? toUtf8String(String(raw.country)) : Number(raw[field]);
      return FIELDS[field].format({ [field]: value } as unknown as NodeTerms);
    },
  );

export async function setEndpoint(nodeId: number, endpoint: string, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const node = await readOwnNode(session, nodeId);
  if (node.endpoint === endpoint)
    throw new CliError(`node ${nodeId} is at ${endpoint} already`, "there is nothing to do", {
      code: "nothing-to-change",
    });
  const { registry } = session.contracts;
  const plan = {
    steps: [
      await stepOf(
        `move node ${nodeId} to ${endpoint}`,
        registry.setEndpoint.populateTransaction(nodeId, endpoint),
      ),
    ],
    watched: [await textView("endpoint", `endpoint of node ${nodeId}`, registry, "endpointOf", [nodeId])],
  };
  await carryOut(session, plan, options, async () => {
    const { clock, upcoming } = await readCalendar(session);
    return {
      json: { nodeId, endpoint, fromEpoch: upcoming },
      words: `Attesters ask ${endpoint} from ${startOf(clock, upcoming)} on. Keep ${node.endpoint} up until then.`,
    };
  });
}

export async function rotateKey(nodeId: number, nodeKey: string, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  await readOwnNode(session, nodeId);
  const { registry } = session.contracts;
  await requireNodeKey(session, nodeKey, () => registry.rotateNodeKey.staticCall(nodeId, nodeKey));
  const { upcoming } = await readCalendar(session);
  const plan = {
    steps: [
      await stepOf(
        `rotate the node key of node ${nodeId} to ${nodeKey}`,
        registry.rotateNodeKey.populateTransaction(nodeId, nodeKey),
      ),
    ],
    watched: [
      await textView("nodeKey", `node key of node ${nodeId} in epoch ${upcoming}`, registry, "nodeKeyAt", [
        nodeId,
        upcoming,
      ]),
    ],
  };
  await carryOut(session, plan, options, async () => {
    const calendar = await readCalendar(session);
    const { clock } = calendar;
    return {
      json: {
        ...{ nodeId, nodeKey, fromEpoch: calendar.upcoming },
        restartAt: clock.startAt(calendar.upcoming),
      },
      words:
        `Node ${nodeId} signs with ${nodeKey} from ${startOf(clock, calendar.upcoming)} on: put the new key into its ` +
        "configuration and restart it at that moment, not earlier.\nThe old key is never used again.",
    };
  });
}

export async function startMaintenance(nodeId: number, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const node = await readOwnNode(session, nodeId);
  requireStatus(
    node,
    ["active"],
    `only an active node is maintained; \`icn node status ${nodeId}\` shows it`,
  );
  const call = session.contracts.registry.startMaintenance.populateTransaction(nodeId);
  await changeStatus(session, nodeId, await stepOf(`announce maintenance of node ${nodeId}`, call), options, {
    status: "maintenance",
    words: ({ clock, upcoming }) =>
      `Node ${nodeId} is in maintenance from ${startOf(clock, upcoming)} on: neither measured, paid nor struck. Serve until then.\n` +
      `\`icn node maintenance end ${nodeId}\` ends it, from the epoch after.`,
  });
}

export async function endMaintenance(nodeId: number, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const node = await readOwnNode(session, nodeId);
  requireStatus(node, ["maintenance"], `\`icn node status ${nodeId}\` shows it`);
  await requireBond(session.contracts, node, unitsOf(node.terms));
  const call = session.contracts.registry.endMaintenance.populateTransaction(nodeId);
  await changeStatus(session, nodeId, await stepOf(`end the maintenance of node ${nodeId}`, call), options, {
    status: "active",
    words: ({ clock, upcoming }) =>
      `Node ${nodeId} is measured again from ${startOf(clock, upcoming)} on: it must answer by then.`,
  });
}

async function changeStatus(
  session: SigningSession,
  nodeId: number,
  step: Plan["steps"][number],
  options: SpendOptions,
  { status, words }: { readonly status: string; readonly words: (calendar: Calendar) => string },
): Promise<void> {
  const plan = { steps: [step], watched: [await statusView(session.contracts, nodeId)] };
  await carryOut(session, plan, options, async () => {
    const calendar = await readCalendar(session);
    return { json: { nodeId, status, fromEpoch: calendar.upcoming }, words: words(calendar) };
  });
}
