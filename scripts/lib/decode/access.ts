import { Interface } from "ethers";
import { AccessManager__factory } from "../../../types/ethers-contracts/factories/@openzeppelin/contracts/access/manager/AccessManager__factory.ts";
import { IEmissionReserve__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/IEmissionReserve__factory.ts";
import type { ErrorModule } from "./words.ts";

const TABLE = "correct the emission's shares in the parameters";
const OPERATION = "look the operation up in the AccessManager";

export const RESERVE: ErrorModule = {
  name: "EmissionReserve",
  errors: IEmissionReserve__factory.createInterface(),
  words: {},
  rare: {
    NotRewards: ["only NodeRewards may take emission, not {caller}", "claim through NodeRewards"],
    EmissionExceeded: [
      "{asked:icnt} ICNT asked for, released so far are {released:icnt}",
      "wait: the reserve never pays more than what was emitted",
    ],
    SweepTooEarly: ["the rest may be swept from {allowedAt:time} on, it is {nowAt:time}", "wait until then"],
    TableLength: ["the emission table has {actual} months, not {expected}", TABLE],
    TableRises: ["the emission rises in month {month}", TABLE],
    TableSum: ["the emission's shares sum to {actual}, not to {expected}", TABLE],
    FirstMonth: ["the first month emits {actual}, not {expected}", TABLE],
    GenesisMismatch: [
      "genesis minted another amount than what is owed from it",
      "correct the allocations in the parameters",
    ],
  },
};

/** Who may call what; OpenZeppelin's errors, of which the managed contracts declare a part. */
export const ACCESS: ErrorModule = {
  name: "AccessManager and proxies",
  errors: new Interface([
    ...AccessManager__factory.createInterface().fragments.filter(({ type }) => type === "error"),
    "error AccessManagedUnauthorized(address caller)",
    "error AccessManagedRequiredDelay(address caller, uint32 delay)",
    "error BeforeEpochZero(uint256 timestamp, uint256 epochZero)",
    "error SafeERC20FailedOperation(address token)",
    "error AccessManagedInvalidAuthority(address authority)",
    "error EpochLengthZero(uint64 epochLength)",
    "error ERC1967InvalidImplementation(address implementation)",
    "error ERC1967NonPayable()",
    "error InvalidInitialization()",
    "error NotInitializing()",
    "error UUPSUnauthorizedCallContext()",
    "error UUPSUnsupportedProxiableUUID(bytes32 slot)",
  ]),
  words: {
    AccessManagedUnauthorized: [
      "{caller} may not do this",
      "what is reserved for a vote: `icn gov propose`; for the guardian: sign with its key",
    ],
    BeforeEpochZero: [
      "epoch 0 starts at {epochZero:time}, it is {timestamp:time}",
      "try again when it has begun",
    ],
  },
  rare: {
    AccessManagedRequiredDelay: ["{caller} may do this only after a delay of {delay} s", "schedule it first"],
    AccessManagerAlreadyScheduled: ["the operation {operationId} is scheduled already", OPERATION],
    AccessManagerBadConfirmation: [
      "the confirmation is not the caller's address",
      "confirm with the caller's own",
    ],
    AccessManagerExpired: ["the operation {operationId} has expired", "schedule it anew"],
    AccessManagerInvalidInitialAdmin: ["{initialAdmin} cannot be the first admin", "name another address"],
    AccessManagerLockedFunction: ["the function {selector} is locked", "it cannot be changed"],
    AccessManagerLockedRole: ["the role {roleId} is locked", "it cannot be changed"],
    AccessManagerNotReady: ["the operation {operationId} is not ready", "wait until its delay is over"],
    AccessManagerNotScheduled: ["the operation {operationId} is not scheduled", "schedule it first"],
    AccessManagerUnauthorizedAccount: [
      "{msgsender} lacks the role {roleId}",
      "sign with an account that has it",
    ],
    AccessManagerUnauthorizedCall: [
      "{caller} may not call {selector} of {target}",
      "sign with an account that may",
    ],
    AccessManagerUnauthorizedCancel: ["{msgsender} may not cancel the operation of {caller}", OPERATION],
    AccessManagerUnauthorizedConsume: ["{target} may not consume the operation", OPERATION],
    AccessManagedInvalidAuthority: ["{authority} is no AccessManager", "name a contract"],
    EpochLengthZero: ["an epoch of {epochLength} s has no length", "construct it with the deployment's"],
    ERC1967InvalidImplementation: [
      "{implementation} is no implementation of a proxy",
      "propose one that `icn gov implementation` made",
    ],
    ERC1967NonPayable: ["an upgrade takes no coin", "send none"],
    InvalidInitialization: ["it is initialized already", "nobody can do it again"],
    NotInitializing: ["only an initializer may do this", "report this"],
    UUPSUnauthorizedCallContext: [
      "an implementation cannot be called by itself",
      "call the proxy at the deployment's address",
    ],
    UUPSUnsupportedProxiableUUID: [
      "the implementation keeps its code at another slot: {slot}",
      "propose one that `icn gov implementation` made",
    ],
    SafeERC20FailedOperation: ["the token {token} refused a transfer", "report this: ICNT names its reasons"],
    AddressEmptyCode: ["{target} has no code", "name a contract"],
    FailedCall: ["a call within the call failed without a reason", "report this"],
    InsufficientBalance: ["a contract has {balance} wei, {needed} are needed", "send less coin"],
    SafeCastOverflowedUintDowncast: ["{value} does not fit into {bits} bits", "name a smaller amount"],
  },
};
