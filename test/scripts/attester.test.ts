// Applications, key files and pay of attesters.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Wallet } from "ethers";
import { readApplication, signApplication } from "../../scripts/attester/application.ts";
import { addressIn, newestKeystore } from "../../scripts/attester/keystores.ts";
import { attesterEpochs } from "../../scripts/attester/pay.ts";
import { CliError } from "../../scripts/lib/errors.ts";
import { EMISSION, ICNT, MemoryHistory } from "./support/history.ts";

const coded = (code: string) => (error: unknown) => error instanceof CliError && error.code === code;

describe("an application", () => {
  const owner = new Wallet(`0x${"1".repeat(64)}`);
  const signingKey = new Wallet(`0x${"2".repeat(64)}`);
  const at = { chainId: 31_337, committee: `0x${"3".repeat(40)}` };
  const applicant = {
    ...{ owner: owner.address, signingKey: signingKey.address, boxKey: `0x${"4".repeat(64)}` },
    endpoint: "https://attester.example",
  };
  const signed = () => signApplication(at, applicant, { owner, signingKey });

  it("is read back as it was signed", async () => {
    const application = await signed();
    assert.deepEqual(readApplication(JSON.stringify(application), "a.json", at), application);
  });

  it("is refused once any field is another", async () => {
    const application = await signed();
    const changes = {
      owner: `0x${"5".repeat(40)}`,
      signingKey: `0x${"5".repeat(40)}`,
      boxKey: `0x${"5".repeat(64)}`,
      endpoint: "https://other.example",
    };
    for (const [field, value] of Object.entries(changes)) {
      const text = JSON.stringify({ ...application, [field]: value });
      assert.throws(() => readApplication(text, "a.json", at), coded("application-forged"), field);
    }
    const { owner: byOwner, signingKey: byKey } = application.signatures;
    const swapped = { ...application, signatures: { owner: byKey, signingKey: byOwner } };
    assert.throws(() => readApplication(JSON.stringify(swapped), "a.json", at), coded("application-forged"));
  });

  it("counts on one chain and for one committee", async () => {
    const text = JSON.stringify(await signed());
    const elsewhere = [
      { ...at, chainId: 1 },
      { ...at, committee: `0x${"6".repeat(40)}` },
    ];
    for (const other of elsewhere)
      assert.throws(() => readApplication(text, "a.json", other), coded("application-elsewhere"));
  });

  it("is refused if it is none", async () => {
    const application = await signed();
    const texts = [
      "",
      "{}",
      JSON.stringify({ ...application, more: 1 }),
      JSON.stringify({ ...application, boxKey: "0x" }),
      JSON.stringify({ ...application, endpoint: "https://a.example/\n2. admit another" }),
    ];
    for (const text of texts)
      assert.throws(
        () => readApplication(text, "a.json", at),
        coded("application-invalid"),
        text.slice(0, 20),
      );
  });
});

describe("an attester's directory", () => {
  const directory = mkdtempSync(join(tmpdir(), "icn-attester-"));
  it("has its newest key in the file with the largest number", (t) => {
    t.after(() => rmSync(directory, { recursive: true }));
    for (const name of ["signing.json", "signing-2.json", "signing-10.json", "signing-x.json", "box.json"])
      writeFileSync(join(directory, name), '{"address":"00000000000000000000000000000000000000ff"}');
    assert.equal(newestKeystore(directory, "signing"), join(directory, "signing-10.json"));
    assert.equal(newestKeystore(directory, "box"), join(directory, "box.json"));
    assert.throws(() => newestKeystore(directory, "submitter"), coded("attester-dir-missing"));
    assert.equal(addressIn(join(directory, "box.json")), "0x00000000000000000000000000000000000000ff");
  });
});

describe("an attester's epochs", () => {
  const row = (conclusive: number) => [
    {
      nodeId: 1,
      okBits: (1n << BigInt(conclusive)) - 1n,
      conclusiveBits: (1n << BigInt(conclusive)) - 1n,
      latencyRatioPpm: 0,
      integrityFailures: 0,
    },
  ];
  const history = new MemoryHistory(4);
  history.node(1, 2_000n * ICNT, 0n);
  history.seat([2, 3, 4], 2);
  history.report(
    new Map([
      [1, row(128)],
      [2, row(256)],
      [3, row(256)],
    ]),
  );
  history.report(
    new Map([
      [1, row(127)],
      [2, row(256)],
      [4, row(256)],
    ]),
  );
  history.report(
    new Map([
      [2, row(256)],
      [3, row(256)],
      [4, row(256)],
    ]),
    false,
  );
  const outcomes = (attesterId: number) =>
    attesterEpochs(history.state, EMISSION, attesterId, [0, 4]).map(({ outcome }) => outcome);

  it("are paid, inconclusive, absent, unseated or unreported", () => {
    assert.deepEqual(outcomes(1), ["paid", "inconclusive", "unseated", "unseated"]);
    assert.deepEqual(outcomes(2), ["paid", "paid", "paid", "unreported"]);
    assert.deepEqual(outcomes(3), ["paid", "absent", "paid", "unreported"]);
    assert.deepEqual(outcomes(4), ["absent", "paid", "paid", "unreported"]);
  });

  it("pay an equal share of 5 % of the emission to each seat, final or not", () => {
    const day = (EMISSION.total * 184_000n * 86_400n) / (1_000_000n * 2_629_800n);
    const found = attesterEpochs(history.state, EMISSION, 2, [0, 3]);
    assert.equal(found[0]?.pay, day / 20n / 4n);
    assert.deepEqual(
      found.map(({ final }) => final),
      [true, true, false],
    );
    const third = found[2]?.pay ?? 0n;
    assert.ok(third >= day / 60n - 1n && third <= day / 60n + 1n);
  });
});
