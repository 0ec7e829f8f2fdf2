// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {EmissionMath} from "../libraries/EmissionMath.sol";
import {LedgerLeafHash} from "../libraries/LedgerLeafHash.sol";
import {RewardMath} from "../libraries/RewardMath.sol";
import {LedgerLeaf} from "../types/Reports.sol";

/// @dev The pure formulas, callable from outside, for comparison with other implementations.
contract MathHarness {
    function cumulativeDown(
        uint256 total,
        uint256 passedPpm,
        uint256 monthPpm,
        uint256 elapsed
    ) external pure returns (uint256) {
        return EmissionMath.cumulativeDown(total, passedPpm, monthPpm, elapsed);
    }

    function indexGrowthDown(
        uint256 emission,
        uint256 attesterSharePpm,
        uint256 totalStake,
        uint256 stakeFloor
    ) external pure returns (uint256) {
        return RewardMath.indexGrowthDown(emission, attesterSharePpm, totalStake, stakeFloor);
    }

    function payDown(uint256 amount, uint256 indexGrowth, uint256 indexCap) external pure returns (uint256) {
        return RewardMath.payDown(amount, indexGrowth, indexCap);
    }

    function commissionDown(uint256 pay, uint256 commissionPpm) external pure returns (uint256) {
        return RewardMath.commissionDown(pay, commissionPpm);
    }

    function attesterPayDown(
        uint256 emission,
        uint256 attesterSharePpm,
        uint256 seats
    ) external pure returns (uint256) {
        return RewardMath.attesterPayDown(emission, attesterSharePpm, seats);
    }

    function ledgerLeafHash(LedgerLeaf calldata leaf) external pure returns (bytes32) {
        return LedgerLeafHash.hash(leaf);
    }
}
