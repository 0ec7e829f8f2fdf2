import { expect } from "chai";
import { Signature, type TypedDataField } from "ethers";
import { deployToken, ethers, ICNT, networkHelpers, now, SUPPLY } from "../helpers/genesis.ts";

const { time, loadFixture } = networkHelpers;

async function deployed() {
  const [holder, other, delegate] = await ethers.getSigners();
  const token = await deployToken(other!.address, 1_000n * ICNT);
  return { token, holder: holder!, other: other!, delegate: delegate! };
}
type Deployed = Awaited<ReturnType<typeof deployed>>;

describe("ICNT", () => {
  let system: Deployed;
  const domain = async () => ({
    name: "ICN Token",
    version: "1",
    chainId: (await ethers.provider.getNetwork()).chainId,
    verifyingContract: await system.token.getAddress(),
  });
  const sign = async (types: Record<string, TypedDataField[]>, value: Record<string, unknown>) =>
    Signature.from(await system.other.signTypedData(await domain(), types, value));

  beforeEach(async () => {
    system = await loadFixture(deployed);
  });

  describe("given the genesis allocations", () => {
    it("holds the whole supply with its holders", async () => {
      const { token, holder, other } = system;
      expect(await token.totalSupply()).to.equal(SUPPLY);
      expect(await token.balanceOf(other)).to.equal(1_000n * ICNT);
      expect(await token.balanceOf(holder)).to.equal(SUPPLY - 1_000n * ICNT);
      expect([await token.name(), await token.symbol(), await token.decimals()]).to.deep.equal([
        ...["ICN Token", "ICNT", 18n],
      ]);
    });

    it("refuses allocations that do not sum to the supply", async () => {
      const { token, holder } = system;
      for (const amount of [0n, SUPPLY - 1n, SUPPLY + 1n])
        await expect(ethers.deployContract("ICNT", [[{ to: holder.address, amount }]]))
          .to.be.revertedWithCustomError(token, "AllocationsDoNotSumToSupply")
          .withArgs(amount, SUPPLY);
    });

    it("offers no way to mint, burn, pause, own or upgrade", () => {
      const names = system.token.interface.fragments.flatMap((fragment) =>
        "name" in fragment ? [String(fragment.name)] : [],
      );
      expect(
        names.filter((name) => /mint|burn|pause|owner$|ownership|upgrade|admin/i.test(name)),
      ).to.deep.equal([]);
    });
  });

  describe("given a permit", () => {
    const types = {
      Permit: [
        { name: "owner", type: "address" },
        { name: "spender", type: "address" },
        { name: "value", type: "uint256" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
    };

    it("approves once", async () => {
      const { token, holder, other } = system;
      const deadline = (await now()) + 100n;
      const { v, r, s } = await sign(types, {
        ...{ owner: other.address, spender: holder.address, value: 5n, nonce: 0n, deadline },
      });
      await token.permit(other, holder, 5n, deadline, v, r, s);
      expect(await token.allowance(other, holder)).to.equal(5n);
      expect(await token.nonces(other)).to.equal(1n);
      await expect(token.permit(other, holder, 5n, deadline, v, r, s)).to.be.revertedWithCustomError(
        token,
        "ERC2612InvalidSigner",
      );
    });
  });

  describe("given votes", () => {
    it("counts them by timestamp", async () => {
      const { token } = system;
      expect(await token.CLOCK_MODE()).to.equal("mode=timestamp");
      expect(await token.clock()).to.equal(await now());
    });

    it("remembers who had them when", async () => {
      const { token, other, delegate } = system;
      await token.connect(other).delegate(delegate);
      const delegated = await now();
      await time.increase(10);
      await token.connect(other).transfer(await token.getAddress(), 400n * ICNT);
      const moved = await now();
      await time.increase(10);
      expect(await token.getPastVotes(delegate, delegated)).to.equal(1_000n * ICNT);
      expect(await token.getPastVotes(delegate, moved)).to.equal(600n * ICNT);
      expect(await token.getVotes(delegate)).to.equal(600n * ICNT);
      expect(await token.getPastTotalSupply(moved)).to.equal(SUPPLY);
    });

    it("delegates by signature", async () => {
      const { token, other, delegate } = system;
      const types = {
        Delegation: [
          { name: "delegatee", type: "address" },
          { name: "nonce", type: "uint256" },
          { name: "expiry", type: "uint256" },
        ],
      };
      const expiry = (await now()) + 100n;
      const { v, r, s } = await sign(types, { delegatee: delegate.address, nonce: 0n, expiry });
      await token.delegateBySig(delegate, 0n, expiry, v, r, s);
      expect(await token.delegates(other)).to.equal(delegate.address);
      expect(await token.getVotes(delegate)).to.equal(1_000n * ICNT);
    });
  });
});
