// What an earlier deployment in the same directory means for a new one.
import { dataSlice, type Provider } from "ethers";
import { CliError } from "../lib/errors.ts";
import { CONTRACT_NAMES, isComplete, type Manifest, type ManifestEntry } from "../lib/manifest.ts";

/** ERC-1967: keccak256("eip1967.proxy.implementation") − 1. */
export const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

interface Wanted {
  readonly directory: string;
  readonly chainId: number;
  readonly parametersHash: string;
}

/** Returns if the deployment is complete and on this chain as recorded; refuses it otherwise. */
export async function verifyExisting(found: Manifest, wanted: Wanted, provider: Provider): Promise<void> {
  const elsewhere = "deploy into another directory with --out DIR, or move this one away";
  const refuse = (problem: string): never => {
    throw new CliError(`${wanted.directory} holds ${problem}`, elsewhere, { code: "deployment-differs" });
  };
  if (found.chainId !== wanted.chainId)
    refuse(`a deployment on chain ${found.chainId}, this is chain ${wanted.chainId}`);
  if (!isComplete(found)) refuse("a deployment that was never finished; its contracts are of no use");
  if (found.parametersHash !== wanted.parametersHash)
    refuse(`a deployment with other parameters ("${found.parameters}", ${found.parametersHash})`);
  for (const name of CONTRACT_NAMES) {
    const entry = found.contracts[name];
    const problem = entry === undefined ? "is missing in the manifest" : await problemOf(entry, provider);
    if (problem !== undefined)
      refuse(`a deployment that this chain does not: ${name} ${problem} (was the chain restarted?)`);
  }
}

async function problemOf(entry: ManifestEntry, provider: Provider): Promise<string | undefined> {
  const { address, tx, implementation } = entry;
  const receipt = await provider.getTransactionReceipt(tx);
  if (receipt === null) return `was created by the transaction ${tx}, which is unknown here`;
  if (receipt.contractAddress?.toLowerCase() !== address) return `was not created by ${tx}`;
  if ((await provider.getCode(address)) === "0x") return `has no code at ${address}`;
  if (implementation === undefined) return undefined;
  if ((await provider.getCode(implementation)) === "0x") return `has no implementation at ${implementation}`;
  const slot = dataSlice(await provider.getStorage(address, IMPLEMENTATION_SLOT), 12);
  return slot === implementation ? undefined : `was upgraded to ${slot}, the manifest says ${implementation}`;
}
