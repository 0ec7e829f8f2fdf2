import { INodeStaking__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/INodeStaking__factory.ts";
import type { ErrorModule } from "./words.ts";

export const STAKING: ErrorModule = {
  name: "NodeStaking",
  errors: INodeStaking__factory.createInterface(),
  words: {
    UnknownPosition: ["there is no position {positionId}", "`icn node status` and `icn portfolio` list them"],
    UnknownRequest: [
      "there is no unbonding request {requestId}",
      "it may be paid out already: look at your portfolio",
    ],
    NotOwner: [
      "position {positionId} does not belong to {caller}",
      "sign with the account that owns it, or name a position of yours",
    ],
    ZeroAmount: ["the amount is zero", "name a positive amount"],
    PositionClosed: [
      "position {positionId} is closed: it ends before epoch {to}",
      "name its successor, or wait for the next epoch and stake anew",
    ],
    AmountAbovePosition: [
      "{amount:icnt} ICNT are more than the position's {position:icnt}",
      "name at most what the position holds",
    ],
    NodeNotStakable: [
      "node {nodeId} takes no stake: there is no such node, or it is leaving",
      "delegate to an active node (`icn node status` lists them)",
    ],
    StakeAboveLimit: [
      "node {nodeId} would hold {stake:icnt} ICNT, its limit is {limit:icnt}",
      "delegate less, or to a node with more bond or units; an operator keeps enough bond and units for its stake",
    ],
    BondTooLow: [
      "the bond of node {nodeId} would be {bond:icnt} ICNT, needed are {min:icnt}",
      "raise the bond, offer fewer units, or leave with the node as a whole",
    ],
    NotDelegation: ["position {positionId} is a bond, not a delegation", "add to a bond through its node"],
    CommissionAboveMax: [
      "the node takes a commission of {commissionPpm:ppm}, more than your {max:ppm}",
      "raise --max-commission or choose another node",
    ],
    NotMatured: [
      "request {requestId} matures at {maturesAt:time}, it is {nowAt:time}",
      "wait until then: nothing is lost meanwhile",
    ],
    NotSettled: [
      "request {requestId} backs epochs up to {needed}, final are those before {finalizedCount}",
      "wait until the reports of these epochs are final",
    ],
    TooManyRequests: [
      "node {nodeId} has {max} open unbonding requests, the most there can be",
      "withdraw a matured one first",
    ],
  },
  rare: {
    NotRegistry: [
      "only the node registry may do this, not {caller}",
      "go through the registry: `icn node` does",
    ],
    OffenceNotBegun: [
      "epoch {offenceAt} has not begun; the next one is {upcoming}",
      "name an epoch in which the offence was committed",
    ],
    SlashAboveCap: ["a slash of {amount:icnt} ICNT is above the cap of {cap:icnt}", "slash at most the cap"],
    UnbondingOutOfBounds: [
      "{epochs} epochs of unbonding are not within {min} to {max}",
      "propose {min} to {max}",
    ],
    SlashCapTooHigh: ["a slash cap of {slashCapPpm:ppm} is above {max:ppm}", "propose at most {max:ppm}"],
    BondMinimumTooHigh: [
      "a bond minimum of {base:icnt} ICNT and {perUnit:icnt} per unit is above {max:icnt}",
      "propose less",
    ],
  },
};
