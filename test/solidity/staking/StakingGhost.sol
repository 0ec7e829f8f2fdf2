// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {OracleDouble} from "../../../contracts/mocks/OracleDouble.sol";
import {NodeRegistry} from "../../../contracts/nodes/NodeRegistry.sol";
import {NodeStaking} from "../../../contracts/staking/NodeStaking.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {NodeId, RequestId} from "../../../contracts/types/Ids.sol";
import {UnbondingRequest} from "../../../contracts/types/Nodes.sol";
import {MiniTest} from "../MiniTest.sol";
import {BondLots} from "./BondLots.sol";
import {StakingSystem} from "./StakingSystem.sol";

/// What must have come of all moves so far, kept in other terms than the contracts'.
abstract contract StakingGhost is MiniTest {
    using BondLots for BondLots.Lot[];

    struct NodeGhost {
        address operator;
        uint256 stake;
        uint256 bond;
        BondLots.Lot[] lots;
        /// Sums of an epoch as they stood when it began.
        mapping(uint64 epoch => uint256) stakeAt;
        mapping(uint64 epoch => uint256) bondAt;
        mapping(uint64 offenceAt => uint256) slashedFor;
    }

    /// A request of a bond.
    struct RequestGhost {
        uint64 nodeId;
        address owner;
        uint256 maturesAt;
        bool open;
    }

    uint256 public constant NODES = 2;
    uint256 public constant OPERATORS = 4;
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
    mapping(uint64 requestId => RequestGhost) internal _bondRequests;
    mapping(address owner => uint64[]) internal _positions;
    uint64[] internal _openDelegations;
    uint64[] internal _openRequests;
    uint64 private _positionCount;

    constructor() {
        SYSTEM = new StakingSystem();
        (TOKEN, ORACLE, REGISTRY, STAKING) = (SYSTEM.TOKEN(), SYSTEM.ORACLE(), SYSTEM.REGISTRY(), SYSTEM.STAKING());
    }

    function operator(uint256 i) public pure returns (address) {
        return address(uint160(0x1000 + (i % OPERATORS)));
    }

    function delegator(uint256 i) public pure returns (address) {
        return address(uint160(0x2000 + (i % DELEGATORS)));
    }

    function lotsOf(uint64 nodeId, uint64 requestId) external view returns (uint256) {
        return _nodes[nodeId].lots.sum(requestId);
    }

    function sumsOf(uint64 nodeId, uint64 epoch) external view returns (uint256 stake, uint256 bond) {
        return (_nodes[nodeId].stakeAt[epoch], _nodes[nodeId].bondAt[epoch]);
    }

    function operatorOf(uint64 nodeId) external view returns (address) {
        return _nodes[nodeId].operator;
    }

    /// Positions that were opened for an owner, oldest first.
    function positionsOf(address owner) external view returns (uint64[] memory) {
        return _positions[owner];
    }

    function _beginEpoch() internal {
        ++current;
        totalOf[current] = ghostTotal;
        for (uint64 id = 1; id <= NODES; ++id) {
            NodeGhost storage node = _nodes[id];
            (node.stakeAt[current], node.bondAt[current]) = (node.stake, node.bond);
        }
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

    /// A move opens one position at most, and only for the one whom it concerns.
    function _noteOpened(address owner) internal {
        uint64 count = STAKING.positionCount();
        vm.assertLe(count, _positionCount + 1);
        if (count > _positionCount) _positions[owner].push(count);
        _positionCount = count;
    }

    function _noteRequest(uint64 requestId) internal {
        vm.assertEq(requestId, ++requestCount);
        _openRequests.push(requestId);
    }

    /// A request waits for its own period and for the older ones of its bond.
    function _noteBondRequest(uint64 nodeId, uint64 requestId, address owner) internal {
        _noteRequest(requestId);
        uint256 epochs = current + 1 + STAKING.unbondingEpochs();
        uint256 maturesAt = SYSTEM.EPOCH_ZERO() + epochs * SYSTEM.LENGTH();
        for (uint64 r = 1; r < requestId; ++r) {
            RequestGhost memory older = _bondRequests[r];
            if (older.open && older.nodeId == nodeId && older.maturesAt > maturesAt) maturesAt = older.maturesAt;
        }
        _bondRequests[requestId] = RequestGhost(nodeId, owner, maturesAt, true);
        vm.assertEq(STAKING.requestOf(RequestId.wrap(requestId)).maturesAt, maturesAt);
    }

    /// What leaves goes to who asked for it, and nothing that left the bond before it is still held.
    function _noteBondPaid(uint64 requestId, address to, uint256 amount) internal {
        RequestGhost memory request = _bondRequests[requestId];
        vm.assertEq(to, request.owner);
        vm.assertEq(_nodes[request.nodeId].lots.sum(requestId), amount);
        for (uint64 r = 1; r < requestId; ++r) {
            RequestGhost memory older = _bondRequests[r];
            if (!older.open || older.nodeId != request.nodeId) continue;
            vm.assertLe(older.maturesAt, block.timestamp, "INV-10: younger bond left before older could");
        }
        _bondRequests[requestId].open = false;
        _nodes[request.nodeId].lots.close(requestId);
    }

    /// Takes from the model what a slash took from the bond and from each request.
    function _noteSlash(uint64 id, uint64 offenceAt, uint256 slashed) internal {
        _nodes[id].slashedFor[offenceAt] += slashed;
        (, uint256 bond) = STAKING.latestStake(NodeId.wrap(id));
        _takeFromModel(id, 0, _nodes[id].bond - bond, offenceAt);
        _shrink(id, _nodes[id].bond - bond, true);
        for (uint64 r = 1; r <= requestCount; ++r) {
            UnbondingRequest memory request = STAKING.requestOf(RequestId.wrap(r));
            if (!request.bond || NodeId.unwrap(request.nodeId) != id) continue;
            _takeFromModel(id, r, _nodes[id].lots.sum(r) - request.amount, offenceAt);
        }
    }

    function _takeFromModel(uint64 id, uint64 requestId, uint256 amount, uint64 offenceAt) internal {
        vm.assertEq(_nodes[id].lots.slash(requestId, amount, offenceAt), 0, "INV-9: hit bond added after the offence");
    }

    /// Puts what goes on in an element's place; 0 takes it out.
    function _replace(uint64[] storage list, uint256 i, uint64 successor) internal {
        if (successor != 0) {
            list[i] = successor;
            return;
        }
        list[i] = list[list.length - 1];
        list.pop();
    }

    function _node(uint256 seed) internal pure returns (uint64) {
        return uint64(seed % NODES) + 1;
    }
}
