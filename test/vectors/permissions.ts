/**
 * The entries that a deployment makes in the AccessManager, in a form that Solidity tests can read.
 * `node test/vectors/permissions.ts` writes them (after `npm run build`).
 */
import { writeFileSync } from "node:fs";
import { artifactOf } from "../../scripts/deploy/artifacts.ts";
import { entriesOf, ROLES } from "../../scripts/deploy/permissions.ts";
import { CONTRACT_NAMES } from "../../scripts/lib/manifest.ts";

export const PERMISSIONS_VECTOR = new URL("./permissions.json", import.meta.url);

/** Entry i gives the role `roles[i]` the function `selectors[i]` of the contract `contracts[i]`. */
export function permissionsVector(): string {
  const entries = CONTRACT_NAMES.flatMap((name, contract) =>
    [...entriesOf(name)].flatMap(([role, functions]) =>
      functions.map((called) => {
        const selector = artifactOf(name).abi.getFunction(called)?.selector ?? "";
        return { name: `${name}.${called}`, contract, role: Number(ROLES[role]), selector };
      }),
    ),
  );
  const vector = {
    /** Places of `contracts`. */
    contractNames: CONTRACT_NAMES,
    names: entries.map(({ name }) => name),
    contracts: entries.map(({ contract }) => contract),
    roles: entries.map(({ role }) => role),
    selectors: entries.map(({ selector }) => selector.padEnd(66, "0")),
  };
  return `${JSON.stringify(vector, null, 2)}\n`;
}

if (import.meta.main) writeFileSync(PERMISSIONS_VECTOR, permissionsVector());
