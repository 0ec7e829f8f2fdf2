// Contract errors in words: which rule was broken, with what values, and what to do about it.
import { type ErrorDescription, Interface, isCallException, isError } from "ethers";
import { AccessManager__factory } from "../../types/ethers-contracts/factories/@openzeppelin/contracts/access/manager/AccessManager__factory.ts";
import { IAttesterCommittee__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IAttesterCommittee__factory.ts";
import { IEmissionReserve__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IEmissionReserve__factory.ts";
import { INodeRegistry__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeRegistry__factory.ts";
import { INodeRewards__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeRewards__factory.ts";
import { INodeStaking__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeStaking__factory.ts";
import { ISlaOracle__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/ISlaOracle__factory.ts";
import { IVestingVault__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IVestingVault__factory.ts";
import { formatIcnt, formatPpm } from "./amounts.ts";
import { CliError, EXIT } from "./errors.ts";

/** Errors of the token and of access control, which no interface of ours declares. */
const FOREIGN = new Interface([
  "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
  "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
  "error AccessManagedUnauthorized(address caller)",
]);

const INTERFACES: readonly Interface[] = [
  INodeRegistry__factory.createInterface(),
  INodeStaking__factory.createInterface(),
  INodeRewards__factory.createInterface(),
  ISlaOracle__factory.createInterface(),
  IAttesterCommittee__factory.createInterface(),
  IEmissionReserve__factory.createInterface(),
  IVestingVault__factory.createInterface(),
  AccessManager__factory.createInterface(),
  FOREIGN,
];

type Explain = (args: ErrorDescription["args"]) => readonly [message: string, remedy: string];

const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  ERC20InsufficientBalance: (args) => [
    `${args["sender"]} has ${formatIcnt(args["balance"])} ICNT, ${formatIcnt(args["needed"])} are needed`,
    "send it more ICNT or name a smaller amount",
  ],
  ERC20InsufficientAllowance: (args) => [
    `${args["spender"]} may take ${formatIcnt(args["allowance"])} ICNT, ${formatIcnt(args["needed"])} are needed`,
    "run the command again: it approves what it needs",
  ],
  AccessManagedUnauthorized: (args) => [
    `${args["caller"]} may not do this`,
    "sign with the admin's key, or with the key of the role that the function is reserved for",
  ],
  BondTooLow: (args) => [
    `the bond is too low: ${formatIcnt(args.at(1))} ICNT, needed are ${formatIcnt(args.at(2))}`,
    "raise --bond or offer fewer units",
  ],
  StakeAboveLimit: (args) => [
    `node ${args["nodeId"]} would hold ${formatIcnt(args["stake"])} ICNT, its limit is ${formatIcnt(args["limit"])}`,
    "delegate less, or to a node with more bond or units",
  ],
  NodeKeyUsed: (args) => [
    `the node key ${args["nodeKey"]} was used before`,
    "make a new key: a node key belongs to one node for ever",
  ],
  NodeNotStakable: (args) => [
    `node ${args["nodeId"]} takes no stake: there is no such node, or it is leaving`,
    "delegate to an active node (`icn node status` lists them)",
  ],
  CommissionAboveMax: (args) => [
    `the node takes a commission of ${formatPpm(args["commissionPpm"])}, more than your ${formatPpm(args["max"])}`,
    "raise --max-commission or choose another node",
  ],
  CommissionTooHigh: (args) => [
    `a commission of ${formatPpm(args["commissionPpm"])} is above the most allowed, ${formatPpm(args["max"])}`,
    "lower --commission",
  ],
  InvalidUnits: (args) => [
    `${args["units"]} capacity units of service ${args["service"]}: the class allows 1 to ${args["cap"]} where the service is offered, 0 elsewhere`,
    "correct the units or choose a larger --class",
  ],
  InvalidCountry: () => ["the country is not two capital letters", "write an ISO 3166 code such as DE"],
  UnknownNode: (args) => [`there is no node ${args["nodeId"]}`, "`icn node status` lists the nodes"],
  UnknownPosition: (args) => [`there is no position ${args["positionId"]}`, "`icn node status` lists them"],
  NotFinalized: (args) => [
    `epoch ${args["epoch"]} is not final yet`,
    "wait until its report's veto window is over, or claim through an earlier epoch",
  ],
  EpochOutOfRange: (args) => [
    `position ${args["positionId"]} can be claimed for the epochs ${args["from"]} up to before ${args["to"]}, not for ${args["epoch"]}`,
    "there is nothing new to claim yet: try again after the next final report",
  ],
  StartIndexUnknown: (args) => [
    `the start of the position at epoch ${args["epoch"]} is not proven`,
    "run `icn claim` again: it proves what is missing",
  ],
  InvalidProof: (args) => [
    `the leaf of node ${args["nodeId"]} is not in the final ledger of epoch ${args["epoch"]}`,
    "fetch the evidence again from the attesters (without --bundles)",
  ],
};

/** What went wrong, for the reader of a terminal; errors that say so already stay as they are. */
export function explain(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (isCallException(error)) return explainRevert(error.data, error.reason ?? error.shortMessage, error);
  if (isError(error, "INSUFFICIENT_FUNDS"))
    return new CliError(
      `${error.transaction.from ?? "the account"} cannot pay the gas`,
      "send it some of the chain's coin, or sign with another key",
      { code: "insufficient-coin", cause: error },
    );
  if (isError(error, "NETWORK_ERROR") || isError(error, "TIMEOUT") || isError(error, "SERVER_ERROR"))
    return new CliError(`the chain does not answer: ${error.shortMessage}`, "try again later", {
      code: "chain-unreachable",
      exitCode: EXIT.tryAgain,
      cause: error,
    });
  return new CliError(shortMessageOf(error), "if this is no mistake of the call, report it", {
    code: "unexpected",
    cause: error,
  });
}

/** ethers' full messages hold whole transactions. */
function shortMessageOf(error: unknown): string {
  const { shortMessage } = Object(error) as { readonly shortMessage?: unknown };
  if (typeof shortMessage === "string") return shortMessage;
  return error instanceof Error ? error.message : String(error);
}

/** What revert data says; `reason` where it says nothing that a contract of ours declares. */
export function explainRevert(data: string | null, reason: string, cause?: unknown): CliError {
  const found = data === null ? undefined : describe(data);
  if (found === undefined)
    return new CliError(`the contract refused the call: ${reason}`, "check the call's arguments", {
      code: "call-refused",
      cause,
    });
  const known = EXPLANATIONS[found.name];
  const values = found.fragment.inputs.map(({ name }, index) => `${name} ${found.args.at(index)}`).join(", ");
  const [message, remedy] = known?.(found.args) ?? [
    `the contract refused the call: ${found.name}(${values})`,
    "the error's meaning is documented in contracts/interfaces",
  ];
  return new CliError(message, remedy, { code: codeOf(found.name), cause });
}

/** "BondTooLow" → "bond-too-low". */
export const codeOf = (errorName: string): string =>
  errorName
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();

/** The custom error that revert data encodes, if one of the contracts declares it. */
export function describe(data: string): ErrorDescription | undefined {
  for (const contract of INTERFACES) {
    const parsed = contract.parseError(data);
    if (parsed !== null) return parsed;
  }
  return undefined;
}
