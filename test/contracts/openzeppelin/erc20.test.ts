// The ERC-20 part of OpenZeppelin's scenarios that test/contracts/icnt.test.ts does not already show.
import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { deployToken, ethers, ICNT, networkHelpers, SUPPLY } from "../../helpers/genesis.ts";

const { loadFixture } = networkHelpers;
const BALANCE = 1_000n * ICNT;
/** Arithmetic over- or underflow. */
const OVERFLOW = 0x11;

async function deployed() {
  const [, holder, spender, receiver] = await ethers.getSigners();
  const token = await deployToken(holder!.address, BALANCE);
  return { token, holder: holder!, spender: spender!, receiver: receiver! };
}
type Deployed = Awaited<ReturnType<typeof deployed>>;

describe("ICNT as an ERC-20", () => {
  let system: Deployed;

  beforeEach(async () => {
    system = await loadFixture(deployed);
  });

  it("gives nothing to who was allocated nothing", async () => {
    const { token, receiver } = system;
    expect(await token.balanceOf(receiver)).to.equal(0n);
  });

  describe("given the mint at genesis", () => {
    it("announces each allocation as a transfer from nobody", async () => {
      const { token, holder } = system;
      const [deployer] = await ethers.getSigners();
      const mint = token.deploymentTransaction();
      await expect(mint).to.emit(token, "Transfer").withArgs(ZeroAddress, holder.address, BALANCE);
      await expect(mint)
        .to.emit(token, "Transfer")
        .withArgs(ZeroAddress, deployer!.address, SUPPLY - BALANCE);
    });

    it("adds up what one holder is allocated twice", async () => {
      const { receiver } = system;
      const to = receiver.address;
      const token = await ethers.deployContract("ICNT", [
        [
          { to, amount: BALANCE },
          { to, amount: SUPPLY - BALANCE },
        ],
      ]);
      expect(await token.balanceOf(to)).to.equal(SUPPLY);
      expect(await token.totalSupply()).to.equal(SUPPLY);
    });

    it("refuses the zero address", async () => {
      const { token, holder } = system;
      const allocations = [
        { to: holder.address, amount: SUPPLY - 1n },
        { to: ZeroAddress, amount: 1n },
      ];
      await expect(ethers.deployContract("ICNT", [allocations]))
        .to.be.revertedWithCustomError(token, "ERC20InvalidReceiver")
        .withArgs(ZeroAddress);
    });

    it("refuses sums that overflow", async () => {
      const { holder } = system;
      const amounts = [2n ** 208n - 1n, MaxUint256];
      const allocations = amounts.map((amount) => ({ to: holder.address, amount }));
      await expect(ethers.deployContract("ICNT", [allocations])).to.be.revertedWithPanic(OVERFLOW);
    });
  });

  describe("given a holder", () => {
    describe("when it transfers everything it has", () => {
      it("moves it", async () => {
        const { token, holder, receiver } = system;
        await expect(token.connect(holder).transfer(receiver, BALANCE)).to.changeTokenBalances(
          ethers,
          token,
          [holder, receiver],
          [-BALANCE, BALANCE],
        );
        expect(await token.balanceOf(holder)).to.equal(0n);
      });

      it("announces it", async () => {
        const { token, holder, receiver } = system;
        await expect(token.connect(holder).transfer(receiver, BALANCE))
          .to.emit(token, "Transfer")
          .withArgs(holder.address, receiver.address, BALANCE);
      });
    });

    describe("when it transfers nothing", () => {
      it("moves nothing", async () => {
        const { token, holder, receiver } = system;
        await expect(token.connect(holder).transfer(receiver, 0n)).to.changeTokenBalances(
          ethers,
          token,
          [holder, receiver],
          [0n, 0n],
        );
      });

      it("announces that too", async () => {
        const { token, holder, receiver } = system;
        await expect(token.connect(holder).transfer(receiver, 0n))
          .to.emit(token, "Transfer")
          .withArgs(holder.address, receiver.address, 0n);
      });
    });

    describe("when it transfers more than it has", () => {
      it("is refused", async () => {
        const { token, holder, receiver } = system;
        await expect(token.connect(holder).transfer(receiver, BALANCE + 1n))
          .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
          .withArgs(holder.address, BALANCE, BALANCE + 1n);
      });
    });

    describe("when it transfers to the zero address", () => {
      it("is refused", async () => {
        const { token, holder } = system;
        for (const value of [0n, BALANCE])
          await expect(token.connect(holder).transfer(ZeroAddress, value))
            .to.be.revertedWithCustomError(token, "ERC20InvalidReceiver")
            .withArgs(ZeroAddress);
        expect(await token.totalSupply()).to.equal(SUPPLY);
      });
    });

    describe("when it transfers to itself", () => {
      it("keeps what it has and announces it", async () => {
        const { token, holder } = system;
        await expect(token.connect(holder).transfer(holder, BALANCE))
          .to.emit(token, "Transfer")
          .withArgs(holder.address, holder.address, BALANCE);
        expect(await token.balanceOf(holder)).to.equal(BALANCE);
      });

      it("must have it", async () => {
        const { token, receiver } = system;
        await expect(token.connect(receiver).transfer(receiver, 1n))
          .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
          .withArgs(receiver.address, 0n, 1n);
      });
    });

    describe("when it approves a spender", () => {
      /** What it has, and more than that. */
      const values = [BALANCE, BALANCE + 1n];

      it("announces the value, whether it has it or not", async () => {
        const { token, holder, spender } = system;
        for (const value of values)
          await expect(token.connect(holder).approve(spender, value))
            .to.emit(token, "Approval")
            .withArgs(holder.address, spender.address, value);
      });

      it("allows the value, whether it has it or not", async () => {
        for (const value of values) {
          const { token, holder, spender } = await loadFixture(deployed);
          expect(await token.allowance(holder, spender)).to.equal(0n);
          await token.connect(holder).approve(spender, value);
          expect(await token.allowance(holder, spender)).to.equal(value);
        }
      });

      it("replaces what it allowed before, whether it has it or not", async () => {
        const { token, holder, spender } = system;
        for (const value of values) {
          await token.connect(holder).approve(spender, 1n);
          await token.connect(holder).approve(spender, value);
          expect(await token.allowance(holder, spender)).to.equal(value);
        }
      });

      it("cannot approve the zero address", async () => {
        const { token, holder } = system;
        await expect(token.connect(holder).approve(ZeroAddress, BALANCE))
          .to.be.revertedWithCustomError(token, "ERC20InvalidSpender")
          .withArgs(ZeroAddress);
      });
    });
  });

  describe("given a spender with an allowance", () => {
    const allowed = async (value: bigint) => {
      const { token, holder, spender } = system;
      await token.connect(holder).approve(spender, value);
      return token.connect(spender);
    };

    describe("when it transfers all it may", () => {
      const transferAll = async () => {
        const { holder, receiver } = system;
        const token = await allowed(BALANCE);
        return token.transferFrom(holder, receiver, BALANCE);
      };

      it("moves it from the owner", async () => {
        const { token, holder, receiver } = system;
        await expect(transferAll()).to.changeTokenBalances(
          ethers,
          token,
          [holder, receiver],
          [-BALANCE, BALANCE],
        );
      });

      it("uses the allowance up", async () => {
        const { token, holder, spender } = system;
        await transferAll();
        expect(await token.allowance(holder, spender)).to.equal(0n);
      });

      it("announces the transfer, not what is left of the allowance", async () => {
        const { token, holder, receiver } = system;
        const transfer = transferAll();
        await expect(transfer).to.emit(token, "Transfer").withArgs(holder.address, receiver.address, BALANCE);
        await expect(transfer).not.to.emit(token, "Approval");
      });
    });

    it("cannot transfer more than it is allowed", async () => {
      const { holder, spender, receiver } = system;
      const token = await allowed(BALANCE - 1n);
      await expect(token.transferFrom(holder, receiver, BALANCE))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
        .withArgs(spender.address, BALANCE - 1n, BALANCE);
    });

    it("cannot transfer what the owner no longer has, be it all or less than it had", async () => {
      const { token: ofDeployer, holder, receiver } = system;
      for (const [allowance, spent] of [[BALANCE, 1n] as const, [BALANCE - 1n, 1n] as const]) {
        const token = await allowed(allowance);
        await ofDeployer.connect(holder).transfer(receiver, spent);
        const left = await token.balanceOf(holder);
        await expect(token.transferFrom(holder, receiver, left + 1n))
          .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
          .withArgs(holder.address, left, left + 1n);
      }
    });

    it("cannot transfer to the zero address", async () => {
      const { holder } = system;
      const token = await allowed(BALANCE);
      await expect(token.transferFrom(holder, ZeroAddress, BALANCE))
        .to.be.revertedWithCustomError(token, "ERC20InvalidReceiver")
        .withArgs(ZeroAddress);
    });

    it("cannot transfer from the zero address, not even nothing", async () => {
      const { token, spender } = system;
      await expect(token.connect(spender).transferFrom(ZeroAddress, spender, 0n))
        .to.be.revertedWithCustomError(token, "ERC20InvalidApprover")
        .withArgs(ZeroAddress);
    });

    describe("when the allowance is unlimited", () => {
      it("stays unlimited, without a word", async () => {
        const { holder, spender, receiver } = system;
        const token = await allowed(MaxUint256);
        await expect(token.transferFrom(holder, receiver, 1n)).not.to.emit(token, "Approval");
        expect(await token.allowance(holder, spender)).to.equal(MaxUint256);
        expect(await token.balanceOf(receiver)).to.equal(1n);
      });
    });
  });
});
