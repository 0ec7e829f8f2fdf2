// npm on Node 20 skips an OPTIONAL package whose "engines" exclude Node 20, even though our scripts run on the
// Node 24 that npm installs here. Hardhat's native engine (EDR) is such a package. Without "engines" in the lock
// file, npm ci installs it. Run this after any change of package-lock.json.
import { readFile, writeFile } from "node:fs/promises";

const file = "package-lock.json";
const lock = JSON.parse(await readFile(file, "utf8")) as {
  packages: Record<string, { engines?: unknown; resolved?: unknown }>;
};
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path.includes("node_modules/@nomicfoundation/edr")) delete entry.engines;
  delete entry.resolved;
}
await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
