import { expect } from "chai";
import {
  L,
  networkHelpers,
  reportingOracle,
  reportingOracleOf,
  rootsOf,
  submission,
} from "../helpers/oracle.ts";

const range = (length: number) => Array.from({ length }, (_, seat) => seat);

describe("Gas of a report", () => {
  it("stays within the goals for 5 signatures of 7", async () => {
    const system = await networkHelpers.loadFixture(reportingOracle);
    await system.oracle.submit(...(await submission(system)));
    await networkHelpers.time.increase(L);
    await system.oracle.finalize(0);

    const submitted = await (await system.oracle.submit(...(await submission(system)))).wait();
    await networkHelpers.time.increase(L);
    const finalized = await (await system.oracle.finalize(1)).wait();

    expect(submitted!.gasUsed).to.be.lessThanOrEqual(160_000n);
    expect(finalized!.gasUsed).to.be.lessThanOrEqual(45_000n);
  });

  it("grows by less than 8,000 for each further signature and root", async () => {
    const seven = await reportingOracleOf(7);
    const small = await (await seven.oracle.submit(...(await submission(seven)))).wait();
    const many = await reportingOracleOf(31);
    const args = await submission(many, { seats: range(21), roots: rootsOf(31) });
    const large = await (await many.oracle.submit(...args)).wait();

    expect(large!.gasUsed - small!.gasUsed).to.be.lessThanOrEqual(16n * 8_000n);
  });
});
