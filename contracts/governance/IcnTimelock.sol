// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IIcnTimelock} from "../interfaces/IIcnTimelock.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {Epoch} from "../types/Epoch.sol";
import {EpochClock} from "../types/EpochClock.sol";

/// @title The admin of all contracts
/// @dev See {IIcnTimelock}. That nothing is routine unless the AccessManager says so lets one table decide roles and
/// delays, and a mistake in it only makes a vote slower.
contract IcnTimelock is IIcnTimelock, TimelockController {
    uint64 private constant ADMIN_ROLE = 0;
    uint256 private constant REACTION_EPOCHS = 7;
    /// @dev Of any unbonding period.
    uint256 private constant UNBONDING_EPOCHS_MAX = 60;
    /// @dev What a question may cost, so that no upgraded contract can use up what an execution needs.
    uint256 private constant ANSWER_GAS = 500_000;

    IAccessManager private immutable MANAGER;
    INodeStaking private immutable STAKING;
    ISlaOracle private immutable ORACLE;
    EpochClock private immutable CLOCK;

    /// @dev When an operation was scheduled that waits for stakers; 0 for routine ones.
    mapping(bytes32 id => uint256) private _announcedAt;

    /// @param governor The only one who schedules and carries out.
    constructor(
        IAccessManager manager,
        INodeStaking staking,
        ISlaOracle oracle,
        address governor,
        EpochClock clock,
        uint256 delay
    ) TimelockController(delay, _one(governor), _one(governor), address(0)) {
        MANAGER = manager;
        STAKING = staking;
        ORACLE = oracle;
        CLOCK = clock;
        // So that a vote can cancel what an earlier one decided.
        _grantRole(CANCELLER_ROLE, address(this));
        _requireDelay(delay, clock.length());
    }

    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        _requireCode(target, data);
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
        for (uint256 i = 0; i < payloads.length; ++i) _requireCode(targets[i], payloads[i]);
        bool routine = _areRoutine(targets, payloads);
        bytes32 id = hashOperationBatch(targets, values, payloads, predecessor, salt);
        super.scheduleBatch(targets, values, payloads, predecessor, salt, Math.max(delay, _delayOf(routine)));
        _announcedAt[id] = routine ? 0 : block.timestamp;
    }

    function execute(
        address target,
        uint256 value,
        bytes calldata payload,
        bytes32 predecessor,
        bytes32 salt
    ) public payable override {
        _fixReadiness(hashOperation(target, value, payload, predecessor, salt));
        super.execute(target, value, payload, predecessor, salt);
    }

    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) public payable override {
        _fixReadiness(hashOperationBatch(targets, values, payloads, predecessor, salt));
        super.executeBatch(targets, values, payloads, predecessor, salt);
    }

    function updateDelay(uint256 delay) public override {
        _requireDelay(delay, CLOCK.length());
        super.updateDelay(delay);
    }

    /// @inheritdoc IIcnTimelock
    function delayOf(address[] calldata targets, bytes[] calldata payloads) external view returns (uint256) {
        return _delayOf(_areRoutine(targets, payloads));
    }

    /// @inheritdoc IIcnTimelock
    function leavingPeriod(uint256 since) public view returns (uint256) {
        return _outBy(since, _longestUnbonding(since)) - since;
    }

    /// @dev When it can be carried out: an unbonding period that was made longer meanwhile puts it off, and so do bonds
    /// that could not leave because the epochs they answer for are not final.
    function getTimestamp(bytes32 id) public view override returns (uint256 timestamp) {
        timestamp = super.getTimestamp(id);
        uint256 announcedAt = _announcedAt[id];
        if (timestamp <= DONE_TIMESTAMP || announcedAt == 0) return timestamp;

        timestamp = Math.max(timestamp, announcedAt + leavingPeriod(announcedAt));
        if (block.timestamp < timestamp || _isSettled(announcedAt)) return timestamp;
        return Math.max(timestamp, _outBy(announcedAt, UNBONDING_EPOCHS_MAX));
    }

    /// @dev What an operation does must not put off the operation itself.
    function _fixReadiness(bytes32 id) private {
        if (isOperationReady(id)) delete _announcedAt[id];
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

    /// @dev A request of a bond runs from the next epoch's start, which is never before epochZero.
    function _outBy(uint256 announcedAt, uint256 unbondingEpochs) private view returns (uint256) {
        return Math.max(announcedAt, CLOCK.epochZero()) + (unbondingEpochs + REACTION_EPOCHS) * CLOCK.length();
    }

    /// @dev Counts the periods that requests open at `since` may have been made under, too: a bond leaves oldest first.
    function _longestUnbonding(uint256 since) private view returns (uint256) {
        uint256 from = Math.saturatingSub(since, (UNBONDING_EPOCHS_MAX + 1) * CLOCK.length());
        bytes memory question = abi.encodeCall(INodeStaking.longestUnbondingSince, (from));
        (bool answered, uint256 epochs) = _ask(address(STAKING), question);
        return answered && epochs != 0 ? Math.min(epochs, UNBONDING_EPOCHS_MAX) : UNBONDING_EPOCHS_MAX;
    }

    /// @dev Whether all is final that bonds answer for whose owners asked within the epochs of reaction.
    function _isSettled(uint256 announcedAt) private view returns (bool) {
        Epoch announcedIn = CLOCK.epochAt(Math.max(announcedAt, CLOCK.epochZero()));
        (bool answered, uint256 finalizedCount) = _ask(address(ORACLE), abi.encodeCall(ISlaOracle.finalizedCount, ()));
        return answered && finalizedCount >= Epoch.unwrap(announcedIn) + REACTION_EPOCHS;
    }

    /// @dev Both contracts can be upgraded to ones that do not answer, or not with a number.
    function _ask(address target, bytes memory question) private view returns (bool answered, uint256 number) {
        bytes memory answer;
        (answered, answer) = target.staticcall{gas: ANSWER_GAS}(question);
        answered = answered && answer.length >= 32;
        if (answered) number = abi.decode(answer, (uint256));
    }

    /// @dev An upgrade must be there to be read when it is announced.
    function _requireCode(address target, bytes calldata payload) private view {
        if (payload.length < 36 || bytes4(payload[:4]) != UUPSUpgradeable.upgradeToAndCall.selector) return;
        address implementation = address(uint160(uint256(bytes32(payload[4:36]))));
        if (implementation.code.length == 0) revert UpgradeWithoutCode(target, implementation);
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
