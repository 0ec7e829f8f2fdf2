// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {INodeStaking} from "../../../contracts/interfaces/INodeStaking.sol";
import {NodeRegistry} from "../../../contracts/nodes/NodeRegistry.sol";
import {NodeStaking} from "../../../contracts/staking/NodeStaking.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {NodeId, PositionId, RequestId} from "../../../contracts/types/Ids.sol";
import {MiniTest} from "../MiniTest.sol";
import {StakingSystem} from "./StakingSystem.sol";

/// Node 1 with 20 units and a bond of 10,000 ICNT that backs epochs from 1 on; the time is epoch 1.
contract NodeStakingTest is MiniTest {
    NodeId internal constant NODE = NodeId.wrap(1);
    uint256 internal constant AMOUNT = 10_000e18;

    StakingSystem internal system;
    NodeRegistry internal registry;
    NodeStaking internal staking;
    ICNT internal token;
    address internal operator = address(0x1001);
    address internal alice = address(0x2001);

    function setUp() public {
        system = new StakingSystem();
        (registry, staking, token) = (system.REGISTRY(), system.STAKING(), system.TOKEN());
        _fund(operator);
        _fund(alice);
        _enter(0);
        vm.startPrank(operator);
        registry.register(address(0x9001), system.storageTerms(20, 100_000), "http://node.test", AMOUNT);
        registry.activate(NODE);
        vm.stopPrank();
        _enter(1);
    }

    function test_gas_delegate() public {
        vm.prank(alice);
        staking.stake(NODE, 1_000e18, 100_000);
    }

    function test_gas_closeDelegation() public {
        PositionId position = _delegate(1_000e18);
        _enter(3);
        vm.prank(alice);
        staking.requestUnbonding(position, 1_000e18);
    }

    function test_gas_withdrawDelegation() public {
        RequestId request = _leave(_delegate(1_000e18), 1_000e18);
        _enter(5);
        staking.completeUnbonding(request);
    }

    /// Whatever was bonded, added, requested and slashed before: the part of a slash that reaches the bond leaves at
    /// least what was added after the offence.
    function testFuzz_INV9_slashSparesBondAddedAfterTheOffence(uint96 added, uint96 left, uint96 amount) public {
        added = uint96(bound(added, 1, 100_000e18));
        vm.prank(operator);
        staking.addBond(NODE, added);
        _enter(2);
        left = uint96(bound(left, 1, AMOUNT + added - 3_000e18));
        RequestId request = _leaveBond(left);
        amount = uint96(bound(amount, 0, AMOUNT / 10));

        uint256 slashed = staking.slash(NODE, amount, Epoch.wrap(1));

        uint256 requested = staking.requestOf(request).amount;
        (, uint256 bond) = staking.latestStake(NODE);
        vm.assertEq(slashed, amount);
        vm.assertEq(bond + requested, AMOUNT + added - slashed);
        if (left <= AMOUNT) vm.assertGe(bond, added);
        else vm.assertGe(requested, left - AMOUNT);
    }

    /// A cap that sums over calls, whatever their sizes.
    function testFuzz_INV9_slashesOfOneEpochStayUnderTheCap(uint96[4] memory amounts) public {
        uint256 left = AMOUNT / 10;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 amount = bound(amounts[i], 0, AMOUNT / 5);
            if (amount > left) {
                vm.expectRevert(abi.encodeWithSelector(INodeStaking.SlashAboveCap.selector, amount, left));
                staking.slash(NODE, amount, Epoch.wrap(1));
            } else {
                left -= staking.slash(NODE, amount, Epoch.wrap(1));
            }
        }
        vm.assertEq(token.balanceOf(system.CREDIT_POOL()), system.FEE() + AMOUNT / 10 - left);
    }

    /// INV-10: time alone lets no bond go, nor does finality alone; only after 60 epochs nobody can hold it any more.
    function testFuzz_INV10_bondWaitsForTimeAndFinality(uint64 epochs, uint64 finalized) public {
        RequestId request = _leaveBond(1_000e18);
        epochs = uint64(bound(epochs, 2, 80));
        finalized = uint64(bound(finalized, 0, epochs));
        _enter(epochs);
        system.ORACLE().setFinalizedCount(finalized);

        bool matured = epochs >= 2 + system.UNBONDING_EPOCHS();
        if (!matured) vm.expectPartialRevert(INodeStaking.NotMatured.selector);
        else if (finalized < 2 && epochs < 2 + 60) vm.expectPartialRevert(INodeStaking.NotSettled.selector);
        staking.completeUnbonding(request);
    }

    function _delegate(uint128 amount) internal returns (PositionId) {
        vm.prank(alice);
        return staking.stake(NODE, amount, 100_000);
    }

    function _leave(PositionId position, uint128 amount) internal returns (RequestId request) {
        _enter(3);
        vm.prank(alice);
        (request, ) = staking.requestUnbonding(position, amount);
    }

    function _leaveBond(uint128 amount) internal returns (RequestId request) {
        PositionId position = staking.bondPositionOf(NODE);
        vm.prank(operator);
        (request, ) = staking.requestUnbonding(position, amount);
    }

    function _enter(uint64 epoch) internal {
        vm.warp(system.EPOCH_ZERO() + epoch * system.LENGTH());
    }

    function _fund(address who) internal {
        token.transfer(who, 1_000_000e18);
        vm.startPrank(who);
        token.approve(address(registry), type(uint256).max);
        token.approve(address(staking), type(uint256).max);
        vm.stopPrank();
    }
}
