// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {INodeStaking} from "../../../contracts/interfaces/INodeStaking.sol";
import {OracleDouble} from "../../../contracts/mocks/OracleDouble.sol";
import {NodeRegistry} from "../../../contracts/nodes/NodeRegistry.sol";
import {NodeStaking} from "../../../contracts/staking/NodeStaking.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {Epoch, NEVER} from "../../../contracts/types/Epoch.sol";
import {NodeId, PositionId, RequestId} from "../../../contracts/types/Ids.sol";
import {NodeStatus, NodeTerms, Position, UnbondingRequest} from "../../../contracts/types/Nodes.sol";
import {MiniTest} from "../MiniTest.sol";
import {BondLots} from "./BondLots.sol";
import {StakingSystem} from "./StakingSystem.sol";

/// Every way to move stake, with bounded inputs, and a ghost of what must come of it.
contract StakingHandler is MiniTest {
    using BondLots for BondLots.Lot[];

    struct NodeGhost {
        uint256 stake;
        uint256 bond;
        BondLots.Lot[] lots;
        /// Sums of an epoch as they stood when it began.
        mapping(uint64 epoch => uint256) stakeAt;
        mapping(uint64 epoch => uint256) bondAt;
        mapping(uint64 offenceAt => uint256) slashedFor;
    }

    uint256 public constant NODES = 2;
    uint256 public constant DELEGATORS = 4;

    StakingSystem public immutable SYSTEM;
    ICNT internal immutable TOKEN;
    OracleDouble internal immutable ORACLE;
    NodeRegistry internal immutable REGISTRY;
    NodeStaking internal immutable STAKING;

    uint64 public current;
    uint64 public requestCount;
    uint256 public ghostTotal;
    mapping(uint64 epoch => uint256) public totalOf;
    mapping(address owner => uint256) public delegated;
    mapping(address owner => uint256) public leaving;
    mapping(uint64 nodeId => NodeGhost) internal _nodes;

    constructor() {
        SYSTEM = new StakingSystem();
        (TOKEN, ORACLE, REGISTRY, STAKING) = (SYSTEM.TOKEN(), SYSTEM.ORACLE(), SYSTEM.REGISTRY(), SYSTEM.STAKING());
        vm.warp(SYSTEM.EPOCH_ZERO());
        for (uint64 id = 1; id <= NODES; ++id) {
            _fund(operator(id));
            vm.startPrank(operator(id));
            REGISTRY.register(
                vm.addr(0x9000 + id),
                SYSTEM.storageTerms(20 * uint32(id), 100_000),
                "http://node.test",
                10_000e18
            );
            REGISTRY.activate(NodeId.wrap(id));
            vm.stopPrank();
            _nodes[id].lots.add(10_000e18, 1);
            _grow(id, 10_000e18, true);
        }
        for (uint256 i = 0; i < DELEGATORS; ++i) _fund(delegator(i));
    }

    function pass(uint256 epochs, uint256 finalized) external {
        uint64 target = current + uint64(bound(epochs, 1, 20));
        while (current < target) {
            ++current;
            totalOf[current] = ghostTotal;
            for (uint64 id = 1; id <= NODES; ++id) {
                NodeGhost storage node = _nodes[id];
                (node.stakeAt[current], node.bondAt[current]) = (node.stake, node.bond);
            }
        }
        vm.warp(SYSTEM.EPOCH_ZERO() + current * SYSTEM.LENGTH());
        ORACLE.setFinalizedCount(uint64(bound(finalized, ORACLE.finalizedCount(), current)));
    }

    function delegate(uint256 who, uint256 node, uint256 amount) external {
        uint64 id = _node(node);
        (uint256 stake, uint256 bond) = STAKING.latestStake(NodeId.wrap(id));
        (NodeStatus status, NodeTerms memory terms) = REGISTRY.latestTerms(NodeId.wrap(id));
        uint256 limit = STAKING.limitFor(bond, terms.storageUnits);
        if (status == NodeStatus.Exiting || stake >= limit) return;
        amount = bound(amount, 1, limit - stake);

        vm.prank(delegator(who));
        STAKING.delegate(NodeId.wrap(id), uint128(amount), 100_000);

        delegated[delegator(who)] += amount;
        _grow(id, amount, false);
    }

    function addBond(uint256 node, uint256 amount) external {
        uint64 id = _node(node);
        (NodeStatus status, ) = REGISTRY.latestTerms(NodeId.wrap(id));
        if (status == NodeStatus.Exiting) return;
        amount = bound(amount, 1, 50_000e18);

        vm.prank(operator(id));
        STAKING.addBond(NodeId.wrap(id), uint128(amount));

        _nodes[id].lots.add(amount, current + 1);
        _grow(id, amount, true);
    }

    function leaveDelegation(uint256 seed, uint256 amount) external {
        uint64 id = _openPosition(seed, false);
        if (id == 0) return;
        Position memory position = STAKING.positionOf(PositionId.wrap(id));
        amount = bound(amount, 1, position.amount);

        vm.prank(position.owner);
        STAKING.requestUnbonding(PositionId.wrap(id), uint128(amount));

        ++requestCount;
        delegated[position.owner] -= amount;
        leaving[position.owner] += amount;
        _shrink(NodeId.unwrap(position.nodeId), amount, false);
    }

    /// Refused where the bond is still needed; then nothing may have changed, which the invariants see.
    function leaveBond(uint256 seed, uint256 amount) external {
        uint64 positionId = _openPosition(seed, true);
        if (positionId == 0) return;
        Position memory position = STAKING.positionOf(PositionId.wrap(positionId));
        uint64 id = NodeId.unwrap(position.nodeId);
        amount = bound(amount, 1, position.amount);

        vm.prank(position.owner);
        try STAKING.requestUnbonding(PositionId.wrap(positionId), uint128(amount)) returns (
            RequestId requestId,
            PositionId
        ) {
            ++requestCount;
            _nodes[id].lots.leave(amount, current + 1, RequestId.unwrap(requestId));
            _shrink(id, amount, true);
        } catch (bytes memory reason) {
            bytes4 selector = bytes4(reason);
            vm.assertTrue(
                selector == INodeStaking.BondTooLow.selector ||
                    selector == INodeStaking.StakeAboveLimit.selector ||
                    selector == INodeStaking.TooManyRequests.selector
            );
        }
    }

    function exit(uint256 node, uint256 dice) external {
        uint64 id = _node(node);
        (NodeStatus status, ) = REGISTRY.latestTerms(NodeId.wrap(id));
        if (dice % 16 != 0 || status == NodeStatus.Exiting) return;
        vm.prank(operator(id));
        REGISTRY.startExit(NodeId.wrap(id));
    }

    /// Requests keep the period they were made under, so young ones may mature before old ones. Mostly short ones, so
    /// that bond comes and goes often within a run.
    function changePeriod(uint256 epochs) external {
        STAKING.setUnbondingPeriod(uint32(epochs % 4 == 0 ? epochs % 61 : epochs % 4));
    }

    function complete(uint256 seed) external {
        uint64 id = _openRequest(seed);
        if (id == 0) return;
        UnbondingRequest memory request = STAKING.requestOf(RequestId.wrap(id));
        bool mature = block.timestamp >= request.maturesAt;
        bool settled = !request.bond || ORACLE.finalizedCount() >= Epoch.unwrap(request.leftAt);
        uint256 before = TOKEN.balanceOf(request.owner);

        try STAKING.completeUnbonding(RequestId.wrap(id)) returns (uint256 amount) {
            vm.assertTrue(mature && settled, "INV-10: left before it was settled");
            vm.assertEq(TOKEN.balanceOf(request.owner) - before, amount);
            if (request.bond) {
                vm.assertEq(_nodes[NodeId.unwrap(request.nodeId)].lots.sum(id), amount);
                _nodes[NodeId.unwrap(request.nodeId)].lots.close(id);
            } else {
                leaving[request.owner] -= amount;
            }
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
        _nodes[id].slashedFor[offenceAt] += slashed;
        _followSlash(id, offenceAt);
    }

    function operator(uint64 nodeId) public pure returns (address) {
        return vm.addr(0x1000 + nodeId);
    }

    function delegator(uint256 i) public pure returns (address) {
        return vm.addr(0x2000 + (i % DELEGATORS));
    }

    function lotsOf(uint64 nodeId, uint64 requestId) external view returns (uint256) {
        return _nodes[nodeId].lots.sum(requestId);
    }

    /// Takes from the model what a slash took from the bond and from each request.
    function _followSlash(uint64 id, uint64 offenceAt) internal {
        (, uint256 bond) = STAKING.latestStake(NodeId.wrap(id));
        _takeFromModel(id, 0, _nodes[id].bond - bond, offenceAt);
        _shrink(id, _nodes[id].bond - bond, true);
        for (uint64 r = 1; r <= requestCount; ++r) {
            UnbondingRequest memory request = STAKING.requestOf(RequestId.wrap(r));
            if (!request.bond || NodeId.unwrap(request.nodeId) != id) continue;
            _takeFromModel(id, r, _nodes[id].lots.sum(r) - request.amount, offenceAt);
        }
    }

    function sumsOf(uint64 nodeId, uint64 epoch) external view returns (uint256 stake, uint256 bond) {
        return (_nodes[nodeId].stakeAt[epoch], _nodes[nodeId].bondAt[epoch]);
    }

    function _takeFromModel(uint64 id, uint64 requestId, uint256 amount, uint64 offenceAt) internal {
        vm.assertEq(_nodes[id].lots.slash(requestId, amount, offenceAt), 0, "INV-9: hit bond added after the offence");
    }

    function _grow(uint64 id, uint256 amount, bool bonded) internal {
        ghostTotal += amount;
        _nodes[id].stake += amount;
        if (bonded) _nodes[id].bond += amount;
    }

    function _shrink(uint64 id, uint256 amount, bool bonded) internal {
        ghostTotal -= amount;
        _nodes[id].stake -= amount;
        if (bonded) _nodes[id].bond -= amount;
    }

    /// The first open position from a random one on, 0 without one.
    function _openPosition(uint256 seed, bool bonded) internal view returns (uint64) {
        uint64 count = STAKING.positionCount();
        for (uint64 i = 0; i < count; ++i) {
            uint64 id = (uint64((seed % count) + i) % count) + 1;
            PositionId positionId = PositionId.wrap(id);
            if (STAKING.isBond(positionId) == bonded && STAKING.positionOf(positionId).to == NEVER) return id;
        }
        return 0;
    }

    /// The first open request from a random one on, 0 without one.
    function _openRequest(uint256 seed) internal view returns (uint64) {
        for (uint64 i = 0; i < requestCount; ++i) {
            uint64 id = (uint64((seed % requestCount) + i) % requestCount) + 1;
            if (STAKING.requestOf(RequestId.wrap(id)).owner != address(0)) return id;
        }
        return 0;
    }

    function _fund(address who) internal {
        TOKEN.transfer(who, 20_000_000e18);
        vm.startPrank(who);
        TOKEN.approve(address(REGISTRY), type(uint256).max);
        TOKEN.approve(address(STAKING), type(uint256).max);
        vm.stopPrank();
    }

    function _node(uint256 seed) internal pure returns (uint64) {
        return uint64(seed % NODES) + 1;
    }
}
