// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {PPM} from "../types/Units.sol";
import {GovernorBounds} from "./GovernorBounds.sol";

/// @title Votes on what the contracts do
/// @dev See {IIcnGovernor}. OpenZeppelin's Governor; ours are the bounds, and the time at which a queued proposal can be
/// carried out, which the timelock knows.
contract IcnGovernor is
    GovernorBounds,
    GovernorSettings,
    GovernorCountingSimple,
    GovernorVotes,
    GovernorVotesQuorumFraction,
    GovernorPreventLateQuorum,
    GovernorTimelockControl
{
    /// @dev Seconds, wei of ICNT, ppm of the supply.
    struct Settings {
        uint48 votingDelay;
        uint32 votingPeriod;
        uint48 lateQuorumExtension;
        uint256 proposalThreshold;
        uint256 quorumPpm;
    }

    uint256 private constant EXPIRY_EPOCHS = 60;

    constructor(
        IVotes votingPower,
        TimelockController timelock_,
        uint64 epochLength,
        Settings memory settings
    )
        Governor("ICN Governor")
        GovernorBounds(epochLength)
        GovernorSettings(settings.votingDelay, settings.votingPeriod, settings.proposalThreshold)
        GovernorVotes(votingPower)
        GovernorVotesQuorumFraction(settings.quorumPpm)
        GovernorPreventLateQuorum(settings.lateQuorumExtension)
        GovernorTimelockControl(timelock_)
    {}

    /// @inheritdoc GovernorVotesQuorumFraction
    function quorumDenominator() public pure override returns (uint256) {
        return PPM;
    }

    /// @inheritdoc IGovernor
    /// @dev What was queued can be carried out until 60 epochs after its eta, which no wait outlasts: who stakes later need not
    /// fear what passed before.
    function state(uint256 proposalId) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        ProposalState current = super.state(proposalId);
        bool expired = block.timestamp > proposalEta(proposalId) + EXPIRY_EPOCHS * EPOCH_LENGTH;
        return current == ProposalState.Queued && expired ? ProposalState.Expired : current;
    }

    /// @inheritdoc IGovernor
    function proposalDeadline(
        uint256 proposalId
    ) public view override(Governor, GovernorPreventLateQuorum) returns (uint256) {
        return super.proposalDeadline(proposalId);
    }

    /// @inheritdoc IGovernor
    function proposalNeedsQueuing(
        uint256 proposalId
    ) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @inheritdoc IGovernor
    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    function _setVotingDelay(uint48 votingDelay_) internal override {
        _requireVotingDelay(votingDelay_);
        super._setVotingDelay(votingDelay_);
    }

    function _setVotingPeriod(uint32 votingPeriod_) internal override {
        _requireVotingPeriod(votingPeriod_, lateQuorumVoteExtension());
        super._setVotingPeriod(votingPeriod_);
    }

    function _setProposalThreshold(uint256 threshold) internal override {
        _requireThreshold(threshold);
        super._setProposalThreshold(threshold);
    }

    function _updateQuorumNumerator(uint256 quorumPpm) internal override {
        _requireQuorum(quorumPpm);
        super._updateQuorumNumerator(quorumPpm);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }

    /// @dev The timelock waits as long as the calls ask for, which may be longer than its least delay.
    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);

        TimelockController executor = TimelockController(payable(timelock()));
        bytes32 salt = bytes20(address(this)) ^ descriptionHash;
        bytes32 operationId = executor.hashOperationBatch(targets, values, calldatas, 0, salt);
        return SafeCast.toUint48(executor.getTimestamp(operationId));
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}
