// npm on Node 20 skips an OPTIONAL package whose "engines" exclude Node 20, even though our scripts run on the
// Node 24 that npm installs here. Hardhat's native engine (EDR) is such a package. Without "engines" in the lock
// file, npm ci installs it. Download addresses ("resolved") tie the lock to one registry. Run this after any change of
// package-lock.json; "--check" only compares (for CI).
import { readFile, writeFile } from "node:fs/promises";

const FILE = "package-lock.json";

interface Lock {
  readonly packages: Record<string, { engines?: unknown; resolved?: unknown }>;
}

function portable(text: string): string {
  const lock = JSON.parse(text) as Lock;
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path.includes("node_modules/@nomicfoundation/edr")) delete entry.engines;
    delete entry.resolved;
  }
  return `${JSON.stringify(lock, null, 2)}\n`;
}

const present = await readFile(FILE, "utf8");
const wanted = portable(present);
if (process.argv.includes("--check")) {
  if (present !== wanted) {
    console.error(`${FILE} is not portable: run "npm run lock:portable" and commit it`);
    process.exitCode = 1;
  }
} else {
  await writeFile(FILE, wanted);
}
