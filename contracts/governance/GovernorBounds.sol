// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IIcnGovernor} from "../interfaces/IIcnGovernor.sol";
import {PPM, SUPPLY} from "../types/Units.sol";

/// @dev What a vote may make of the Governor's settings. A base of its own, so that its immutable is known when the
/// constructors of the settings run.
abstract contract GovernorBounds is IIcnGovernor {
    uint256 private constant THRESHOLD_MIN = 1_000e18;
    uint256 private constant THRESHOLD_MAX = SUPPLY / 100;
    uint256 private constant QUORUM_PPM_MIN = PPM / 100;
    uint256 private constant QUORUM_PPM_MAX = PPM / 5;

    uint256 internal immutable EPOCH_LENGTH;

    constructor(uint64 epochLength) {
        EPOCH_LENGTH = epochLength;
    }

    function _requireVotingDelay(uint256 votingDelay_) internal view {
        (uint256 min, uint256 max) = (EPOCH_LENGTH / 8, 14 * EPOCH_LENGTH);
        if (votingDelay_ < min || votingDelay_ > max) revert VotingDelayOutOfBounds(votingDelay_, min, max);
    }

    /// @param extension Seconds that a late quorum gives, which a period must not fall below.
    function _requireVotingPeriod(uint256 votingPeriod_, uint256 extension) internal view {
        uint256 min = extension > EPOCH_LENGTH ? extension : EPOCH_LENGTH;
        uint256 max = 30 * EPOCH_LENGTH;
        if (votingPeriod_ < min || votingPeriod_ > max) revert VotingPeriodOutOfBounds(votingPeriod_, min, max);
    }

    function _requireThreshold(uint256 threshold) internal pure {
        if (threshold < THRESHOLD_MIN || threshold > THRESHOLD_MAX) {
            revert ProposalThresholdOutOfBounds(threshold, THRESHOLD_MIN, THRESHOLD_MAX);
        }
    }

    function _requireQuorum(uint256 quorumPpm) internal pure {
        if (quorumPpm < QUORUM_PPM_MIN || quorumPpm > QUORUM_PPM_MAX) {
            revert QuorumOutOfBounds(quorumPpm, QUORUM_PPM_MIN, QUORUM_PPM_MAX);
        }
    }
}
