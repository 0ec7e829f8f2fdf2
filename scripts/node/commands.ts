import { type Command, InvalidArgumentError } from "commander";
import { isAddress } from "ethers";
import { formatIcnt, formatPpm } from "../lib/amounts.ts";
import {
  type DeploymentOptions,
  openSession,
  openSigningSession,
  parseAmount,
  parseInteger,
  parsePercent,
  type SignerOptions,
  withDeployment,
  withSigner,
} from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { readHistory } from "../lib/history.ts";
import { printResult, table } from "../lib/output.ts";
import { registerNode, serviceNames } from "./nodes.ts";

const UINT32_MAX = 2 ** 32 - 1;

interface RegisterOptions extends SignerOptions {
  readonly nodeKey: string;
  readonly endpoint: string;
  readonly bond: bigint;
  readonly class: number;
  readonly country: string;
  readonly storageUnits: number;
  readonly computeUnits: number;
  readonly networkUnits: number;
  readonly commission: number;
}

export function addNode(program: Command): void {
  const node = program.command("node").description("Registers servers and shows them.");
  addRegister(node);
  addStatus(node);
}

function addRegister(node: Command): void {
  const units = parseInteger(0, UINT32_MAX);
  withSigner(node.command("register"))
    .summary("register, bond and activate a server")
    .description("Registers a server, bonds ICNT for it and activates it from the next epoch on.")
    .requiredOption("--node-key <address>", "address of the key with which the server signs", parseAddress)
    .requiredOption("--endpoint <url>", "where attesters reach the server", parseUrl)
    .requiredOption("--bond <icnt>", "at least 1_000 and 100 per capacity unit", parseAmount)
    .requiredOption("--country <code>", "ISO 3166 code, such as DE", parseCountry)
    .option("--class <number>", "hardware class", parseInteger(0, 255), 1)
    .option("--storage-units <number>", "storage capacity offered", units, 0)
    .option("--compute-units <number>", "compute capacity offered", units, 0)
    .option("--network-units <number>", "network capacity offered", units, 0)
    .option("--commission <percent>", "of your delegators' pay", parsePercent, 0)
    .addHelpText(
      "after",
      "\nExample:\n" +
        "  npm run icn -- node register --node-key 0x… --endpoint https://node.example --bond 2_000 \\\n" +
        "    --country DE --storage-units 10 --commission 5\n\n" +
        "The fee (10 ICNT unless a vote changed it) is paid on top of the bond.",
    )
    .action(register);
}

async function register(options: RegisterOptions): Promise<void> {
  const { nodeKey, endpoint, bond, country, storageUnits, computeUnits, networkUnits } = options;
  if (storageUnits + computeUnits + networkUnits === 0)
    throw new CliError("the node offers nothing", "name --storage-units, --compute-units or --network-units");
  const { contracts, wallet, provider, progress } = await openSigningSession(options);
  progress(`registering ${endpoint} with a bond of ${formatIcnt(bond)} ICNT`);
  const nodeId = await registerNode(contracts, wallet.address, {
    nodeKey,
    endpoint,
    bond,
    country,
    storageUnits,
    computeUnits,
    networkUnits,
    nodeClass: options.class,
    commissionPpm: options.commission,
  });
  provider.destroy();
  printResult(
    options.json === true,
    { nodeId, operator: wallet.address, bond },
    () => `Node ${nodeId} is registered and active from the next epoch on.`,
  );
}

function addStatus(node: Command): void {
  withDeployment(node.command("status"))
    .summary("show one node or all")
    .description("Shows nodes as they are from the next epoch on; of one node its positions, too.")
    .argument("[node]", "id of a node", parseInteger(1, Number.MAX_SAFE_INTEGER))
    .addHelpText(
      "after",
      "\nExamples:\n  npm run icn -- node status\n  npm run -s icn -- node status 3 --json",
    )
    .action(status);
}

async function status(nodeId: number | undefined, options: DeploymentOptions): Promise<void> {
  const session = await openSession(options);
  const history = await readHistory(session);
  session.provider.destroy();
  const next = Math.max(0, history.clock.epochAt(history.headTimestamp * 1_000) + 1);
  const all = history.contextOf(next)?.nodes ?? [];
  const nodes = nodeId === undefined ? all : all.filter((node) => node.nodeId === nodeId);
  if (nodeId !== undefined && nodes.length === 0)
    throw new CliError(`there is no node ${nodeId}`, "`icn node status` without an id lists the nodes");
  const positions = nodeId === undefined ? [] : [...history.positions()].filter((p) => p.nodeId === nodeId);
  printResult(options.json === true, { nodes, positions }, () =>
    nodes.length === 0
      ? "There are no nodes yet."
      : [nodeTable(nodes), ...(positions.length === 0 ? [] : ["", positionTable(positions)])].join("\n"),
  );
}

type Nodes = NonNullable<ReturnType<Awaited<ReturnType<typeof readHistory>>["contextOf"]>>["nodes"];
type Positions =
  ReturnType<Awaited<ReturnType<typeof readHistory>>["positions"]> extends Iterable<infer P>
    ? readonly P[]
    : never;

const nodeTable = (nodes: Nodes): string =>
  table([
    ["node", "status", "services", "country", "bond", "stake", "limit", "commission", "endpoint"],
    ...nodes.map(({ nodeId, status: state, terms, bond, stake, limit, endpoint }) => [
      String(nodeId),
      state,
      serviceNames(terms.services),
      terms.country,
      formatIcnt(bond, 2),
      formatIcnt(stake, 2),
      formatIcnt(limit, 2),
      formatPpm(terms.commissionPpm),
      endpoint,
    ]),
  ]);

const positionTable = (positions: Positions): string =>
  table([
    ["position", "owner", "kind", "amount", "epochs", "commission"],
    ...positions.map(({ positionId, owner, bond, amount, from, to, commissionPpm }) => [
      String(positionId),
      owner,
      bond ? "bond" : "delegation",
      formatIcnt(amount, 2),
      to === null ? `from ${from}` : `${from} to ${to - 1}`,
      formatPpm(commissionPpm),
    ]),
  ]);

function parseAddress(text: string): string {
  if (isAddress(text)) return text;
  throw new InvalidArgumentError(
    "Write an address: 0x and 40 hex digits, all lower-case or with a right checksum.",
  );
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError("Write a web address: http://… or https://…");
}

function parseCountry(text: string): string {
  if (/^[A-Z]{2}$/.test(text)) return text;
  throw new InvalidArgumentError("Write two capital letters, such as DE.");
}
