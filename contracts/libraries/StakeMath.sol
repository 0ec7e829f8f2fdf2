// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {NodeTerms} from "../types/Nodes.sol";
import {Economics} from "../types/Rules.sol";
import {PPM} from "../types/Units.sol";

/// @title Arithmetic of bonds and limits; amounts in wei of ICNT
library StakeMath {
    using SafeCast for uint256;

    /// @dev Capacity units summed over services.
    function unitsOf(NodeTerms memory terms) internal pure returns (uint256) {
        return uint256(terms.storageUnits) + terms.computeUnits + terms.networkUnits;
    }

    /// @dev bond + min(bondFactor · bond, units · stakePerUnit): the stake up to which a node is paid.
    function limit(uint256 bond, uint256 units, Economics memory economics) internal pure returns (uint256) {
        return bond + Math.min(economics.bondFactor * bond, units * economics.stakePerUnit);
    }

    /// @dev What one offence may cost at most, rounded down.
    function slashCapDown(uint256 bond, uint256 slashCapPpm) internal pure returns (uint256) {
        return (bond * slashCapPpm) / PPM;
    }

    /// @dev Stake and bond of a node in one checkpoint, 104 bits each: the supply takes 90.
    function packStake(uint256 stake, uint256 bond) internal pure returns (uint208) {
        return (uint208(stake.toUint104()) << 104) | bond.toUint104();
    }

    function unpackStake(uint208 packed) internal pure returns (uint256 stake, uint256 bond) {
        return (packed >> 104, uint104(packed));
    }
}
