import { readdirSync } from "node:fs";
import { expect } from "chai";
import { AbiCoder, dataLength, dataSlice, getAddress } from "ethers";
import { AccessManager__factory } from "../../types/ethers-contracts/factories/@openzeppelin/contracts/access/manager/AccessManager__factory.ts";
import { ERC1967Proxy__factory } from "../../types/ethers-contracts/factories/@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy__factory.ts";
import { NodeRegistry__factory } from "../../types/ethers-contracts/factories/contracts/nodes/NodeRegistry__factory.ts";
import { AttesterCommittee__factory } from "../../types/ethers-contracts/factories/contracts/oracle/AttesterCommittee__factory.ts";
import { SlaOracle__factory } from "../../types/ethers-contracts/factories/contracts/oracle/SlaOracle__factory.ts";
import { NodeRewards__factory } from "../../types/ethers-contracts/factories/contracts/rewards/NodeRewards__factory.ts";
import { NodeStaking__factory } from "../../types/ethers-contracts/factories/contracts/staking/NodeStaking__factory.ts";
import { type Account, deploySystem, type System } from "../helpers/system.ts";

const UPGRADEABLE = {
  registry: NodeRegistry__factory,
  staking: NodeStaking__factory,
  committee: AttesterCommittee__factory,
  oracle: SlaOracle__factory,
  rewards: NodeRewards__factory,
} as const;
const nameOf = (factory: { readonly name: string }) => factory.name.replace("__factory", "");

describe("Upgrades", () => {
  let system: System;
  let stranger: Account;

  /** The implementation behind a proxy and the call that initialized it, from the transaction that created the proxy. */
  async function creationOf(proxy: string): Promise<{ implementation: string; initialize: string }> {
    const { provider } = system.connection.ethers;
    const upgraded = NodeRegistry__factory.createInterface().getEvent("Upgraded").topicHash;
    const [log] = await provider.getLogs({ address: proxy, topics: [upgraded], fromBlock: 0 });
    const { data } = (await log?.getTransaction()) ?? expect.fail(`${proxy} is no proxy`);
    const args = dataSlice(data, dataLength(ERC1967Proxy__factory.bytecode));
    const [implementation, initialize] = AbiCoder.defaultAbiCoder().decode(["address", "bytes"], args);
    return { implementation, initialize };
  }

  before(async () => {
    system = await deploySystem();
    stranger = await system.account("stranger");
  });

  it("are tried here of every contract that has a storage layout to keep", () => {
    const names = Object.values(UPGRADEABLE).map((factory) => `${nameOf(factory)}.json`);
    expect(readdirSync("deployments/layouts")).to.have.members(names);
  });

  for (const [key, factory] of Object.entries(UPGRADEABLE)) {
    describe(`of ${nameOf(factory)}`, () => {
      let proxy: string;
      let implementation: string;
      let initialize: string;
      const at = (address: string) => NodeRegistry__factory.connect(address, stranger.signer);
      const send = (to: string) => stranger.signer.sendTransaction({ to, data: initialize });

      before(async () => {
        proxy = await stranger[key as keyof typeof UPGRADEABLE].getAddress();
        ({ implementation, initialize } = await creationOf(proxy));
      });

      it("its implementation cannot be initialized, nor its proxy again", async () => {
        for (const address of [implementation, proxy])
          await expect(send(address)).to.be.revertedWithCustomError(at(address), "InvalidInitialization");
      });

      it("its implementation, called itself, upgrades nothing", async () => {
        await expect(at(implementation).upgradeToAndCall(implementation, "0x")).to.be.revertedWithCustomError(
          at(implementation),
          "UUPSUnauthorizedCallContext",
        );
      });

      it("an ordinary account cannot make it", async () => {
        await expect(at(proxy).upgradeToAndCall(implementation, "0x"))
          .to.be.revertedWithCustomError(at(proxy), "AccessManagedUnauthorized")
          .withArgs(stranger.address);
      });

      describe("given the right to it", () => {
        before(async () => {
          const authority = await new AccessManager__factory(stranger.signer).deploy(stranger.address);
          const manager = await system.as(await stranger.manager.getAddress());
          await NodeRegistry__factory.connect(proxy, manager.signer).setAuthority(authority);
        });

        it("goes to an implementation", async () => {
          await expect(at(proxy).upgradeToAndCall(implementation, "0x"))
            .to.emit(at(proxy), "Upgraded")
            .withArgs(implementation);
        });

        it("does not go to what has no proxiableUUID of its own, such as a token or a proxy", async () => {
          for (const wrong of [await stranger.icnt.getAddress(), proxy])
            await expect(at(proxy).upgradeToAndCall(wrong, "0x"))
              .to.be.revertedWithCustomError(at(proxy), "ERC1967InvalidImplementation")
              .withArgs(getAddress(wrong));
        });
      });
    });
  }
});
