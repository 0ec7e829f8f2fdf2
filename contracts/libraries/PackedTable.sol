// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title A table of 60 cumulative monthly shares in six words
/// @dev A word holds the shares at twelve month boundaries, 20 bits each (10^6 < 2^20), from the lowest bit; the last one
/// is also the first of the next word. So both ends of any month are in one word: one read.
library PackedTable {
    uint256 private constant BITS = 20;
    uint256 private constant MASK = (1 << BITS) - 1;
    uint256 private constant MONTHS_PER_WORD = 11;

    /// @param cumulativePpm At the end of each month; all below 2^20.
    function pack(uint32[60] memory cumulativePpm) internal pure returns (uint256[6] memory words) {
        for (uint256 month = 0; month < 60; ++month) {
            uint256 place = (month % MONTHS_PER_WORD) + 1;
            words[wordOf(month)] |= uint256(cumulativePpm[month]) << (place * BITS);
            if (place == MONTHS_PER_WORD) words[wordOf(month) + 1] = cumulativePpm[month];
        }
    }

    function unpack(uint256[6] memory words) internal pure returns (uint32[60] memory cumulativePpm) {
        for (uint256 month = 0; month < 60; ++month) {
            (, uint256 endPpm) = monthIn(words[wordOf(month)], month);
            cumulativePpm[month] = uint32(endPpm);
        }
    }

    /// @return Which word holds a month, counted from 0.
    function wordOf(uint256 month) internal pure returns (uint256) {
        return month / MONTHS_PER_WORD;
    }

    /// @return beginPpm Cumulative share at the month's beginning.
    /// @return endPpm Cumulative share at its end.
    function monthIn(uint256 word, uint256 month) internal pure returns (uint256 beginPpm, uint256 endPpm) {
        word >>= (month % MONTHS_PER_WORD) * BITS;
        return (word & MASK, (word >> BITS) & MASK);
    }
}
