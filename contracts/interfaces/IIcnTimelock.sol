// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title What a vote decided, carried out after a delay
///
/// Trust: it is the only admin of the AccessManager, so whoever could make it act would own every parameter and all code.
/// Only the Governor can, and only with what a vote passed. The delay depends on what is done. A call for which the
/// AccessManager names a role other than its admin (routine decisions) waits `getMinDelay`. Every other call – upgrades,
/// roles, whatever can worsen a staker's terms, and all that nobody thought of – waits until whoever asked to leave
/// within 7 epochs of the announcement is out: (unbonding period + 7) · L, whatever becomes of the period meanwhile.
/// A queued operation can be cancelled by another vote only.
interface IIcnTimelock {
    /// @notice Between L and 30 L, in seconds.
    error TimelockDelayOutOfBounds(uint256 delay, uint256 min, uint256 max);

    /// @notice Seconds that an operation of these calls waits if it is scheduled now.
    function delayOf(address[] calldata targets, bytes[] calldata payloads) external view returns (uint256);

    /// @notice Seconds in which everyone can leave who asks for it within 7 epochs: (unbonding period + 7) · L, with the
    /// longest period in force since the time `since`.
    function leavingPeriod(uint256 since) external view returns (uint256);
}
