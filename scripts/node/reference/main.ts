// The reference node: `node scripts/node/reference/main.ts --config FILE`. What it serves and what it needs:
// docs/reference-node.md.
import { JsonRpcProvider, Network } from "ethers";
import type { FastifyBaseLogger } from "fastify";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import { fromHex } from "../../../oracle/domain/hashing.ts";
import { addressOfKey } from "../../../oracle/domain/signatures.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import { IAttesterCommittee__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/IAttesterCommittee__factory.ts";
import { INodeRegistry__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/INodeRegistry__factory.ts";
import { type CompleteManifest, readCompleteManifest } from "../../lib/manifest.ts";
import { nowMs as now } from "../../lib/time.ts";
import { ChainCommittee } from "./committee.ts";
import { type NodeConfig, readNodeConfig } from "./config.ts";
import { CredentialsDesk } from "./credentials.ts";
import { Downloads } from "./downloads.ts";
import { listenOn } from "./listen.ts";
import { ReferenceNode } from "./node.ts";
import { runWithConfig } from "./program.ts";
import { RateLimit } from "./rate-limit.ts";
import { createServer } from "./server.ts";

async function run(configFile: string): Promise<void> {
  const config = readNodeConfig(configFile);
  const manifest = readCompleteManifest(config.deployment);
  const provider = connect(config.rpcUrl, manifest.chainId);
  const epochs = new EpochClock(manifest.epochZero, manifest.epochLength);
  const committee = IAttesterCommittee__factory.connect(
    manifest.contracts.AttesterCommittee.address,
    provider,
  );
  const downloads = new Downloads(config.nodeKey, now);
  const node = new ReferenceNode(config, {
    committee: new ChainCommittee(committee, now),
    desk: new CredentialsDesk(config, downloads),
    epochs,
    domain: { chainId: manifest.chainId, verifyingContract: manifest.contracts.SlaOracle.address as Hex },
    now,
  });
  const server = createServer(config, {
    node,
    downloads: config.network === undefined ? undefined : downloads,
    rateLimit: new RateLimit(config.requestsPerSecond, now),
  });
  const address = await listenOn(server, config.listen);
  server.log.info({ nodeId: config.nodeId, address }, "node serves");

  const stop = () => {
    process.off("SIGINT", stop).off("SIGTERM", stop);
    provider.destroy();
    server.close().then(
      () => server.log.info("node stopped"),
      (error: unknown) => server.log.error({ err: error }, "node did not stop cleanly"),
    );
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  await warnOfWrongKey(config, manifest, epochs, provider, server.log);
}

function connect(rpcUrl: string, chainId: number): JsonRpcProvider {
  return new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: Network.from(chainId), cacheTimeout: -1 });
}

/** A node that signs with another key than the registered one fails every probe; say so before it costs pay. */
async function warnOfWrongKey(
  { nodeId, nodeKey }: NodeConfig,
  { contracts }: CompleteManifest,
  epochs: EpochClock,
  provider: JsonRpcProvider,
  log: FastifyBaseLogger,
): Promise<void> {
  try {
    const registry = INodeRegistry__factory.connect(contracts.NodeRegistry.address, provider);
    const nextEpoch = Math.max(0, epochs.epochAt(now()) + 1);
    const registered = (await registry.nodeKeyAt(nodeId, nextEpoch)).toLowerCase();
    const own = addressOfKey(fromHex(nodeKey, 32));
    if (registered !== own)
      log.warn({ nodeId, registered, own }, "the registry has another node key: rotate it, or fix nodeKey");
  } catch (error) {
    log.warn({ err: error }, "the node key could not be compared with the registry");
  }
}

await runWithConfig(
  "reference-node",
  "Serves challenges, the services document and sealed credentials for one node.",
  run,
);
