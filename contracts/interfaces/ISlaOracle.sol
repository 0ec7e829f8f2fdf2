// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Epoch} from "../types/Epoch.sol";
import {EpochReport, ObservationRoot} from "../types/Reports.sol";
import {Economics, Rules} from "../types/Rules.sol";

/// @title One report per epoch
///
/// Trust: ⌊2n/3⌋ + 1 attesters of the committee at an epoch's start decide its ledger root, in strict order, one
/// pending report at a time. The guardian may veto a pending report (3 times until a vote renews them), never write
/// one, and pause new risk once, for at most 21 epochs, until a vote renews that: no report is taken or made final, its
/// veto window stands still, and no stake is added. What leaves is never paused. The authority schedules rules for future epochs and upgrades the code. Whatever root is signed, the rewards
/// contract caps what it can pay.
interface ISlaOracle {
    enum ReportStatus {
        None,
        Reported,
        Finalized
    }

    /// @notice One answer to an attester's question: may I report now, what, and under whom?
    struct Duty {
        /// The epoch to report next (the pending one while a report waits for its finality).
        Epoch epoch;
        ReportStatus status;
        uint32 generation;
        uint32 committeeId;
        bytes32 rulesHash;
        bytes32 previousLedgerRoot;
        uint64 nodeCount;
        /// Time of the last veto of this epoch in seconds, 0 without one.
        uint64 vetoedAt;
        /// When the pending report may be finalized, 0 without one.
        uint64 finalizableAt;
        /// End of the last pause, 0 before the first; no report is taken until then.
        uint64 pausedUntil;
    }

    /// @notice What is kept of a report.
    struct ReportRecord {
        bytes32 ledgerRoot;
        /// Timestamps in seconds; the veto window is the one in force when the report came.
        uint48 reportedAt;
        uint48 finalizableAt;
        uint32 generation;
        uint32 viewNumber;
        uint32 paidMask;
        uint64 nodeCount;
    }

    /// @notice Rules from `effectiveFrom` on; an event replaces every earlier one that would act from then on or later.
    event RulesScheduled(bytes32 indexed rulesHash, Epoch indexed effectiveFrom, Rules rules);
    event Reported(
        Epoch indexed epoch,
        uint32 indexed generation,
        bytes32 indexed ledgerRoot,
        EpochReport report,
        ObservationRoot[] roots,
        uint256 signers,
        address submitter
    );
    event Vetoed(Epoch indexed epoch, uint32 generation, address indexed guardian, string reason);
    event Finalized(Epoch indexed epoch, bytes32 indexed ledgerRoot);
    event VetoesRenewed(uint8 vetoes);
    event VetoWindowChanged(uint32 vetoWindow);
    /// @notice No new risk until that timestamp, unless it is unpaused before; an open veto window is longer by as much.
    event Paused(uint256 until, address indexed guardian, string reason);
    event Unpaused(address indexed by);
    event PauseRenewed();

    error EpochNotOver(Epoch epoch, uint256 nowAt, uint256 endsAt);
    error WrongEpoch(Epoch actual, Epoch expected);
    /// @notice The report before this one is not yet final.
    error ReportPending(Epoch epoch);
    error WrongGeneration(uint32 actual, uint32 expected);
    error WrongCommittee(uint32 actual, uint32 expected);
    error WrongRules(bytes32 actual, bytes32 expected);
    error WrongPreviousRoot(bytes32 actual, bytes32 expected);
    error WrongNodeCount(uint64 actual, uint64 expected);
    error WrongObservationsHash(bytes32 actual, bytes32 expected);
    error ObservationsNotAscending(uint256 index);
    error ObserverNotMember(uint256 index);
    /// @notice `paidMask` names a seat without an observation root.
    error PaidWithoutObservation(uint32 paidMask, uint256 observers);
    error QuorumNotReached(uint256 signatures, uint256 quorum);
    error UnknownSeat(uint256 signers, uint256 committeeSize);
    error InvalidSignaturesLength(uint256 actual, uint256 expected);
    error InvalidSignature(uint256 seat);
    error NotReported(Epoch epoch);
    error NotFinalized(Epoch epoch);
    error VetoWindowOpen(Epoch epoch, uint256 nowAt, uint256 finalizableAt);
    error VetoWindowOver(Epoch epoch, uint256 nowAt, uint256 finalizableAt);
    error NoVetoLeft();
    /// @notice New risk is paused until that timestamp.
    error NewRiskPaused(uint256 until);
    error NoPauseLeft();
    error NotPaused();
    error VetoWindowOutOfBounds(uint256 vetoWindow, uint256 min, uint256 max);
    error RulesNotInFuture(Epoch effectiveFrom, Epoch earliest);
    /// @notice `field` of the rules has a value outside [min, max].
    error RulesOutOfBounds(string field, uint256 actual, uint256 min, uint256 max);
    error CurveNotAscending(string curve, uint256 index);
    /// @notice An entry's (nodeClass, service) is not above that of the entry before.
    error LatencyTargetsNotAscending(uint256 index);
    /// @notice `service` is not exactly one of the bits of NodeTerms.services.
    error UnknownTargetService(uint256 index, uint8 service);
    /// @notice Class 0 has no target for `service`, so other classes would have none to fall back on.
    error LatencyTargetMissing(uint8 service);
    error UnknownRules(bytes32 rulesHash);

    /// @notice Stores a report signed by a quorum. Anyone may call.
    /// @param roots Observation roots of the set, ascending by attester; their hash is in the report.
    /// @param signers Bitmap of the committee seats that signed.
    /// @param signatures ERC-2098 signatures (64 bytes: r, yParityAndS) of the EIP-712 digest in seat order.
    function submit(
        EpochReport calldata report,
        ObservationRoot[] calldata roots,
        uint256 signers,
        bytes calldata signatures
    ) external;

    /// @notice Ends the veto window of the pending report. Anyone may call.
    function finalize(Epoch epoch) external;

    /// @notice Reopens the pending report's epoch with the next generation; guardian only.
    function veto(Epoch epoch, string calldata reason) external;

    /// @notice Gives the guardian its 3 vetoes again; authority only.
    function renewVetoes() external;

    /// @notice Stops registrations, new stake and bond, reports and their finality for 21 epochs; guardian only, once until
    /// a vote renews it. Withdrawals, claims and vetoes go on.
    function pause(string calldata reason) external;

    /// @notice Ends a pause before its time; guardian only.
    function unpause() external;

    /// @notice Lets the guardian pause once again; authority only.
    function renewPause() external;

    /// @notice Rules for the epochs from `effectiveFrom` on, which has not begun; replaces whatever was scheduled for
    /// then or later. Authority only.
    function scheduleRules(Rules calldata rules, Epoch effectiveFrom) external returns (bytes32 rulesHash);

    /// @notice For the reports from now on; authority only.
    /// @param vetoWindow Seconds, from L/2 to L: as one report is pending at a time, a longer one would make finality fall behind
    /// for ever.
    function setVetoWindow(uint32 vetoWindow) external;

    function duty() external view returns (Duty memory);
    function statusOf(Epoch epoch) external view returns (ReportStatus);
    /// @notice Root of a finalized epoch; reverts with NotFinalized otherwise.
    function finalizedRoot(Epoch epoch) external view returns (bytes32);
    /// @notice Seats paid for a finalized epoch.
    function paidMask(Epoch epoch) external view returns (uint32);
    /// @notice Epochs [0, finalizedCount) are final.
    function finalizedCount() external view returns (uint64);
    /// @notice The report of an epoch, pending or final; reverts with NotReported otherwise.
    function recordOf(Epoch epoch) external view returns (ReportRecord memory);
    /// @notice Nodes in the ledger of a reported epoch.
    function nodeCountOf(Epoch epoch) external view returns (uint64);
    function rulesHashAt(Epoch epoch) external view returns (bytes32);
    function economicsAt(Epoch epoch) external view returns (Economics memory);
    function rulesOf(bytes32 rulesHash) external view returns (Rules memory);
    function digestOf(EpochReport calldata report) external view returns (bytes32);
    function vetoWindow() external view returns (uint32);
    function vetoesLeft() external view returns (uint8);
    /// @notice Timestamp at which the last pause ends or ended; 0 before the first.
    function pausedUntil() external view returns (uint256);
    /// @notice Whether the guardian may pause.
    function pauseLeft() external view returns (bool);
    /// @notice Reverts with NewRiskPaused during a pause.
    function requireNotPaused() external view;
    function epochZero() external view returns (uint256);
    function epochLength() external view returns (uint256);
}
