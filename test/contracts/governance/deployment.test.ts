import { expect } from "chai";
import { dataSlice, getAddress, id, type LogDescription, toBeHex, ZeroHash } from "ethers";
import { artifactOf } from "../../../scripts/deploy/artifacts.ts";
import { entriesOf, ROLES } from "../../../scripts/deploy/permissions.ts";
import { CONTRACT_NAMES, type ContractName } from "../../../scripts/lib/manifest.ts";
import { type Account, deploySystem, type System } from "../../helpers/system.ts";

const IMPLEMENTATION_SLOT = toBeHex(BigInt(id("eip1967.proxy.implementation")) - 1n, 32);
const PROXIES = ["NodeRegistry", "NodeStaking", "AttesterCommittee", "SlaOracle", "NodeRewards"] as const;
const TIMELOCK_ROLES = {
  DEFAULT_ADMIN: ZeroHash,
  PROPOSER: id("PROPOSER_ROLE"),
  EXECUTOR: id("EXECUTOR_ROLE"),
  CANCELLER: id("CANCELLER_ROLE"),
};

type Governing = "AccessManager" | "IcnTimelock";

describe("A deployment, by its events since genesis", () => {
  let system: System;
  let by: Account;
  const addressOf = (name: ContractName) => getAddress(system.manifest.contracts[name].address);

  /** All events of these names, in order. */
  async function eventsOf(contract: Governing, ...names: string[]): Promise<readonly LogDescription[]> {
    const { abi } = artifactOf(contract);
    const provider = system.connection.ethers.provider;
    const logs = await provider.getLogs({ address: addressOf(contract), fromBlock: 0 });
    return logs.flatMap((log) => {
      const event = abi.parseLog(log);
      if (event === null) throw new Error(`an unknown event of ${contract}`);
      return names.includes(event.name) ? [event] : [];
    });
  }

  /** Who has each role after all grants and revocations. */
  async function membersOf(contract: Governing): Promise<ReadonlyMap<string, readonly string[]>> {
    const members = new Map<string, Set<string>>();
    for (const { name, args } of await eventsOf(contract, "RoleGranted", "RoleRevoked")) {
      const [role, account] = [String(args[0]), String(args[1])];
      const set = members.get(role) ?? new Set();
      if (name === "RoleGranted") set.add(account);
      else set.delete(account);
      members.set(role, set);
    }
    return new Map([...members].map(([role, accounts]) => [role, [...accounts]]));
  }

  before(async () => {
    system = await deploySystem();
    by = system.deployer;
  });

  describe("given the AccessManager", () => {
    it("has the timelock as its only admin and for routine, the guardian as guardian, nobody to slash", async () => {
      const timelock = addressOf("IcnTimelock");
      expect(Object.fromEntries(await membersOf("AccessManager"))).to.deep.equal({
        [String(ROLES.ADMIN)]: [timelock],
        [String(ROLES.ROUTINE)]: [timelock],
        [String(ROLES.GUARDIAN)]: [getAddress(system.parameters.guardian)],
      });
      for (const account of [
        timelock,
        system.parameters.guardian,
        by.address,
        ...CONTRACT_NAMES.map(addressOf),
      ])
        expect((await by.manager.hasRole(ROLES.ACCOUNTABILITY, account)).isMember, account).to.equal(false);
    });

    it("lets members act at once, and only its admin names members", async () => {
      for (const { args } of await eventsOf("AccessManager", "RoleGranted"))
        expect(args["delay"]).to.equal(0n);
      for (const name of ["RoleAdminChanged", "RoleGuardianChanged", "RoleGrantDelayChanged"])
        expect(await eventsOf("AccessManager", name), name).to.deep.equal([]);
      for (const role of Object.values(ROLES)) {
        expect(await by.manager.getRoleAdmin(role)).to.equal(ROLES.ADMIN);
        expect(await by.manager.getRoleGuardian(role)).to.equal(ROLES.ADMIN);
        expect(await by.manager.getRoleGrantDelay(role)).to.equal(0n);
      }
    });

    it("has exactly the table's roles for functions", async () => {
      const roles = new Map<string, bigint>();
      for (const { args } of await eventsOf("AccessManager", "TargetFunctionRoleUpdated"))
        roles.set(`${args["target"]} ${args["selector"]}`, args["roleId"]);
      const expected = CONTRACT_NAMES.flatMap((contract) =>
        [...entriesOf(contract)].flatMap(([role, names]) =>
          names.map((name): [string, bigint] => {
            const selector = artifactOf(contract).abi.getFunction(name)?.selector;
            return [`${addressOf(contract)} ${selector}`, ROLES[role]];
          }),
        ),
      );
      expect([...roles].sort()).to.deep.equal(expected.sort());
      expect(roles.size).to.be.greaterThan(30);
    });

    it("closes no target, delays no change of one, and was told of nothing to come", async () => {
      for (const name of ["TargetClosed", "TargetAdminDelayUpdated", "OperationScheduled"])
        expect(await eventsOf("AccessManager", name), name).to.deep.equal([]);
      for (const target of CONTRACT_NAMES.map(addressOf)) {
        expect(await by.manager.isTargetClosed(target)).to.equal(false);
        expect(await by.manager.getTargetAdminDelay(target)).to.equal(0n);
      }
    });
  });

  describe("given the timelock", () => {
    it("takes orders from the Governor alone, and is its own admin", async () => {
      const [timelock, governor] = [addressOf("IcnTimelock"), addressOf("IcnGovernor")];
      expect(Object.fromEntries(await membersOf("IcnTimelock"))).to.deep.equal({
        [TIMELOCK_ROLES.DEFAULT_ADMIN]: [timelock],
        [TIMELOCK_ROLES.PROPOSER]: [governor],
        [TIMELOCK_ROLES.EXECUTOR]: [governor],
        [TIMELOCK_ROLES.CANCELLER]: [governor, timelock],
      });
      expect(await eventsOf("IcnTimelock", "RoleAdminChanged")).to.deep.equal([]);
      expect(await by.governor.timelock()).to.equal(timelock);
    });

    it("has nothing scheduled", async () => {
      for (const name of ["CallScheduled", "CallExecuted"])
        expect(await eventsOf("IcnTimelock", name), name).to.deep.equal([]);
    });
  });

  describe("given the deployer", () => {
    it("has no role anywhere", async () => {
      for (const role of Object.values(ROLES))
        expect((await by.manager.hasRole(role, by.address)).isMember).to.equal(false);
      for (const [name, role] of Object.entries(TIMELOCK_ROLES))
        expect(await by.timelock.hasRole(role, by.address), name).to.equal(false);
    });

    it("owns no node, no position, no attester and no schedule", async () => {
      expect(await by.staking.principalOf(by.address)).to.equal(0n);
      expect(await by.registry.nodeCount()).to.equal(0n);
      for (let attester = await by.committee.attesterCount(); attester > 0n; attester--)
        expect((await by.committee.attesterOf(attester)).owner).not.to.equal(by.address);
      for (let schedule = await by.vault.scheduleCount(); schedule > 0n; schedule--)
        expect((await by.vault.scheduleOf(schedule)).beneficiary).not.to.equal(by.address);
    });
  });

  describe("given the contracts", () => {
    const provider = () => system.connection.ethers.provider;

    it("are proxies before the implementations of the manifest, all others have their own code", async () => {
      for (const name of CONTRACT_NAMES) {
        const { address, implementation } = system.manifest.contracts[name];
        const stored = dataSlice(await provider().getStorage(address, IMPLEMENTATION_SLOT), 12);
        const expected = (PROXIES as readonly string[]).includes(name)
          ? implementation
          : `0x${"00".repeat(20)}`;
        expect(stored, name).to.equal(expected);
      }
    });

    it("obey this AccessManager", async () => {
      for (const name of [...PROXIES, "EmissionReserve"] as const) {
        const { abi } = artifactOf(name);
        const data = abi.encodeFunctionData("authority");
        const [authority] = abi.decodeFunctionResult(
          "authority",
          await provider().call({ to: addressOf(name), data }),
        );
        expect(authority, name).to.equal(addressOf("AccessManager"));
      }
    });
  });
});
