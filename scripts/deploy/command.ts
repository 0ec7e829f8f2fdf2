import type { Command } from "commander";
import { type AccountOptions, accountOf } from "../lib/account.ts";
import { connectChain } from "../lib/chain.ts";
import { type ChainOptions, withAccount, withChain } from "../lib/command.ts";
import { CONTRACT_NAMES, manifestPath } from "../lib/manifest.ts";
import { requireNetwork, rpcOf } from "../lib/network.ts";
import { printResult, progressTo, table } from "../lib/output.ts";
import { deploy } from "./deploy.ts";
import { readParameters } from "./parameters.ts";

interface Options extends ChainOptions, AccountOptions {
  readonly parameters: string;
  readonly out?: string;
}

export function addDeploy(program: Command): void {
  withAccount(withChain(program.command("deploy")))
    .summary("deploy all contracts")
    .description(
      "Deploys all contracts from a parameters file, on the chain that it names, and writes where they are.\n" +
        "Runs once: a second call verifies what the first one did. Nothing is sent if a parameter is wrong.",
    )
    .requiredOption("--parameters <file>", "such as deployments/parameters/devnet.json")
    .option("--out <dir>", "where deployment.json goes (default: deployments/<chainId>)")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  npm run icn -- deploy --parameters deployments/parameters/devnet.json --key 0x…\n" +
        "  npm run icn -- deploy --parameters my.json --rpc https://… --account deployer --out deployments/my",
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const parameters = readParameters(options.parameters);
  const { chainId } = parameters;
  requireNetwork(options.network, chainId, `the parameters "${parameters.name}"`);
  const account = accountOf(chainId, options);
  const provider = await connectChain(rpcOf(options.rpc, chainId), chainId);
  const wallet = await account.unlock();
  const directory = options.out ?? `deployments/${chainId}`;
  const progress = progressTo(process.stderr);
  const { manifest, created } = await deploy({ parameters, provider, chainId, wallet, directory, progress });
  provider.destroy();
  printResult(options.json === true, { created, manifest }, () => {
    const rows = CONTRACT_NAMES.map((name) => [name, manifest.contracts[name]?.address ?? ""]);
    const opening = created ? "Deployed" : "Nothing to do: verified the deployment";
    const seat =
      created && !parameters.committee.seatAtGenesis
        ? `\nA vote must seat a bonded committee before epoch 0 starts (${new Date(manifest.epochZero * 1_000).toISOString()}).`
        : "";
    return `${opening} in ${manifestPath(directory)}\n\n${table([["contract", "address"], ...rows])}${seat}`;
  });
}
