import { expect } from "chai";
import { getAddress, isAddress } from "ethers";
import { changing } from "../../../scripts/ci/permissions/compare.ts";
import { artifactOf } from "../../../scripts/deploy/artifacts.ts";
import { PERMISSIONS, type Permission } from "../../../scripts/deploy/permissions.ts";
import { CONTRACT_NAMES, type ContractName } from "../../../scripts/lib/manifest.ts";
import { type CallRequest, encodeCall, type Named, type Refused, refusalOf } from "../../helpers/calls.ts";
import { type Account, DAY, deploySystem, icnt, type System } from "../../helpers/system.ts";

/** A call that only fails, without an error of its own. */
const BARE = "";

/** What a call is refused with that comes from somebody else, by the table's words for who may make it. */
const REFUSALS: Readonly<Record<string, string | Partial<Record<ContractName, string>>>> = {
  "nobody any more (initializers are locked)": "InvalidInitialization",
  "the AccessManager": "AccessManagedUnauthorized",
  NodeRegistry: "NotRegistry",
  NodeRewards: "NotRewards",
  "the Governor": "AccessControlUnauthorizedAccount",
  "the Governor, or the timelock by a vote": "AccessControlUnauthorizedAccount",
  "the timelock, by a vote": {
    IcnGovernor: "GovernorOnlyExecutor",
    IcnTimelock: "AccessControlUnauthorizedAccount",
  },
  "who has the role, for itself": {
    AccessManager: "AccessManagerBadConfirmation",
    IcnTimelock: "AccessControlBadConfirmation",
  },
  "who may make the call": "AccessManagerUnauthorizedCall",
  "who may make the call with a delay": "AccessManagerUnauthorizedCall",
  "who scheduled the call, or a vote": "AccessManagerNotScheduled",
  // It asks its caller, which is no contract.
  "a contract that it governs": BARE,
  "the node's operator": { NodeRegistry: "NotOperator", NodeStaking: "NotOwner" },
  "whom it was offered to": "NotOffered",
  "the position's owner": "NotOwner",
  "the attester's owner": "NotAttesterOwner",
  "the beneficiary": "NotBeneficiary",
  "the schedule's revoker": "NotRevoker",
  "who has an allowance": "ERC20InsufficientAllowance",
  "who has the proposal threshold": "GovernorInsufficientProposerVotes",
  "the proposer, before voting begins": "GovernorNonexistentProposal",
};
/** The one function whose words say the same as others' and whose error does not. */
const UPDATE_DELAY = "TimelockUnauthorizedCaller";

/** "anyone", whatever it needs besides. */
const isOpen = ({ role, caller }: Permission) => role === undefined && /^anyone\b/.test(caller);

function expectedRefusal(contract: ContractName, name: string, { role, caller }: Permission): string {
  if (role !== undefined)
    return contract === "AccessManager" ? "AccessManagerUnauthorizedAccount" : "AccessManagedUnauthorized";
  if (name === "updateDelay") return UPDATE_DELAY;
  const known = REFUSALS[caller];
  const error = typeof known === "object" ? known[contract] : known;
  if (error === undefined) throw new Error(`say with what ${contract}.${name} refuses all but "${caller}"`);
  return error;
}

/** Errors that say that the caller is the wrong one, and no more. */
const AUTHORIZATION = [
  ...["AccessManagedUnauthorized", "AccessManagerUnauthorizedAccount", "AccessManagerUnauthorizedCall"],
  ...["AccessControlUnauthorizedAccount", "GovernorOnlyExecutor", "TimelockUnauthorizedCaller"],
  ...["NotRegistry", "NotRewards", "InvalidInitialization"],
];

describe("INV-11 a walk over every function of every deployed contract", () => {
  let system: System;
  let operator: Account;
  let guardian: Account;
  let callers: readonly Account[];
  let named: Named;
  const manager = artifactOf("AccessManager").abi;

  const addressOf = (contract: ContractName) => system.manifest.contracts[contract].address;

  before(async () => {
    system = await deploySystem();
    operator = await system.account("operator", icnt(50_000));
    guardian = await system.as(system.parameters.guardian);
    callers = [await system.account("ordinary"), system.deployer, guardian];
    await system.registerNode(operator, { bond: icnt(10_000) });
    const call = artifactOf("SlaOracle").abi.encodeFunctionData("setVetoWindow", [DAY]);
    // Calls within calls ask for something restricted; the delay is one that the timelock could have.
    named = { target: addressOf("SlaOracle"), bytes: call, delay: 2n * BigInt(DAY) };
  });

  function requireRefusal(found: Refused | undefined, error: string, caller: Account, what: string): void {
    expect(found?.name, what).to.equal(error);
    const addresses = (found?.args ?? []).filter((arg) => isAddress(arg));
    if (addresses.length > 0) expect(addresses, what).to.include(getAddress(caller.address));
  }

  /** The ways to a restricted function that do not pass by its front door. */
  function detours(
    contract: ContractName,
    call: CallRequest,
  ): readonly { via: CallRequest; error?: string }[] {
    const { abi } = artifactOf(contract);
    const execute = manager.encodeFunctionData("execute", [call.to, call.data]);
    const found: { via: CallRequest; error?: string }[] = [
      { via: { to: addressOf("AccessManager"), data: execute }, error: "AccessManagerUnauthorizedCall" },
    ];
    if (abi.hasFunction("multicall"))
      found.push({ via: { to: call.to, data: abi.encodeFunctionData("multicall", [[call.data]]) } });
    return found;
  }

  for (const contract of CONTRACT_NAMES)
    describe(`of ${contract}`, () => {
      const { abi } = artifactOf(contract);
      const functions = changing(abi);

      for (const fragment of functions) {
        const { name } = fragment;
        const permission = PERMISSIONS[contract][name];
        const callOf = () => ({ to: addressOf(contract), data: encodeCall(abi, fragment, named) });

        it(`${name}: ${permission?.caller}`, async () => {
          if (permission === undefined) throw new Error(`${contract}.${name} has no entry in the table`);
          const call = callOf();
          for (const caller of callers) {
            const found = await refusalOf(system, caller.address, call);
            const mayPass = isOpen(permission) || (permission.role === "GUARDIAN" && caller === guardian);
            if (mayPass) expect(AUTHORIZATION).not.to.include(found?.name);
            else requireRefusal(found, expectedRefusal(contract, name, permission), caller, caller.address);
          }
        });

        if (permission?.role !== undefined)
          it(`${name} by no detour`, async () => {
            for (const caller of callers.filter((one) => permission.role !== "GUARDIAN" || one !== guardian))
              for (const { via, error } of detours(contract, callOf())) {
                const found = await refusalOf(system, caller.address, via);
                const usual = expectedRefusal(contract, name, permission);
                requireRefusal(found, error ?? usual, caller, via.data.slice(0, 10));
              }
          });
      }

      it("is a walk over all of them", () => {
        expect(functions.map(({ name }) => name).sort()).to.deep.equal(
          Object.keys(PERMISSIONS[contract]).sort(),
        );
      });
    });

  describe("of the implementations behind the proxies, called directly", () => {
    const proxies = CONTRACT_NAMES.filter((contract) =>
      artifactOf(contract).abi.hasFunction("upgradeToAndCall"),
    );
    const errors: Readonly<Record<string, string>> = {
      initialize: "InvalidInitialization",
      upgradeToAndCall: "UUPSUnauthorizedCallContext",
    };

    for (const contract of proxies)
      for (const fragment of changing(artifactOf(contract).abi)) {
        const { name } = fragment;
        if (PERMISSIONS[contract][name]?.role === undefined && name !== "initialize") continue;
        it(`${contract}.${name}`, async () => {
          const to = system.manifest.contracts[contract].implementation;
          if (to === undefined) throw new Error(`${contract} is no proxy`);
          const data = encodeCall(artifactOf(contract).abi, fragment, named);
          for (const caller of [...callers, await system.timelock()]) {
            const found = await refusalOf(system, caller.address, { to, data });
            requireRefusal(found, errors[name] ?? "AccessManagedUnauthorized", caller, caller.address);
          }
        });
      }
  });

  describe("when the calls are sent", () => {
    const errors = { interface: artifactOf("SlaOracle").abi };
    const pendingReport = async () => system.submit(await system.reportWith({}));

    before(async () => {
      await system.toEpoch(1);
      await pendingReport();
    });

    it("an ordinary account and the deployer neither pause nor veto", async () => {
      for (const caller of callers.filter((one) => one !== guardian))
        for (const call of [
          () => caller.oracle.veto(0, "mine"),
          () => caller.oracle.pause("mine"),
          () => caller.oracle.unpause(),
        ])
          await expect(call())
            .to.be.revertedWithCustomError(errors, "AccessManagedUnauthorized")
            .withArgs(caller.address);
      expect(await system.deployer.oracle.vetoesLeft()).to.equal(3n);
      expect(await system.deployer.oracle.pausedUntil()).to.equal(0n);
    });

    it("the guardian does both, by itself or through the AccessManager", async () => {
      await expect(guardian.oracle.veto(0, "not public")).to.emit(guardian.oracle, "Vetoed");
      await pendingReport();
      const data = errors.interface.encodeFunctionData("veto", [0, "not public"]);
      await expect(guardian.manager.execute(addressOf("SlaOracle"), data)).to.emit(guardian.oracle, "Vetoed");
      await expect(guardian.oracle.pause("an exploit")).to.emit(guardian.oracle, "Paused");
      await expect(guardian.oracle.unpause()).to.emit(guardian.oracle, "Unpaused");
    });

    it("nobody upgrades NodeRewards from inside its multicall", async () => {
      const { abi } = artifactOf("NodeRewards");
      const { implementation } = system.manifest.contracts.NodeRewards;
      const upgrade = abi.encodeFunctionData("upgradeToAndCall", [implementation, "0x"]);
      for (const caller of callers)
        await expect(caller.rewards.multicall([upgrade]))
          .to.be.revertedWithCustomError(errors, "AccessManagedUnauthorized")
          .withArgs(caller.address);
    });
  });
});
