import { invert, mod } from "@noble/curves/abstract/modular";
import { secp256k1 } from "@noble/curves/secp256k1";
import { expect } from "chai";
import { keccak256, ZeroHash } from "ethers";
import {
  bitmapOf,
  deployOracle,
  dueReport,
  ethers,
  L,
  NODE_COUNT,
  networkHelpers,
  type OracleSystem,
  observationsHash,
  type Report,
  reportingOracle,
  rootsOf,
  seatCommittee,
  seatedOracle,
  sign,
  signingKey,
  submission,
  type Variation,
  VETO_WINDOW,
} from "../helpers/oracle.ts";

const OTHER = keccak256("0xff");
/** Places of the report's numbers in the calldata, in words. */
const [EPOCH, GENERATION, VIEW_NUMBER, COMMITTEE_ID, NODE_COUNT_WORD, PAID_MASK] = [
  0, 1, 2, 3, 8, 9,
] as const;

/** A key and its signature of the digest whose s is the least that is too high. */
function highSignature(digest: string) {
  const { n } = secp256k1.CURVE;
  const s = n / 2n + 1n;
  const nonce = 12_345n;
  const point = secp256k1.ProjectivePoint.BASE.multiply(nonce).toAffine();
  const r = point.x % n;
  const key = mod((s * nonce - BigInt(digest)) * invert(r, n), n);
  const yParity = Number(point.y & 1n);
  const address = new ethers.Wallet(ethers.toBeHex(key, 32)).address;
  const vs = s | (BigInt(yParity) << 255n);
  return { address, compact: ethers.concat([ethers.toBeHex(r, 32), ethers.toBeHex(vs, 32)]) };
}

describe("SlaOracle.submit", () => {
  let system: OracleSystem;
  beforeEach(async () => {
    system = await networkHelpers.loadFixture(reportingOracle);
  });

  async function submit(variation: Variation = {}) {
    return system.oracle.submit(...(await submission(system, variation)));
  }

  async function rejects(variation: Variation, error: string, args: unknown[]) {
    await expect(submit(variation))
      .to.be.revertedWithCustomError(system.oracle, error)
      .withArgs(...args);
    expect(await system.oracle.statusOf(0)).to.equal(0n);
  }

  describe("given the report that is due, signed by a quorum", () => {
    it("stores it and emits everything that an audit needs", async () => {
      const [report, roots, signers, signatures] = await submission(system, {
        viewNumber: 3n,
        paidMask: 0x15n,
      });

      const sent = system.oracle.connect(system.stranger).submit(report, roots, signers, signatures);

      await expect(sent)
        .to.emit(system.oracle, "Reported")
        .withArgs(
          0n,
          0n,
          report.ledgerRoot,
          Object.values(report),
          roots.map(({ attesterId, root }) => [attesterId, root]),
          signers,
          system.stranger.address,
        );
      const at = BigInt((await (await sent).getBlock())!.timestamp);
      expect(await system.oracle.recordOf(0)).to.deep.equal([
        ...[report.ledgerRoot, at, at + VETO_WINDOW, 0n, 3n, 0x15n, NODE_COUNT],
      ]);
      expect(await system.oracle.nodeCountOf(0)).to.equal(NODE_COUNT);
      expect(await system.oracle.statusOf(0)).to.equal(1n);
    });

    it("hashes it as every EIP-712 library does", async () => {
      const report = await dueReport(system, rootsOf(7));
      const signature = await sign(system, report, [2]);
      const digest = await system.oracle.digestOf(report);

      expect(ethers.recoverAddress(digest, signature.signatures)).to.equal(signingKey(3).address);
    });

    it("takes signatures of any quorum, and of more than a quorum", async () => {
      const any = await networkHelpers.takeSnapshot();
      for (const seats of [
        [0, 1, 2, 3, 4, 5, 6],
        [2, 3, 4, 5, 6],
        [0, 2, 3, 5, 6],
      ]) {
        await submit({ seats });
        expect(await system.oracle.statusOf(0)).to.equal(1n);
        await any.restore();
      }
    });

    it("takes an empty set of observations", async () => {
      await submit({ roots: [] });

      expect((await system.oracle.recordOf(0)).paidMask).to.equal(0n);
    });

    it("takes a set with gaps, and pays members of it only", async () => {
      const roots = rootsOf(7).filter(({ attesterId }) => attesterId !== 1n && attesterId !== 4n);
      await rejects({ roots, paidMask: 0b0000100n | 0b0001000n }, "PaidWithoutObservation", [
        0b1100n,
        0b1110110n,
      ]);

      await submit({ roots, paidMask: 0b1110110n });

      expect((await system.oracle.recordOf(0)).paidMask).to.equal(0b1110110n);
    });
  });

  describe("given an epoch that is not due", () => {
    it("refuses a later epoch", () => rejects({ epoch: 1n }, "WrongEpoch", [1n, 0n]));

    it("refuses an earlier epoch", async () => {
      await submit();
      await networkHelpers.time.increase(VETO_WINDOW);
      await system.oracle.finalize(0);

      await expect(submit({ epoch: 0n, previousLedgerRoot: ZeroHash, nodeCount: NODE_COUNT }))
        .to.be.revertedWithCustomError(system.oracle, "WrongEpoch")
        .withArgs(0n, 1n);
    });

    it("refuses any report while one waits for its finality", async () => {
      await submit();
      for (const epoch of [0n, 1n])
        await expect(submit({ epoch }))
          .to.be.revertedWithCustomError(system.oracle, "ReportPending")
          .withArgs(0n);
    });

    it("refuses an epoch until its last second is over", async () => {
      const early = await seatedOracle();
      const args = await submission(early);
      const endsAt = early.epochZero + L;
      await networkHelpers.time.increaseTo(endsAt - 2n);

      await expect(early.oracle.submit(...args))
        .to.be.revertedWithCustomError(early.oracle, "EpochNotOver")
        .withArgs(0n, endsAt - 1n, endsAt);
      await networkHelpers.time.increaseTo(endsAt);
      await early.oracle.submit(...args);
      expect(await early.oracle.statusOf(0)).to.equal(1n);
    });
  });

  describe("given a field that is not the contract's own value", () => {
    it("names the generation", () => rejects({ generation: 1n }, "WrongGeneration", [1n, 0n]));
    it("names the committee", () => rejects({ committeeId: 2n }, "WrongCommittee", [2n, 1n]));
    it("names the previous root", () =>
      rejects({ previousLedgerRoot: OTHER }, "WrongPreviousRoot", [OTHER, ZeroHash]));
    it("names the node count", () =>
      rejects({ nodeCount: NODE_COUNT + 1n }, "WrongNodeCount", [NODE_COUNT + 1n, NODE_COUNT]));
    it("names the rules", async () =>
      rejects({ rulesHash: OTHER }, "WrongRules", [OTHER, await system.oracle.rulesHashAt(0)]));

    it("names the previous root of a later epoch", async () => {
      await submit({ ledgerRoot: OTHER });
      await networkHelpers.time.increase(VETO_WINDOW);
      await system.oracle.finalize(0);

      await expect(submit({ previousLedgerRoot: ZeroHash }))
        .to.be.revertedWithCustomError(system.oracle, "WrongPreviousRoot")
        .withArgs(ZeroHash, OTHER);
    });

    it("refuses a number wider than its type", async () => {
      const data = system.oracle.interface.encodeFunctionData("submit", await submission(system));
      const widened = (word: number) => {
        const at = 2 + 8 + 64 * word;
        return system.admin.sendTransaction({
          to: system.oracle,
          data: `${data.slice(0, at)}01${data.slice(at + 2)}`,
        });
      };
      for (const word of [EPOCH, GENERATION, COMMITTEE_ID, NODE_COUNT_WORD, PAID_MASK])
        await expect(widened(word)).to.be.revertedWithoutReason(ethers);
      await expect(widened(VIEW_NUMBER)).to.be.revertedWithCustomError(system.oracle, "InvalidSignature");
    });
  });

  describe("given other observation roots than the report's", () => {
    it("names both hashes", async () => {
      const [report, , signers, signatures] = await submission(system);
      const roots = rootsOf(7).with(3, { attesterId: 4n, root: OTHER });

      await expect(system.oracle.submit(report, roots, signers, signatures))
        .to.be.revertedWithCustomError(system.oracle, "WrongObservationsHash")
        .withArgs(report.observationsHash, observationsHash(roots));
    });

    it("refuses roots that do not ascend", async () => {
      const roots = rootsOf(7);
      await rejects({ roots: roots.with(3, roots[4]!).with(4, roots[3]!) }, "ObservationsNotAscending", [4n]);
      await rejects({ roots: roots.with(3, roots[2]!) }, "ObservationsNotAscending", [3n]);
    });

    it("refuses roots of attesters outside the committee", async () => {
      const stranger = (attesterId: bigint) => ({ attesterId, root: OTHER });
      await rejects({ roots: [...rootsOf(7), stranger(8n)] }, "ObserverNotMember", [7n]);
      await rejects({ roots: [stranger(9n)] }, "ObserverNotMember", [0n]);
    });

    it("refuses attester 0, which names nobody", () =>
      rejects({ roots: [{ attesterId: 0n, root: OTHER }], paidMask: 0n }, "ObservationsNotAscending", [0n]));

    it("refuses pay for a seat without a root", () =>
      rejects({ roots: rootsOf(6), paidMask: 0b1000000n }, "PaidWithoutObservation", [
        0b1000000n,
        0b111111n,
      ]));
  });

  describe("given signatures", () => {
    let report: Report;
    beforeEach(async () => {
      report = await dueReport(system, rootsOf(7));
    });

    async function rejectsSigned(signers: bigint, signatures: string, error: string, args: unknown[]) {
      await expect(system.oracle.submit(report, rootsOf(7), signers, signatures))
        .to.be.revertedWithCustomError(system.oracle, error)
        .withArgs(...args);
    }

    it("refuses less than two thirds and one", async () => {
      await rejects({ seats: [0, 1, 2, 3] }, "QuorumNotReached", [4n, 5n]);
      await rejects({ seats: [] }, "QuorumNotReached", [0n, 5n]);
    });

    it("refuses seats that the committee does not have", async () => {
      const { signatures } = await sign(system, report, [0, 1, 2, 3, 4]);
      await rejectsSigned(bitmapOf([0, 1, 2, 3, 7]), signatures, "UnknownSeat", [
        bitmapOf([0, 1, 2, 3, 7]),
        7n,
      ]);
      await rejectsSigned(2n ** 256n - 1n, signatures, "UnknownSeat", [2n ** 256n - 1n, 7n]);
    });

    it("refuses more or fewer signatures than signers", async () => {
      const { signers, signatures } = await sign(system, report, [0, 1, 2, 3, 4]);
      await rejectsSigned(signers, signatures.slice(0, -2), "InvalidSignaturesLength", [319n, 320n]);
      await rejectsSigned(signers, `${signatures}00`, "InvalidSignaturesLength", [321n, 320n]);
      await rejectsSigned(signers | 64n, signatures, "InvalidSignaturesLength", [320n, 384n]);
    });

    it("refuses one attester's signature in several seats", async () => {
      const { signers, signatures } = await sign(system, report, [0, 1, 2, 3, 4], () => signingKey(1));
      await rejectsSigned(signers, signatures, "InvalidSignature", [1n]);
    });

    it("refuses signatures out of seat order", async () => {
      const { signers, signatures } = await sign(system, report, [1, 0, 2, 3, 4]);
      await rejectsSigned(signers, signatures, "InvalidSignature", [0n]);
    });

    it("refuses a key outside the committee", async () => {
      const keyOf = (seat: number) => signingKey(seat === 4 ? 99 : seat + 1);
      const { signers, signatures } = await sign(system, report, [0, 1, 2, 3, 4], keyOf);
      await rejectsSigned(signers, signatures, "InvalidSignature", [4n]);
    });

    it("refuses a signature with a high s, though it recovers to the member", async () => {
      const fresh = await deployOracle();
      for (const epoch of [0, 1]) await fresh.registry.setNodeCount(epoch, NODE_COUNT);
      const due = { ...report, nodeCount: NODE_COUNT };
      const forged = highSignature(await fresh.oracle.digestOf(due));
      await seatCommittee(fresh, 7, (id) => (id === 1 ? forged.address : signingKey(id).address));
      await networkHelpers.time.increaseTo(fresh.epochZero + 2n * L);
      const { signatures } = await sign(fresh, due, [1, 2, 3, 4]);

      await expect(
        fresh.oracle.submit(
          due,
          rootsOf(7),
          bitmapOf([0, 1, 2, 3, 4]),
          ethers.concat([forged.compact, signatures]),
        ),
      )
        .to.be.revertedWithCustomError(fresh.oracle, "InvalidSignature")
        .withArgs(0n);
    });

    it("refuses a signature from which nobody can be recovered", async () => {
      const { signers, signatures } = await sign(system, report, [0, 1, 2, 3, 4]);
      await rejectsSigned(signers, `0x${"00".repeat(64)}${signatures.slice(130)}`, "InvalidSignature", [0n]);
    });

    it("refuses signatures of another chain or contract", async () => {
      const other = await reportingOracle();
      const { signers, signatures } = await sign(other, report, [0, 1, 2, 3, 4]);
      await rejectsSigned(signers, signatures, "InvalidSignature", [0n]);
    });
  });

  describe("given a committee that changes from the next epoch on", () => {
    it("asks the one of the epoch's start, with its keys", async () => {
      await system.committee.setCommittee([1, 2, 3]);
      await system.committee.connect(system.owner).rotateSigningKey(1, signingKey(1, 1));

      await rejects({ committeeId: 2n }, "WrongCommittee", [2n, 1n]);
      const [report, roots] = await submission(system);
      const rotated = await sign(system, report, [0, 1, 2, 3, 4], (seat) =>
        signingKey(seat + 1, seat ? 0 : 1),
      );
      await expect(system.oracle.submit(report, roots, rotated.signers, rotated.signatures))
        .to.be.revertedWithCustomError(system.oracle, "InvalidSignature")
        .withArgs(0n);
      await submit();
      expect(await system.oracle.statusOf(0)).to.equal(1n);
    });
  });
});
