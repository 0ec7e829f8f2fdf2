import { x25519 } from "@noble/curves/ed25519";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import { addressOfKey } from "../../../oracle/domain/signatures.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import type { CommitteeMember } from "../../../scripts/node/reference/committee.ts";
import type { ServicesConfig, StorageConfig } from "../../../scripts/node/reference/config.ts";
import { CredentialsDesk } from "../../../scripts/node/reference/credentials.ts";
import { Downloads } from "../../../scripts/node/reference/downloads.ts";
import { ReferenceNode } from "../../../scripts/node/reference/node.ts";
import { RateLimit } from "../../../scripts/node/reference/rate-limit.ts";
import { createServer } from "../../../scripts/node/reference/server.ts";
import type { ManualClock } from "../manual-clock.ts";
import { S3_KEYS } from "./s3.ts";
import { ATTESTER_ID, DOMAIN, hexKeyOf, keyOf } from "./world.ts";

export const EPOCHS = new EpochClock(0, 64);
export const SIGNING_KEY = keyOf(101);
export const BOX_KEY = keyOf(102);

export const ATTESTER: CommitteeMember = {
  signingKey: addressOfKey(SIGNING_KEY),
  boxKey: `0x${Buffer.from(x25519.getPublicKey(BOX_KEY)).toString("hex")}`,
};

export interface ReferenceNodeOfTest {
  readonly clock: ManualClock;
  readonly nodeId?: number;
  readonly nodeKey?: Hex;
  readonly s3Url?: string;
  /** Storage is offered unless false. */
  readonly storage?: Partial<StorageConfig> | false;
  /** True: the node's own downloads. */
  readonly network?: ServicesConfig["network"] | true;
  readonly compute?: ServicesConfig["compute"];
  readonly member?: (attesterId: number) => CommitteeMember | undefined;
  readonly requestsPerSecond?: number;
}

/** The reference node's server on loopback, with a committee of one attester and its clock in the test's hand. */
export async function startReferenceNode(options: ReferenceNodeOfTest) {
  const { clock, nodeId = 1, nodeKey = hexKeyOf(nodeId), s3Url = "http://127.0.0.1:9" } = options;
  const member =
    options.member ?? ((attesterId: number) => (attesterId === ATTESTER_ID ? ATTESTER : undefined));
  const storage: StorageConfig = {
    advertisedEndpoint: s3Url,
    endpoint: s3Url,
    region: "us-east-1",
    access: { kind: "shared", bucketPrefix: `icn-${nodeId}-`, ...S3_KEYS },
    ...(options.storage === false ? {} : options.storage),
  };
  const network = options.network === true ? { advertisedEndpoint: "" } : options.network;
  const services = {
    storage: options.storage === false ? undefined : storage,
    network,
    compute: options.compute,
  };
  const now = () => clock.nowMs();
  const downloads = new Downloads(nodeKey, now);
  const node = new ReferenceNode(
    { nodeId, nodeKey, ...services },
    {
      committee: { member: async (attesterId) => member(attesterId) },
      desk: new CredentialsDesk(services, downloads),
      epochs: EPOCHS,
      domain: DOMAIN,
      now,
    },
  );
  const rateLimit = new RateLimit(options.requestsPerSecond ?? 1_000, now);
  const server = createServer(
    { logLevel: "silent", trustProxy: false },
    { node, downloads: network === undefined ? undefined : downloads, rateLimit },
  );
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  if (network !== undefined && options.network === true)
    network.advertisedEndpoint = `${url}/.well-known/icn/download`;
  return { url, node, downloads, [Symbol.asyncDispose]: () => server.close() };
}
