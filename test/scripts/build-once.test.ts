import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";

const SCRIPT = resolve("scripts/ci/build-once.ts");

describe("given a checkout whose npm notes that it built", () => {
  let checkout: string;

  const buildOnce = () => {
    const PATH = `${join(checkout, "bin")}${delimiter}${process.env["PATH"]}`;
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT], {
      ...{ cwd: checkout, encoding: "utf8", env: { PATH } },
    });
    return { status, said: stderr };
  };
  const builds = () =>
    existsSync(join(checkout, "calls")) ? readFileSync(join(checkout, "calls"), "utf8").length : 0;

  before(() => {
    checkout = mkdtempSync(join(tmpdir(), "icn-build-once-"));
    for (const directory of ["bin", "contracts/a", "artifacts/contracts"])
      mkdirSync(join(checkout, directory), { recursive: true });
    writeFileSync(join(checkout, "contracts/a/A.sol"), "contract A {}");
    const npm = join(checkout, "bin/npm");
    writeFileSync(
      npm,
      "#!/bin/sh\nprintf x >> calls\ncat contracts/a/A.sol > artifacts/contracts/A.json\ntest ! -e broken\n",
    );
    chmodSync(npm, 0o755);
  });
  after(() => rmSync(checkout, { recursive: true }));

  it("builds first, and says so", () => {
    assert.match(buildOnce().said, /building the contracts/);
    assert.equal(builds(), 1);
  });

  it("does nothing, and says nothing, while all is as it was built", () => {
    assert.deepEqual(buildOnce(), { status: 0, said: "" });
    assert.equal(builds(), 1);
  });

  it("builds again when a source or an artifact has changed", () => {
    appendFileSync(join(checkout, "contracts/a/A.sol"), " // changed");
    buildOnce();
    assert.equal(builds(), 2);
    appendFileSync(join(checkout, "artifacts/contracts/A.json"), "spoilt");
    buildOnce();
    assert.equal(builds(), 3);
    buildOnce();
    assert.equal(builds(), 3);
  });

  it("fails with the build, and tries again", () => {
    appendFileSync(join(checkout, "contracts/a/A.sol"), " // again");
    writeFileSync(join(checkout, "broken"), "");
    assert.equal(buildOnce().status, 1);
    rmSync(join(checkout, "broken"));
    assert.equal(buildOnce().status, 0);
    assert.equal(builds(), 5);
  });
});
