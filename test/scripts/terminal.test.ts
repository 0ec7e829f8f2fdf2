// What the command line does at a terminal, tried at one (that of `script`), and what it leaves out elsewhere.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { icn } from "./support/icn.ts";

const ESCAPE = "\u001b[";

/** Runs a command line at a terminal; `answers` are typed when their question shows. */
async function atTerminal(command: string, answers: Readonly<Record<string, string>> = {}, env = {}) {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    env: { PATH, HOME, TERM: "xterm-256color", ...env },
  });
  let shown = "";
  const open = new Map(Object.entries(answers));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    for (const [question, answer] of open)
      if (shown.includes(question)) {
        open.delete(question);
        child.stdin.write(`${answer}\r`);
      }
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, shown };
}

const ICN = `${process.execPath} scripts/icn.ts`;

describe("at a terminal", () => {
  const root = mkdtempSync(join(tmpdir(), "icn-terminal-"));
  after(() => rmSync(root, { recursive: true }));
  const env = { ICN_KEYSTORE_DIR: root };

  it("errors are coloured, unless NO_COLOR is set or --json asked for", async () => {
    const failing = `${ICN} key show nobody`;
    assert.ok((await atTerminal(failing, {}, env)).shown.includes(ESCAPE));
    assert.ok(!(await atTerminal(failing, {}, { ...env, NO_COLOR: "1" })).shown.includes(ESCAPE));
    assert.ok(!(await atTerminal(`${failing} --json`, {}, env)).shown.includes(ESCAPE));
    assert.ok(!(await icn(["key", "show", "nobody"], { env })).stderr.includes(ESCAPE));
  });

  it("a passphrase is asked for twice and never shown", async () => {
    const answers = { "New passphrase:": "correct horse", "Once more:": "correct horse" };
    const { status, shown } = await atTerminal(`${ICN} key create typed`, answers, env);
    assert.equal(status, 0, shown);
    assert.ok(!shown.includes("correct"), shown);
    assert.match(shown, /typed: 0x/);
  });

  it("two passphrases that differ make no key", async () => {
    const answers = { "New passphrase:": "correct horse", "Once more:": "battery staple" };
    const { status, shown } = await atTerminal(`${ICN} key create differing`, answers, env);
    assert.equal(status, 1);
    assert.match(shown, /the two passphrases differ/);
  });

  it("who breaks off does nothing", async () => {
    const { status, shown } = await atTerminal(
      `${ICN} key create broken`,
      { "New passphrase:": "abc\u0003" },
      env,
    );
    assert.equal(status, 1);
    assert.match(shown, /nothing was done/);
  });

  it("a key to import is asked for and never shown", async () => {
    const key = `0x${"3".repeat(64)}`;
    const answers = {
      "Private key (0x…):": key,
      "New passphrase:": "correct horse",
      "Once more:": "correct horse",
    };
    const { status, shown } = await atTerminal(`${ICN} key import asked`, answers, env);
    assert.equal(status, 0, shown);
    assert.ok(!shown.includes("3333"), shown);
  });

  it("a reader that leaves early ends it quietly", async () => {
    const { status, shown } = await atTerminal(
      `bash -c "set -o pipefail; ${ICN} completion bash | head -c 1"`,
    );
    assert.equal(shown.trim(), "#");
    assert.equal(status, 0);
  });
});
