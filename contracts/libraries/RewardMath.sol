// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {INDEX_SCALE, PPM} from "../types/Units.sol";

/// @dev Who gets what of an epoch's emission; everything is rounded against the claimant. Amounts and emissions are
/// wei up to 2^128 − 1, indices up to 2^112 − 1, shares at most 10^6 ppm: no product overflows.
library RewardMath {
    /// @dev A(e) − A(e−1) = ⌊emission·(10^6 − attesterSharePpm)·10^27 / (10^6·max(totalStake, stakeFloor))⌋.
    /// @param emission At most the supply; the product then has less than 200 bits.
    /// @param stakeFloor Positive.
    function indexGrowthDown(
        uint256 emission,
        uint256 attesterSharePpm,
        uint256 totalStake,
        uint256 stakeFloor
    ) internal pure returns (uint256) {
        return (emission * (PPM - attesterSharePpm) * INDEX_SCALE) / (PPM * Math.max(totalStake, stakeFloor));
    }

    /// @dev ⌊amount·min(Δindex, ΔA) / 10^27⌋: whatever the ledger says, no more than the cap.
    function payDown(uint256 amount, uint256 indexGrowth, uint256 indexCap) internal pure returns (uint256) {
        return (amount * Math.min(indexGrowth, indexCap)) / INDEX_SCALE;
    }

    /// @dev The operator's part of a pay: ⌊pay·commissionPpm / 10^6⌋.
    function commissionDown(uint256 pay, uint256 commissionPpm) internal pure returns (uint256) {
        return (pay * commissionPpm) / PPM;
    }

    /// @dev One attester's part of an epoch's emission: ⌊⌊emission·attesterSharePpm / 10^6⌋ / seats⌋.
    function attesterPayDown(
        uint256 emission,
        uint256 attesterSharePpm,
        uint256 seats
    ) internal pure returns (uint256) {
        return (emission * attesterSharePpm) / PPM / seats;
    }
}
