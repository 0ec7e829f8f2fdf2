import { x25519 } from "@noble/curves/ed25519";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import { addressOfKey } from "../../../oracle/domain/signatures.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import { Buckets } from "../../../scripts/node/reference/buckets.ts";
import type { CommitteeMember } from "../../../scripts/node/reference/committee.ts";
import type { StorageConfig } from "../../../scripts/node/reference/config.ts";
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
  readonly storage?: Partial<StorageConfig>;
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
    ...options.storage,
  };
  const now = () => clock.nowMs();
  const node = new ReferenceNode(
    { nodeId, nodeKey, storage },
    {
      committee: { member: async (attesterId) => member(attesterId) },
      buckets: new Buckets(storage),
      epochs: EPOCHS,
      domain: DOMAIN,
      now,
    },
  );
  const rateLimit = new RateLimit(options.requestsPerSecond ?? 1_000, now);
  const server = createServer({ logLevel: "silent", trustProxy: false }, { node, rateLimit });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  return { url, node, [Symbol.asyncDispose]: () => server.close() };
}
