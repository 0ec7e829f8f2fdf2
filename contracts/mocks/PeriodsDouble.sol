// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev Stands in for NodeStaking: one unbonding period until a time, one epoch after it.
contract PeriodsDouble {
    uint256 private _until;
    uint32 private _epochs;

    function setPeriod(uint256 until, uint32 epochs) external {
        _until = until;
        _epochs = epochs;
    }

    function longestUnbondingSince(uint256 timestamp) external view returns (uint32) {
        return timestamp <= _until ? _epochs : 1;
    }
}
