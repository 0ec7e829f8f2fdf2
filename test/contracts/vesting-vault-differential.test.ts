import { expect } from "chai";
import { encodeBytes32String, ZeroAddress } from "ethers";
import fc from "fast-check";
import { vestedDown } from "../../scripts/vesting/schedule.ts";
import { ICNT, MONTH, MONTHS, networkHelpers } from "../helpers/genesis.ts";
import { cumulative, deployedVault, type Grant, SHARES, vestedBy } from "../helpers/vesting.ts";

const SEED = 0x1c4;
const SCHEDULES = 60;
const TIMES = 20;
const LONGEST = MONTHS * MONTH;
const REVOKED_AFTER = 20n * MONTH + 12_345n;

const shapes = fc.record({
  total: fc.bigInt(1n, 1_000_000n * ICNT),
  initialPart: fc.bigInt(0n, 4n),
  delay: fc.bigInt(0n, 12n * MONTH),
  cliffPart: fc.bigInt(0n, 3n),
  duration: fc.bigInt(1n, LONGEST),
  tabled: fc.boolean(),
  revocable: fc.boolean(),
});
/** Seconds after the first start: anywhere, or around the end of a month. */
const times = fc.oneof(
  fc.bigInt(-10n, 75n * MONTH),
  fc.tuple(fc.bigInt(0n, MONTHS), fc.bigInt(-1n, 1n)).map(([month, off]) => month * MONTH + off),
);

describe("INV-13: the vault, the command line and a model vest the same", () => {
  it(`at ${SCHEDULES * TIMES} random times, revoked or not`, async () => {
    const { vault, start, beneficiary, revoker } = await networkHelpers.loadFixture(deployedVault);
    const grants = fc.sample(shapes, { seed: SEED, numRuns: SCHEDULES }).map((shape): Grant => {
      const duration = shape.tabled ? LONGEST : shape.duration;
      return {
        beneficiary: beneficiary.address,
        total: shape.total,
        initial: (shape.total * shape.initialPart) / 8n,
        terms: {
          start: start + (shape.tabled ? 0n : shape.delay),
          cliff: (duration * shape.cliffPart) / 8n,
          duration,
          tableId: shape.tabled ? 1n : 0n,
          revoker: shape.revocable ? revoker.address : ZeroAddress,
        },
      };
    });
    await vault.createBatch(encodeBytes32String("random"), grants);
    await networkHelpers.time.increaseTo(start + REVOKED_AFTER);
    let revoked = 0;
    for (const [index, { terms }] of grants.entries())
      if (terms.revoker !== ZeroAddress && terms.start + terms.duration > start + REVOKED_AFTER + 100n) {
        await vault.connect(revoker).revoke(3 + index);
        revoked++;
      }
    expect(revoked).to.be.within(10, SCHEDULES - 10);

    const tables = new Map([[1, cumulative(SHARES).map(Number)]]);
    for (const [index, grant] of grants.entries()) {
      const revokedAt = (await vault.scheduleOf(3 + index)).revokedAt;
      const { start: startsAt, cliff, duration, tableId, revoker: by } = grant.terms;
      const terms = {
        start: Number(startsAt),
        cliff: Number(cliff),
        duration: Number(duration),
        tableId: Number(tableId),
        revoker: by,
      };
      for (const after of fc.sample(times, { seed: SEED + index, numRuns: TIMES })) {
        const at = start + after;
        const until = revokedAt > 0n && at > revokedAt ? revokedAt : at;
        const vested = await vault.vestedAmount(3 + index, at);
        const what = `schedule ${index} of seed ${SEED}, after ${after} s`;
        expect(vested, what).to.equal(vestedBy(grant, until, tableId === 1n ? SHARES : undefined));
        expect(
          vestedDown({ ...grant, terms, revokedAt: Number(revokedAt) }, tables, Number(at)),
          what,
        ).to.equal(vested);
      }
    }
  });
});
