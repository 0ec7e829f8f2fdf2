import type { Command } from "commander";
import { connectChain, walletOf } from "../lib/chain.ts";
import { type ChainOptions, urlOf, withChain } from "../lib/command.ts";
import { CONTRACT_NAMES, manifestPath } from "../lib/manifest.ts";
import { printResult, progressTo, table } from "../lib/output.ts";
import { deploy } from "./deploy.ts";
import { readParameters } from "./parameters.ts";

interface Options extends ChainOptions {
  readonly parameters: string;
  readonly out?: string;
  readonly key?: string;
}

export function addDeploy(program: Command): void {
  withChain(program.command("deploy"))
    .summary("deploy all contracts")
    .description(
      "Deploys all contracts from a parameters file and writes where they are.\n" +
        "Runs once: a second call verifies what the first one did. Nothing is sent if a parameter is wrong.",
    )
    .requiredOption("--parameters <file>", "such as deployments/parameters/devnet.json")
    .option("--out <dir>", "where deployment.json goes (default: deployments/<chainId>)")
    .option("--key <hex>", "the deployer's private key, on the devnet only; elsewhere set ICN_PRIVATE_KEY")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run icn -- deploy --network localhost --parameters deployments/parameters/devnet.json --key 0x…\n" +
        "  ICN_PRIVATE_KEY=0x… npm run icn -- deploy --network https://… --parameters my.json --out deployments/my",
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const parameters = readParameters(options.parameters);
  const { provider, chainId } = await connectChain(urlOf(options.network));
  const wallet = walletOf(chainId, { key: options.key, environment: process.env["ICN_PRIVATE_KEY"] });
  const directory = options.out ?? `deployments/${chainId}`;
  const progress = progressTo(process.stderr);
  const { manifest, created } = await deploy({ parameters, provider, chainId, wallet, directory, progress });
  provider.destroy();
  printResult(options.json === true, { created, manifest }, () => {
    const rows = CONTRACT_NAMES.map((name) => [name, manifest.contracts[name]?.address ?? ""]);
    const opening = created ? "Deployed" : "Nothing to do: verified the deployment";
    const seat =
      created && !parameters.committee.seatAtGenesis
        ? `\nThe admin must seat a bonded committee before epoch 0 starts (${new Date(manifest.epochZero * 1_000).toISOString()}).`
        : "";
    return `${opening} in ${manifestPath(directory)}\n\n${table([["contract", "address"], ...rows])}${seat}`;
  });
}
