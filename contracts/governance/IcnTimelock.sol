// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IIcnTimelock} from "../interfaces/IIcnTimelock.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";

/// @title The admin of all contracts
/// @dev See {IIcnTimelock}. That nothing is routine unless the AccessManager says so lets one table decide roles and
/// delays, and a mistake in it only makes a vote slower.
contract IcnTimelock is IIcnTimelock, TimelockController {
    uint64 private constant ADMIN_ROLE = 0;
    uint256 private constant REACTION_EPOCHS = 7;
    /// @dev Of any unbonding period; for a staking contract that was upgraded and does not answer.
    uint256 private constant UNBONDING_EPOCHS_MAX = 60;

    IAccessManager private immutable MANAGER;
    INodeStaking private immutable STAKING;
    uint256 private immutable EPOCH_LENGTH;

    /// @dev When an operation was scheduled that waits for stakers; 0 for routine ones.
    mapping(bytes32 id => uint256) private _announcedAt;

    /// @param governor The only one who schedules and carries out.
    constructor(
        IAccessManager manager,
        INodeStaking staking,
        address governor,
        uint64 epochLength,
        uint256 delay
    ) TimelockController(delay, _one(governor), _one(governor), address(0)) {
        MANAGER = manager;
        STAKING = staking;
        EPOCH_LENGTH = epochLength;
        // So that a vote can cancel what an earlier one decided.
        _grantRole(CANCELLER_ROLE, address(this));
        _requireDelay(delay, epochLength);
    }

    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        bool routine = _isRoutine(target, data);
        bytes32 id = hashOperation(target, value, data, predecessor, salt);
        super.schedule(target, value, data, predecessor, salt, Math.max(delay, _delayOf(routine)));
        _announcedAt[id] = routine ? 0 : block.timestamp;
    }

    function scheduleBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        bool routine = _areRoutine(targets, payloads);
        bytes32 id = hashOperationBatch(targets, values, payloads, predecessor, salt);
        super.scheduleBatch(targets, values, payloads, predecessor, salt, Math.max(delay, _delayOf(routine)));
        _announcedAt[id] = routine ? 0 : block.timestamp;
    }

    function updateDelay(uint256 delay) public override {
        _requireDelay(delay, EPOCH_LENGTH);
        super.updateDelay(delay);
    }

    /// @inheritdoc IIcnTimelock
    function delayOf(address[] calldata targets, bytes[] calldata payloads) external view returns (uint256) {
        return _delayOf(_areRoutine(targets, payloads));
    }

    /// @inheritdoc IIcnTimelock
    function leavingPeriod(uint256 since) public view returns (uint256) {
        uint256 epochs = UNBONDING_EPOCHS_MAX;
        try STAKING.longestUnbondingSince(since) returns (uint32 longest) {
            epochs = Math.min(epochs, longest);
        } catch {}
        return (epochs + REACTION_EPOCHS) * EPOCH_LENGTH;
    }

    /// @dev When it can be carried out: an unbonding period that was made longer meanwhile puts it off.
    function getTimestamp(bytes32 id) public view override returns (uint256 timestamp) {
        timestamp = super.getTimestamp(id);
        uint256 announcedAt = _announcedAt[id];
        if (timestamp <= DONE_TIMESTAMP || announcedAt == 0) return timestamp;
        return Math.max(timestamp, announcedAt + leavingPeriod(announcedAt));
    }

    function _delayOf(bool routine) private view returns (uint256) {
        return routine ? getMinDelay() : Math.max(getMinDelay(), leavingPeriod(block.timestamp));
    }

    function _areRoutine(address[] calldata targets, bytes[] calldata payloads) private view returns (bool) {
        for (uint256 i = 0; i < targets.length; ++i) {
            if (!_isRoutine(targets[i], payloads[i])) return false;
        }
        return true;
    }

    function _isRoutine(address target, bytes calldata payload) private view returns (bool) {
        if (target == address(MANAGER) || payload.length < 4) return false;
        return MANAGER.getTargetFunctionRole(target, bytes4(payload[:4])) != ADMIN_ROLE;
    }

    function _requireDelay(uint256 delay, uint256 epochLength) private pure {
        (uint256 min, uint256 max) = (epochLength, 30 * epochLength);
        if (delay < min || delay > max) revert TimelockDelayOutOfBounds(delay, min, max);
    }

    function _one(address account) private pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }
}
