// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {INodeStaking} from "../../../contracts/interfaces/INodeStaking.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {NodeId, PositionId, RequestId} from "../../../contracts/types/Ids.sol";
import {NodeStatus} from "../../../contracts/types/Nodes.sol";
import {NodeLives} from "./NodeLives.sol";

/// What stake does: it comes, grows, leaves in parts or whole, and where it is a bond it is slashed.
abstract contract StakeLives is NodeLives {
    uint256 private constant DELEGATIONS_MAX = 20;
    uint256 private constant OPEN_REQUESTS_MAX = 15;
    uint256 private constant UNBONDING_MAX = 60;
    uint256 private constant SLASH_CAP_PPM = 100_000;
    uint64 private constant ROLE = 1;
    address private constant ACCOUNTABILITY = address(0xacc0);

    mapping(uint64 nodeId => mapping(uint64 offenceAt => uint256)) private _slashedFor;

    constructor() {
        bytes4[] memory slashing = new bytes4[](1);
        slashing[0] = staking.slash.selector;
        system.MANAGER().setTargetFunctionRole(address(staking), slashing, ROLE);
        system.MANAGER().grantRole(ROLE, ACCOUNTABILITY, 0);
        for (uint256 seed = 0; seed < 6; ++seed) delegate(seed);
    }

    function delegate(uint256 seed) public {
        address owner = actor(seed);
        uint64 id = anyNode(lot(seed, 1));
        NodeBook storage node = nodes[id - 1];
        uint256 most = booked[owner] < 400_000e18 ? booked[owner] : 400_000e18;
        if (delegations.length == DELEGATIONS_MAX || most == 0) return;
        uint256 amount = partOf(lot(seed, 2), most);
        uint32 maxPpm = uint32(500_000 - (lot(seed, 3) % 8) * 20_000);

        bytes memory call = abi.encodeCall(staking.stake, (NodeId.wrap(id), uint128(amount), maxPpm));
        (bool passed, bytes memory result) = attempt(owner, address(staking), call, _unlessRoom(id, amount, maxPpm));
        if (!passed) return;

        delegations.push(DelegationBook(++positionCount, id, upcoming(), owner, node.commissionPpm, amount));
        vm.assertEq(abi.decode(result, (uint256)), positionCount);
        node.stake += amount;
        enter(owner, amount);
        did(Deed.Delegate);
    }

    /// The whole position takes the node's present commission, if that is no higher than its own.
    function topUp(uint256 seed) external {
        if (delegations.length == 0) return;
        DelegationBook storage position = delegations[seed % delegations.length];
        NodeBook storage node = nodes[position.nodeId - 1];
        uint256 most = booked[position.owner] < 200_000e18 ? booked[position.owner] : 200_000e18;
        if (most == 0) return;
        uint256 amount = 1 + (lot(seed, 1) % most);
        bytes memory refusal = _unlessRoom(position.nodeId, amount, position.commissionPpm);

        bytes memory call = abi.encodeCall(staking.topUp, (PositionId.wrap(position.id), uint128(amount)));
        (bool passed, bytes memory result) = attempt(position.owner, address(staking), call, refusal);
        if (!passed) return;

        position.amount += amount;
        position.commissionPpm = node.commissionPpm;
        (position.id, position.from) = successorOf(position.id, position.from, position.amount, true);
        vm.assertEq(abi.decode(result, (uint256)), position.id);
        node.stake += amount;
        enter(position.owner, amount);
        did(Deed.TopUp);
    }

    /// A delegation leaves whenever its owner likes; now and then another tries (INV-8).
    function undelegate(uint256 seed) external {
        if (delegations.length == 0) return;
        uint256 place = seed % delegations.length;
        DelegationBook storage position = delegations[place];
        address caller = lot(seed, 1) % 8 == 0 ? actor(lot(seed, 2)) : position.owner;
        uint256 amount = partOf(lot(seed, 3), position.amount);
        bytes memory refusal;
        if (caller != position.owner) {
            refusal = abi.encodeWithSelector(INodeStaking.NotOwner.selector, position.id, caller);
        } else if (lot(seed, 4) % 16 == 0) {
            amount = position.amount + 1;
            refusal = abi.encodeWithSelector(INodeStaking.AmountAbovePosition.selector, amount, position.amount);
        }

        bytes memory call = abi.encodeCall(staking.requestUnbonding, (PositionId.wrap(position.id), uint128(amount)));
        (bool passed, bytes memory result) = attempt(caller, address(staking), call, refusal);
        if (!passed) return;

        uint64 request = openRequest(position.nodeId, caller, amount, false);
        nodes[position.nodeId - 1].stake -= amount;
        position.amount -= amount;
        (position.id, position.from) = successorOf(position.id, position.from, position.amount, true);
        _requireResult(result, request, position.id);
        did(position.amount == 0 ? Deed.Undelegate : Deed.UndelegatePart);
        if (position.amount > 0) return;
        delegations[place] = delegations[delegations.length - 1];
        delegations.pop();
    }

    /// Down to what the node needs, or all of it once the node exits.
    function lowerBond(uint256 seed) external {
        uint64 id = leavingNode(seed, true);
        NodeBook storage node = nodes[id - 1];
        if (node.bond == 0) return;
        bool exiting = node.status == NodeStatus.Exiting;
        uint256 amount = exiting ? partOf(lot(seed, 1), node.bond) : 1 + (lot(seed, 1) % (node.bond / 4));

        bytes memory call = abi.encodeCall(
            staking.requestUnbonding,
            (PositionId.wrap(node.positionId), uint128(amount))
        );
        (bool passed, bytes memory result) = attempt(
            node.operator,
            address(staking),
            call,
            _unlessBondCanLeave(id, amount)
        );
        if (!passed) return;

        uint64 request = openRequest(id, node.operator, amount, true);
        (node.stake, node.bond) = (node.stake - amount, node.bond - amount);
        (node.positionId, node.from) = successorOf(node.positionId, node.from, node.bond, true);
        _requireResult(result, request, node.positionId);
        did(exiting ? Deed.LeaveBond : Deed.LowerBond);
    }

    /// Anyone may; it is paid to who made the request.
    function withdraw(uint256 seed) external {
        if (requests.length == 0) return;
        uint256 place = lot(seed, 1) % requests.length;
        bool other = requests[place].bond != (lot(seed, 2) % 2 == 0);
        if (other) place = (place + 1) % requests.length;
        RequestBook memory request = requests[place];
        bytes memory refusal;
        if (block.timestamp < request.maturesAt) {
            refusal = abi.encodeWithSelector(
                INodeStaking.NotMatured.selector,
                request.id,
                block.timestamp,
                request.maturesAt
            );
        } else if (request.bond && _settledCount() < request.leftAt) {
            refusal = abi.encodeWithSelector(
                INodeStaking.NotSettled.selector,
                request.id,
                request.leftAt - 1,
                _settledCount()
            );
        }

        bytes memory call = abi.encodeCall(staking.completeUnbonding, (RequestId.wrap(request.id)));
        (bool passed, bytes memory result) = attempt(actor(seed), address(staking), call, refusal);
        if (!passed) return;

        vm.assertEq(abi.decode(result, (uint256)), request.amount);
        leave(request.owner, request.amount);
        requests[place] = requests[requests.length - 1];
        requests.pop();
        did(request.bond ? Deed.WithdrawBond : Deed.WithdrawDelegation);
    }

    /// Up to the cap of a recent epoch, by who has the role; now and then by another, or for more.
    function slash(uint256 seed) external {
        uint64 id = lot(seed, 5) % 2 == 0 ? anyNode(seed) : _lowered(seed);
        uint64 now_ = endedEpochs();
        uint64 offenceAt = now_ - uint64(lot(seed, 1) % ((now_ < 5 ? now_ : 5) + 1));
        uint256 cap = (staking.bondAt(NodeId.wrap(id), Epoch.wrap(offenceAt)) * SLASH_CAP_PPM) / 1_000_000;
        cap -= _slashedFor[id][offenceAt];
        uint256 amount = lot(seed, 2) % (cap + 1);
        address caller = ACCOUNTABILITY;
        bytes memory refusal;
        if (lot(seed, 3) % 8 == 0) {
            caller = actor(lot(seed, 4));
            refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        } else if (lot(seed, 3) % 8 == 1) {
            amount = cap + 1;
            refusal = abi.encodeWithSelector(INodeStaking.SlashAboveCap.selector, amount, cap);
        }

        bytes memory call = abi.encodeCall(staking.slash, (NodeId.wrap(id), amount, Epoch.wrap(offenceAt)));
        (bool passed, bytes memory result) = attempt(caller, address(staking), call, refusal);
        if (!passed) return;

        uint256 slashed = abi.decode(result, (uint256));
        vm.assertLe(slashed, amount);
        _slashedFor[id][offenceAt] += slashed;
        _takeSlashed(id, slashed);
    }

    /// Requests keep the period that they were made under. Mostly short ones, so that bonds come and go within a life.
    function changePeriod(uint256 seed) external {
        uint32 epochs = uint32(seed % 4 == 0 ? 1 + (lot(seed, 1) % UNBONDING_MAX) : seed % 4);
        bytes memory refusal;
        if (lot(seed, 2) % 3 == 0) {
            epochs = uint32(lot(seed, 3) % 2 == 0 ? 0 : UNBONDING_MAX + 1);
            bytes4 outside = INodeStaking.UnbondingOutOfBounds.selector;
            refusal = abi.encodeWithSelector(outside, epochs, 1, UNBONDING_MAX);
        }

        bytes memory call = abi.encodeCall(staking.setUnbondingPeriod, (epochs));
        (bool passed, ) = attempt(address(this), address(staking), call, refusal);
        if (!passed) return;

        unbondingEpochs = epochs;
        did(Deed.ChangePeriod);
    }

    /// Books what a slash took of the bond and of each request of it, which is all that it took.
    function _takeSlashed(uint64 id, uint256 slashed) private {
        NodeBook storage node = nodes[id - 1];
        (, uint256 bond) = staking.latestStake(NodeId.wrap(id));
        uint256 taken = node.bond - bond;
        if (taken > 0) {
            (node.stake, node.bond) = (node.stake - taken, bond);
            (node.positionId, node.from) = successorOf(node.positionId, node.from, bond, true);
            did(Deed.SlashBond);
        }
        for (uint256 i = 0; i < requests.length; ++i) {
            if (!requests[i].bond || requests[i].nodeId != id) continue;
            uint256 left = staking.requestOf(RequestId.wrap(requests[i].id)).amount;
            if (left == requests[i].amount) continue;
            taken += requests[i].amount - left;
            requests[i].amount = left;
            did(Deed.SlashRequest);
        }
        vm.assertEq(taken, slashed);
        leave(system.CREDIT_POOL(), slashed);
    }

    /// A node whose bond is in part on its way out, else any.
    function _lowered(uint256 seed) private view returns (uint64) {
        for (uint256 i = 0; i < requests.length; ++i) {
            RequestBook storage request = requests[((seed % requests.length) + i) % requests.length];
            if (request.bond && request.amount > 0) return request.nodeId;
        }
        return anyNode(seed);
    }

    function _requireResult(bytes memory result, uint64 request, uint64 successor) private pure {
        (uint64 requestId, uint64 successorId) = abi.decode(result, (uint64, uint64));
        vm.assertEq(requestId, request);
        vm.assertEq(successorId, successor);
    }

    function _unlessRoom(uint64 id, uint256 amount, uint32 maxPpm) private view returns (bytes memory refusal) {
        NodeBook storage node = nodes[id - 1];
        uint256 limit = limitOf(node.bond, node.units);
        if (!stakable(node)) return abi.encodeWithSelector(INodeStaking.NodeNotStakable.selector, id);
        if (node.commissionPpm > maxPpm) {
            return abi.encodeWithSelector(INodeStaking.CommissionAboveMax.selector, node.commissionPpm, maxPpm);
        }
        if (node.stake + amount > limit) {
            return abi.encodeWithSelector(INodeStaking.StakeAboveLimit.selector, id, node.stake + amount, limit);
        }
    }

    function _unlessBondCanLeave(uint64 id, uint256 amount) private view returns (bytes memory refusal) {
        NodeBook storage node = nodes[id - 1];
        (uint256 stake, uint256 bond) = (node.stake - amount, node.bond - amount);
        (uint256 min, uint256 limit) = (minimumBond(node.units), limitOf(bond, node.units));
        if (stakable(node)) {
            if (bond < min) return abi.encodeWithSelector(INodeStaking.BondTooLow.selector, id, bond, min);
            if (stake > limit) return abi.encodeWithSelector(INodeStaking.StakeAboveLimit.selector, id, stake, limit);
        }
        if (openRequestsOf(id) == OPEN_REQUESTS_MAX) {
            return abi.encodeWithSelector(INodeStaking.TooManyRequests.selector, id, OPEN_REQUESTS_MAX);
        }
    }

    /// Final epochs, and those that ended before the longest unbonding period began.
    function _settledCount() private view returns (uint64) {
        uint64 finalized = oracle.finalizedCount();
        uint64 begun = upcoming();
        return begun > 61 && begun - 61 > finalized ? begun - 61 : finalized;
    }
}
