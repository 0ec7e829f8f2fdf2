// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IVestingVault} from "../interfaces/IVestingVault.sol";
import {VestingMath} from "../libraries/VestingMath.sol";
import {MONTH} from "../types/Units.sol";
import {LockedVotes} from "../votes/LockedVotes.sol";
import {VestingTables} from "./VestingTables.sol";

contract VestingVault is IVestingVault, VestingTables, LockedVotes {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @dev A schedule in two slots; 96 bits hold the whole supply. A release writes the first one only.
    struct StoredSchedule {
        address beneficiary;
        uint96 released;
        uint96 total;
        uint96 initial;
        uint32 planId;
        /// @dev Lasts until 2106.
        uint32 revokedAt;
    }

    /// @dev A release needs the recipient and changes the sum: one slot.
    struct Account {
        address recipient;
        /// What its schedules have not released, in the low 95 bits (the supply takes 90), and HAS_DELEGATE.
        uint96 unreleasedAndFlag;
    }

    uint96 private constant HAS_DELEGATE = 1 << 95;
    uint256 private constant MAX_DURATION = 60 * MONTH;

    IERC20 private immutable TOKEN;
    address private immutable TREASURY;
    address private immutable TIMELOCK;

    uint224 private _scheduleCount;
    uint32 private _planCount;
    mapping(uint256 scheduleId => StoredSchedule) private _schedules;
    /// @dev Terms that a schedule has, each stored once.
    mapping(uint32 planId => Terms) private _plans;
    mapping(bytes32 termsHash => uint32) private _planIds;
    mapping(address account => Account) private _accounts;
    mapping(uint256 scheduleId => address) private _pendingBeneficiaries;
    mapping(address creator => mapping(bytes32 batchId => bool)) private _batches;

    /// @param genesis Schedules whose sum the token minted to this contract's address before it was deployed.
    /// @param timelock What carries out votes; its schedules do not vote, nor do the treasury's.
    /// @param tables Get the ids 1, 2, …, by which `genesis` refers to them.
    constructor(IERC20 token, address treasury_, address timelock, Grant[] memory genesis, uint32[60][] memory tables) {
        if (treasury_ == address(0)) revert ZeroTreasury();
        if (treasury_ == address(this)) revert VaultAsReceiver();
        (TOKEN, TREASURY, TIMELOCK) = (token, treasury_, timelock);

        for (uint256 i = 0; i < tables.length; ++i) _addTable(tables[i]);
        uint256 sum = _addAll(genesis);

        uint256 balance = token.balanceOf(address(this));
        if (balance != sum) revert GenesisMismatch(balance, sum);
    }

    /// @inheritdoc IVestingVault
    function create(Grant calldata grant) external returns (uint256 scheduleId) {
        scheduleId = ++_scheduleCount;
        _add(scheduleId, grant);

        TOKEN.safeTransferFrom(msg.sender, address(this), grant.total);
    }

    /// @inheritdoc IVestingVault
    function createBatch(bytes32 batchId, Grant[] calldata grants) external returns (uint256 firstScheduleId) {
        if (grants.length == 0) revert EmptyBatch();
        if (_batches[msg.sender][batchId]) revert BatchExists(msg.sender, batchId);

        firstScheduleId = uint256(_scheduleCount) + 1;
        _batches[msg.sender][batchId] = true;
        emit BatchCreated(msg.sender, batchId, firstScheduleId, grants.length);
        uint256 sum = _addAll(grants);

        TOKEN.safeTransferFrom(msg.sender, address(this), sum);
    }

    /// @inheritdoc IVestingVault
    function release(uint256 scheduleId) external returns (uint256 amount) {
        StoredSchedule storage schedule = _scheduleOf(scheduleId);
        (address beneficiary, uint96 alreadyReleased) = (schedule.beneficiary, schedule.released);

        amount = _vestedAmount(schedule, block.timestamp) - alreadyReleased;
        if (amount == 0) revert NothingToRelease(scheduleId);
        address recipient = recipientOf(beneficiary);

        // Fits: at most the total.
        schedule.released = alreadyReleased + uint96(amount);
        _moveUnreleased(beneficiary, address(0), amount);
        emit Released(scheduleId, beneficiary, recipient, amount);

        TOKEN.safeTransfer(recipient, amount);
    }

    /// @inheritdoc IVestingVault
    function setRecipient(address recipient) external {
        if (recipient == address(this)) revert VaultAsReceiver();

        _accounts[msg.sender].recipient = recipient;
        emit RecipientChanged(msg.sender, recipient);
    }

    /// @inheritdoc IVestingVault
    function offerHandover(uint256 scheduleId, address to) external {
        if (_scheduleOf(scheduleId).beneficiary != msg.sender) revert NotBeneficiary(scheduleId, msg.sender);

        _pendingBeneficiaries[scheduleId] = to;
        emit HandoverOffered(scheduleId, msg.sender, to);
    }

    /// @inheritdoc IVestingVault
    function acceptHandover(uint256 scheduleId) external {
        StoredSchedule storage schedule = _scheduleOf(scheduleId);
        if (_pendingBeneficiaries[scheduleId] != msg.sender) revert NotOffered(scheduleId, msg.sender);

        address from = schedule.beneficiary;
        uint256 unreleased = _unreleased(schedule);

        schedule.beneficiary = msg.sender;
        delete _pendingBeneficiaries[scheduleId];
        _moveUnreleased(from, msg.sender, unreleased);
        emit HandedOver(scheduleId, from, msg.sender);
    }

    /// @inheritdoc IVestingVault
    function revoke(uint256 scheduleId) external returns (uint256 returned) {
        StoredSchedule storage schedule = _scheduleOf(scheduleId);
        if (_plans[schedule.planId].revoker != msg.sender) revert NotRevoker(scheduleId, msg.sender);
        if (schedule.revokedAt != 0) revert AlreadyRevoked(scheduleId, schedule.revokedAt);

        address beneficiary = schedule.beneficiary;
        uint256 vested = _vestedAmount(schedule, block.timestamp);
        returned = schedule.total - vested;
        if (returned == 0) revert NothingToRevoke(scheduleId);

        schedule.revokedAt = block.timestamp.toUint32();
        _moveUnreleased(beneficiary, address(0), returned);
        emit Revoked(scheduleId, beneficiary, vested, returned);

        TOKEN.safeTransfer(TREASURY, returned);
    }

    /// @inheritdoc IVestingVault
    function scheduleOf(uint256 scheduleId) external view returns (Schedule memory) {
        StoredSchedule storage schedule = _scheduleOf(scheduleId);
        return
            Schedule({
                beneficiary: schedule.beneficiary,
                total: schedule.total,
                initial: schedule.initial,
                released: schedule.released,
                revokedAt: schedule.revokedAt,
                terms: _plans[schedule.planId]
            });
    }

    /// @inheritdoc IVestingVault
    function scheduleCount() external view returns (uint256) {
        return _scheduleCount;
    }

    /// @inheritdoc IVestingVault
    function pendingBeneficiaryOf(uint256 scheduleId) external view returns (address) {
        _scheduleOf(scheduleId);
        return _pendingBeneficiaries[scheduleId];
    }

    /// @inheritdoc IVestingVault
    function batchCreated(address creator, bytes32 batchId) external view returns (bool) {
        return _batches[creator][batchId];
    }

    /// @inheritdoc IVestingVault
    function treasury() external view returns (address) {
        return TREASURY;
    }

    /// @inheritdoc IVestingVault
    function vestedAmount(uint256 scheduleId, uint256 timestamp) external view returns (uint256) {
        return _vestedAmount(_scheduleOf(scheduleId), timestamp);
    }

    /// @inheritdoc IVestingVault
    function releasable(uint256 scheduleId) external view returns (uint256) {
        StoredSchedule storage schedule = _scheduleOf(scheduleId);
        return _vestedAmount(schedule, block.timestamp) - schedule.released;
    }

    /// @inheritdoc IVestingVault
    function unreleasedOf(address beneficiary) public view returns (uint256) {
        return _accounts[beneficiary].unreleasedAndFlag & ~HAS_DELEGATE;
    }

    /// @inheritdoc IVestingVault
    function owed(uint256 firstScheduleId, uint256 lastScheduleId) external view returns (uint256 sum) {
        for (uint256 id = firstScheduleId; id <= lastScheduleId; ++id) sum += _unreleased(_scheduleOf(id));
    }

    /// @inheritdoc IVestingVault
    function recipientOf(address beneficiary) public view returns (address) {
        address recipient = _accounts[beneficiary].recipient;
        return recipient == address(0) ? beneficiary : recipient;
    }

    function _addAll(Grant[] memory grants) private returns (uint256 sum) {
        uint256 count = _scheduleCount;
        _scheduleCount = uint224(count + grants.length);
        for (uint256 i = 0; i < grants.length; ++i) {
            _add(count + i + 1, grants[i]);
            sum += grants[i].total;
        }
    }

    function _add(uint256 scheduleId, Grant memory grant) private {
        if (grant.beneficiary == address(0)) revert ZeroBeneficiary();
        if (grant.beneficiary == address(this)) revert VaultAsReceiver();
        if (grant.total == 0) revert ZeroTotal();
        if (grant.initial > grant.total) revert InitialAboveTotal(grant.initial, grant.total);

        _schedules[scheduleId] = StoredSchedule({
            beneficiary: grant.beneficiary,
            released: 0,
            total: uint256(grant.total).toUint96(),
            // Not above the total.
            initial: uint96(grant.initial),
            planId: _planOf(grant.terms),
            revokedAt: 0
        });
        _moveUnreleased(address(0), grant.beneficiary, grant.total);
        emit ScheduleCreated(scheduleId, grant.beneficiary, grant);
    }

    /// @dev Terms with a plan were checked when it was stored; what they were checked against never changes.
    function _planOf(Terms memory terms) private returns (uint32 planId) {
        bytes32 termsHash = keccak256(abi.encode(terms));
        planId = _planIds[termsHash];
        if (planId != 0) return planId;

        bool tabled = terms.tableId != 0;
        if (tabled) _requireTable(terms.tableId);
        if (
            terms.duration == 0 ||
            terms.duration > MAX_DURATION ||
            terms.cliff > terms.duration ||
            (tabled && terms.duration != MAX_DURATION)
        ) revert InvalidDuration(terms.cliff, terms.duration, MAX_DURATION);

        planId = ++_planCount;
        _planIds[termsHash] = planId;
        _plans[planId] = terms;
    }

    /// @dev Every change of what an account's schedules have not released. Zero: outside the vault.
    function _moveUnreleased(address from, address to, uint256 amount) private {
        // Fits: at most a schedule's total.
        if (from != address(0)) _accounts[from].unreleasedAndFlag -= uint96(amount);
        if (to != address(0)) _accounts[to].unreleasedAndFlag += uint96(amount);
        _transferVotingUnits(_voterOf(from), _voterOf(to), amount);
    }

    function _setHasDelegate(address account, bool hasDelegate) internal override {
        uint96 unreleased = _accounts[account].unreleasedAndFlag & ~HAS_DELEGATE;
        _accounts[account].unreleasedAndFlag = hasDelegate ? unreleased | HAS_DELEGATE : unreleased;
    }

    function _hasDelegate(address account) internal view override returns (bool) {
        return _accounts[account].unreleasedAndFlag & HAS_DELEGATE != 0;
    }

    function _getVotingUnits(address account) internal view override returns (uint256) {
        return _voterOf(account) == address(0) ? 0 : unreleasedOf(account);
    }

    /// @dev Whoever decides over the ICNT of all has no votes by it.
    function _voterOf(address account) private view returns (address) {
        return account == TREASURY || account == TIMELOCK ? address(0) : account;
    }

    // solhint-disable-next-line func-name-mixedcase
    function _EIP712Name() internal pure override returns (string memory) {
        return "ICN VestingVault";
    }

    function _scheduleOf(uint256 scheduleId) private view returns (StoredSchedule storage schedule) {
        schedule = _schedules[scheduleId];
        if (schedule.beneficiary == address(0)) revert UnknownSchedule(scheduleId);
    }

    /// @dev What the schedule still owes.
    function _unreleased(StoredSchedule storage schedule) private view returns (uint256) {
        uint256 due = schedule.revokedAt == 0 ? schedule.total : _vestedAmount(schedule, schedule.revokedAt);
        return due - schedule.released;
    }

    function _vestedAmount(StoredSchedule storage schedule, uint256 timestamp) private view returns (uint256) {
        (uint256 total, uint256 initial) = (schedule.total, schedule.initial);
        (uint32 planId, uint256 revokedAt) = (schedule.planId, schedule.revokedAt);
        if (revokedAt != 0 && timestamp > revokedAt) timestamp = revokedAt;

        Terms storage terms = _plans[planId];
        (uint256 start, uint256 duration, uint32 tableId) = (terms.start, terms.duration, terms.tableId);
        if (timestamp < start) return 0;

        uint256 elapsed = timestamp - start;
        if (elapsed >= duration) return total;
        if (elapsed < terms.cliff) return initial;
        (uint256 passed, uint256 whole) = tableId == 0 ? (elapsed, duration) : _tableProgress(tableId, elapsed);
        return VestingMath.vestedDown(total, initial, passed, whole);
    }
}
