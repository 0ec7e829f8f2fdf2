// The clock of everything that has votes or counts them.
import { expect } from "chai";
import { deploySystem, type System } from "../../helpers/system.ts";

describe("The clock of votes", () => {
  let system: System;
  const contracts = () => {
    const { icnt, staking, vault, votingPower, governor } = system.deployer;
    return Object.entries({ icnt, staking, vault, votingPower, governor });
  };

  before(async () => {
    system = await deploySystem();
  });

  it("is the time of the block", async () => {
    const { mine, time } = system.connection.networkHelpers;
    for (const blocks of [1, 5]) {
      await mine(blocks, { interval: 1_000 });
      for (const [name, contract] of contracts())
        expect(await contract.clock(), name).to.equal(BigInt(await time.latest()));
    }
  });

  it("names its mode and no other chain", async () => {
    for (const [name, contract] of contracts()) {
      const mode = new URLSearchParams(await contract.CLOCK_MODE());
      expect([...mode], name).to.deep.equal([["mode", "timestamp"]]);
    }
  });
});
