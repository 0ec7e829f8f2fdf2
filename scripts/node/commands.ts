import { type Command, Option } from "commander";
import { parseAmount, parseInteger, parsePercent, withSigner } from "../lib/command.ts";
import { type SpendOptions, withSpending } from "../lib/spend.ts";
import { addBond, unbond } from "./bond.ts";
import {
  endMaintenance,
  rotateKey,
  setEndpoint,
  setTerms,
  startMaintenance,
  type TermsChange,
} from "./change.ts";
import { acceptHandover, exit, finishExit, offerHandover, withdrawHandover } from "./leave.ts";
import { SORTS } from "./list.ts";
import { parseAddress, parseCountry, parseUrl } from "./parse.ts";
import { activate, register } from "./register.ts";
import { status } from "./status.ts";

const UINT32_MAX = 2 ** 32 - 1;
const units = parseInteger(0, UINT32_MAX);
const nodeClass = parseInteger(0, 255);
const nodeId = parseInteger(1, Number.MAX_SAFE_INTEGER);

export function addNode(program: Command): void {
  const node = program
    .command("node")
    .summary("register, change, show and close servers")
    .description("Runs servers: registers, changes, shows and closes them.");
  addRegister(node);
  addBonding(node);
  addChanges(node);
  addMaintenance(node);
  addHandover(node);
  addExit(node);
  addStatus(node);
}

interface Texts {
  readonly summary: string;
  readonly description: string;
  /** What follows `node` in an example. */
  readonly example: string;
}

/** A command on one node that sends transactions. */
const onNode = (parent: Command, name: string, { summary, description, example }: Texts): Command =>
  withSpending(parent.command(name))
    .summary(summary)
    .description(description)
    .argument("<id>", "id of the node", nodeId)
    .addHelpText("after", `\nExample:\n  npm run icn -- node ${example}`);

interface RegisterOptions extends SpendOptions {
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

function addRegister(node: Command): void {
  withSpending(node.command("register"))
    .summary("register, bond and activate a server")
    .description("Registers a server, bonds ICNT for it and activates it from the next epoch on.")
    .requiredOption("--node-key <address>", "address of the key with which the server signs", parseAddress)
    .requiredOption("--endpoint <url>", "where attesters reach the server", parseUrl)
    .requiredOption("--bond <icnt>", "at least 1_000 and 100 per capacity unit", parseAmount)
    .requiredOption("--country <code>", "ISO 3166 code, such as DE", parseCountry)
    .option("--class <number>", "hardware class", nodeClass, 1)
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
    .action((options: RegisterOptions) => register(specOf(options), options));
  onNode(node, "activate", {
    summary: "activate a registered server",
    description: "Activates a registered node from the next epoch on; anyone may.",
    example: "activate 7",
  }).action(activate);
}

const specOf = (options: RegisterOptions) => ({
  nodeKey: options.nodeKey,
  endpoint: options.endpoint,
  bond: options.bond,
  nodeClass: options.class,
  country: options.country,
  storageUnits: options.storageUnits,
  computeUnits: options.computeUnits,
  networkUnits: options.networkUnits,
  commissionPpm: options.commission,
});

function addBonding(node: Command): void {
  onNode(node, "bond", {
    summary: "add to a node's bond",
    description: "Adds to the bond from the next epoch on, by the operator.",
    example: "bond 7 1_000",
  })
    .argument("<amount>", "ICNT, such as 1_000 or 1.5", parseAmount)
    .action(addBond);
  onNode(node, "unbond", {
    summary: "take bond out",
    description:
      "Takes a part of the bond out, or all of it once the node exits. It earns until the epoch's end and is paid out after the unbonding period, when all epochs that it backed are final.",
    example: "unbond 7 500",
  })
    .argument("[amount]", "ICNT (default: the whole bond)", parseAmount)
    .action(unbond);
}

interface TermsOptions extends SpendOptions {
  readonly class?: number;
  readonly country?: string;
  readonly storageUnits?: number;
  readonly computeUnits?: number;
  readonly networkUnits?: number;
  readonly commission?: number;
}

function addChanges(node: Command): void {
  onNode(node, "terms", {
    summary: "change what a node offers",
    description: "Changes the terms that are named, from the next epoch on; the others stay.",
    example: "terms 7 --commission 4 --storage-units 12",
  })
    .option("--commission <percent>", "of the pay of delegations made from then on", parsePercent)
    .option("--storage-units <number>", "storage capacity offered", units)
    .option("--compute-units <number>", "compute capacity offered", units)
    .option("--network-units <number>", "network capacity offered", units)
    .option("--class <number>", "hardware class", nodeClass)
    .option("--country <code>", "ISO 3166 code, such as DE", parseCountry)
    .action((id: number, options: TermsOptions) => setTerms(id, changeOf(options), options));
  onNode(node, "endpoint", {
    summary: "move a node",
    description: "Changes where attesters reach the server, from the next epoch on.",
    example: "endpoint 7 https://new.example",
  })
    .argument("<url>", "its new address", parseUrl)
    .action(setEndpoint);
  onNode(node, "rotate-key", {
    summary: "replace the node key",
    description: "Changes the key with which the server signs, from the next epoch on.",
    example: "rotate-key 7 0x…",
  })
    .argument("<address>", "address of the new key", parseAddress)
    .action(rotateKey);
}

const changeOf = (options: TermsOptions): TermsChange => ({
  ...(options.class === undefined ? {} : { nodeClass: options.class }),
  ...(options.country === undefined ? {} : { country: options.country }),
  ...(options.storageUnits === undefined ? {} : { storageUnits: options.storageUnits }),
  ...(options.computeUnits === undefined ? {} : { computeUnits: options.computeUnits }),
  ...(options.networkUnits === undefined ? {} : { networkUnits: options.networkUnits }),
  ...(options.commission === undefined ? {} : { commissionPpm: options.commission }),
});

function addMaintenance(node: Command): void {
  const maintenance = node
    .command("maintenance")
    .description("Announces maintenance: while it lasts, no pay and no strike.");
  onNode(maintenance, "start", {
    summary: "announce maintenance",
    description: "The node is neither measured, paid nor struck from the next epoch on.",
    example: "maintenance start 7",
  }).action(startMaintenance);
  onNode(maintenance, "end", {
    summary: "end maintenance",
    description: "The node is measured and paid again from the next epoch on.",
    example: "maintenance end 7",
  }).action(endMaintenance);
}

function addHandover(node: Command): void {
  const handover = node
    .command("handover")
    .description("Gives a node and its bond to another operator, in two steps.");
  onNode(handover, "offer", {
    summary: "offer a node to somebody",
    description: "Offers the node with its bond; the other accepts. A second offer replaces the first.",
    example: "handover offer 7 0x…",
  })
    .argument("<address>", "the new operator", parseAddress)
    .action(offerHandover);
  onNode(handover, "accept", {
    summary: "take an offered node over",
    description: "Takes over a node that was offered to you, with its bond.",
    example: "handover accept 7",
  }).action(acceptHandover);
  onNode(handover, "withdraw", {
    summary: "take an offer back",
    description: "Takes back an offer that nobody has accepted.",
    example: "handover withdraw 7",
  }).action(withdrawHandover);
}

function addExit(node: Command): void {
  onNode(node, "exit", {
    summary: "leave",
    description:
      "Starts the exit and takes the whole bond out. The node serves and earns until the epoch's end.",
    example: "exit 7",
  }).action(exit);
  onNode(node, "finish-exit", {
    summary: "get the bond back",
    description:
      "Pays out what has matured of the bond, to its owner, and ends the exit; anyone may. Run it again for what has not matured.",
    example: "finish-exit 7",
  }).action(finishExit);
}

function addStatus(node: Command): void {
  withSigner(node.command("status"))
    .summary("show one node or all")
    .description(
      "Lists the nodes as they are from the next epoch on; of one node its terms, bond, last 30 epochs, projected pay and what to mend. Scores are recomputed from the attesters' evidence.",
    )
    .argument("[id]", "id of a node", nodeId)
    .addOption(new Option("--sort <column>", "order of the list").choices(Object.keys(SORTS)).default("id"))
    .option("--mine", "only nodes that the signing account operates")
    .option("--bundles <dir>", "evidence directory, instead of asking the attesters")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run icn -- node status --sort score\n  npm run -s icn -- node status 3 --json",
    )
    .action(status);
}
