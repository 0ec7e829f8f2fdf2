// Code for a proxy, constructed as the deployment's own was: the immutables are its clock and addresses.
import { concat, type Interface } from "ethers";
import { type Artifact, artifactOf } from "../../deploy/artifacts.ts";
import type { CompleteManifest, ContractName } from "../../lib/manifest.ts";

/** Data that creates it; undefined if it is constructed from something else. */
export function creationOf(
  manifest: CompleteManifest,
  contract: ContractName,
  { abi, bytecode }: Artifact,
): string | undefined {
  const own = artifactOf(contract).abi;
  if (signatureOf(abi) !== signatureOf(own)) return undefined;
  const args = manifest.contracts[contract].args.slice(0, own.deploy.inputs.length);
  return concat([bytecode, abi.encodeDeploy(args)]);
}

const signatureOf = ({ deploy }: Interface): string =>
  deploy.inputs.map(({ type, name }) => `${type} ${name}`).join();
