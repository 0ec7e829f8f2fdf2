// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IICNT} from "../../../contracts/interfaces/IICNT.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {SUPPLY} from "../../../contracts/types/Units.sol";
import {Genesis} from "../helpers/Genesis.sol";

contract ICNTTest is Genesis {
    ICNT private token;

    function setUp() external {
        token = deployToken(makeAddr("holder"), 1e18);
    }

    function testFuzz_RevertWhen_AllocationsDoNotSumToSupply(uint256 sum) external {
        sum = bound(sum, 0, type(uint128).max);
        if (sum == SUPPLY) ++sum;
        IICNT.Allocation[] memory allocations = new IICNT.Allocation[](2);
        allocations[0] = IICNT.Allocation(address(this), sum / 2);
        allocations[1] = IICNT.Allocation(makeAddr("holder"), sum - sum / 2);

        vm.expectRevert(abi.encodeWithSelector(IICNT.AllocationsDoNotSumToSupply.selector, sum, SUPPLY));
        new ICNT(allocations);
    }

    function testFuzz_MintsEachAllocation(uint256 amount) external {
        amount = bound(amount, 0, SUPPLY);

        ICNT fresh = deployToken(makeAddr("holder"), amount);

        vm.assertEq(fresh.balanceOf(makeAddr("holder")), amount);
        vm.assertEq(fresh.balanceOf(address(this)), SUPPLY - amount);
        vm.assertEq(fresh.totalSupply(), SUPPLY);
    }

    /// Votes move with the tokens and are remembered by the second.
    function testFuzz_PastVotesAreThoseOfTheSecond(uint256 amount, uint32 later) external {
        amount = bound(amount, 0, token.balanceOf(address(this)));
        uint256 before = token.balanceOf(address(this));
        token.delegate(address(this));
        vm.warp(1_000_000);
        token.transfer(makeAddr("other"), amount);
        vm.warp(1_000_001 + uint256(later));

        vm.assertEq(token.getPastVotes(address(this), 999_999), before);
        vm.assertEq(token.getPastVotes(address(this), 1_000_000), before - amount);
        vm.assertEq(token.getPastTotalSupply(1_000_000), SUPPLY);
        vm.assertEq(token.clock(), block.timestamp);
    }
}

/// Everything a holder can do, by three holders in any order.
contract ICNTHandler is Genesis {
    ICNT public immutable TOKEN;
    address[3] public holders;

    constructor() {
        holders = [makeAddr("alice"), makeAddr("bob"), makeAddr("carol")];
        TOKEN = deployToken(holders[0], SUPPLY / 3);
        TOKEN.transfer(holders[1], SUPPLY / 3);
        TOKEN.transfer(holders[2], TOKEN.balanceOf(address(this)));
    }

    function transfer(uint256 from, uint256 to, uint256 amount) external {
        amount = bound(amount, 0, TOKEN.balanceOf(holders[from % 3]));
        vm.prank(holders[from % 3]);
        TOKEN.transfer(holders[to % 3], amount);
    }

    function transferFrom(uint256 owner, uint256 spender, uint256 amount) external {
        amount = bound(amount, 0, TOKEN.balanceOf(holders[owner % 3]));
        vm.prank(holders[owner % 3]);
        TOKEN.approve(holders[spender % 3], amount);
        vm.prank(holders[spender % 3]);
        TOKEN.transferFrom(holders[owner % 3], holders[spender % 3], amount);
    }

    function delegate(uint256 from, uint256 to) external {
        vm.prank(holders[from % 3]);
        TOKEN.delegate(to % 4 == 3 ? address(0) : holders[to % 3]);
    }

    function pass(uint32 duration) external {
        skip(duration);
    }
}

contract ICNTInvariant is Genesis {
    ICNTHandler private handler;

    function setUp() external {
        handler = new ICNTHandler();
        bytes4[] memory selectors = new bytes4[](4);
        selectors[0] = ICNTHandler.transfer.selector;
        selectors[1] = ICNTHandler.transferFrom.selector;
        selectors[2] = ICNTHandler.delegate.selector;
        selectors[3] = ICNTHandler.pass.selector;
        targetContract(address(handler));
        targetSelectors(address(handler), selectors);
    }

    function invariant_INV1_SupplyIsConstant() external view {
        ICNT token = handler.TOKEN();
        uint256 held = 0;
        for (uint256 i = 0; i < 3; ++i) held += token.balanceOf(handler.holders(i));

        vm.assertEq(token.totalSupply(), 700_000_000 ether);
        vm.assertEq(held, 700_000_000 ether);
    }

    function invariant_VotesNeverExceedSupply() external view {
        ICNT token = handler.TOKEN();
        uint256 votes = 0;
        for (uint256 i = 0; i < 3; ++i) votes += token.getVotes(handler.holders(i));

        vm.assertLe(votes, 700_000_000 ether);
    }
}
