// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title The node rewards: 140 M ICNT over 60 months, high first
///
/// Trust: not upgradeable. Only the rewards contract can take ICNT out, never more than `cumulativeEmission(now)` in
/// all (INV-3), so even a broken rewards contract cannot run ahead of the schedule. Half a year after month 60 the
/// authority may send the rest to the credit pool.
interface IEmissionReserve {
    event Paid(address indexed to, uint256 amount, uint256 paidInAll);
    event Swept(address indexed to, uint256 amount);

    error NotRewards(address caller);
    /// @notice `asked` in all would exceed what may have left by now.
    error EmissionExceeded(uint256 asked, uint256 released);
    error SweepTooEarly(uint256 nowAt, uint256 allowedAt);
    error TableLength(uint256 actual, uint256 expected);
    error TableRises(uint256 month);
    error TableSum(uint256 actual, uint256 expected);
    error FirstMonth(uint256 actual, uint256 expected);
    /// @notice At construction: the reserve holds `actual` wei, not what it is to emit.
    error GenesisMismatch(uint256 actual, uint256 total);

    /// @notice Sends `amount` to `to`; only the rewards contract.
    function pay(address to, uint256 amount) external;

    /// @notice Sends everything left to the credit pool; authority only, ≥ 6 months after month 60.
    function sweep(address to) external;

    /// @notice What may have left by `timestamp`:
    /// ⌊total · (Σ shares of whole months · MONTH + share of this month · seconds into it) / (10^6 · MONTH)⌋;
    /// 0 before epochZero, all after month 60.
    function cumulativeEmission(uint256 timestamp) external view returns (uint256);

    /// @notice Σ of all `pay`, in wei.
    function paid() external view returns (uint256);
    function total() external view returns (uint256);
    /// @notice The 60 monthly shares in ppm.
    function monthlySharesPpm() external view returns (uint32[] memory);
}
