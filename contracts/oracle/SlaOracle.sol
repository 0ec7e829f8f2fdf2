// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAttesterCommittee} from "../interfaces/IAttesterCommittee.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {CodeBlob} from "../libraries/CodeBlob.sol";
import {Quorum} from "../libraries/Quorum.sol";
import {ReportHash} from "../libraries/ReportHash.sol";
import {RulesCheck} from "../libraries/RulesCheck.sol";
import {Epoch} from "../types/Epoch.sol";
import {EpochClock, newEpochClock} from "../types/EpochClock.sol";
import {EpochReport, ObservationRoot} from "../types/Reports.sol";
import {Economics, Rules} from "../types/Rules.sol";

/// @title One report per epoch
/// @dev See {ISlaOracle}.
contract SlaOracle is ISlaOracle, AccessManagedUpgradeable, UUPSUpgradeable {
    /// Where the series of reports stands; one slot.
    struct Progress {
        uint32 finalizedCount;
        /// Of the epoch `finalizedCount`, as are the next two. Seconds in 40 bits.
        uint40 vetoedAt;
        uint32 generation;
        bool pending;
        uint8 vetoesLeft;
        bool pauseLeft;
        uint32 vetoWindow;
        /// Start of the last rules period.
        Epoch rulesFrom;
        /// End of the last pause, in seconds; lasts until 2106.
        uint32 pausedUntil;
    }

    struct RulesPeriod {
        bytes32 rulesHash;
        Economics economics;
        /// Start of the period before this one.
        Epoch previousFrom;
    }

    /// @custom:storage-location erc7201:icn.storage.SlaOracle
    struct OracleStorage {
        Progress progress;
        mapping(Epoch effectiveFrom => RulesPeriod) periods;
        /// Code blob of abi.encode(Rules).
        mapping(bytes32 rulesHash => CodeBlob) rules;
        mapping(Epoch => ReportRecord) records;
    }

    // keccak256(abi.encode(uint256(keccak256("icn.storage.SlaOracle")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE_LOCATION = 0x459d223a04e7a876186acc037a87d82345560ce4f8d1cb7d52d465cde2413900;
    Epoch private constant GENESIS = Epoch.wrap(0);
    uint8 private constant VETOES = 3;
    uint256 private constant PAUSE_EPOCHS = 21;

    IAttesterCommittee private immutable COMMITTEE;
    INodeRegistry private immutable REGISTRY;
    EpochClock private immutable CLOCK;

    constructor(IAttesterCommittee committee, INodeRegistry registry, uint64 epochZero_, uint64 epochLength_) {
        COMMITTEE = committee;
        REGISTRY = registry;
        CLOCK = newEpochClock(epochZero_, epochLength_);
        _disableInitializers();
    }

    /// @param genesisRules In force from epoch 0 on.
    function initialize(address authority_, uint32 vetoWindow_, Rules calldata genesisRules) external initializer {
        __AccessManaged_init(authority_);
        _setVetoWindow(vetoWindow_);
        _renewVetoes();
        _storage().progress.pauseLeft = true;
        _scheduleRules(genesisRules, GENESIS);
    }

    /// @inheritdoc ISlaOracle
    function submit(
        EpochReport calldata report,
        ObservationRoot[] calldata roots,
        uint256 signers,
        bytes calldata signatures
    ) external {
        OracleStorage storage $ = _storage();
        Progress memory progress = $.progress;
        _requireNotPaused(progress);
        _requireDue(progress, report);
        _requireOwnValues(progress, report);
        (uint32 committeeId, bytes memory seats) = COMMITTEE.seatsAt(report.epoch);
        if (report.committeeId != committeeId) revert WrongCommittee(report.committeeId, committeeId);
        Quorum.requireObservers(report, roots, seats);
        Quorum.requireSigned(ReportHash.digest(report, address(this)), signers, signatures, seats);

        $.progress.pending = true;
        $.records[report.epoch] = ReportRecord({
            ledgerRoot: report.ledgerRoot,
            reportedAt: uint48(block.timestamp),
            finalizableAt: uint48(block.timestamp + progress.vetoWindow),
            generation: report.generation,
            viewNumber: report.viewNumber,
            paidMask: report.paidMask,
            nodeCount: report.nodeCount
        });
        ReportHash.emitReported(report, roots, signers, msg.sender);
    }

    /// @inheritdoc ISlaOracle
    function finalize(Epoch epoch) external {
        OracleStorage storage $ = _storage();
        Progress memory progress = $.progress;
        _requireNotPaused(progress);
        _requirePending(progress, epoch);
        ReportRecord storage record = $.records[epoch];
        uint256 finalizableAt = record.finalizableAt;
        if (block.timestamp < finalizableAt) revert VetoWindowOpen(epoch, block.timestamp, finalizableAt);

        progress.finalizedCount += 1;
        progress.vetoedAt = 0;
        progress.generation = 0;
        progress.pending = false;
        $.progress = progress;
        emit Finalized(epoch, record.ledgerRoot);
    }

    /// @inheritdoc ISlaOracle
    function veto(Epoch epoch, string calldata reason) external restricted {
        OracleStorage storage $ = _storage();
        Progress memory progress = $.progress;
        _requirePending(progress, epoch);
        uint256 finalizableAt = $.records[epoch].finalizableAt;
        if (block.timestamp >= finalizableAt) revert VetoWindowOver(epoch, block.timestamp, finalizableAt);
        if (progress.vetoesLeft == 0) revert NoVetoLeft();

        uint32 vetoed = progress.generation;
        progress.generation = vetoed + 1;
        progress.vetoedAt = uint40(block.timestamp);
        progress.vetoesLeft -= 1;
        progress.pending = false;
        $.progress = progress;
        emit Vetoed(epoch, vetoed, msg.sender, reason);
    }

    /// @inheritdoc ISlaOracle
    function renewVetoes() external restricted {
        _renewVetoes();
    }

    /// @inheritdoc ISlaOracle
    function pause(string calldata reason) external restricted {
        OracleStorage storage $ = _storage();
        Progress memory progress = $.progress;
        _requireNotPaused(progress);
        if (!progress.pauseLeft) revert NoPauseLeft();

        uint256 length = PAUSE_EPOCHS * CLOCK.length();
        (progress.pausedUntil, progress.pauseLeft) = (SafeCast.toUint32(block.timestamp + length), false);
        $.progress = progress;
        // A veto window that is open stands still; whether it was, is seen by its end, which then lies behind the pause's.
        ReportRecord storage record = $.records[Epoch.wrap(progress.finalizedCount)];
        if (progress.pending && record.finalizableAt > block.timestamp) record.finalizableAt += uint48(length);
        emit Paused(progress.pausedUntil, msg.sender, reason);
    }

    /// @inheritdoc ISlaOracle
    function unpause() external restricted {
        OracleStorage storage $ = _storage();
        Progress memory progress = $.progress;
        uint256 remaining = Math.saturatingSub(progress.pausedUntil, block.timestamp);
        if (remaining == 0) revert NotPaused();

        ReportRecord storage record = $.records[Epoch.wrap(progress.finalizedCount)];
        if (progress.pending && record.finalizableAt > progress.pausedUntil) record.finalizableAt -= uint48(remaining);
        $.progress.pausedUntil = uint32(block.timestamp);
        emit Unpaused(msg.sender);
    }

    /// @inheritdoc ISlaOracle
    function renewPause() external restricted {
        _storage().progress.pauseLeft = true;
        emit PauseRenewed();
    }

    /// @inheritdoc ISlaOracle
    function scheduleRules(Rules calldata rules, Epoch effectiveFrom) external restricted returns (bytes32 rulesHash) {
        Epoch earliest = CLOCK.upcoming();
        if (effectiveFrom < earliest) revert RulesNotInFuture(effectiveFrom, earliest);
        return _scheduleRules(rules, effectiveFrom);
    }

    /// @inheritdoc ISlaOracle
    function setVetoWindow(uint32 vetoWindow_) external restricted {
        _setVetoWindow(vetoWindow_);
    }

    /// @inheritdoc ISlaOracle
    function duty() external view returns (Duty memory) {
        Progress memory progress = _storage().progress;
        Epoch epoch = Epoch.wrap(progress.finalizedCount);
        (uint32 committeeId, ) = COMMITTEE.seatsAt(epoch);
        return
            Duty({
                epoch: epoch,
                status: _status(progress, epoch),
                generation: progress.generation,
                committeeId: committeeId,
                rulesHash: _rulesAt(progress, epoch).rulesHash,
                previousLedgerRoot: _previousRoot(epoch),
                nodeCount: REGISTRY.nodeCountAt(epoch),
                vetoedAt: progress.vetoedAt,
                finalizableAt: progress.pending ? _storage().records[epoch].finalizableAt : 0,
                pausedUntil: progress.pausedUntil
            });
    }

    /// @inheritdoc ISlaOracle
    function statusOf(Epoch epoch) external view returns (ReportStatus) {
        return _status(_storage().progress, epoch);
    }

    /// @inheritdoc ISlaOracle
    function finalizedRoot(Epoch epoch) external view returns (bytes32) {
        return _finalized(epoch).ledgerRoot;
    }

    /// @inheritdoc ISlaOracle
    function paidMask(Epoch epoch) external view returns (uint32) {
        return _finalized(epoch).paidMask;
    }

    /// @inheritdoc ISlaOracle
    function finalizedCount() external view returns (uint64) {
        return _storage().progress.finalizedCount;
    }

    /// @inheritdoc ISlaOracle
    function recordOf(Epoch epoch) external view returns (ReportRecord memory) {
        return _reported(epoch);
    }

    /// @inheritdoc ISlaOracle
    function nodeCountOf(Epoch epoch) external view returns (uint64) {
        return _reported(epoch).nodeCount;
    }

    /// @inheritdoc ISlaOracle
    function rulesHashAt(Epoch epoch) external view returns (bytes32) {
        return _rulesAt(_storage().progress, epoch).rulesHash;
    }

    /// @inheritdoc ISlaOracle
    function economicsAt(Epoch epoch) external view returns (Economics memory) {
        return _rulesAt(_storage().progress, epoch).economics;
    }

    /// @inheritdoc ISlaOracle
    function rulesOf(bytes32 rulesHash) external view returns (Rules memory) {
        CodeBlob blob = _storage().rules[rulesHash];
        if (address(blob) == address(0)) revert UnknownRules(rulesHash);
        return abi.decode(address(blob).code, (Rules));
    }

    /// @inheritdoc ISlaOracle
    function digestOf(EpochReport calldata report) external view returns (bytes32) {
        return ReportHash.digest(report, address(this));
    }

    /// @inheritdoc ISlaOracle
    function vetoWindow() external view returns (uint32) {
        return _storage().progress.vetoWindow;
    }

    /// @inheritdoc ISlaOracle
    function vetoesLeft() external view returns (uint8) {
        return _storage().progress.vetoesLeft;
    }

    /// @inheritdoc ISlaOracle
    function pausedUntil() external view returns (uint256) {
        return _storage().progress.pausedUntil;
    }

    /// @inheritdoc ISlaOracle
    function pauseLeft() external view returns (bool) {
        return _storage().progress.pauseLeft;
    }

    /// @inheritdoc ISlaOracle
    function requireNotPaused() external view {
        _requireNotPaused(_storage().progress);
    }

    /// @inheritdoc ISlaOracle
    function epochZero() external view returns (uint256) {
        return CLOCK.epochZero();
    }

    /// @inheritdoc ISlaOracle
    function epochLength() external view returns (uint256) {
        return CLOCK.length();
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _renewVetoes() private {
        _storage().progress.vetoesLeft = VETOES;
        emit VetoesRenewed(VETOES);
    }

    function _setVetoWindow(uint32 vetoWindow_) private {
        (uint256 min, uint256 max) = (Math.ceilDiv(CLOCK.length(), 2), CLOCK.length());
        if (vetoWindow_ < min || vetoWindow_ > max) revert VetoWindowOutOfBounds(vetoWindow_, min, max);

        _storage().progress.vetoWindow = vetoWindow_;
        emit VetoWindowChanged(vetoWindow_);
    }

    function _scheduleRules(Rules calldata rules, Epoch effectiveFrom) private returns (bytes32 rulesHash) {
        OracleStorage storage $ = _storage();
        RulesCheck.requireValid(rules);
        bytes memory encoded = abi.encode(rules);
        rulesHash = keccak256(encoded);

        if (address($.rules[rulesHash]) == address(0)) $.rules[rulesHash] = new CodeBlob(encoded);
        Epoch previousFrom = $.progress.rulesFrom;
        while (previousFrom >= effectiveFrom && previousFrom != GENESIS)
            previousFrom = $.periods[previousFrom].previousFrom;
        $.periods[effectiveFrom] = RulesPeriod(rulesHash, rules.economics, previousFrom);
        $.progress.rulesFrom = effectiveFrom;
        emit RulesScheduled(rulesHash, effectiveFrom, rules);
    }

    /// @dev Strict order, one pending report at a time, and only after the epoch.
    function _requireDue(Progress memory progress, EpochReport calldata report) private view {
        Epoch expected = Epoch.wrap(progress.finalizedCount);
        if (progress.pending) revert ReportPending(expected);
        if (report.epoch != expected) revert WrongEpoch(report.epoch, expected);
        uint256 endsAt = CLOCK.endOf(expected);
        if (block.timestamp < endsAt) revert EpochNotOver(expected, block.timestamp, endsAt);
        if (report.generation != progress.generation) revert WrongGeneration(report.generation, progress.generation);
    }

    /// @dev What a report repeats of the chain must be what the chain says.
    function _requireOwnValues(Progress memory progress, EpochReport calldata report) private view {
        bytes32 rulesHash = _rulesAt(progress, report.epoch).rulesHash;
        if (report.rulesHash != rulesHash) revert WrongRules(report.rulesHash, rulesHash);
        bytes32 root = _previousRoot(report.epoch);
        if (report.previousLedgerRoot != root) revert WrongPreviousRoot(report.previousLedgerRoot, root);
        uint64 nodeCount = REGISTRY.nodeCountAt(report.epoch);
        if (report.nodeCount != nodeCount) revert WrongNodeCount(report.nodeCount, nodeCount);
    }

    function _requireNotPaused(Progress memory progress) private view {
        if (block.timestamp < progress.pausedUntil) revert NewRiskPaused(progress.pausedUntil);
    }

    function _requirePending(Progress memory progress, Epoch epoch) private pure {
        if (_status(progress, epoch) != ReportStatus.Reported) revert NotReported(epoch);
    }

    function _status(Progress memory progress, Epoch epoch) private pure returns (ReportStatus) {
        Epoch following = Epoch.wrap(progress.finalizedCount);
        if (epoch < following) return ReportStatus.Finalized;
        return progress.pending && epoch == following ? ReportStatus.Reported : ReportStatus.None;
    }

    function _finalized(Epoch epoch) private view returns (ReportRecord storage) {
        OracleStorage storage $ = _storage();
        if (Epoch.unwrap(epoch) >= $.progress.finalizedCount) revert NotFinalized(epoch);
        return $.records[epoch];
    }

    function _reported(Epoch epoch) private view returns (ReportRecord storage) {
        OracleStorage storage $ = _storage();
        if (_status($.progress, epoch) == ReportStatus.None) revert NotReported(epoch);
        return $.records[epoch];
    }

    function _previousRoot(Epoch epoch) private view returns (bytes32) {
        return epoch == GENESIS ? bytes32(0) : _storage().records[epoch.previous()].ledgerRoot;
    }

    /// @dev Walks back from the last period, which is nearly always the one asked for; the first is from epoch 0 on.
    function _rulesAt(Progress memory progress, Epoch epoch) private view returns (RulesPeriod storage period) {
        OracleStorage storage $ = _storage();
        period = $.periods[progress.rulesFrom];
        for (Epoch from = progress.rulesFrom; epoch < from; period = $.periods[from]) from = period.previousFrom;
    }

    function _storage() private pure returns (OracleStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE_LOCATION
        }
    }
}
