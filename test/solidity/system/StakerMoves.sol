// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {INodeStaking} from "../../../contracts/interfaces/INodeStaking.sol";
import {Epoch, NEVER} from "../../../contracts/types/Epoch.sol";
import {NodeId, PositionId, RequestId} from "../../../contracts/types/Ids.sol";
import {NodeTerms, Position, SERVICE_STORAGE} from "../../../contracts/types/Nodes.sol";
import {DefaultRules} from "../helpers/DefaultRules.sol";
import {SystemModel} from "./SystemModel.sol";

/// What operators and delegators do, and the principal that they have in staking by their own books.
abstract contract StakerMoves is SystemModel, DefaultRules {
    uint256 public constant STAKERS = 6;
    uint64 private constant NODES_MAX = 6;
    uint64 private constant OPEN_MAX = 16;
    uint128 private constant BOND = 1_200_000e18;

    /// Everything that staking must hold, in wei.
    uint256 public principal;
    /// By the owner's book: delegated and not asked back.
    mapping(address owner => uint256) public delegated;
    PositionId[] private _open;
    uint64 private _requests;

    constructor() {
        vm.warp(system.EPOCH_ZERO() - 1);
        for (uint256 i = 0; i < STAKERS; ++i) {
            token.transfer(staker(i), 80_000_000e18);
            vm.startPrank(staker(i));
            token.approve(address(staking), type(uint256).max);
            token.approve(address(registry), type(uint256).max);
            vm.stopPrank();
        }
        for (uint256 i = 0; i < 3; ++i) _register(i, 100_000);
        for (uint256 i = 0; i < 2 * STAKERS; ++i) delegate(i, i / 2, 2_000_000e18);
    }

    function staker(uint256 i) public pure returns (address) {
        return address(uint160(0x57a4e0 + (i % STAKERS)));
    }

    /// What the chain says that an owner has delegated and not asked back.
    function openDelegations(address owner) external view returns (uint256 amount) {
        for (uint256 i = 0; i < _open.length; ++i) {
            Position memory position = staking.positionOf(_open[i]);
            if (position.owner == owner && position.to == NEVER) amount += position.amount;
        }
    }

    function register(uint256 operator, uint256 commissionPpm) external {
        if (registry.nodeCount() < NODES_MAX) _register(operator, bound(commissionPpm, 0, 500_000));
    }

    function delegate(uint256 owner, uint256 node, uint256 amount) public {
        if (_open.length == OPEN_MAX) return;
        amount = bound(amount, 1, 8_000_000e18);
        NodeId nodeId = _anyNode(node);

        vm.prank(staker(owner));
        try staking.stake(nodeId, uint128(amount), 500_000) returns (PositionId id) {
            _open.push(id);
            delegated[staker(owner)] += amount;
            principal += amount;
        } catch (bytes memory reason) {
            vm.assertTrue(bytes4(reason) == INodeStaking.StakeAboveLimit.selector);
        }
    }

    function addBond(uint256 node, uint256 amount) external {
        NodeId nodeId = _anyNode(node);
        amount = bound(amount, 1, 1_000_000e18);
        address operator = registry.operatorOf(nodeId);
        vm.prank(operator);
        staking.addBond(nodeId, uint128(amount));
        principal += amount;
    }

    function undelegate(uint256 which, uint256 amount) external {
        if (_open.length == 0) return;
        which %= _open.length;
        Position memory position = staking.positionOf(_open[which]);
        amount = amount % 2 == 0 ? position.amount : bound(amount, 1, position.amount);

        vm.prank(position.owner);
        (, PositionId successor) = staking.requestUnbonding(_open[which], uint128(amount));

        ++_requests;
        delegated[position.owner] -= amount;
        if (PositionId.unwrap(successor) == 0) {
            _open[which] = _open[_open.length - 1];
            _open.pop();
        } else {
            _open[which] = successor;
        }
    }

    function lowerBond(uint256 node, uint256 amount) external {
        NodeId nodeId = _anyNode(node);
        PositionId id = staking.bondPositionOf(nodeId);
        amount = bound(amount, 1, staking.positionOf(id).amount);
        address operator = registry.operatorOf(nodeId);
        vm.prank(operator);
        try staking.requestUnbonding(id, uint128(amount)) {
            ++_requests;
        } catch (bytes memory reason) {
            requireRefusal(reason);
        }
    }

    function withdraw(uint256 request) external {
        if (_requests == 0) return;
        try staking.completeUnbonding(RequestId.wrap(1 + uint64(request % _requests))) returns (uint256 amount) {
            principal -= amount;
        } catch (bytes memory reason) {
            requireRefusal(reason);
        }
    }

    function slash(uint256 node, uint256 amount, uint256 ago) external {
        uint64 ended = endedEpochs();
        uint64 offenceAt = ended - uint64(bound(ago, 0, ended < 3 ? ended : 3));
        amount = bound(amount, 0, 100_000e18);
        try staking.slash(_anyNode(node), amount, Epoch.wrap(offenceAt)) returns (uint256 slashed) {
            principal -= slashed;
        } catch (bytes memory reason) {
            requireRefusal(reason);
        }
    }

    /// By turns a bond, an open delegation, or any position that there ever was.
    function anyPosition(uint256 turn, uint256 which) internal view returns (PositionId) {
        if (turn % 3 == 0) return staking.bondPositionOf(_anyNode(which));
        if (turn % 3 == 1 && _open.length > 0) return _open[which % _open.length];
        return PositionId.wrap(1 + uint64(which % staking.positionCount()));
    }

    function _register(uint256 operator, uint256 commissionPpm) private {
        uint64 id = registry.nodeCount() + 1;
        (uint8 nodeClass, uint32 units) = (system.NODE_CLASS(), system.UNITS_MAX());
        NodeTerms memory terms = NodeTerms(nodeClass, SERVICE_STORAGE, "DE", units, 0, 0, uint32(commissionPpm));
        vm.prank(staker(operator));
        registry.register(address(uint160(0xde0000 + id)), terms, "https://node", BOND);
        registry.activate(NodeId.wrap(id));
        principal += BOND;
    }

    function _anyNode(uint256 node) private view returns (NodeId) {
        return NodeId.wrap(1 + uint64(node % registry.nodeCount()));
    }
}
