// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {INodeRegistry} from "../../../contracts/interfaces/INodeRegistry.sol";
import {INodeStaking} from "../../../contracts/interfaces/INodeStaking.sol";
import {Epoch, NEVER} from "../../../contracts/types/Epoch.sol";
import {NodeId, PositionId, RequestId} from "../../../contracts/types/Ids.sol";
import {NodeStatus, NodeTerms, Position, UnbondingRequest} from "../../../contracts/types/Nodes.sol";
import {BondLots} from "./BondLots.sol";
import {StakingGhost} from "./StakingGhost.sol";

/// Every way to move stake, with bounded inputs, and what must come of it.
contract StakingHandler is StakingGhost {
    using BondLots for BondLots.Lot[];

    constructor() {
        vm.warp(SYSTEM.EPOCH_ZERO());
        for (uint256 i = 0; i < OPERATORS; ++i) _fund(operator(i));
        for (uint256 i = 0; i < DELEGATORS; ++i) _fund(delegator(i));
        for (uint64 id = 1; id <= NODES; ++id) {
            NodeTerms memory terms = SYSTEM.storageTerms(20 * uint32(id), 100_000);
            vm.startPrank(operator(id));
            REGISTRY.register(address(0x9000 + uint160(id)), terms, "http://node.test", 10_000e18);
            REGISTRY.activate(NodeId.wrap(id));
            vm.stopPrank();
            _nodes[id].operator = operator(id);
            _nodes[id].lots.add(10_000e18, 1);
            _grow(id, 10_000e18, true);
            _noteOpened(operator(id));
        }
    }

    function pass(uint256 epochs, uint256 finalized) external {
        uint64 target = current + uint64(bound(epochs, 1, 20));
        while (current < target) _beginEpoch();
        vm.warp(SYSTEM.EPOCH_ZERO() + current * SYSTEM.LENGTH());
        ORACLE.setFinalizedCount(uint64(bound(finalized, ORACLE.finalizedCount(), current)));
    }

    function delegate(uint256 who, uint256 node, uint256 amount) external {
        uint64 id = _node(node);
        uint256 room = _roomOf(id);
        if (room == 0) return;
        amount = bound(amount, 1, room);

        vm.prank(delegator(who));
        PositionId position = STAKING.stake(NodeId.wrap(id), uint128(amount), 500_000);

        _openDelegations.push(PositionId.unwrap(position));
        delegated[delegator(who)] += amount;
        _grow(id, amount, false);
        _noteOpened(delegator(who));
    }

    /// Refused exactly where the node is full, exits, or takes more than the delegation gives.
    function topUp(uint256 seed, uint256 amount) external {
        if (_openDelegations.length == 0) return;
        uint256 i = seed % _openDelegations.length;
        PositionId positionId = PositionId.wrap(_openDelegations[i]);
        Position memory position = STAKING.positionOf(positionId);
        uint64 id = NodeId.unwrap(position.nodeId);
        (, NodeTerms memory terms) = REGISTRY.latestTerms(position.nodeId);
        amount = bound(amount, 1, 5_000e18);
        bool taken = amount <= _roomOf(id) && terms.commissionPpm <= position.commissionPpm;

        vm.prank(position.owner);
        try STAKING.topUp(positionId, uint128(amount)) returns (PositionId successor) {
            vm.assertTrue(taken);
            Position memory topped = STAKING.positionOf(successor);
            vm.assertEq(topped.amount, position.amount + amount);
            vm.assertEq(topped.commissionPpm, terms.commissionPpm);
            _replace(_openDelegations, i, PositionId.unwrap(successor));
            delegated[position.owner] += amount;
            _grow(id, amount, false);
            _noteOpened(position.owner);
        } catch {
            vm.assertFalse(taken);
        }
    }

    function addBond(uint256 node, uint256 amount) external {
        uint64 id = _node(node);
        if (_statusOf(id) == NodeStatus.Exiting) return;
        amount = bound(amount, 1, 50_000e18);

        vm.prank(_nodes[id].operator);
        STAKING.addBond(NodeId.wrap(id), uint128(amount));

        _nodes[id].lots.add(amount, current + 1);
        _grow(id, amount, true);
        _noteOpened(_nodes[id].operator);
    }

    function leaveDelegation(uint256 seed, uint256 amount) external {
        if (_openDelegations.length == 0) return;
        uint256 i = seed % _openDelegations.length;
        PositionId positionId = PositionId.wrap(_openDelegations[i]);
        Position memory position = STAKING.positionOf(positionId);
        amount = bound(amount, 1, position.amount);

        vm.prank(position.owner);
        (RequestId request, PositionId successor) = STAKING.requestUnbonding(positionId, uint128(amount));

        _noteRequest(RequestId.unwrap(request));
        _replace(_openDelegations, i, PositionId.unwrap(successor));
        delegated[position.owner] -= amount;
        leaving[position.owner] += amount;
        _shrink(NodeId.unwrap(position.nodeId), amount, false);
        _noteOpened(position.owner);
    }

    /// Refused where the bond is still needed; then nothing may have changed, which the invariants see.
    function leaveBond(uint256 node, uint256 amount) external {
        uint64 id = _node(node);
        PositionId positionId = STAKING.bondPositionOf(NodeId.wrap(id));
        Position memory position = STAKING.positionOf(positionId);
        if (position.to != NEVER) return;
        amount = bound(amount, 1, position.amount);

        vm.prank(_nodes[id].operator);
        try STAKING.requestUnbonding(positionId, uint128(amount)) returns (RequestId requestId, PositionId) {
            _nodes[id].lots.leave(amount, current + 1, RequestId.unwrap(requestId));
            _shrink(id, amount, true);
            _noteOpened(_nodes[id].operator);
            _noteBondRequest(id, RequestId.unwrap(requestId), _nodes[id].operator);
        } catch (bytes memory reason) {
            bytes4 selector = bytes4(reason);
            vm.assertTrue(
                selector == INodeStaking.BondTooLow.selector ||
                    selector == INodeStaking.StakeAboveLimit.selector ||
                    selector == INodeStaking.TooManyRequests.selector
            );
        }
    }

    /// Also to itself, and there and back within an epoch.
    function handOver(uint256 node, uint256 to) external {
        uint64 id = _node(node);
        uint256 total = STAKING.totalStakeAt(Epoch.wrap(current + 1));
        vm.prank(_nodes[id].operator);
        REGISTRY.offerOperator(NodeId.wrap(id), operator(to));
        vm.prank(operator(to));
        REGISTRY.acceptOperator(NodeId.wrap(id));

        _nodes[id].operator = operator(to);
        _noteOpened(operator(to));
        vm.assertEq(STAKING.totalStakeAt(Epoch.wrap(current + 1)), total);
    }

    function maintain(uint256 node) external {
        uint64 id = _node(node);
        NodeStatus status = _statusOf(id);
        uint256 min = STAKING.minimumBond(20 * id);
        vm.prank(_nodes[id].operator);
        if (status == NodeStatus.Active) {
            REGISTRY.startMaintenance(NodeId.wrap(id));
        } else {
            if (status == NodeStatus.Exiting) vm.expectPartialRevert(INodeRegistry.WrongStatus.selector);
            else if (_nodes[id].bond < min) vm.expectPartialRevert(INodeRegistry.BondTooLow.selector);
            REGISTRY.endMaintenance(NodeId.wrap(id));
        }
    }

    function changeCommission(uint256 node, uint256 commissionPpm) external {
        uint64 id = _node(node);
        (, NodeTerms memory terms) = REGISTRY.latestTerms(NodeId.wrap(id));
        terms.commissionPpm = uint32(commissionPpm % 6) * 100_000;
        vm.prank(_nodes[id].operator);
        REGISTRY.setTerms(NodeId.wrap(id), terms);
    }

    function exit(uint256 node, uint256 dice) external {
        uint64 id = _node(node);
        if (dice % 16 != 0 || _statusOf(id) == NodeStatus.Exiting) return;
        vm.prank(_nodes[id].operator);
        REGISTRY.startExit(NodeId.wrap(id));
    }

    /// Requests keep the period they were made under. Mostly short ones, so that bond comes and goes often within a run.
    function changePeriod(uint256 epochs) external {
        STAKING.setUnbondingPeriod(uint32(1 + (epochs % 4 == 0 ? epochs % 60 : epochs % 4)));
    }

    function complete(uint256 seed) external {
        if (_openRequests.length == 0) return;
        uint256 i = seed % _openRequests.length;
        uint64 id = _openRequests[i];
        UnbondingRequest memory request = STAKING.requestOf(RequestId.wrap(id));
        bool mature = block.timestamp >= request.maturesAt;
        uint64 leftAt = Epoch.unwrap(request.leftAt);
        bool settled = !request.bond || ORACLE.finalizedCount() >= leftAt || current >= leftAt + 60;
        uint256 before = TOKEN.balanceOf(request.owner);

        try STAKING.completeUnbonding(RequestId.wrap(id)) returns (uint256 amount) {
            vm.assertTrue(mature && settled, "INV-10: left before it was settled");
            vm.assertEq(TOKEN.balanceOf(request.owner) - before, amount);
            _replace(_openRequests, i, 0);
            if (request.bond) _noteBondPaid(id, request.owner, amount);
            else leaving[request.owner] -= amount;
        } catch {
            vm.assertFalse(mature && settled);
        }
    }

    function slash(uint256 node, uint256 age, uint256 amount) external {
        uint64 id = _node(node);
        uint64 offenceAt = current - uint64(bound(age, 0, current < 60 ? current : 60));
        uint256 cap = (_nodes[id].bondAt[offenceAt] * SYSTEM.SLASH_CAP_PPM()) / 1e6 - _nodes[id].slashedFor[offenceAt];
        amount = bound(amount, 0, cap);
        uint256 backing = _nodes[id].lots.backing(offenceAt);
        uint256 pool = TOKEN.balanceOf(SYSTEM.CREDIT_POOL());

        uint256 slashed = STAKING.slash(NodeId.wrap(id), amount, Epoch.wrap(offenceAt));

        vm.assertLe(slashed, amount);
        vm.assertLe(slashed, backing, "INV-9: more than what backed the epoch");
        vm.assertEq(TOKEN.balanceOf(SYSTEM.CREDIT_POOL()) - pool, slashed);
        _noteSlash(id, offenceAt, slashed);
        _noteOpened(_nodes[id].operator);
    }

    /// What a node takes of delegations beyond those it has, 0 if none.
    function _roomOf(uint64 id) internal view returns (uint256) {
        (, NodeTerms memory terms) = REGISTRY.latestTerms(NodeId.wrap(id));
        (uint256 stake, uint256 bond) = STAKING.latestStake(NodeId.wrap(id));
        uint256 limit = STAKING.limitFor(bond, terms.storageUnits);
        return _statusOf(id) == NodeStatus.Exiting || stake >= limit ? 0 : limit - stake;
    }

    function _statusOf(uint64 id) internal view returns (NodeStatus status) {
        (status, ) = REGISTRY.latestTerms(NodeId.wrap(id));
    }

    function _fund(address who) internal {
        TOKEN.transfer(who, 20_000_000e18);
        vm.startPrank(who);
        TOKEN.approve(address(REGISTRY), type(uint256).max);
        TOKEN.approve(address(STAKING), type(uint256).max);
        vm.stopPrank();
    }
}
