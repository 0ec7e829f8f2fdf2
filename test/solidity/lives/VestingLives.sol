// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IVestingVault} from "../../../contracts/interfaces/IVestingVault.sol";
import {LifeBooks} from "./LifeBooks.sol";

/// What grantors, beneficiaries and revokers do, and what each schedule owes by the month.
abstract contract VestingLives is LifeBooks {
    struct ScheduleBook {
        address beneficiary;
        address offeredTo;
        uint256 total;
        uint256 initial;
        uint256 released;
        uint256 returned;
        uint64 revokedAt;
        IVestingVault.Terms terms;
    }

    uint256 private constant SCHEDULES_MAX = 24;
    uint256 private constant BATCH_MAX = 4;
    uint256 private constant TABLES = 5;
    uint32 private constant LIFE = uint32(60 * MONTH_SECONDS);

    /// Σ (total − released − returned) in wei.
    uint256 public vestingOwed;
    /// Schedule i + 1 at place i.
    ScheduleBook[] private _schedules;
    /// Monthly shares of table i + 1 at place i.
    uint32[][] private _tables;
    mapping(uint256 kind => uint32 tableId) private _tableIds;
    mapping(address beneficiary => address) private _recipients;
    mapping(address creator => mapping(bytes32 batchId => bool)) private _sent;
    address private _lastSender;
    bytes32 private _lastBatch;
    uint256 private _lastRevoked;

    constructor() {
        addTable(0);
    }

    function grant(uint256 seed) external {
        address creator = actor(seed);
        if (_schedules.length >= SCHEDULES_MAX || booked[creator] < 100) return;
        IVestingVault.Grant memory grant_ = _grantOf(lot(seed, 1), booked[creator] / 4);
        bytes memory refusal;
        if (lot(seed, 2) % 16 == 0) {
            grant_.total = uint128(booked[creator] + 1);
            refusal = abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector,
                creator,
                booked[creator],
                grant_.total
            );
        }

        bytes memory call = abi.encodeCall(vault.create, (grant_));
        (bool passed, bytes memory result) = attempt(creator, address(vault), call, refusal);
        if (!passed) return;

        vm.assertEq(abi.decode(result, (uint256)), _schedules.length + 1);
        _bookGrant(creator, grant_);
        did(grant_.terms.tableId == 0 ? Deed.CreateLinear : Deed.CreateTabled);
    }

    /// Once in three times the last batch is sent again, which is refused.
    function grantBatch(uint256 seed) external {
        bool again = lot(seed, 1) % 3 == 0 && _lastSender != address(0);
        (address creator, bytes32 batchId) = again ? (_lastSender, _lastBatch) : (actor(seed), bytes32(seed));
        bool full = _schedules.length + BATCH_MAX > SCHEDULES_MAX && !_sent[creator][batchId];
        if (full || booked[creator] < 100) return;
        IVestingVault.Grant[] memory grants = new IVestingVault.Grant[](1 + (lot(seed, 2) % BATCH_MAX));
        for (uint256 i = 0; i < grants.length; ++i) grants[i] = _grantOf(lot(seed, 3 + i), booked[creator] / 16);
        bytes memory refusal;
        if (_sent[creator][batchId]) {
            refusal = abi.encodeWithSelector(IVestingVault.BatchExists.selector, creator, batchId);
        }

        bytes memory call = abi.encodeCall(vault.createBatch, (batchId, grants));
        (bool passed, bytes memory result) = attempt(creator, address(vault), call, refusal);
        if (!passed) return;

        vm.assertEq(abi.decode(result, (uint256)), _schedules.length + 1);
        _sent[creator][batchId] = true;
        (_lastSender, _lastBatch) = (creator, batchId);
        for (uint256 i = 0; i < grants.length; ++i) _bookGrant(creator, grants[i]);
        did(Deed.CreateBatch);
    }

    /// An equal table keeps its id.
    function addTable(uint256 seed) public {
        uint256 kind = seed % TABLES;
        uint32[] memory shares = kind == 0 ? defaultTable() : randomTable(kind);
        uint32[60] memory cumulative;
        for (uint256 month = 0; month < 60; ++month) {
            cumulative[month] = shares[month] + (month == 0 ? 0 : cumulative[month - 1]);
        }

        uint32 id = vault.addTable(cumulative);

        if (_tableIds[kind] == 0) {
            _tables.push(shares);
            _tableIds[kind] = uint32(_tables.length);
        }
        vm.assertEq(id, _tableIds[kind]);
        did(Deed.AddTable);
    }

    /// Anyone may call; it goes to the recipient that the beneficiary named.
    function release(uint256 seed) external {
        if (_schedules.length == 0) return;
        uint256 id = 1 + (lot(seed, 1) % _schedules.length);
        ScheduleBook storage schedule = _schedules[id - 1];
        uint256 due = _vested(schedule) - schedule.released;
        bytes memory refusal;
        if (due == 0) refusal = abi.encodeWithSelector(IVestingVault.NothingToRelease.selector, id);

        bytes memory call = abi.encodeCall(vault.release, (id));
        (bool passed, bytes memory result) = attempt(actor(seed), address(vault), call, refusal);
        if (!passed) return;

        vm.assertEq(abi.decode(result, (uint256)), due);
        schedule.released += due;
        vestingOwed -= due;
        address recipient = _recipients[schedule.beneficiary];
        pay(address(vault), recipient == address(0) ? schedule.beneficiary : recipient, due);
        did(schedule.terms.tableId == 0 ? Deed.Release : Deed.ReleaseTabled);
        if (schedule.revokedAt != 0) did(Deed.ReleaseRevoked);
        if (recipient != address(0)) did(Deed.ReleaseElsewhere);
    }

    function nameVestingRecipient(uint256 seed) external {
        address recipient = anyRecipient(lot(seed, 1));
        pass(actor(seed), address(vault), abi.encodeCall(vault.setRecipient, (recipient)));
        _recipients[actor(seed)] = recipient;
        did(Deed.NameRecipient);
    }

    /// Mostly by the beneficiary, now and then by another.
    function offerSchedule(uint256 seed) external {
        if (_schedules.length == 0) return;
        uint256 id = 1 + (lot(seed, 1) % _schedules.length);
        ScheduleBook storage schedule = _schedules[id - 1];
        address caller = lot(seed, 2) % 8 == 0 ? actor(seed) : schedule.beneficiary;
        address to = lot(seed, 3) % 8 == 0 ? address(0) : anyBeneficiary(lot(seed, 4));
        bytes memory refusal;
        if (caller != schedule.beneficiary) {
            refusal = abi.encodeWithSelector(IVestingVault.NotBeneficiary.selector, id, caller);
        }

        (bool passed, ) = attempt(caller, address(vault), abi.encodeCall(vault.offerHandover, (id, to)), refusal);
        if (!passed) return;

        schedule.offeredTo = to;
        did(Deed.OfferSchedule);
    }

    function takeSchedule(uint256 seed) external {
        if (_schedules.length == 0) return;
        uint256 id = _offeredSchedule(lot(seed, 1));
        ScheduleBook storage schedule = _schedules[id - 1];
        address caller = lot(seed, 2) % 8 == 0 || schedule.offeredTo == address(0) ? actor(seed) : schedule.offeredTo;
        bytes memory refusal;
        if (caller != schedule.offeredTo) {
            refusal = abi.encodeWithSelector(IVestingVault.NotOffered.selector, id, caller);
        }

        (bool passed, ) = attempt(caller, address(vault), abi.encodeCall(vault.acceptHandover, (id)), refusal);
        if (!passed) return;

        if (voteless(schedule.beneficiary) != voteless(caller)) did(Deed.TakeVoteless);
        (schedule.beneficiary, schedule.offeredTo) = (caller, address(0));
        did(Deed.TakeSchedule);
    }

    function revoke(uint256 seed) external {
        if (_schedules.length == 0) return;
        bool again = lot(seed, 3) % 3 == 0 && _lastRevoked != 0;
        uint256 id = again ? _lastRevoked : 1 + (lot(seed, 1) % _schedules.length);
        ScheduleBook storage schedule = _schedules[id - 1];
        address caller = schedule.terms.revoker;
        if (caller == address(0) || (!again && lot(seed, 2) % 8 == 0)) caller = actor(seed);
        uint256 unvested = schedule.total - _vested(schedule);
        bytes memory refusal;
        if (caller != schedule.terms.revoker) {
            refusal = abi.encodeWithSelector(IVestingVault.NotRevoker.selector, id, caller);
        } else if (schedule.revokedAt != 0) {
            refusal = abi.encodeWithSelector(IVestingVault.AlreadyRevoked.selector, id, schedule.revokedAt);
        } else if (unvested == 0) {
            refusal = abi.encodeWithSelector(IVestingVault.NothingToRevoke.selector, id);
        }

        bytes memory call = abi.encodeCall(vault.revoke, (id));
        (bool passed, bytes memory result) = attempt(caller, address(vault), call, refusal);
        if (!passed) return;

        vm.assertEq(abi.decode(result, (uint256)), unvested);
        (schedule.revokedAt, schedule.returned) = (uint64(block.timestamp), unvested);
        _lastRevoked = id;
        vestingOwed -= unvested;
        pay(address(vault), TREASURY, unvested);
        did(Deed.Revoke);
    }

    /// The vault tells of every schedule and beneficiary what the books do.
    function auditVesting() external view {
        uint256 owed = 0;
        for (uint256 i = 0; i < _schedules.length; ++i) {
            ScheduleBook storage book = _schedules[i];
            IVestingVault.Schedule memory schedule = vault.scheduleOf(i + 1);
            vm.assertEq(schedule.beneficiary, book.beneficiary);
            vm.assertEq(schedule.released, book.released);
            vm.assertEq(schedule.revokedAt, book.revokedAt);
            vm.assertEq(vault.releasable(i + 1), _vested(book) - book.released);
            owed += _unreleased(book);
        }
        uint256[HOLDERS] memory unreleased = unreleasedByPlace();
        for (uint256 i = 0; i < OWNERS; ++i) vm.assertEq(vault.unreleasedOf(holders[i]), unreleased[i]);
        vm.assertEq(owed, vestingOwed);
        if (_schedules.length > 0) vm.assertEq(vault.owed(1, _schedules.length), owed);
    }

    /// What the schedules of each holder still owe.
    function unreleasedByPlace() internal view returns (uint256[HOLDERS] memory unreleased) {
        for (uint256 i = 0; i < _schedules.length; ++i) {
            unreleased[placeOf[_schedules[i].beneficiary]] += _unreleased(_schedules[i]);
        }
    }

    function _bookGrant(address creator, IVestingVault.Grant memory grant_) private {
        ScheduleBook storage schedule = _schedules.push();
        (schedule.beneficiary, schedule.terms) = (grant_.beneficiary, grant_.terms);
        (schedule.total, schedule.initial) = (grant_.total, grant_.initial);
        vestingOwed += grant_.total;
        if (voteless(grant_.beneficiary)) did(Deed.GrantVoteless);
        pay(creator, address(vault), grant_.total);
    }

    function _grantOf(uint256 seed, uint256 most) private view returns (IVestingVault.Grant memory grant_) {
        grant_.beneficiary = anyBeneficiary(lot(seed, 1));
        grant_.total = uint128(1 + (lot(seed, 2) % most));
        if (seed % 2 == 0) grant_.initial = uint128(lot(seed, 3) % (uint256(grant_.total) + 1));
        uint256 begun = lot(seed, 4) % (18 * MONTH_SECONDS);
        uint256 latest = block.timestamp + 6 * MONTH_SECONDS;
        grant_.terms.start = uint64(begun > latest ? 0 : latest - begun);
        bool tabled = lot(seed, 5) % 2 == 0;
        grant_.terms.tableId = tabled ? uint32(1 + (lot(seed, 6) % _tables.length)) : 0;
        grant_.terms.duration = tabled ? LIFE : uint32(1 + (lot(seed, 7) % LIFE));
        if (lot(seed, 8) % 2 == 0) grant_.terms.cliff = uint32(lot(seed, 9) % (grant_.terms.duration / 4 + 1));
        if (lot(seed, 10) % 2 == 0) grant_.terms.revoker = actor(lot(seed, 11));
    }

    /// The first schedule on offer from a random one on, else a random one.
    function _offeredSchedule(uint256 seed) private view returns (uint256) {
        for (uint256 i = 0; i < _schedules.length; ++i) {
            uint256 place = ((seed % _schedules.length) + i) % _schedules.length;
            if (_schedules[place].offeredTo != address(0)) return place + 1;
        }
        return 1 + (seed % _schedules.length);
    }

    function _unreleased(ScheduleBook storage schedule) private view returns (uint256) {
        return schedule.total - schedule.released - schedule.returned;
    }

    /// Initial share, then by the month or evenly; what has not vested of a linear rest is rounded up.
    function _vested(ScheduleBook storage schedule) private view returns (uint256) {
        uint256 time = schedule.revokedAt == 0 ? block.timestamp : schedule.revokedAt;
        (uint256 start, uint256 duration) = (schedule.terms.start, schedule.terms.duration);
        if (time < start) return 0;
        if (time - start < schedule.terms.cliff) return schedule.initial;

        uint256 rest = schedule.total - schedule.initial;
        uint32 tableId = schedule.terms.tableId;
        if (tableId != 0) return schedule.initial + modelEmission(rest, _tables[tableId - 1], time - start);
        uint256 left = time - start > duration ? 0 : duration - (time - start);
        return schedule.total - (rest * left + duration - 1) / duration;
    }
}
