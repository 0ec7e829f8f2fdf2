// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IEmissionReserve} from "../interfaces/IEmissionReserve.sol";
import {EmissionMath} from "../libraries/EmissionMath.sol";
import {MONTH, PPM} from "../types/Units.sol";

contract EmissionReserve is IEmissionReserve, AccessManaged {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    uint256 private constant MONTHS = 60;
    uint256 private constant FIRST_MONTH_PPM = 184_000;
    /// @dev Months from epochZero to the first sweep: half a year after the last emission.
    uint256 private constant SWEEP_AFTER_MONTHS = 66;

    IERC20 private immutable TOKEN;
    address private immutable REWARDS;
    uint256 private immutable EPOCH_ZERO;
    uint256 private immutable TOTAL;

    uint128 private _paid;
    /// @dev The cumulative emission when it was last computed. It only grows, so what lies below needs no new look.
    uint128 private _knownEmission;
    /// @dev Share through the end of each month, in ppm.
    uint32[MONTHS] private _throughMonthPpm;

    /// @param rewards The only taker.
    /// @param epochZero Start of the first month, in seconds.
    /// @param total_ Wei that the token minted to this contract's address before it was deployed.
    constructor(
        IERC20 token,
        address rewards,
        address authority,
        uint64 epochZero,
        uint256 total_,
        uint32[] memory monthlySharesPpm_
    ) AccessManaged(authority) {
        TOKEN = token;
        REWARDS = rewards;
        EPOCH_ZERO = epochZero;
        TOTAL = total_.toUint128();
        _setTable(monthlySharesPpm_);

        uint256 balance = token.balanceOf(address(this));
        if (balance != total_) revert GenesisMismatch(balance, total_);
    }

    /// @inheritdoc IEmissionReserve
    function pay(address to, uint256 amount) external {
        if (msg.sender != REWARDS) revert NotRewards(msg.sender);
        uint256 asked = _paid + amount;
        uint256 known = _knownEmission;
        if (asked > known) {
            known = cumulativeEmission(block.timestamp);
            if (asked > known) revert EmissionExceeded(asked, known);
        }

        // Both are at most the total, which has 128 bits.
        _paid = uint128(asked);
        _knownEmission = uint128(known);
        emit Paid(to, amount, asked);

        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IEmissionReserve
    function sweep(address to) external restricted {
        uint256 allowedAt = EPOCH_ZERO + SWEEP_AFTER_MONTHS * MONTH;
        if (block.timestamp < allowedAt) revert SweepTooEarly(block.timestamp, allowedAt);

        uint256 amount = TOKEN.balanceOf(address(this));
        emit Swept(to, amount);

        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IEmissionReserve
    function paid() external view returns (uint256) {
        return _paid;
    }

    /// @inheritdoc IEmissionReserve
    function total() external view returns (uint256) {
        return TOTAL;
    }

    /// @inheritdoc IEmissionReserve
    function monthlySharesPpm() external view returns (uint32[] memory shares) {
        shares = new uint32[](MONTHS);
        for (uint256 month = 0; month < MONTHS; ++month) {
            shares[month] = _throughMonthPpm[month] - _passedPpm(month);
        }
    }

    /// @inheritdoc IEmissionReserve
    function cumulativeEmission(uint256 timestamp) public view returns (uint256) {
        if (timestamp < EPOCH_ZERO) return 0;

        uint256 elapsed = timestamp - EPOCH_ZERO;
        uint256 month = elapsed / MONTH;
        if (month >= MONTHS) return TOTAL;

        uint32 passedPpm = _passedPpm(month);
        return EmissionMath.cumulativeDown(TOTAL, passedPpm, _throughMonthPpm[month] - passedPpm, elapsed % MONTH);
    }

    function _setTable(uint32[] memory shares) private {
        if (shares.length != MONTHS) revert TableLength(shares.length, MONTHS);
        if (shares[0] != FIRST_MONTH_PPM) revert FirstMonth(shares[0], FIRST_MONTH_PPM);

        uint256 throughPpm = 0;
        for (uint256 i = 0; i < MONTHS; ++i) {
            if (i > 0 && shares[i] > shares[i - 1]) revert TableRises(i + 1);
            throughPpm += shares[i];
            // At most 60 times the first month: fits.
            _throughMonthPpm[i] = uint32(throughPpm);
        }
        if (throughPpm != PPM) revert TableSum(throughPpm, PPM);
    }

    /// @dev Σ shares of the months before `month` (from 0).
    function _passedPpm(uint256 month) private view returns (uint32) {
        return month == 0 ? 0 : _throughMonthPpm[month - 1];
    }
}
