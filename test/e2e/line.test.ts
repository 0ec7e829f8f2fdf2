import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { dataSlice, getAddress } from "ethers";
import { IMPLEMENTATION_SLOT } from "../../scripts/deploy/existing.ts";
import { type Devnet, logsIn, newProcesses, startDevnet } from "../../scripts/devnet/devnet.ts";
import type { Follower } from "../../scripts/devnet/follower.ts";
import { roleWallet } from "../../scripts/devnet/keys.ts";
import { newFollower } from "../../scripts/devnet/run.ts";
import { claimEverything, type Settlement, writeEvidence } from "../../scripts/devnet/settle.ts";
import { summaryOf } from "../../scripts/devnet/summary.ts";
import { epochOfNodes, reportLine } from "../../scripts/devnet/tables.ts";
import { manifestPath } from "../../scripts/lib/manifest.ts";
import { SlaOracleNext__factory } from "../../types/ethers-contracts/factories/contracts/mocks/next/SlaOracleNext__factory.ts";
import { KillRig } from "../kill/scenario.ts";
import { icn } from "../scripts/support/icn.ts";
import { type Decided, VoteRun } from "./line/votes.ts";

const EPOCH_LENGTH = 16;
/** After a bond and a delegation on each of three nodes. */
const LATE_POSITION = 7;
/** Seconds; at genesis it is 8. */
const VETO_WINDOW = 9;
/** Of a bundle (docs/wire.md). */
const ROW_BYTES = 80;
const OK_BITS_END = 39;

describe("the line, with real processes and epochs of 16 seconds", () => {
  const directory = mkdtempSync(join(tmpdir(), "icn-line-"));
  const processes = newProcesses(directory);
  let devnet: Devnet;
  let follower: Follower;
  let rig: KillRig;
  let settlement: Settlement;
  let evidence: string;
  let decision: Promise<Decided>;
  let passed = false;

  before(async () => {
    const options = { directory, epochLength: EPOCH_LENGTH, attesterCount: 4 };
    const labels = ["good", "corrupt", "no-compute"] as const;
    devnet = await startDevnet({ ...options, labels, progress: () => undefined }, processes);
    follower = newFollower(devnet);
    rig = new KillRig(devnet, follower);
    passed = true;
  });
  afterEach((test) => {
    passed &&= "passed" in test && test.passed;
  });
  after(async () => {
    await processes.stopAll();
    if (passed) rmSync(directory, { recursive: true });
    else console.error(`logs: ${logsIn(directory)}`);
  });

  /** Never blocks this process: the votes go on beside everything else. */
  const run = (...args: string[]) =>
    icn(args, { env: { ICN_RPC_URL: devnet.rpcUrl, ICN_DEPLOYMENT: manifestPath(directory) } });

  it("reports epoch 0: good service is paid, corrupt storage is not, nor is one service that is dead", async () => {
    const result = await rig.reportOf(0);
    const [good, corrupt, noCompute] = epochOfNodes(result);
    assert.ok(good!.up + good!.down >= 64, `${good!.up} up, ${good!.down} down`);
    assert.ok(good!.scorePpm > 0 && good!.earned > 0n);
    assert.equal(corrupt!.scorePpm, 0);
    assert.equal(corrupt!.earned, 0n);
    // How many buckets depends on how many of the few compute probes this machine was idle enough to judge.
    assert.ok(noCompute!.down > good!.down, `${noCompute!.up} up, ${noCompute!.down} down`);
    assert.equal(noCompute!.scorePpm, 0);
  });

  it("takes a delegation from the command line in the middle of an epoch", async () => {
    const staked = await run(
      "delegate",
      "1",
      "1_000",
      "--yes",
      "--json",
      "--key",
      roleWallet("delegator").privateKey,
    );
    assert.equal(staked.status, 1, "the delegator has staked all it had");
    assert.match(staked.stderr, /0 ICNT, 1_000 are needed/);
    const late = await run(
      "delegate",
      "1",
      "1_000",
      "--yes",
      "--json",
      "--key",
      roleWallet("deployer").privateKey,
    );
    assert.equal(late.status, 0, late.stderr);
    assert.equal((JSON.parse(late.stdout) as { positionId: number }).positionId, LATE_POSITION);
  });

  it("lets holders decide by command line, which takes a while", () => {
    decision = new VoteRun(devnet, run).decide(VETO_WINDOW);
    // Awaited by a later test; until then its failure must not end the process.
    decision.catch(() => undefined);
  });

  it("reports although the leader is killed when it has signed", async () => {
    const outcome = await rig.play({ phase: "signed", leader: true }, 1);
    assert.ok(outcome.signers.length >= 3);
    assert.deepEqual(outcome.doubles, []);
  });

  it("reports although a follower is killed when it has committed", async () => {
    const outcome = await rig.play({ phase: "committed", leader: false }, 3);
    assert.ok(outcome.signers.length >= 3);
    assert.deepEqual(outcome.doubles, []);
  });

  it("pays what the final ledger says", async () => {
    await rig.finalityOf(3);
    settlement = await claimEverything(devnet, follower, () => undefined);
    evidence = await writeEvidence(devnet, follower);
    const owedTo = (nodeId: number) =>
      settlement.paid.filter((paid) => paid.nodeId === nodeId).reduce((sum, { pay }) => sum + pay, 0n);
    assert.ok(owedTo(1) > 0n);
    // Not nothing: on a busy machine an epoch may pass without a probe of the bad service that could be judged.
    for (const bad of [2, 3]) assert.ok(owedTo(bad) < owedTo(1), `node ${bad}: ${owedTo(bad)} wei`);
    const late = settlement.paid.find(({ positionId }) => positionId === LATE_POSITION);
    assert.ok(late!.from > 0 && late!.pay > 0n);
    assert.equal(settlement.paid.length, LATE_POSITION);
  });

  it("leaves evidence that an independent audit agrees with, to the wei", async () => {
    const reports = await Promise.all(
      rig.results.map(async (result) => {
        const receipt = await devnet.provider.getTransactionReceipt(result.posted.origin.transactionHash);
        return reportLine(result, receipt?.gasUsed ?? 0n);
      }),
    );
    const positions = [...follower.history.positions()];
    const summary = join(directory, "summary.json");
    const last = rig.results.at(-1)!;
    writeFileSync(
      summary,
      JSON.stringify(summaryOf({ nodes: devnet.nodes, reports, last, positions, settlement })),
    );
    const audit = spawnSync(process.execPath, ["test/audit/main.ts", evidence, summary], {
      encoding: "utf8",
    });
    assert.equal(audit.status, 0, audit.stdout + audit.stderr);
  });

  it("shows on the command line what there is", async () => {
    const status = await run("node", "status", "--json");
    assert.equal(status.status, 0, status.stderr);
    assert.equal((JSON.parse(status.stdout) as { nodes: unknown[] }).nodes.length, 3);
    const claim = await run("claim", "--all-owners", "--yes", "--key", roleWallet("keeper").privateKey);
    assert.equal(claim.status, 0, claim.stderr);
  });

  it("verifies a report on the chain and offline", async () => {
    for (const extra of [[], ["--bundles", evidence]]) {
      const verify = await run("oracle", "verify", "--epoch", "1", ...extra);
      assert.equal(verify.status, 0, verify.stdout + verify.stderr);
    }
  });

  it("names the leaf of a flipped bit", async () => {
    const bundle = join(evidence, "bundles", "1", "3.bin");
    const bytes = readFileSync(bundle);
    const secondRow = bytes.subarray(ROW_BYTES, 2 * ROW_BYTES);
    secondRow[OK_BITS_END]! ^= 1;
    writeFileSync(bundle, bytes);
    const verify = await run("oracle", "verify", "--epoch", "1", "--bundles", evidence);
    assert.equal(verify.status, 1);
    assert.match(verify.stdout + verify.stderr, /attester 3.*node 2/s);
  });

  it("has a parameter changed and SlaOracle upgraded by three holders' votes, and runs the next epoch under both", async () => {
    const { at, implementation, snapshotAt, votesFor } = await decision;
    const { oracle, votingPower } = devnet.contracts;
    const next = follower.history.clock.epochAt(at * 1_000) + 1;
    await rig.finalityOf(next);
    const { reportedAt, finalizableAt } = await oracle.recordOf(next);
    assert.equal(Number(finalizableAt - reportedAt), VETO_WINDOW);

    const proxy = SlaOracleNext__factory.connect(await oracle.getAddress(), devnet.provider);
    assert.equal(await proxy.version(), 2n);
    const slot = await devnet.provider.getStorage(await oracle.getAddress(), IMPLEMENTATION_SLOT);
    assert.equal(getAddress(dataSlice(slot, 12)), getAddress(implementation));
    const [liquid, staked, vesting] = await Promise.all([
      votingPower.pastVotesBySource(roleWallet("deployer").address, snapshotAt),
      votingPower.pastVotesBySource(roleWallet("delegator").address, snapshotAt),
      votingPower.pastVotesBySource(roleWallet("partner").address, snapshotAt),
    ]);
    assert.ok(liquid.liquid > 0n && staked.staked > 0n && vesting.vesting > 0n);
    assert.equal(votesFor, liquid.liquid + staked.staked + vesting.vesting);
  });
});
