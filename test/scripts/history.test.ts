// What each call of an executed proposal emitted, without a chain.
import assert from "node:assert/strict";
import { test } from "node:test";
import { getAddress, id, toBeHex } from "ethers";
import { artifactOf } from "../../scripts/deploy/artifacts.ts";
import { emittedBy } from "../../scripts/governance/calls/history.ts";

const TIMELOCK = toBeHex(0xabcdef, 20);
const [OWN, OTHER] = [id("own"), id("other")];
const executed = (operation: string, place: number, by = getAddress(TIMELOCK)) => ({
  address: by,
  topics: artifactOf("IcnTimelock").abi.encodeEventLog("CallExecuted", [operation, place, by, 0n, "0x"])
    .topics,
});
const event = (name: string) => ({ address: toBeHex(7, 20), topics: [id(name)] });

test("events of a transaction go to the call of the operation that ended next", () => {
  const [foreign, first, forged, second, later] = ["A", "B", "C", "D", "E"].map(event);
  const strange = executed(OWN, 1, toBeHex(9, 20));
  const inside = executed(OTHER, 1);
  const logs = [
    ...[foreign!, executed(OTHER, 0), first!, executed(OWN, 0)],
    ...[forged!, strange, inside, second!, executed(OWN, 1), later!],
  ];
  assert.deepEqual(emittedBy(TIMELOCK, OWN, logs), [[first], [forged, strange, inside, second]]);
  assert.deepEqual(emittedBy(TIMELOCK, OTHER, logs)[0], [foreign]);
  assert.deepEqual(emittedBy(TIMELOCK, id("none"), logs), []);
});
