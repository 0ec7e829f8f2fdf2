// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {Epoch} from "../types/Epoch.sol";
import {Economics} from "../types/Rules.sol";

/// @dev Stands in for the SlaOracle where only its rules and its progress matter.
contract OracleDouble {
    uint64 public finalizedCount;
    uint256 public pausedUntil;
    Economics private _economics;
    Economics private _later;
    Epoch private _laterFrom = Epoch.wrap(type(uint64).max);

    constructor(Economics memory economics) {
        _economics = economics;
    }

    function setFinalizedCount(uint64 count) external {
        finalizedCount = count;
    }

    function setPausedUntil(uint256 timestamp) external {
        pausedUntil = timestamp;
    }

    /// @dev Other rules from an epoch on.
    function scheduleEconomics(Economics calldata economics, Epoch from) external {
        _later = economics;
        _laterFrom = from;
    }

    function requireNotPaused() external view {
        if (block.timestamp < pausedUntil) revert ISlaOracle.NewRiskPaused(pausedUntil);
    }

    function economicsAt(Epoch epoch) external view returns (Economics memory) {
        return epoch < _laterFrom ? _economics : _later;
    }
}
