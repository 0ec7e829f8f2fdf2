// Registering a node as a plan: approve fee and bond, register, activate.
import { isCallException } from "ethers";
import { unitsOf } from "../../oracle/domain/stake.ts";
import { approvalSteps, requireIcnt } from "../holder/funds.ts";
import { logsOf } from "../holder/logs.ts";
import { watchedLiquid } from "../holder/watched.ts";
import { formatIcnt } from "../lib/amounts.ts";
import type { Contracts } from "../lib/chain.ts";
import { openSigningSession, type SigningSession } from "../lib/command.ts";
import { explain } from "../lib/decode.ts";
import { CliError } from "../lib/errors.ts";
import { printResult } from "../lib/output.ts";
import { type Plan, stepOf } from "../lib/plan.ts";
import { type SpendOptions, spend } from "../lib/spend.ts";
import { readCalendar, startOf } from "./calendar.ts";
import { carryOut } from "./carry-out.ts";
import { type NodeSpec, registeredIn, SERVICES, servicesOf, termsArgument } from "./nodes.ts";
import { readNode, requireBond, requireStatus, statusOf } from "./view.ts";
import { textView } from "./watch.ts";

export async function register(spec: NodeSpec, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  await check(session, spec);
  const { contracts, wallet, provider } = session;
  const predicted = Number(await contracts.registry.nodeCount()) + 1;
  const plan = await planOf(session, spec, predicted);
  const sent = await spend(session, plan, options).catch((error: unknown) =>
    withResume(session, spec, error),
  );
  if (sent === undefined) return provider.destroy();
  const logs = sent.receipts.flatMap((receipt) => [...receipt.logs]);
  const nodeId = registeredIn(contracts, logs);
  const { clock, upcoming } = await readCalendar(session);
  const active = nodeId === predicted;
  const json = { nodeId, operator: wallet.address, bondWei: spec.bond, active, fromEpoch: upcoming };
  printResult(options.json === true, { ...json, ...sent.json }, () =>
    active
      ? `Node ${nodeId} is registered and active from ${startOf(clock, upcoming)} on: it must answer by then.\n` +
        `Put "nodeId": ${nodeId} into its configuration.`
      : `Node ${nodeId} is registered, but somebody else's came first: run \`icn node activate ${nodeId}\`.`,
  );
  provider.destroy();
}

/** The first thing that would fail, before anything is signed. */
async function check(session: SigningSession, spec: NodeSpec): Promise<void> {
  const { contracts, wallet } = session;
  const { registry, staking } = contracts;
  if (servicesOf(spec) === 0)
    throw new CliError(
      "the node offers nothing",
      "name --storage-units, --compute-units or --network-units",
      { code: "no-service" },
    );
  await requireUnits(contracts, spec);
  const units = unitsOf({ ...spec, services: servicesOf(spec) });
  const minimum = await staking.minimumBond(units);
  if (spec.bond < minimum)
    throw new CliError(
      `a bond of ${formatIcnt(spec.bond)} ICNT is too low: ${units} capacity units need ${formatIcnt(minimum)}`,
      `name --bond ${formatIcnt(minimum)} or more, or offer fewer units`,
      { code: "bond-too-low" },
    );
  await requireNodeKey(session, spec.nodeKey, () =>
    registry.register.staticCall(spec.nodeKey, termsArgument(spec), spec.endpoint, spec.bond),
  );
  await requireIcnt(contracts, wallet.address, spec.bond + (await registry.fee()));
}

/** @throws CliError `invalid-units` naming the first service of which the class allows less. */
export async function requireUnits(
  { registry }: Contracts,
  terms: Pick<NodeSpec, "nodeClass" | "storageUnits" | "computeUnits" | "networkUnits">,
): Promise<void> {
  const caps = await registry.classCaps(terms.nodeClass);
  for (const { name, units } of SERVICES)
    if (BigInt(terms[units]) > caps[units])
      throw new CliError(
        `class ${terms.nodeClass} may offer ${caps[units]} capacity units of ${name}, not ${terms[units]}`,
        `lower --${name}-units or choose another --class`,
        { code: "invalid-units" },
      );
}

/**
 * A trial call tells whether the key was used: the registry looks at it before it takes any money.
 * @throws CliError `node-key-used`, which says whose key it is.
 */
export async function requireNodeKey(
  session: SigningSession,
  nodeKey: string,
  trial: () => Promise<unknown>,
): Promise<void> {
  const error: unknown = await trial().then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!isCallException(error) || explain(error).code !== "node-key-used") return;
  const nodeId = await ownNodeWithKey(session, nodeKey);
  if (nodeId === undefined)
    throw new CliError(
      `the node key ${nodeKey} was used before`,
      "make a new key: a node key belongs to one node for ever, also after it was rotated out",
      { code: "node-key-used" },
    );
  const { status } = await readNode(session.contracts, nodeId);
  throw new CliError(
    `the node key ${nodeKey} is that of your node ${nodeId}, which is ${status}`,
    status === "registered"
      ? `activate it with \`icn node activate ${nodeId}\``
      : `look at it with \`icn node status ${nodeId}\`; another node needs another key`,
    { code: "node-key-used" },
  );
}

async function ownNodeWithKey(session: SigningSession, nodeKey: string): Promise<number | undefined> {
  const { contracts, wallet } = session;
  const { registry } = contracts;
  const mine = registry.filters.NodeRegistered(undefined, wallet.address);
  const { upcoming } = await readCalendar(session);
  for (const { topics } of (await logsOf(session, registry, mine)).reverse()) {
    const nodeId = Number(topics[1]);
    if ((await registry.nodeKeyAt(nodeId, upcoming)).toLowerCase() === nodeKey.toLowerCase()) return nodeId;
  }
  return undefined;
}

async function planOf(session: SigningSession, spec: NodeSpec, nodeId: number): Promise<Plan> {
  const { contracts, wallet } = session;
  const { registry } = contracts;
  const { nodeKey, endpoint, bond } = spec;
  const fee = await registry.fee();
  const call = registry.register.populateTransaction(nodeKey, termsArgument(spec), endpoint, bond);
  return {
    steps: [
      ...(await approvalSteps(
        contracts,
        wallet.address,
        { name: "the registry", address: await registry.getAddress() },
        bond + fee,
      )),
      await stepOf(
        `register ${endpoint} for a fee of ${formatIcnt(fee)} ICNT, with a bond of ${formatIcnt(bond)} ICNT`,
        call,
      ),
      await stepOf(`activate node ${nodeId}`, registry.activate.populateTransaction(nodeId)),
    ],
    watched: [
      await watchedLiquid(contracts, wallet.address),
      await textView("nodeCount", "nodes", registry, "nodeCount", []),
      await statusView(contracts, nodeId),
    ],
  };
}

/** The status from the next epoch on. */
export const statusView = ({ registry }: Contracts, nodeId: number) =>
  textView("status", `status of node ${nodeId}`, registry, "latestTerms", [nodeId], (returned) =>
    statusOf(returned.at(0)),
  );

/** Registering may have succeeded although activating did not: then it says how to go on. */
async function withResume(session: SigningSession, spec: NodeSpec, error: unknown): Promise<never> {
  const nodeId = await ownNodeWithKey(session, spec.nodeKey).catch(() => undefined);
  if (nodeId === undefined || (await readNode(session.contracts, nodeId)).status !== "registered")
    throw error;
  throw new CliError(
    `node ${nodeId} is registered, but not active: ${explain(error).message}`,
    `run \`icn node activate ${nodeId}\`; registering again would need another key and another bond`,
    { code: "node-not-activated", cause: error },
  );
}

/** The second half of registering; anyone may do it. */
export async function activate(nodeId: number, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts } = session;
  const node = await readNode(contracts, nodeId);
  requireStatus(node, ["registered"], `only a new node is activated; \`icn node status ${nodeId}\` shows it`);
  await requireBond(contracts, node, unitsOf(node.terms));
  const step = await stepOf(
    `activate node ${nodeId}`,
    contracts.registry.activate.populateTransaction(nodeId),
  );
  const plan = { steps: [step], watched: [await statusView(contracts, nodeId)] };
  await carryOut(session, plan, options, async () => {
    const { clock, upcoming } = await readCalendar(session);
    return {
      json: { nodeId, status: "active", fromEpoch: upcoming },
      words: `Node ${nodeId} is active from ${startOf(clock, upcoming)} on: it must answer by then.`,
    };
  });
}
