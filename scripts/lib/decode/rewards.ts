import { INodeRewards__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/INodeRewards__factory.ts";
import type { ErrorModule } from "./words.ts";

export const REWARDS: ErrorModule = {
  name: "NodeRewards",
  errors: INodeRewards__factory.createInterface(),
  words: {
    NotAccrued: [
      "what epoch {epoch} pays at most is not computed yet: known are the epochs before {accruedCount}",
      "claim again: the command computes what is missing",
    ],
    InvalidProof: [
      "the leaf of node {nodeId} is not in the final ledger of epoch {epoch}",
      "fetch the evidence again from the attesters (without --bundles)",
    ],
    WrongNode: [
      "position {positionId} is on node {actual}, not on node {expected}",
      "claim it with its own node",
    ],
    EpochOutOfRange: [
      "position {positionId} can be claimed for the epochs {from} up to before {to}, not for {epoch}",
      "there is nothing new to claim yet: try again after the next final report",
    ],
    StartIndexUnknown: [
      "what node {nodeId} had earned after epoch {epoch}, where the position starts, is not proven",
      "claim again: the command proves what is missing",
    ],
    IndexFell: [
      "the ledger was set back below what position {positionId} was paid for ({actual} after {start})",
      "wait until the node has earned more than that again",
    ],
    NothingToClaim: [
      "attester {attesterId} has nothing to claim of the epochs {from} up to before {until}",
      "try again after the next final report",
    ],
  },
  rare: {},
};
