// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// An emission table and what it emits, told another way than the reserve does.
abstract contract EmissionTable {
    uint256 internal constant MONTH_SECONDS = 2_629_800;

    /// Month 1 at 184,000 ppm, the rest as even as whole ppm allow.
    function defaultTable() internal pure returns (uint32[] memory table) {
        table = new uint32[](60);
        table[0] = 184_000;
        for (uint256 i = 1; i < 60; ++i) table[i] = i <= 30 ? 13_831 : 13_830;
    }

    /// Month 1 at 184,000 ppm, then random steps down to a sum of 10^6.
    function randomTable(uint256 seed) internal pure returns (uint32[] memory table) {
        table = new uint32[](60);
        table[0] = 184_000;
        uint256 left = 816_000;
        for (uint256 i = 1; i < 60; ++i) {
            uint256 monthsLeft = 60 - i;
            uint256 least = (left + monthsLeft - 1) / monthsLeft;
            uint256 most = left < table[i - 1] ? left : table[i - 1];
            seed = uint256(keccak256(abi.encode(seed)));
            // A third of the way up at most, or a few months would hold everything.
            table[i] = uint32(least + (seed % ((most - least) / 3 + 1)));
            left -= table[i];
        }
    }

    /// Every month gives its share of the total for the seconds of it that have passed.
    function modelEmission(uint256 total, uint32[] memory table, uint256 elapsed) internal pure returns (uint256) {
        uint256 ppmSeconds = 0;
        for (uint256 i = 0; i < table.length; ++i) {
            uint256 begun = i * MONTH_SECONDS;
            if (elapsed <= begun) break;
            uint256 seconds_ = elapsed - begun < MONTH_SECONDS ? elapsed - begun : MONTH_SECONDS;
            ppmSeconds += table[i] * seconds_;
        }
        return (total * ppmSeconds) / (1_000_000 * MONTH_SECONDS);
    }
}
