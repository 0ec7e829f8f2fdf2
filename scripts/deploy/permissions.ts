// Who may call what, and how long a vote waits that calls it. From this table a deployment sets the AccessManager, and
// docs/permissions.md is written; CI holds it against the ABIs.
import type { ContractName } from "../lib/manifest.ts";

/** Roles of the AccessManager. 0 is its admin, whose functions are all that no other role is named for. */
export const ROLES = { ADMIN: 0n, GUARDIAN: 1n, ACCOUNTABILITY: 2n, ROUTINE: 3n } as const;
export type Role = keyof typeof ROLES;

/** What a vote waits for: the timelock's delay, or until everybody who is warned could leave. */
export type Wait = "timelock" | "leaving";

export interface Permission {
  /** Restricted by the AccessManager to this role; undefined where the contract itself decides. */
  readonly role: Role | undefined;
  /** In words, for readers. */
  readonly caller: string;
  readonly wait: Wait;
}

const restricted = (role: Role, caller: string): Permission => ({
  ...{ role, caller },
  wait: role === "ADMIN" ? "leaving" : "timelock",
});

/** Can worsen a staker's terms, or changes code or roles. */
const admin = restricted("ADMIN", "a vote");
const routine = restricted("ROUTINE", "a vote");
const guardian = restricted("GUARDIAN", "the guardian");
/** Held by nobody until the accountability contract exists. */
const accountability = restricted("ACCOUNTABILITY", "nobody yet");

/** The contract decides; a vote that calls it has no need to hurry. */
const open = (caller: string): Permission => ({ role: undefined, caller, wait: "leaving" });
/** The same for what concerns the caller's own ICNT only: a vote disposes of the timelock's after its delay. */
const own = (caller: string): Permission => ({ role: undefined, caller, wait: "timelock" });

const ANYONE = "anyone";
const SELF = "anyone, for itself";
const MANAGER = "the AccessManager";
const NOBODY = "nobody any more (initializers are locked)";
const TIMELOCK = "the timelock, by a vote";
const OPERATOR = "the node's operator";
const REGISTRY = "NodeRegistry";

const proxy = { initialize: open(NOBODY), setAuthority: open(MANAGER), upgradeToAndCall: admin };
const votes = { delegate: own(SELF), delegateBySig: open("anyone, with the holder's signature") };
const receivers = {
  onERC721Received: open(ANYONE),
  onERC1155Received: open(ANYONE),
  onERC1155BatchReceived: open(ANYONE),
};

/** Every function that changes something, by contract. */
export const PERMISSIONS: Readonly<Record<ContractName, Readonly<Record<string, Permission>>>> = {
  AccessManager: {
    grantRole: admin,
    revokeRole: admin,
    renounceRole: open("who has the role, for itself"),
    labelRole: admin,
    setRoleAdmin: admin,
    setRoleGuardian: admin,
    setGrantDelay: admin,
    setTargetFunctionRole: admin,
    setTargetClosed: admin,
    setTargetAdminDelay: admin,
    updateAuthority: admin,
    schedule: open("who may make the call with a delay"),
    execute: open("who may make the call"),
    cancel: open("who scheduled the call, or a vote"),
    consumeScheduledOp: open("a contract that it governs"),
    multicall: open("anyone, each call as if it came alone"),
  },
  ICNT: {
    transfer: own(SELF),
    approve: own(SELF),
    transferFrom: own("who has an allowance"),
    permit: open("anyone, with the holder's signature"),
    ...votes,
  },
  VestingVault: {
    addTable: own(ANYONE),
    create: own("anyone, who pays for it"),
    createBatch: own("anyone, who pays for it"),
    release: own(ANYONE),
    setRecipient: own(SELF),
    offerHandover: own("the beneficiary"),
    acceptHandover: own("whom it was offered to"),
    revoke: own("the schedule's revoker"),
    ...votes,
  },
  EmissionReserve: { pay: open("NodeRewards"), sweep: admin, setAuthority: open(MANAGER) },
  NodeRegistry: {
    register: open("anyone, who bonds"),
    activate: open(ANYONE),
    setTerms: open(OPERATOR),
    rotateNodeKey: open(OPERATOR),
    setEndpoint: open(OPERATOR),
    startMaintenance: open(OPERATOR),
    endMaintenance: open(OPERATOR),
    offerOperator: open(OPERATOR),
    acceptOperator: open("whom it was offered to"),
    startExit: open(OPERATOR),
    completeExit: open(ANYONE),
    setFee: routine,
    setClassCaps: admin,
    setCreditPool: routine,
    ...proxy,
  },
  NodeStaking: {
    openBond: open(REGISTRY),
    addBond: open(OPERATOR),
    releaseBond: open(REGISTRY),
    passBond: open(REGISTRY),
    stake: own(SELF),
    topUp: own("the position's owner"),
    requestUnbonding: own("the position's owner"),
    completeUnbonding: own(ANYONE),
    slash: accountability,
    setUnbondingPeriod: admin,
    setSlashCap: admin,
    setBondMinimum: admin,
    ...votes,
    ...proxy,
  },
  AttesterCommittee: {
    admit: routine,
    bond: open("anyone, who pays for it"),
    setCommittee: routine,
    rotateSigningKey: open("the attester's owner"),
    setBoxKey: open("the attester's owner"),
    setEndpoint: open("the attester's owner"),
    setBondRequired: routine,
    ...proxy,
  },
  SlaOracle: {
    submit: open("anyone, with a quorum of attesters' signatures"),
    finalize: open("anyone, after the veto window"),
    veto: guardian,
    pause: guardian,
    unpause: guardian,
    renewVetoes: routine,
    renewPause: routine,
    scheduleRules: admin,
    setVetoWindow: routine,
    ...proxy,
  },
  NodeRewards: {
    accrue: open(ANYONE),
    claim: open("anyone, to each owner's recipient"),
    proveIndex: open(ANYONE),
    claimAttesterPay: open("anyone, to the owner's recipient"),
    setRecipient: own(SELF),
    multicall: open("anyone, each call as if it came alone"),
    ...proxy,
  },
  VotingPower: {},
  IcnTimelock: {
    schedule: open("the Governor"),
    scheduleBatch: open("the Governor"),
    execute: open("the Governor"),
    executeBatch: open("the Governor"),
    cancel: own("the Governor, or the timelock by a vote"),
    updateDelay: open(TIMELOCK),
    grantRole: open(TIMELOCK),
    revokeRole: open(TIMELOCK),
    renounceRole: open("who has the role, for itself"),
    ...receivers,
  },
  IcnGovernor: {
    propose: open("who has the proposal threshold"),
    castVote: open("anyone, with the votes of the snapshot"),
    castVoteWithReason: open("anyone, with the votes of the snapshot"),
    castVoteWithReasonAndParams: open("anyone, with the votes of the snapshot"),
    castVoteBySig: open("anyone, with the voter's signature"),
    castVoteWithReasonAndParamsBySig: open("anyone, with the voter's signature"),
    queue: open("anyone, once it has passed"),
    execute: open("anyone, after the delay"),
    cancel: open("the proposer, before voting begins"),
    setVotingDelay: own(TIMELOCK),
    setVotingPeriod: own(TIMELOCK),
    setProposalThreshold: own(TIMELOCK),
    updateQuorumNumerator: own(TIMELOCK),
    setLateQuorumVoteExtension: own(TIMELOCK),
    updateTimelock: open(TIMELOCK),
    relay: open(TIMELOCK),
    ...receivers,
  },
};

/** The entries that the AccessManager must have: the rest is its admin's by default. */
export function entriesOf(contract: ContractName): ReadonlyMap<Role, readonly string[]> {
  const found = new Map<Role, string[]>();
  for (const [name, { role, wait }] of Object.entries(PERMISSIONS[contract])) {
    const entry = role ?? (wait === "timelock" ? "ROUTINE" : "ADMIN");
    if (entry !== "ADMIN") found.set(entry, [...(found.get(entry) ?? []), name]);
  }
  return found;
}
