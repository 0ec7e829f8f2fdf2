// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MONTH, PPM} from "../types/Units.sol";

/// @dev What a running schedule has vested, from how far it has come.
library VestingMath {
    /// @dev initial + ⌊(total − initial) · passed / whole⌋.
    /// Assumes initial ≤ total < 2^96, passed ≤ whole, whole > 0.
    function vestedDown(uint256 total, uint256 initial, uint256 passed, uint256 whole) internal pure returns (uint256) {
        return initial + ((total - initial) * passed) / whole;
    }

    /// @dev Progress by a table, exact: ppm · seconds, of PPM · MONTH in all.
    /// @param beginPpm Cumulative share at the beginning of the running month.
    /// @param endPpm Cumulative share at its end, at least `beginPpm`.
    /// @param within Seconds into the running month, below MONTH.
    function tableProgress(
        uint256 beginPpm,
        uint256 endPpm,
        uint256 within
    ) internal pure returns (uint256 passed, uint256 whole) {
        passed = beginPpm * MONTH + (endPpm - beginPpm) * within;
        whole = PPM * MONTH;
    }
}
