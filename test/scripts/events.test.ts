// What the command line makes of a deployment's logs.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AbiCoder, hexlify, toBeHex, zeroPadValue } from "ethers";
import { protocolEvents } from "../../scripts/lib/events.ts";
import {
  CONTRACT_NAMES,
  type CompleteManifest,
  type ContractName,
  type ManifestEntry,
} from "../../scripts/lib/manifest.ts";
import { INodeRegistry__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeRegistry__factory.ts";

const HASH = `0x${"ab".repeat(32)}`;
const addressOf = (index: number): string => zeroPadValue(toBeHex(index + 1), 20);
const entries = CONTRACT_NAMES.map((name, index): [ContractName, ManifestEntry] => [
  name,
  { address: addressOf(index), block: 1, tx: HASH, args: [] },
]);
const MANIFEST: CompleteManifest = {
  schema: "icn-deployment-1",
  chainId: 31_337,
  parameters: "test",
  parametersHash: HASH,
  commit: "test",
  epochZero: 1_000,
  epochLength: 64,
  complete: true,
  contracts: Object.fromEntries(entries) as CompleteManifest["contracts"],
};

const LOG = { blockNumber: 2, blockTimestamp: 900, transactionHash: HASH, logIndex: 3 };

describe("protocolEvents", () => {
  it("takes an endpoint that is no UTF-8 for empty: anybody may register one", () => {
    const registry = INodeRegistry__factory.createInterface();
    const { topicHash } = registry.getEvent("NodeEndpointChanged");
    const endpoint = hexlify(Uint8Array.from([...Buffer.from("https://"), 0xff, 0xfe]));
    const log = {
      ...LOG,
      address: MANIFEST.contracts.NodeRegistry.address,
      topics: [topicHash, toBeHex(1, 32), toBeHex(4, 32)],
      data: AbiCoder.defaultAbiCoder().encode(["bytes"], [endpoint]),
    };

    assert.deepEqual(protocolEvents(MANIFEST, [log]), [
      {
        type: "NodeEndpointChanged",
        nodeId: 1,
        effectiveFrom: 4,
        endpoint: "",
        origin: LOG,
      },
    ]);
  });

  it("passes over logs of other contracts and of events that change nothing it keeps", () => {
    const registry = INodeRegistry__factory.createInterface();
    const fee = registry.encodeEventLog("FeeChanged", [1n]);
    const logs = [MANIFEST.contracts.NodeRegistry.address, addressOf(99)].map((address) => ({
      ...LOG,
      ...fee,
      address,
    }));

    assert.deepEqual(protocolEvents(MANIFEST, logs), []);
  });
});
