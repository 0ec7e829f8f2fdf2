// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title What a vote decided, carried out after a delay
///
/// Trust: it is the only admin of the AccessManager, so whoever could make it act would own every parameter and all code.
/// Only the Governor can, and only with what a vote passed. The delay depends on what is done. A call for which the
/// AccessManager names a role other than its admin (routine decisions) waits `getMinDelay`. Every other call – upgrades,
/// roles, whatever can worsen a staker's terms, and all that nobody thought of – waits until whoever asked to leave in
/// the epoch of the announcement or the six after it is out: (unbonding period + 7) · L, with the longest period that
/// a request open at the announcement or made since can have. Before epochZero that runs from epochZero, where
/// requests begin. If the epochs that those bonds answer for are not final by then (a pause, vetoes, a committee that does
/// not report), it waits until they are, but never longer than for the longest unbonding period there can be, 67 L, so
/// that a broken oracle or staking contract can be repaired; by then those bonds are free whatever was reported. An upgrade is
/// queued only if its code is there to be read.
/// A queued operation can be cancelled by another vote only.
interface IIcnTimelock {
    /// @notice Between L and 30 L, in seconds.
    error TimelockDelayOutOfBounds(uint256 delay, uint256 min, uint256 max);
    /// @notice An upgrade of `target` names an implementation that has no code yet, so nobody could read what is announced.
    error UpgradeWithoutCode(address target, address implementation);

    /// @notice Seconds that an operation of these calls waits if it is scheduled now.
    function delayOf(address[] calldata targets, bytes[] calldata payloads) external view returns (uint256);

    /// @notice Seconds from `since` in which everyone can leave who asks in its epoch or the six after it: (unbonding
    /// period + 7) · L, with the longest period in force since then or in the 61 epochs before; from epochZero on.
    function leavingPeriod(uint256 since) external view returns (uint256);
}
