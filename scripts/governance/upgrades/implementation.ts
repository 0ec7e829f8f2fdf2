// icn gov implementation: new code for a proxy, so that a vote can put it there.
import { artifactNamed } from "../../deploy/artifacts.ts";
import { openSigningSession } from "../../lib/command.ts";
import { CliError } from "../../lib/errors.ts";
import type { CompleteManifest } from "../../lib/manifest.ts";
import type { SpendOptions } from "../../lib/spend.ts";
import { carryOut } from "../../node/carry-out.ts";
import type { UpgradeableName } from "../calls/book.ts";
import { requireUpgradeable } from "../calls/intents.ts";
import { creationOf } from "./creation.ts";

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
  const data = creationOf(manifest, contract, found);
  if (data === undefined || found.abi.getFunction("upgradeToAndCall") === null)
    throw new CliError(
      `${artifact} cannot be the code of ${contract}: it is constructed otherwise, or could never be upgraded again`,
      `name a contract that extends ${contract}`,
      { code: "implementation-unusable" },
    );
  return data;
}
