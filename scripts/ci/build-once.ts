// Before npm start and npm run icn: builds the contracts, but only if sources or artifacts differ from those of its last build.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const SOURCES = ["contracts", "hardhat.config.ts", "package-lock.json", "scripts/ci/gen-abi.ts"];
const BUILT = [
  "artifacts/contracts",
  "artifacts/@openzeppelin",
  "types/ethers-contracts",
  "oracle/adapters/chain/abi.gen.ts",
];
const STAMP = "cache/built";

function filesIn(path: string): string[] {
  try {
    const names = readdirSync(path, { recursive: true, withFileTypes: true });
    return names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") return [path];
    if (code === "ENOENT") return [];
    throw error;
  }
}

function digest(): string {
  const hash = createHash("sha256");
  for (const file of [...SOURCES, ...BUILT].flatMap(filesIn).sort()) {
    const content = readFileSync(file);
    hash.update(`${file}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

function stamp(): string | undefined {
  try {
    return readFileSync(STAMP, "utf8");
  } catch {
    return undefined;
  }
}

if (stamp() !== digest()) {
  process.stderr.write("building the contracts (a minute or two, if they must be compiled) …\n");
  const { status } = spawnSync("npm", ["run", "-s", "build"], { stdio: ["ignore", 2, 2] });
  process.exitCode = status ?? 1;
  if (status === 0) {
    mkdirSync(dirname(STAMP), { recursive: true });
    writeFileSync(STAMP, digest());
  }
}
