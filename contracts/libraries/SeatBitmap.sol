// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Sets of committee seats; bit i is seat i
library SeatBitmap {
    function count(uint256 bitmap) internal pure returns (uint256 seats) {
        unchecked {
            for (; bitmap != 0; bitmap &= bitmap - 1) ++seats;
        }
    }

    /// @return Whether every seat of `part` is in `whole`.
    function covers(uint256 whole, uint256 part) internal pure returns (bool) {
        return part & ~whole == 0;
    }
}
