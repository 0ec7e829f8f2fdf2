// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MONTH, PPM} from "../types/Units.sol";

/// @dev Release of a fixed amount by a table of monthly shares, linear within a month.
library EmissionMath {
    /// @dev ⌊total · (passedPpm · MONTH + monthPpm · elapsed) / (10^6 · MONTH)⌋.
    /// @param total Wei, up to 2^128 − 1.
    /// @param passedPpm Σ shares of the whole months that passed.
    /// @param monthPpm Share of the running month; passedPpm + monthPpm ≤ 10^6.
    /// @param elapsed Seconds into the running month, below MONTH.
    function cumulativeDown(
        uint256 total,
        uint256 passedPpm,
        uint256 monthPpm,
        uint256 elapsed
    ) internal pure returns (uint256) {
        return (total * (passedPpm * MONTH + monthPpm * elapsed)) / (PPM * MONTH);
    }
}
