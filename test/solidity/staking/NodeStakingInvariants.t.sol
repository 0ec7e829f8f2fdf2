// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {NodeStaking} from "../../../contracts/staking/NodeStaking.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {Epoch, NEVER} from "../../../contracts/types/Epoch.sol";
import {NodeId, PositionId, RequestId} from "../../../contracts/types/Ids.sol";
import {Position, UnbondingRequest} from "../../../contracts/types/Nodes.sol";
import {MiniTest} from "../MiniTest.sol";
import {StakingHandler} from "./StakingHandler.sol";

/// 1. INV-5: the balance covers what is staked and what is on its way out.
/// 2. INV-8: a delegation is what its owner made of it, whatever the operator and the slasher did.
/// 3. Sums of an epoch are the sums of the positions that span it, and are frozen once it began.
/// 4. Each owner's pages hold what was opened for it, whatever their size; a node's open bond is its operator's.
contract NodeStakingInvariants is MiniTest {
    StakingHandler internal handler;
    NodeStaking internal staking;
    ICNT internal token;

    function setUp() public {
        handler = new StakingHandler();
        staking = handler.SYSTEM().STAKING();
        token = handler.SYSTEM().TOKEN();
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](12);
        selectors[0] = handler.pass.selector;
        selectors[1] = handler.delegate.selector;
        selectors[2] = handler.addBond.selector;
        selectors[3] = handler.leaveDelegation.selector;
        selectors[4] = handler.leaveBond.selector;
        selectors[5] = handler.exit.selector;
        selectors[6] = handler.complete.selector;
        selectors[7] = handler.slash.selector;
        selectors[8] = handler.topUp.selector;
        selectors[9] = handler.handOver.selector;
        selectors[10] = handler.maintain.selector;
        selectors[11] = handler.changeCommission.selector;
        targetSelectors(address(handler), selectors);
    }

    /// forge-config: default.invariant.runs = 96
    /// forge-config: default.invariant.depth = 128
    function invariant_INV5_INV8_principalIsWhatItsOwnersLeft() public view {
        (uint256[] memory staked, uint256[] memory leaving) = (new uint256[](5), new uint256[](5));
        for (uint64 id = 1; id <= staking.positionCount(); ++id) {
            Position memory position = staking.positionOf(PositionId.wrap(id));
            if (position.to == NEVER) staked[_rowOf(position.owner)] += position.amount;
        }
        for (uint64 id = 1; id <= handler.requestCount(); ++id) {
            UnbondingRequest memory request = staking.requestOf(RequestId.wrap(id));
            leaving[_rowOf(request.owner)] += request.amount;
        }

        uint256 total = staked[0];
        uint256 owed = staked[0] + leaving[0];
        for (uint256 row = 1; row <= handler.DELEGATORS(); ++row) {
            address owner = handler.delegator(row - 1);
            vm.assertEq(staked[row], handler.delegated(owner));
            vm.assertEq(leaving[row], handler.leaving(owner));
            total += staked[row];
            owed += staked[row] + leaving[row];
        }
        vm.assertEq(total, handler.ghostTotal());
        vm.assertEq(token.balanceOf(address(staking)), owed);
    }

    /// forge-config: default.invariant.runs = 96
    /// forge-config: default.invariant.depth = 128
    function invariant_sumsAreThoseOfThePositionsAndFrozenOnceBegun() public view {
        uint64 current = handler.current();
        uint64 past = current - (staking.positionCount() % (current < 16 ? current + 1 : 16));
        (uint256[3] memory upcomingStakes, uint256[3] memory pastStakes) = (_none(), _none());
        for (uint64 id = 1; id <= staking.positionCount(); ++id) {
            Position memory position = staking.positionOf(PositionId.wrap(id));
            _addIfSpans(upcomingStakes, position, Epoch.wrap(current + 1));
            _addIfSpans(pastStakes, position, Epoch.wrap(past));
        }
        _compareSums(Epoch.wrap(current + 1), upcomingStakes);
        _compareSums(Epoch.wrap(past), pastStakes);

        vm.assertEq(staking.totalStakeAt(Epoch.wrap(past)), handler.totalOf(past));
        for (uint64 id = 1; id <= handler.NODES(); ++id) {
            (uint256 stake, uint256 bond) = handler.sumsOf(id, past);
            vm.assertEq(staking.stakeAt(NodeId.wrap(id), Epoch.wrap(past)), stake);
            vm.assertEq(staking.bondAt(NodeId.wrap(id), Epoch.wrap(past)), bond);
        }
    }

    /// forge-config: default.invariant.runs = 96
    /// forge-config: default.invariant.depth = 128
    function invariant_pagesHoldThePositionsOfTheirOwner() public view {
        uint256 size = 1 + (handler.current() % 7);
        for (uint256 i = 0; i < handler.DELEGATORS(); ++i) _comparePages(handler.delegator(i), size);
        for (uint256 i = 0; i < handler.OPERATORS(); ++i) _comparePages(handler.operator(i), size);
        for (uint64 id = 1; id <= handler.NODES(); ++id) {
            Position memory bond = staking.positionOf(staking.bondPositionOf(NodeId.wrap(id)));
            if (bond.to == NEVER) vm.assertEq(bond.owner, handler.operatorOf(id));
        }
    }

    /// One of each delegator, from 1 on, and 0 of all others.
    function _rowOf(address owner) internal view returns (uint256 row) {
        uint160 first = uint160(handler.delegator(0));
        bool delegates = uint160(owner) >= first && uint160(owner) < first + handler.DELEGATORS();
        return delegates ? uint160(owner) - first + 1 : 0;
    }

    function _comparePages(address owner, uint256 size) internal view {
        uint64[] memory opened = handler.positionsOf(owner);
        PositionId before;
        uint256 left = opened.length;
        while (true) {
            PositionId[] memory page = staking.positionsOf(owner, before, size);
            vm.assertEq(page.length, left < size ? left : size);
            if (page.length == 0) return;
            for (uint256 i = 0; i < page.length; ++i) vm.assertEq(PositionId.unwrap(page[i]), opened[--left]);
            before = page[page.length - 1];
            vm.assertEq(staking.positionOf(before).owner, owner);
        }
    }

    function _compareSums(Epoch epoch, uint256[3] memory sums) internal view {
        vm.assertEq(staking.totalStakeAt(epoch), sums[0]);
        for (uint64 id = 1; id <= handler.NODES(); ++id) {
            vm.assertEq(staking.stakeAt(NodeId.wrap(id), epoch), sums[id]);
        }
    }

    /// Total, then stake by node.
    function _addIfSpans(uint256[3] memory sums, Position memory position, Epoch epoch) internal pure {
        if (position.from > epoch || position.to <= epoch) return;
        sums[0] += position.amount;
        sums[NodeId.unwrap(position.nodeId)] += position.amount;
    }

    function _none() internal pure returns (uint256[3] memory) {}
}
