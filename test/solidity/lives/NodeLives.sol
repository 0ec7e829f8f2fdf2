// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {INodeRegistry} from "../../../contracts/interfaces/INodeRegistry.sol";
import {INodeStaking} from "../../../contracts/interfaces/INodeStaking.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";
import {NodeStatus, NodeTerms, SERVICE_STORAGE} from "../../../contracts/types/Nodes.sol";
import {StakeBooks} from "./StakeBooks.sol";

/// What operators do with their nodes.
abstract contract NodeLives is StakeBooks {
    uint256 private constant NODES_MAX = 7;
    uint32 private constant UNITS_MAX = 2_000;
    uint256 private constant FEE = 10e18;

    constructor() {
        for (uint256 seed = 0; seed < 3; ++seed) {
            register(seed);
            registry.activate(NodeId.wrap(uint64(nodes.length)));
            nodes[seed].status = NodeStatus.Active;
        }
    }

    function register(uint256 seed) public {
        address operator = actor(seed);
        uint32 units = 1 + uint32(lot(seed, 1) % UNITS_MAX);
        uint256 bond = minimumBond(units) + (lot(seed, 2) % 500_000e18);
        if (nodes.length == NODES_MAX || booked[operator] < bond + FEE) return;
        uint64 id = uint64(nodes.length) + 1;
        uint32 commissionPpm = uint32(lot(seed, 3) % 500_001);
        bytes memory call = abi.encodeCall(
            registry.register,
            (address(uint160(0xde0000 + id)), _terms(units, commissionPpm), "https://node", bond)
        );

        pass(operator, address(registry), call);

        NodeBook storage node = nodes.push();
        (node.operator, node.status) = (operator, NodeStatus.Registered);
        (node.units, node.commissionPpm) = (units, commissionPpm);
        (node.stake, node.bond) = (bond, bond);
        (node.positionId, node.from) = (++positionCount, upcoming());
        enter(operator, bond);
        pay(operator, system.CREDIT_POOL(), FEE);
        did(Deed.Register);
    }

    /// Anyone may.
    function activate(uint256 seed) external {
        uint64 id = anyNode(lot(seed, 1));
        NodeBook storage node = nodes[id - 1];
        bytes memory refusal = _unlessStatus(id, NodeStatus.Registered);
        if (refusal.length == 0) refusal = _unlessBonded(id, node.units);

        if (!_registry(actor(seed), abi.encodeCall(registry.activate, (NodeId.wrap(id))), refusal)) return;

        node.status = NodeStatus.Active;
        did(Deed.Activate);
    }

    function maintain(uint256 seed) external {
        uint64 id = anyNode(seed);
        NodeBook storage node = nodes[id - 1];
        if (node.status == NodeStatus.Maintenance) {
            bytes memory unbonded = _unlessBonded(id, node.units);
            if (!_registry(node.operator, abi.encodeCall(registry.endMaintenance, (NodeId.wrap(id))), unbonded)) return;
            node.status = NodeStatus.Active;
            did(Deed.EndMaintenance);
        } else {
            bytes memory call = abi.encodeCall(registry.startMaintenance, (NodeId.wrap(id)));
            if (!_registry(node.operator, call, _unlessStatus(id, NodeStatus.Active))) return;
            node.status = NodeStatus.Maintenance;
            did(Deed.StartMaintenance);
        }
    }

    function changeTerms(uint256 seed) external {
        uint64 id = anyNode(seed);
        NodeBook storage node = nodes[id - 1];
        uint32 units = 1 + uint32(lot(seed, 1) % UNITS_MAX);
        uint32 commissionPpm = uint32(lot(seed, 2) % 500_001);
        bytes memory refusal = _ifExited(id);
        if (node.status < NodeStatus.Exiting) {
            uint256 limit = limitOf(node.bond, units);
            if (units > node.units) refusal = _unlessBonded(id, units);
            else if (units < node.units && node.stake > limit) {
                refusal = abi.encodeWithSelector(INodeRegistry.StakeAboveLimit.selector, id, node.stake, limit);
            }
        }

        bytes memory call = abi.encodeCall(registry.setTerms, (NodeId.wrap(id), _terms(units, commissionPpm)));
        if (!_registry(node.operator, call, refusal)) return;

        (node.units, node.commissionPpm) = (units, commissionPpm);
        did(Deed.ChangeTerms);
    }

    /// Mostly by the operator, now and then by another.
    function offerNode(uint256 seed) external {
        uint64 id = anyNode(lot(seed, 1));
        NodeBook storage node = nodes[id - 1];
        address caller = lot(seed, 2) % 8 == 0 ? actor(seed) : node.operator;
        address to = lot(seed, 3) % 8 == 0 ? address(0) : actor(lot(seed, 4));
        bytes memory refusal = _ifExited(id);
        if (caller != node.operator) {
            refusal = abi.encodeWithSelector(INodeRegistry.NotOperator.selector, id, caller);
        }

        if (!_registry(caller, abi.encodeCall(registry.offerOperator, (NodeId.wrap(id), to)), refusal)) return;

        node.offeredTo = to;
        did(Deed.OfferNode);
    }

    /// The bond position passes to the new operator; open requests stay with who made them.
    function takeNode(uint256 seed) external {
        uint64 id = _offeredNode(lot(seed, 1));
        NodeBook storage node = nodes[id - 1];
        address caller = lot(seed, 2) % 8 == 0 || node.offeredTo == address(0) ? actor(seed) : node.offeredTo;
        bytes memory refusal = _ifExited(id);
        if (caller != node.offeredTo) {
            refusal = abi.encodeWithSelector(INodeRegistry.NotOffered.selector, id, caller);
        }

        if (!_registry(caller, abi.encodeCall(registry.acceptOperator, (NodeId.wrap(id))), refusal)) return;

        bool same = caller == node.operator;
        (node.operator, node.offeredTo) = (caller, address(0));
        (node.positionId, node.from) = successorOf(node.positionId, node.from, node.bond, same);
        did(Deed.TakeNode);
    }

    /// Rarely: an exit is for ever.
    function startExit(uint256 seed) external {
        uint64 id = anyNode(seed);
        NodeBook storage node = nodes[id - 1];
        if (lot(seed, 1) % 3 != 0) return;
        bytes memory refusal;
        if (!stakable(node)) refusal = _wrongStatus(id, NodeStatus.Active);

        if (!_registry(node.operator, abi.encodeCall(registry.startExit, (NodeId.wrap(id))), refusal)) return;

        node.status = NodeStatus.Exiting;
        did(Deed.StartExit);
    }

    /// Anyone may; now and then too early.
    function completeExit(uint256 seed) external {
        uint64 id = leavingNode(lot(seed, 1), lot(seed, 2) % 4 == 0);
        NodeBook storage node = nodes[id - 1];
        bytes memory refusal = _unlessStatus(id, NodeStatus.Exiting);
        if (refusal.length == 0 && node.bond > 0) {
            refusal = abi.encodeWithSelector(INodeRegistry.StillBonded.selector, id, node.bond);
        }

        if (!_registry(actor(seed), abi.encodeCall(registry.completeExit, (NodeId.wrap(id))), refusal)) return;

        node.status = NodeStatus.Exited;
        did(Deed.CompleteExit);
    }

    function addBond(uint256 seed) external {
        uint64 id = anyNode(seed);
        NodeBook storage node = nodes[id - 1];
        address operator = node.operator;
        if (booked[operator] == 0) return;
        uint256 amount = 1 + (lot(seed, 1) % (booked[operator] / 8 + 1));
        bytes memory refusal;
        if (!stakable(node)) refusal = abi.encodeWithSelector(INodeStaking.NodeNotStakable.selector, id);

        bytes memory call = abi.encodeCall(staking.addBond, (NodeId.wrap(id), uint128(amount)));
        (bool passed, ) = attempt(operator, address(staking), call, refusal);
        if (!passed) return;

        (node.stake, node.bond) = (node.stake + amount, node.bond + amount);
        (node.positionId, node.from) = successorOf(node.positionId, node.from, node.bond, true);
        enter(operator, amount);
        did(Deed.AddBond);
    }

    function _registry(address caller, bytes memory call, bytes memory refusal) private returns (bool passed) {
        (passed, ) = attempt(caller, address(registry), call, refusal);
    }

    /// The first node on offer from a random one on, else a random one.
    function _offeredNode(uint256 seed) private view returns (uint64) {
        for (uint256 i = 0; i < nodes.length; ++i) {
            uint64 id = anyNode((seed % nodes.length) + i);
            if (nodes[id - 1].offeredTo != address(0)) return id;
        }
        return anyNode(seed);
    }

    function _terms(uint32 units, uint32 commissionPpm) private view returns (NodeTerms memory) {
        return NodeTerms(system.NODE_CLASS(), SERVICE_STORAGE, "DE", units, 0, 0, commissionPpm);
    }

    function _unlessBonded(uint64 id, uint256 units) private view returns (bytes memory refusal) {
        uint256 min = minimumBond(units);
        uint256 bond = nodes[id - 1].bond;
        if (bond < min) refusal = abi.encodeWithSelector(INodeRegistry.BondTooLow.selector, id, bond, min);
    }

    function _unlessStatus(uint64 id, NodeStatus expected) private view returns (bytes memory refusal) {
        if (nodes[id - 1].status != expected) refusal = _wrongStatus(id, expected);
    }

    function _ifExited(uint64 id) private view returns (bytes memory refusal) {
        if (nodes[id - 1].status == NodeStatus.Exited) refusal = _wrongStatus(id, NodeStatus.Active);
    }

    function _wrongStatus(uint64 id, NodeStatus expected) private view returns (bytes memory) {
        return abi.encodeWithSelector(INodeRegistry.WrongStatus.selector, id, nodes[id - 1].status, expected);
    }
}
