// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev What a linear schedule has vested. Amounts up to 2^128 − 1 wei, times and spans up to 2^64 − 1 seconds.
library VestingMath {
    /// @dev 0 before `start`, `initial` until start + cliff, then initial + ⌊(total − initial)·elapsed/duration⌋,
    /// `total` from start + duration on.
    /// Assumes initial ≤ total, cliff ≤ duration, duration > 0.
    function vestedDown(
        uint256 total,
        uint256 initial,
        uint256 start,
        uint256 cliff,
        uint256 duration,
        uint256 timestamp
    ) internal pure returns (uint256) {
        if (timestamp < start) return 0;

        uint256 elapsed = timestamp - start;
        if (elapsed >= duration) return total;
        if (elapsed < cliff) return initial;
        return initial + ((total - initial) * elapsed) / duration;
    }
}
