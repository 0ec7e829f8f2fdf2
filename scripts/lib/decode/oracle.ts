import { ISlaOracle__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/ISlaOracle__factory.ts";
import type { ErrorModule } from "./words.ts";

const OTHER_REPORT = "let the oracle compute the report anew: it follows the chain";

export const ORACLE: ErrorModule = {
  name: "SlaOracle",
  errors: ISlaOracle__factory.createInterface(),
  words: {
    NotFinalized: [
      "epoch {epoch} is not final yet",
      "wait until its report's veto window is over, or claim through an earlier epoch",
    ],
    NewRiskPaused: [
      "the guardian paused new stake, bonds and registrations until {until:time}",
      "try again then; whatever leaves is never paused",
    ],
  },
  rare: {
    EpochNotOver: ["epoch {epoch} ends at {endsAt:time}, it is {nowAt:time}", "report it after its end"],
    WrongEpoch: ["the report is of epoch {actual}, due is epoch {expected}", OTHER_REPORT],
    ReportPending: ["the report of epoch {epoch} waits for the end of its veto window", "finalize it first"],
    WrongGeneration: ["the report has generation {actual}, due is {expected}", OTHER_REPORT],
    WrongCommittee: ["the report names committee {actual}, due is {expected}", OTHER_REPORT],
    WrongRules: ["the report names the rules {actual}, in force are {expected}", OTHER_REPORT],
    WrongPreviousRoot: ["the report extends the root {actual}, the last one is {expected}", OTHER_REPORT],
    WrongNodeCount: ["the report has {actual} nodes, the chain {expected}", OTHER_REPORT],
    WrongObservationsHash: [
      "the observation roots hash to {actual}, the report says {expected}",
      "send the roots that the report was signed with",
    ],
    ObservationsNotAscending: [
      "observation root {index} is out of order",
      "send the roots in ascending order of their attesters",
    ],
    ObserverNotMember: ["observation root {index} is of no member", "send the roots of members only"],
    PaidWithoutObservation: [
      "the paid mask {paidMask} pays more than the {observers} observers",
      OTHER_REPORT,
    ],
    QuorumNotReached: ["{signatures} signatures, the quorum is {quorum}", "gather more signatures"],
    UnknownSeat: [
      "the signers {signers} name a seat beyond the {committeeSize} there are",
      "name seats of members",
    ],
    InvalidSignaturesLength: [
      "the signatures have {actual} bytes, expected are {expected}",
      "send 64 bytes a signer",
    ],
    InvalidSignature: ["the signature of seat {seat} is not by its member", "gather the signatures anew"],
    NotReported: ["epoch {epoch} is not reported", "wait for its report"],
    VetoWindowOpen: [
      "the veto window of epoch {epoch} is open until {finalizableAt:time}, it is {nowAt:time}",
      "finalize it then",
    ],
    VetoWindowOver: [
      "the veto window of epoch {epoch} was over at {finalizableAt:time}, it is {nowAt:time}",
      "it can no longer be vetoed; a vote may set the ledger back",
    ],
    NoVetoLeft: ["the guardian has no veto left", "a vote must renew them: `icn gov propose --renew-vetoes`"],
    NoPauseLeft: ["the guardian has no pause left", "a vote must renew it: `icn gov propose --renew-pause`"],
    NotPaused: ["nothing is paused", "there is nothing to end"],
    VetoWindowOutOfBounds: [
      "a veto window of {vetoWindow:duration} is not within {min:duration} to {max:duration}",
      "propose one within",
    ],
    RulesNotInFuture: [
      "rules cannot be in force from epoch {effectiveFrom} on, at the earliest from {earliest}",
      "propose a later epoch",
    ],
    RulesOutOfBounds: ["{field} = {actual} is not within {min} to {max}", "propose a value within"],
    CurveNotAscending: ["point {index} of the curve {curve} does not ascend", "propose ascending points"],
    LatencyTargetMissing: [
      "the rules have no latency target of {service:service}",
      "propose one for its class 0",
    ],
    LatencyTargetsNotAscending: [
      "latency target {index} is out of order",
      "propose them in ascending order of service and class",
    ],
    UnknownTargetService: [
      "latency target {index} is of the unknown service {service}",
      "propose one of a service",
    ],
    UnknownRules: ["no rules have the hash {rulesHash}", "schedule them first"],
  },
};
