// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Vesting of many beneficiaries in one contract
///
/// Trust: none. Not upgradeable, no owner. What a schedule owes can leave only to its beneficiary, on its dates.
/// The genesis schedules are created in the constructor and must owe exactly what the token minted to the vault; every
/// later schedule is paid in full by who creates it. INV-2: balance ≥ Σ (total − released).
interface IVestingVault {
    /// @notice `initial` vests at `start`; the rest linearly over [start, start + duration], nothing of it before
    /// start + cliff. Times in seconds, amounts in wei.
    struct Schedule {
        address beneficiary;
        uint64 start;
        uint32 cliff;
        uint32 duration;
        uint128 total;
        uint128 initial;
    }

    event ScheduleCreated(uint256 indexed scheduleId, address indexed beneficiary, Schedule schedule);
    event Released(uint256 indexed scheduleId, address indexed beneficiary, uint256 amount);

    error UnknownSchedule(uint256 scheduleId);
    error ZeroBeneficiary();
    error ZeroTotal();
    /// @notice A schedule lasts at least a second and at most 60 months from its start, its cliff no longer than that.
    error InvalidDuration(uint256 cliff, uint256 duration, uint256 max);
    error InitialAboveTotal(uint256 initial, uint256 total);
    error NothingToRelease(uint256 scheduleId);
    /// @notice At construction: the vault holds `actual` wei, the genesis schedules owe `owed`.
    error GenesisMismatch(uint256 actual, uint256 owed);

    /// @notice Pulls `schedule.total` from the caller and creates the schedule. Ids are dense from 1.
    function create(Schedule calldata schedule) external returns (uint256 scheduleId);

    /// @notice Like `create` for each, with one pull of the sum.
    function createBatch(Schedule[] calldata schedules) external returns (uint256 firstScheduleId);

    /// @notice Sends what has vested and was not yet released to the beneficiary. Anyone may call.
    function release(uint256 scheduleId) external returns (uint256 amount);

    function scheduleOf(uint256 scheduleId) external view returns (Schedule memory);
    function scheduleCount() external view returns (uint256);
    function released(uint256 scheduleId) external view returns (uint256);

    /// @notice Vested by `timestamp` (seconds), released or not; rounded down.
    function vestedAmount(uint256 scheduleId, uint256 timestamp) external view returns (uint256);
    function releasable(uint256 scheduleId) external view returns (uint256);

    /// @notice What all schedules together still owe.
    function owed() external view returns (uint256);
}
