import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PERMISSIONS_VECTOR, permissionsVector } from "../vectors/permissions.ts";

test("the Solidity tests wire the AccessManager as a deployment does", () => {
  assert.deepEqual(JSON.parse(readFileSync(PERMISSIONS_VECTOR, "utf8")), JSON.parse(permissionsVector()));
});
