// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Votes of ICNT holders on what the contracts do
///
/// Trust: it holds nothing and does nothing itself. Whoever has `proposalThreshold` votes may propose, all votes of
/// {IVotingPower} at the proposal's snapshot count, and what passes is carried out by the timelock, after its delay, on
/// anybody's call. Nobody can stop a vote: a proposer may cancel its own proposal before voting begins, and a queued
/// one can be cancelled by another vote only. Its own settings change by vote, inside the bounds below. Times in
/// seconds, L is the length of an epoch. All else is OpenZeppelin's {IGovernor}.
interface IIcnGovernor {
    /// @notice Between L/8 and 14 L.
    error VotingDelayOutOfBounds(uint256 votingDelay, uint256 min, uint256 max);
    /// @notice Between L and 30 L, and never below the extension that a late quorum gives.
    error VotingPeriodOutOfBounds(uint256 votingPeriod, uint256 min, uint256 max);
    /// @notice Between 1,000 and 7,000,000 ICNT, in wei.
    error ProposalThresholdOutOfBounds(uint256 proposalThreshold, uint256 min, uint256 max);
    /// @notice Between 1 % and 20 % of the supply, in ppm.
    error QuorumOutOfBounds(uint256 quorumPpm, uint256 min, uint256 max);
}
