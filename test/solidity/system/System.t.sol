// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MiniTest} from "../MiniTest.sol";
import {System} from "./System.sol";
import {SystemHandler} from "./SystemHandler.sol";

/// A full quorum signs any ledger it likes, on the whole system as deployed.
///
/// 1. INV-3: what left the reserve was emitted before it left, and is what the holders got.
/// 2. INV-4: no position is paid above its cap nor twice for an epoch (asserted in the handler at every claim), and all
///    pay is within the emission of the finalized epochs.
/// 3. INV-5: staking holds all principal.
/// 4. INV-8: delegations are what their owners made of them.
contract SystemInvariants is MiniTest {
    SystemHandler private handler;
    System private system;

    function setUp() external {
        handler = new SystemHandler();
        system = handler.system();
        targetContract(address(handler));
    }

    /// forge-config: default.invariant.runs = 20
    /// forge-config: default.invariant.depth = 250
    function invariant_INV4_FalseRootsPayNothingAboveTheCaps() external view {
        uint256 paid = handler.paidInAll();

        vm.assertLe(paid, handler.emittedBy(handler.startOf(system.ORACLE().finalizedCount())), "INV-4");
        vm.assertLe(paid, handler.emittedBy(block.timestamp), "INV-3");
        vm.assertEq(system.RESERVE().paid(), paid, "INV-3");
        vm.assertEq(system.TOKEN().balanceOf(address(system.RESERVE())), system.EMISSION_TOTAL() - paid, "INV-3");
        vm.assertEq(system.TOKEN().balanceOf(address(system.STAKING())), handler.principal(), "INV-5");
        for (uint256 i = 0; i < handler.STAKERS(); ++i) {
            address owner = handler.staker(i);
            vm.assertEq(handler.openDelegations(owner), handler.delegated(owner), "INV-8");
        }
    }
}
