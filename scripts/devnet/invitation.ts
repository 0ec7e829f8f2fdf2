import { manifestPath } from "../lib/manifest.ts";
import type { Devnet } from "./devnet.ts";
import { roleWallet } from "./keys.ts";

/** What to try on a devnet that runs on. */
export function invitation(devnet: Devnet): string {
  const { rpcUrl, attesters, nodes, directory } = devnet;
  const deployment = manifestPath(directory);
  const variables = `ICN_RPC_URL=${rpcUrl} ICN_DEPLOYMENT=${deployment}`;
  const keys = (["deployer", "delegator", "partner", "guardian"] as const).map((role) => {
    const { address, privateKey } = roleWallet(role);
    return `  ${role.padEnd(10)} ${address}  ${privateKey}`;
  });
  return `
The devnet runs on, an epoch every ${devnet.manifest.epochLength} s; Ctrl-C ends it.

JSON-RPC    ${rpcUrl} (chain 31337)
Deployment  ${deployment}
Attesters   ${attesters.map(({ port }) => `http://127.0.0.1:${port}`).join(" ")}
Nodes       ${nodes.map(({ id, label, httpProxyPort }) => `${id} ${label} http://127.0.0.1:${httpProxyPort}`).join(", ")}

Keys of this devnet (public, worth nothing):
${keys.join("\n")}

Try, in another terminal:
  export ${variables}
  npm run icn -- node status
  npm run icn -- node status 1
  npm run icn -- delegate 1 100 --key ${roleWallet("deployer").privateKey}
  npm run icn -- portfolio --key ${roleWallet("deployer").privateKey}
  npm run icn -- claim --node 1 --all-owners --key ${roleWallet("delegator").privateKey}
  npm run icn -- oracle verify --epoch 0
  npm run icn -- votes delegate self --key ${roleWallet("partner").privateKey}
  npm run icn -- gov propose --title "A longer veto window" --set oracle.veto-window=${Math.ceil((devnet.manifest.epochLength * 3) / 4)}s --dry-run --key ${roleWallet("partner").privateKey}
  npm run icn -- guardian show
  curl ${`http://127.0.0.1:${attesters[0]?.port}`}/v1/epochs/0/statements

Stake, claim, vest and release step by step: docs/holders.md
`;
}
