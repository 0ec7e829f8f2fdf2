// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MiniTest} from "../MiniTest.sol";
import {System} from "./System.sol";
import {SystemHandler} from "./SystemHandler.sol";

/// A full quorum signs any ledger it likes, on the whole system as deployed.
///
/// 1. INV-3: what left the reserve was emitted before it left.
/// 2. INV-4: no position is paid above its cap nor twice for an epoch (asserted in the handler at every claim), and all
///    pay is within the emission of the finalized epochs.
/// 3. INV-5: staking holds all principal.
/// 4. INV-8: delegations are what their owners made of them (one owner after another).
contract SystemInvariants is MiniTest {
    SystemHandler private handler;
    System private system;

    function setUp() external {
        handler = new SystemHandler();
        system = handler.system();
        targetContract(address(handler));
    }

    /// forge-config: default.invariant.runs = 200
    /// forge-config: default.invariant.depth = 250
    function invariant_INV3_INV4_INV5_INV8_WhateverAQuorumSigns() external view {
        uint256 paid = handler.paidInAll();
        uint256 final_ = handler.startOf(system.ORACLE().finalizedCount());

        vm.assertLe(final_, block.timestamp);
        vm.assertLe(paid, handler.emittedBy(final_), "INV-3, INV-4");
        vm.assertEq(system.RESERVE().paid(), paid, "INV-3");
        vm.assertEq(system.TOKEN().balanceOf(address(system.RESERVE())), system.EMISSION_TOTAL() - paid, "INV-3");
        vm.assertEq(system.TOKEN().balanceOf(address(system.STAKING())), handler.principal(), "INV-5");
        address owner = handler.staker(block.timestamp);
        vm.assertEq(handler.openDelegations(owner), handler.delegated(owner), "INV-8");
    }

    /// The runs above are worth something: of moves drawn by lot, many get pay out of false ledgers.
    function test_MovesDrawnByLotAreOftenPaid() external {
        for (uint256 i = 0; i < 600; ++i) {
            uint256 lot = uint256(keccak256(abi.encode(i)));
            _move(lot % 15, lot / 15);
        }

        vm.assertGt(handler.claims(), 60);
        vm.assertGt(handler.attesterClaims(), 8);
        vm.assertGt(system.ORACLE().finalizedCount(), 10);
        vm.assertGt(handler.paidInAll(), handler.emittedBy(block.timestamp) / 50);
    }

    function _move(uint256 kind, uint256 lot) private {
        if (kind == 0) handler.wait(lot);
        if (kind == 1) handler.report(lot, uint32(lot >> 64));
        if (kind == 2) handler.finalize();
        if (kind == 3) handler.veto();
        if (kind == 4) handler.scheduleRules(lot, lot >> 64, lot >> 128);
        if (kind == 5) handler.claim(lot, lot >> 128);
        if (kind == 6) handler.claimAttesterPay(lot, lot >> 128);
        if (kind == 7) handler.register(lot, lot >> 64);
        if (kind == 8) handler.delegate(lot, lot >> 64, lot >> 128);
        if (kind == 9) handler.addBond(lot, lot >> 64);
        if (kind == 10) handler.undelegate(lot, lot >> 64);
        if (kind == 11) handler.lowerBond(lot, lot >> 64);
        if (kind == 12) handler.withdraw(lot);
        if (kind == 13) handler.slash(lot, lot >> 64, lot >> 128);
        if (kind == 14) handler.claimMany(lot);
    }
}
