// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {INodeStaking} from "../interfaces/INodeStaking.sol";

/// @dev What governance may change, inside the bounds below; one slot.
struct StakingParameters {
    uint32 slashCapPpm;
    /// In wei of ICNT, as the next.
    uint96 bondBase;
    uint96 bondPerUnit;
}

uint256 constant SLASH_CAP_PPM_MAX = 100_000;
/// @dev For the base and for each unit, in wei of ICNT.
uint256 constant BOND_MINIMUM_MAX = 100_000e18;

using {setSlashCapPpm, setBondMinimum, minimumBond} for StakingParameters global;

function setSlashCapPpm(StakingParameters storage self, uint32 slashCapPpm) {
    if (slashCapPpm > SLASH_CAP_PPM_MAX) revert INodeStaking.SlashCapTooHigh(slashCapPpm, SLASH_CAP_PPM_MAX);

    self.slashCapPpm = slashCapPpm;
    emit INodeStaking.SlashCapChanged(slashCapPpm);
}

function setBondMinimum(StakingParameters storage self, uint128 base, uint128 perUnit) {
    if (base > BOND_MINIMUM_MAX || perUnit > BOND_MINIMUM_MAX) {
        revert INodeStaking.BondMinimumTooHigh(base, perUnit, BOND_MINIMUM_MAX);
    }

    self.bondBase = uint96(base);
    self.bondPerUnit = uint96(perUnit);
    emit INodeStaking.BondMinimumChanged(base, perUnit);
}

function minimumBond(StakingParameters storage self, uint256 units) view returns (uint256) {
    return self.bondBase + units * self.bondPerUnit;
}
