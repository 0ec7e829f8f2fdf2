// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IVestingVault} from "../interfaces/IVestingVault.sol";
import {VestingMath} from "../libraries/VestingMath.sol";
import {MONTH} from "../types/Units.sol";

contract VestingVault is IVestingVault {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @dev A schedule in three slots; 96 bits hold the whole supply. The first slot is the only one a release writes.
    struct Grant {
        address beneficiary;
        uint96 released;
        uint96 total;
        uint96 initial;
        uint64 start;
        uint32 cliff;
        uint32 duration;
    }

    uint256 private constant MAX_DURATION = 60 * MONTH;

    IERC20 private immutable TOKEN;

    uint64 private _scheduleCount;
    uint192 private _owed;
    mapping(uint256 scheduleId => Grant) private _grants;

    /// @param genesis Schedules whose sum the token minted to this contract's address before it was deployed.
    constructor(IERC20 token, Schedule[] memory genesis) {
        TOKEN = token;
        for (uint256 i = 0; i < genesis.length; ++i) _add(genesis[i]);

        uint256 balance = token.balanceOf(address(this));
        if (balance != _owed) revert GenesisMismatch(balance, _owed);
    }

    /// @inheritdoc IVestingVault
    function create(Schedule calldata schedule) external returns (uint256 scheduleId) {
        scheduleId = _add(schedule);

        TOKEN.safeTransferFrom(msg.sender, address(this), schedule.total);
    }

    /// @inheritdoc IVestingVault
    function createBatch(Schedule[] calldata schedules) external returns (uint256 firstScheduleId) {
        firstScheduleId = uint256(_scheduleCount) + 1;

        uint256 sum = 0;
        for (uint256 i = 0; i < schedules.length; ++i) {
            _add(schedules[i]);
            sum += schedules[i].total;
        }

        TOKEN.safeTransferFrom(msg.sender, address(this), sum);
    }

    /// @inheritdoc IVestingVault
    function release(uint256 scheduleId) external returns (uint256 amount) {
        Grant storage grant = _grantOf(scheduleId);
        (address beneficiary, uint96 alreadyReleased) = (grant.beneficiary, grant.released);

        amount = _vestedAmount(grant, block.timestamp) - alreadyReleased;
        if (amount == 0) revert NothingToRelease(scheduleId);

        // Both fit: amount ≤ total, which has 96 bits, and is a part of _owed.
        grant.released = alreadyReleased + uint96(amount);
        _owed -= uint192(amount);
        emit Released(scheduleId, beneficiary, amount);

        TOKEN.safeTransfer(beneficiary, amount);
    }

    /// @inheritdoc IVestingVault
    function scheduleOf(uint256 scheduleId) external view returns (Schedule memory) {
        Grant storage grant = _grantOf(scheduleId);
        return
            Schedule({
                beneficiary: grant.beneficiary,
                start: grant.start,
                cliff: grant.cliff,
                duration: grant.duration,
                total: grant.total,
                initial: grant.initial
            });
    }

    /// @inheritdoc IVestingVault
    function scheduleCount() external view returns (uint256) {
        return _scheduleCount;
    }

    /// @inheritdoc IVestingVault
    function released(uint256 scheduleId) external view returns (uint256) {
        return _grantOf(scheduleId).released;
    }

    /// @inheritdoc IVestingVault
    function vestedAmount(uint256 scheduleId, uint256 timestamp) external view returns (uint256) {
        return _vestedAmount(_grantOf(scheduleId), timestamp);
    }

    /// @inheritdoc IVestingVault
    function releasable(uint256 scheduleId) external view returns (uint256) {
        Grant storage grant = _grantOf(scheduleId);
        return _vestedAmount(grant, block.timestamp) - grant.released;
    }

    /// @inheritdoc IVestingVault
    function owed() external view returns (uint256) {
        return _owed;
    }

    function _add(Schedule memory schedule) private returns (uint256 scheduleId) {
        if (schedule.beneficiary == address(0)) revert ZeroBeneficiary();
        if (schedule.total == 0) revert ZeroTotal();
        if (schedule.initial > schedule.total) revert InitialAboveTotal(schedule.initial, schedule.total);
        if (schedule.duration == 0 || schedule.duration > MAX_DURATION || schedule.cliff > schedule.duration) {
            revert InvalidDuration(schedule.cliff, schedule.duration, MAX_DURATION);
        }

        scheduleId = ++_scheduleCount;
        _owed += schedule.total;
        _grants[scheduleId] = Grant({
            beneficiary: schedule.beneficiary,
            released: 0,
            total: uint256(schedule.total).toUint96(),
            // Not above the total.
            initial: uint96(schedule.initial),
            start: schedule.start,
            cliff: schedule.cliff,
            duration: schedule.duration
        });
        emit ScheduleCreated(scheduleId, schedule.beneficiary, schedule);
    }

    function _grantOf(uint256 scheduleId) private view returns (Grant storage grant) {
        grant = _grants[scheduleId];
        if (grant.beneficiary == address(0)) revert UnknownSchedule(scheduleId);
    }

    function _vestedAmount(Grant storage grant, uint256 timestamp) private view returns (uint256) {
        return
            VestingMath.vestedDown({
                total: grant.total,
                initial: grant.initial,
                start: grant.start,
                cliff: grant.cliff,
                duration: grant.duration,
                timestamp: timestamp
            });
    }
}
