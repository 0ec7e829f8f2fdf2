// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVestingVault} from "../../../contracts/interfaces/IVestingVault.sol";

/// What a schedule has vested, told another way than the vault does: from the months' own shares instead of cumulative
/// ones, and divided before it is multiplied.
abstract contract VestingModel {
    uint256 internal constant MONTH_SECONDS = 2_629_800;
    uint32 internal constant LONGEST = 157_788_000;

    /// @param shares Of the grant's table; not read for a linear one.
    function modelVested(
        IVestingVault.Grant memory grant,
        uint32[60] memory shares,
        uint256 timestamp
    ) internal pure returns (uint256) {
        IVestingVault.Terms memory terms = grant.terms;
        if (timestamp < terms.start) return 0;
        uint256 elapsed = timestamp - terms.start;
        if (elapsed < terms.cliff) return grant.initial;

        uint256 rest = grant.total - grant.initial;
        if (terms.tableId != 0) return grant.initial + byShares(rest, shares, elapsed);
        if (elapsed > terms.duration) elapsed = terms.duration;
        return grant.initial + portionDown(rest, elapsed, terms.duration);
    }

    function byShares(uint256 rest, uint32[60] memory shares, uint256 elapsed) private pure returns (uint256) {
        uint256 ppmSeconds = 0;
        for (uint256 month = 0; month < 60 && elapsed > month * MONTH_SECONDS; ++month) {
            uint256 into = elapsed - month * MONTH_SECONDS;
            ppmSeconds += shares[month] * (into < MONTH_SECONDS ? into : MONTH_SECONDS);
        }
        return portionDown(rest, ppmSeconds, 1_000_000 * MONTH_SECONDS);
    }

    function portionDown(uint256 amount, uint256 part, uint256 whole) private pure returns (uint256) {
        return (amount / whole) * part + ((amount % whole) * part) / whole;
    }

    /// Any shares that sum to 10^6; every fourth month has none, and one takes what rounding left.
    function randomShares(uint256 seed) internal pure returns (uint32[60] memory shares) {
        uint256[60] memory weights;
        uint256 sum = 1;
        for (uint256 month = 0; month < 60; ++month) {
            uint256 dice = uint256(keccak256(abi.encode(seed, month)));
            weights[month] = dice % 4 == 0 ? 0 : (dice >> 8) % 1000;
            sum += weights[month];
        }
        uint256 left = 1_000_000;
        for (uint256 month = 0; month < 60; ++month) {
            shares[month] = uint32((weights[month] * 1_000_000) / sum);
            left -= shares[month];
        }
        shares[seed % 60] += uint32(left);
    }

    function cumulativeOf(uint32[60] memory shares) internal pure returns (uint32[60] memory cumulativePpm) {
        uint32 sum = 0;
        for (uint256 month = 0; month < 60; ++month) {
            sum += shares[month];
            cumulativePpm[month] = sum;
        }
    }
}
