import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { icn } from "./support/icn.ts";

describe("completion in bash", () => {
  const root = mkdtempSync(join(tmpdir(), "icn-completion-"));
  const script = join(root, "icn.bash");
  before(async () => {
    const { status, stdout } = await icn(["completion", "bash"]);
    assert.equal(status, 0);
    writeFileSync(script, stdout);
    for (const name of ["savings", "operator"]) writeFileSync(join(root, `${name}.json`), "");
  });
  after(() => rmSync(root, { recursive: true }));

  /** What bash offers for the last word of a line. */
  const offered = (...words: string[]): string[] => {
    const line = ["icn", ...words].map((word) => `'${word}'`).join(" ");
    const run = `source ${script}; complete -p icn >/dev/null || exit 1
      COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _icn icn 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", run], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] ?? "", ICN_KEYSTORE_DIR: root },
    });
    assert.equal(status, 0, stderr);
    return stdout.split("\n").filter((word) => word !== "");
  };

  it("knows the commands, and those below them", () => {
    for (const command of ["node", "key", "delegate", "deploy", "oracle"])
      assert.ok(offered("").includes(command), command);
    assert.deepEqual(offered("key", "cr"), ["create"]);
    assert.ok(offered("node", "").includes("status"));
  });

  it("knows the options of the command, wherever they stand", () => {
    assert.deepEqual(offered("key", "create", "--pass"), ["--passphrase-file"]);
    assert.deepEqual(offered("key", "import", "name", "--keys"), ["--keystore"]);
    assert.deepEqual(offered("key", "list", "--keys"), []);
    assert.deepEqual(offered("deploy", "--account", "key", "--para"), ["--parameters"]);
  });

  it("knows values: shells, networks, accounts, files", () => {
    assert.deepEqual(offered("completion", "z"), ["zsh"]);
    assert.deepEqual(offered("node", "status", "--network", ""), ["devnet"]);
    assert.deepEqual(offered("deploy", "--account", "").sort(), ["operator", "savings"]);
    assert.deepEqual(
      offered("deploy", "--parameters", "packag"),
      ["package.json", "package-lock.json"].sort(),
    );
    assert.deepEqual(offered("deploy", "--rpc", ""), []);
  });
});

describe("completion in other shells", () => {
  for (const [shell, sign] of [
    ["zsh", /^#compdef icn\n[\s\S]*\("key create"\) found=\([^\n]*'--passphrase-file:/],
    ["fish", /complete -c icn -n '__icn_at "key"' -a create -d /],
  ] as const)
    it(`is written for ${shell}`, async () => {
      const { status, stdout } = await icn(["completion", shell]);
      assert.equal(status, 0);
      assert.match(stdout, sign);
    });
});
