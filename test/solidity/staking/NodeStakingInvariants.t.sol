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
contract NodeStakingInvariants is MiniTest {
    StakingHandler internal handler;
    NodeStaking internal staking;
    ICNT internal token;

    function setUp() public {
        handler = new StakingHandler();
        staking = handler.SYSTEM().STAKING();
        token = handler.SYSTEM().TOKEN();
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = handler.pass.selector;
        selectors[1] = handler.delegate.selector;
        selectors[2] = handler.addBond.selector;
        selectors[3] = handler.leaveDelegation.selector;
        selectors[4] = handler.leaveBond.selector;
        selectors[5] = handler.exit.selector;
        selectors[6] = handler.complete.selector;
        selectors[7] = handler.slash.selector;
        targetSelectors(address(handler), selectors);
    }

    function invariant_INV5_balanceCoversStakeAndUnbonding() public view {
        uint256 owed = 0;
        for (uint64 id = 1; id <= staking.positionCount(); ++id) {
            Position memory position = staking.positionOf(PositionId.wrap(id));
            if (position.to == NEVER) owed += position.amount;
        }
        vm.assertEq(owed, handler.ghostTotal());
        for (uint64 id = 1; id <= handler.requestCount(); ++id) owed += staking.requestOf(RequestId.wrap(id)).amount;
        vm.assertEq(token.balanceOf(address(staking)), owed);
    }

    function invariant_INV8_delegationsOnlyShrinkByTheirOwners() public view {
        for (uint256 i = 0; i < handler.DELEGATORS(); ++i) {
            address owner = handler.delegator(i);
            uint256 staked = 0;
            uint256 leaving = 0;
            for (uint64 id = 1; id <= staking.positionCount(); ++id) {
                Position memory position = staking.positionOf(PositionId.wrap(id));
                if (position.owner == owner && position.to == NEVER) staked += position.amount;
            }
            for (uint64 id = 1; id <= handler.requestCount(); ++id) {
                UnbondingRequest memory request = staking.requestOf(RequestId.wrap(id));
                if (request.owner == owner) leaving += request.amount;
            }
            vm.assertEq(staked, handler.delegated(owner));
            vm.assertEq(leaving, handler.leaving(owner));
        }
    }

    function invariant_sumsOfBegunEpochsAreFrozen() public view {
        uint64 current = handler.current();
        for (uint64 epoch = current < 16 ? 0 : current - 16; epoch <= current; ++epoch) {
            vm.assertEq(staking.totalStakeAt(Epoch.wrap(epoch)), handler.totalOf(epoch));
            for (uint64 id = 1; id <= handler.NODES(); ++id) {
                (uint256 stake, uint256 bond) = handler.sumsOf(id, epoch);
                vm.assertEq(staking.stakeAt(NodeId.wrap(id), Epoch.wrap(epoch)), stake);
                vm.assertEq(staking.bondAt(NodeId.wrap(id), Epoch.wrap(epoch)), bond);
            }
        }
    }

    function invariant_sumsAreThoseOfThePositionsThatSpanTheEpoch() public view {
        uint64 epoch = handler.current() + 1;
        uint256[3] memory stakes;
        uint256 total = 0;
        for (uint64 back = 0; back < 3 && back < epoch; ++back) {
            Epoch at = Epoch.wrap(epoch - back);
            (total, stakes) = _spanning(at);
            vm.assertEq(staking.totalStakeAt(at), total);
            for (uint64 id = 1; id <= handler.NODES(); ++id) {
                vm.assertEq(staking.stakeAt(NodeId.wrap(id), at), stakes[id]);
            }
        }
    }

    function _spanning(Epoch epoch) internal view returns (uint256 total, uint256[3] memory stakes) {
        for (uint64 id = 1; id <= staking.positionCount(); ++id) {
            Position memory position = staking.positionOf(PositionId.wrap(id));
            if (position.from > epoch || position.to <= epoch) continue;
            total += position.amount;
            stakes[NodeId.unwrap(position.nodeId)] += position.amount;
        }
    }
}
