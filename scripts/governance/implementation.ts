// icn gov implementation: new code for a proxy, so that a vote can put it there.
import { concat } from "ethers";
import { type Artifact, artifactNamed } from "../deploy/artifacts.ts";
import { openSigningSession } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import type { CompleteManifest } from "../lib/manifest.ts";
import type { SpendOptions } from "../lib/spend.ts";
import { carryOut } from "../node/carry-out.ts";
import { bookOf, type UpgradeableName } from "./book.ts";
import { requireUpgradeable } from "./intents.ts";

export interface ImplementationOptions extends SpendOptions {
  readonly artifact?: string;
}

export async function deployImplementation(name: string, options: ImplementationOptions): Promise<void> {
  const contract = requireUpgradeable(name);
  const { artifact = contract } = options;
  const session = await openSigningSession(options);
  const data = codeOf(session.manifest, contract, artifact);
  const what = `create ${artifact}, as code for ${contract}`;
  await carryOut(session, { steps: [{ what, to: null, data }], watched: [] }, options, (sent) => {
    const implementation = sent.receipts[0]?.contractAddress ?? "";
    return {
      json: { contract, artifact, implementation },
      words:
        `${implementation} is code for ${contract}; nothing runs it yet. Check its storage layout with \`npm run check:layouts\`, then\n` +
        `icn gov propose --title "Upgrade ${contract}" --upgrade ${contract}=${implementation}`,
    };
  });
}

/** Constructed as the deployment's own was: the immutables are its clock and addresses. */
function codeOf(manifest: CompleteManifest, contract: UpgradeableName, artifact: string): string {
  const found = artifactNamed(artifact);
  if (found === undefined)
    throw new CliError(
      `this checkout has compiled no contract ${artifact}`,
      "build it with `npm run build`",
      {
        code: "unknown-artifact",
      },
    );
  const meant = bookOf(manifest).abiOf(contract);
  if (
    signatureOf(found) !== signatureOf({ abi: meant }) ||
    found.abi.getFunction("upgradeToAndCall") === null
  )
    throw new CliError(
      `${artifact} cannot be the code of ${contract}: it is constructed otherwise, or could never be upgraded again`,
      `name a contract that extends ${contract}`,
      { code: "implementation-unusable" },
    );
  const args = manifest.contracts[contract].args.slice(0, meant.deploy.inputs.length);
  return concat([found.bytecode, found.abi.encodeDeploy(args)]);
}

const signatureOf = ({ abi }: Pick<Artifact, "abi">): string =>
  abi.deploy.inputs.map(({ type, name }) => `${type} ${name}`).join();
