// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ICNT} from "../../../contracts/token/ICNT.sol";
import {VestingVault} from "../../../contracts/vesting/VestingVault.sol";
import {MiniTest} from "../MiniTest.sol";
import {VestingHandler} from "./VestingHandler.sol";

/// INV-2: the balance is what the schedules still owe, and what was given to the vault besides; what the accounts have
/// not released adds up to the same. In between, `audit` compares everything with the handler's ghosts, and the sum of
/// all balances with the supply.
contract VestingInvariants is MiniTest {
    VestingHandler private handler;
    VestingVault private vault;
    ICNT private token;

    function setUp() external {
        handler = new VestingHandler();
        (vault, token) = (handler.VAULT(), handler.TOKEN());
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](10);
        selectors[0] = VestingHandler.create.selector;
        selectors[1] = VestingHandler.createBatch.selector;
        selectors[2] = VestingHandler.release.selector;
        selectors[3] = VestingHandler.setRecipient.selector;
        selectors[4] = VestingHandler.offer.selector;
        selectors[5] = VestingHandler.accept.selector;
        selectors[6] = VestingHandler.revoke.selector;
        selectors[7] = VestingHandler.give.selector;
        selectors[8] = VestingHandler.pass.selector;
        selectors[9] = VestingHandler.audit.selector;
        targetSelectors(address(handler), selectors);
    }

    /// forge-config: default.invariant.runs = 250
    /// forge-config: default.invariant.depth = 200
    function invariant_INV2_HoldsWhatItOwes() external view {
        uint256 owed = handler.owed();
        vm.assertEq(token.balanceOf(address(vault)), owed + handler.gifts());

        uint256 unreleased = 0;
        for (uint256 who = 0; who < handler.ACTORS(); ++who) unreleased += vault.unreleasedOf(handler.actor(who));
        vm.assertEq(unreleased, owed);
    }
}
