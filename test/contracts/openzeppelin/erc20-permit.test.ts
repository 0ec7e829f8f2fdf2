// The permits of OpenZeppelin's scenarios that test/contracts/icnt.test.ts does not already show.
import { expect } from "chai";
import { MaxUint256, Signature, TypedDataEncoder, verifyTypedData } from "ethers";
import { deployToken, ethers, ICNT, networkHelpers, now } from "../../helpers/genesis.ts";
import type { Account } from "../../helpers/openzeppelin/source.ts";

const { loadFixture } = networkHelpers;
const VALUE = 42n;
const WEEK = 604_800n;
const PERMIT = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

async function deployed() {
  const [, owner, spender, stranger] = await ethers.getSigners();
  const token = await deployToken(owner!.address, 1_000n * ICNT);
  const domain = {
    name: "ICN Token",
    version: "1",
    chainId: (await ethers.provider.getNetwork()).chainId,
    verifyingContract: await token.getAddress(),
  };
  return { token, domain, owner: owner!, spender: spender!, stranger: stranger! };
}
type Deployed = Awaited<ReturnType<typeof deployed>>;

describe("ICNT's permits", () => {
  let system: Deployed;
  const message = (deadline: bigint, nonce = 0n) => ({
    owner: system.owner.address,
    spender: system.spender.address,
    ...{ value: VALUE, nonce, deadline },
  });
  const signedBy = (signer: Account, deadline: bigint) =>
    signer.signTypedData(system.domain, PERMIT, message(deadline));
  const permit = (deadline: bigint, signature: string) => {
    const { token, owner, spender } = system;
    const { v, r, s } = Signature.from(signature);
    return token.permit(owner, spender, VALUE, deadline, v, r, s);
  };

  beforeEach(async () => {
    system = await loadFixture(deployed);
  });

  it("start at nonce zero", async () => {
    const { token, owner } = system;
    expect(await token.nonces(owner)).to.equal(0n);
  });

  it("belong to this token on this chain", async () => {
    const { token, domain } = system;
    expect(await token.DOMAIN_SEPARATOR()).to.equal(TypedDataEncoder.hashDomain(domain));
  });

  describe("given one that was used", () => {
    it("does not serve again, though it never expires", async () => {
      const { token, domain, owner, spender } = system;
      const signature = await signedBy(owner, MaxUint256);
      await permit(MaxUint256, signature);
      expect(await token.allowance(owner, spender)).to.equal(VALUE);
      const misread = verifyTypedData(domain, PERMIT, message(MaxUint256, 1n), signature);
      await expect(permit(MaxUint256, signature))
        .to.be.revertedWithCustomError(token, "ERC2612InvalidSigner")
        .withArgs(misread, owner.address);
    });
  });

  describe("given one that another signed", () => {
    it("is refused", async () => {
      const { token, owner, stranger } = system;
      await expect(permit(MaxUint256, await signedBy(stranger, MaxUint256)))
        .to.be.revertedWithCustomError(token, "ERC2612InvalidSigner")
        .withArgs(stranger.address, owner.address);
      expect(await token.nonces(owner)).to.equal(0n);
    });
  });

  describe("given one whose deadline has passed", () => {
    it("is refused", async () => {
      const { token, owner } = system;
      const deadline = (await now()) - WEEK;
      await expect(permit(deadline, await signedBy(owner, deadline)))
        .to.be.revertedWithCustomError(token, "ERC2612ExpiredSignature")
        .withArgs(deadline);
    });
  });
});
