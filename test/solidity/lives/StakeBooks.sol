// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Epoch, NEVER} from "../../../contracts/types/Epoch.sol";
import {NodeId, PositionId, RequestId} from "../../../contracts/types/Ids.sol";
import {NodeStatus, Position, UnbondingRequest} from "../../../contracts/types/Nodes.sol";
import {LifeBooks} from "./LifeBooks.sol";

/// What is bonded, delegated and on its way out, by the books of those who own it.
abstract contract StakeBooks is LifeBooks {
    struct NodeBook {
        address operator;
        address offeredTo;
        NodeStatus status;
        uint32 units;
        uint32 commissionPpm;
        uint256 stake;
        uint256 bond;
        /// The open bond position, and the epoch in which it begins.
        uint64 positionId;
        uint64 from;
    }

    struct DelegationBook {
        uint64 id;
        uint64 nodeId;
        uint64 from;
        address owner;
        uint32 commissionPpm;
        uint256 amount;
    }

    struct RequestBook {
        uint64 id;
        uint64 nodeId;
        uint64 leftAt;
        bool bond;
        address owner;
        uint256 amount;
        uint256 maturesAt;
    }

    uint256 private constant BOND_BASE = 1_000e18;
    uint256 private constant BOND_PER_UNIT = 100e18;
    uint256 private constant BOND_FACTOR = 9;
    uint256 private constant STAKE_PER_UNIT = 1_000e18;

    /// Everything in staking, in wei.
    uint256 public principal;
    uint64 internal positionCount;
    uint64 internal requestCount;
    uint32 internal unbondingEpochs = 28;
    /// Node i + 1 at place i.
    NodeBook[] internal nodes;
    DelegationBook[] internal delegations;
    /// The open ones, a bond's in no order.
    RequestBook[] internal requests;

    /// The chain tells of every node, open delegation (INV-8) and open request what the books do, and all of it is the
    /// principal.
    function auditStaking() external view {
        uint256 sum = 0;
        for (uint64 i = 0; i < nodes.length; ++i) {
            NodeBook storage node = nodes[i];
            (uint256 stake, uint256 bond) = staking.latestStake(NodeId.wrap(i + 1));
            vm.assertEq(stake, node.stake);
            vm.assertEq(bond, node.bond);
            vm.assertEq(registry.operatorOf(NodeId.wrap(i + 1)), node.operator);
            if (node.bond > 0) _auditPosition(node.positionId, node.operator, node.bond);
            sum += node.bond;
        }
        for (uint256 i = 0; i < delegations.length; ++i) {
            _auditPosition(delegations[i].id, delegations[i].owner, delegations[i].amount);
            sum += delegations[i].amount;
        }
        for (uint256 i = 0; i < requests.length; ++i) {
            UnbondingRequest memory request = staking.requestOf(RequestId.wrap(requests[i].id));
            vm.assertEq(request.owner, requests[i].owner);
            vm.assertEq(request.amount, requests[i].amount);
            vm.assertEq(request.maturesAt, requests[i].maturesAt);
            sum += requests[i].amount;
        }
        vm.assertEq(staking.positionCount(), positionCount);
        vm.assertEq(sum, principal);
    }

    /// What each holder has bonded and delegated, without what is on its way out.
    function stakedByPlace() internal view returns (uint256[HOLDERS] memory staked) {
        for (uint256 i = 0; i < nodes.length; ++i) staked[placeOf[nodes[i].operator]] += nodes[i].bond;
        for (uint256 i = 0; i < delegations.length; ++i) staked[placeOf[delegations[i].owner]] += delegations[i].amount;
    }

    function enter(address from, uint256 amount) internal {
        principal += amount;
        pay(from, address(staking), amount);
    }

    function leave(address to, uint256 amount) internal {
        principal -= amount;
        pay(address(staking), to, amount);
    }

    /// Where a position goes on that has `amount` from the next epoch on: in itself if it has not begun and stays with its
    /// owner, else in the next new one.
    function successorOf(
        uint64 positionId,
        uint64 from,
        uint256 amount,
        bool sameOwner
    ) internal returns (uint64, uint64) {
        if (amount == 0) return (0, 0);
        return from == upcoming() && sameOwner ? (positionId, from) : (++positionCount, upcoming());
    }

    /// Books what leaves a position. A bond's request never matures before an older one of the bond.
    function openRequest(uint64 nodeId, address owner, uint256 amount, bool bond) internal returns (uint64) {
        uint64 leftAt = upcoming();
        uint256 maturesAt = startOf(leftAt + (bond ? unbondingEpochs : 1));
        for (uint256 i = 0; i < requests.length; ++i) {
            bool older = bond && requests[i].bond && requests[i].nodeId == nodeId;
            if (older && requests[i].maturesAt > maturesAt) maturesAt = requests[i].maturesAt;
        }
        requests.push(RequestBook(++requestCount, nodeId, leftAt, bond, owner, amount, maturesAt));
        return requestCount;
    }

    function openRequestsOf(uint64 nodeId) internal view returns (uint256 count) {
        for (uint256 i = 0; i < requests.length; ++i) if (requests[i].bond && requests[i].nodeId == nodeId) ++count;
    }

    /// First epoch that has not begun.
    function upcoming() internal view returns (uint64) {
        return block.timestamp < system.EPOCH_ZERO() ? 0 : endedEpochs() + 1;
    }

    function anyNode(uint256 seed) internal view returns (uint64) {
        return 1 + uint64(seed % nodes.length);
    }

    /// An exiting node with a bond or without one, if there is one; one time in four any node.
    function leavingNode(uint256 seed, bool bonded) internal view returns (uint64 id) {
        for (uint256 i = 0; i < nodes.length && seed % 4 > 0; ++i) {
            id = anyNode((seed % nodes.length) + i);
            if (nodes[id - 1].status == NodeStatus.Exiting && (nodes[id - 1].bond > 0) == bonded) return id;
        }
        return anyNode(seed);
    }

    /// Takes new stake.
    function stakable(NodeBook storage node) internal view returns (bool) {
        return node.status != NodeStatus.Exiting && node.status != NodeStatus.Exited;
    }

    function minimumBond(uint256 units) internal pure returns (uint256) {
        return BOND_BASE + units * BOND_PER_UNIT;
    }

    function limitOf(uint256 bond, uint256 units) internal pure returns (uint256) {
        uint256 most = units * STAKE_PER_UNIT;
        return bond + (bond * BOND_FACTOR < most ? bond * BOND_FACTOR : most);
    }

    function _auditPosition(uint64 id, address owner, uint256 amount) private view {
        Position memory position = staking.positionOf(PositionId.wrap(id));
        vm.assertEq(position.owner, owner);
        vm.assertEq(position.amount, amount);
        vm.assertEq(Epoch.unwrap(position.to), Epoch.unwrap(NEVER));
    }
}
