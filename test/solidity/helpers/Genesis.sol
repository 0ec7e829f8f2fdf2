// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IICNT} from "../../../contracts/interfaces/IICNT.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {SUPPLY} from "../../../contracts/types/Units.sol";
import {MiniTest} from "../MiniTest.sol";

/// Deploys the token before the contracts that its genesis allocations name.
abstract contract Genesis is MiniTest {
    /// Address of the contract that this one creates after `skipped` others.
    function nextAddress(uint256 skipped) internal view returns (address) {
        return vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + skipped);
    }

    /// The supply: `amount` to `holder`, the rest to this test.
    function deployToken(address holder, uint256 amount) internal returns (ICNT) {
        IICNT.Allocation[] memory allocations = new IICNT.Allocation[](2);
        allocations[0] = IICNT.Allocation(holder, amount);
        allocations[1] = IICNT.Allocation(address(this), SUPPLY - amount);
        return new ICNT(allocations);
    }
}
