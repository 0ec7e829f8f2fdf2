import { Interface } from "ethers";
import { IcnGovernor__factory } from "../../../types/ethers-contracts/factories/contracts/governance/IcnGovernor__factory.ts";
import { IcnTimelock__factory } from "../../../types/ethers-contracts/factories/contracts/governance/IcnTimelock__factory.ts";
import { IVotingPower__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/IVotingPower__factory.ts";
import type { ErrorModule } from "./words.ts";

const WITHIN = "propose a value within";
const SHOW = "`icn gov show` says what it waits for";
const BY_VOTE = "propose the call: `icn gov propose`";
const REPORT = "report this: the Governor makes its own calls";

const errorsOf = (...interfaces: readonly Interface[]) =>
  interfaces.flatMap(({ fragments }) => fragments.filter(({ type }) => type === "error"));

/** The Governor, its timelock and the sum of votes, with what OpenZeppelin's parts of them declare. */
export const GOVERNANCE: ErrorModule = {
  name: "IcnGovernor and IcnTimelock",
  errors: new Interface(
    errorsOf(
      IcnGovernor__factory.createInterface(),
      IcnTimelock__factory.createInterface(),
      IVotingPower__factory.createInterface(),
    ),
  ),
  words: {
    GovernorAlreadyCastVote: ["{voter} has voted on this proposal", "a vote cannot be changed"],
    GovernorInsufficientProposerVotes: [
      "{proposer} has {votes:icnt} votes, a proposal needs {threshold:icnt}",
      "`icn votes show` says where more could come from; a delegation counts from the next second on",
    ],
    GovernorUnexpectedProposalState: ["the proposal is {current:state}", SHOW],
    VotingDelayOutOfBounds: [
      "a voting delay of {votingDelay:duration} is not within {min:duration} to {max:duration}",
      WITHIN,
    ],
    VotingPeriodOutOfBounds: [
      "a voting period of {votingPeriod:duration} is not within {min:duration} to {max:duration}",
      `${WITHIN}; it must not fall below the late-quorum extension`,
    ],
    ProposalThresholdOutOfBounds: [
      "a threshold of {proposalThreshold:icnt} ICNT is not within {min:icnt} to {max:icnt}",
      WITHIN,
    ],
    QuorumOutOfBounds: ["a quorum of {quorumPpm:ppm} is not within {min:ppm} to {max:ppm}", WITHIN],
    UpgradeWithoutCode: [
      "an upgrade of {target} names {implementation}, which has no code",
      "create the code with `icn gov implementation` first: who is warned must be able to read it",
    ],
    TimelockDelayOutOfBounds: [
      "a timelock delay of {delay:duration} is not within {min:duration} to {max:duration}",
      WITHIN,
    ],
  },
  rare: {
    AccessControlBadConfirmation: [
      "the confirmation is not the caller's address",
      "confirm with the caller's own",
    ],
    AccessControlUnauthorizedAccount: ["{account} lacks the role {neededRole}", BY_VOTE],
    DelegateAtSource: [
      "VotingPower keeps no delegates",
      "`icn votes delegate` names one in ICNT, NodeStaking and VestingVault",
    ],
    GovernorAlreadyQueuedProposal: ["the proposal {proposalId} is queued already", SHOW],
    GovernorDisabledDeposit: ["the Governor takes no coin", "send none: the timelock holds what votes spend"],
    GovernorInvalidProposalLength: [
      "the proposal has {targets} targets, {calldatas} calls and {values} values",
      "name at least one action, each with all three",
    ],
    GovernorInvalidQuorumFraction: ["a quorum of {quorumNumerator} is more than {quorumDenominator}", WITHIN],
    GovernorInvalidSignature: ["the ballot is not signed by {voter}", "have the voter sign it anew"],
    GovernorInvalidVoteParams: ["the vote has parameters, the Governor takes none", "vote without them"],
    GovernorInvalidVoteType: ["the vote is none of for, against and abstain", "name one of them"],
    GovernorInvalidVotingPeriod: ["a voting period of {votingPeriod} s is none", WITHIN],
    GovernorNonexistentProposal: ["there is no proposal {proposalId}", "`icn gov list` shows all"],
    GovernorOnlyExecutor: ["{account} may not do this: only a vote may", BY_VOTE],
    GovernorPreventLateQuorumVoteExtensionTooLarge: [
      "a late-quorum extension of {newVoteExtension:duration} is above {maxVoteExtension:duration}",
      "propose at most the voting period",
    ],
    GovernorProposalQueueingFailed: ["the proposal {proposalId} could not be queued", REPORT],
    GovernorProposalQueueingNotRequired: ["the proposal {proposalId} needs no queue", "carry it out"],
    GovernorRestrictedProposer: [
      "{proposer} may not make this proposal: its description names another proposer",
      "have that account propose it, or take #proposer= out of the description",
    ],
    GovernorUnableToCancel: [
      "{account} cannot cancel the proposal {proposalId}",
      "only its proposer can, before voting begins; a queued one is cancelled by `icn gov propose --cancel-queued`",
    ],
    TimelockInsufficientDelay: ["a delay of {delay} s is below {minDelay} s", REPORT],
    TimelockInvalidOperationLength: [
      "the operation has {targets} targets, {payloads} calls and {values} values",
      REPORT,
    ],
    TimelockUnauthorizedCaller: ["{caller} may not change the timelock: only a vote may", BY_VOTE],
    TimelockUnexecutedPredecessor: ["the operation {predecessorId} comes first", "carry that one out"],
    TimelockUnexpectedOperationState: [
      "the operation {operationId} cannot be carried out or cancelled now",
      "carry it out once its delay is over; what was carried out cannot be cancelled",
    ],
  },
};
