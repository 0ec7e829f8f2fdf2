// The clock of everything that has votes or counts them.
import { expect } from "chai";
import { deployToken, ethers, networkHelpers } from "../../helpers/genesis.ts";

const { loadFixture, mine, time } = networkHelpers;

async function deployed() {
  const [holder] = await ethers.getSigners();
  return { "the token": await deployToken(holder!.address, 0n) };
}

describe("The clock of votes", () => {
  it("is the time of the block", async () => {
    const contracts = await loadFixture(deployed);
    for (const blocks of [1, 5]) {
      await mine(blocks, { interval: 1_000 });
      for (const [name, contract] of Object.entries(contracts))
        expect(await contract.clock(), name).to.equal(BigInt(await time.latest()));
    }
  });

  it("names its mode and no other chain", async () => {
    const contracts = await loadFixture(deployed);
    for (const [name, contract] of Object.entries(contracts)) {
      const mode = new URLSearchParams(await contract.CLOCK_MODE());
      expect([...mode], name).to.deep.equal([["mode", "timestamp"]]);
    }
  });
});
