// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVestingVault} from "../../../contracts/interfaces/IVestingVault.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {SUPPLY} from "../../../contracts/types/Units.sol";
import {VestingVault} from "../../../contracts/vesting/VestingVault.sol";
import {Genesis} from "../helpers/Genesis.sol";
import {VestingModel} from "./VestingModel.sol";

/// Everything that can happen to schedules, by anyone and at any time, and a ghost of what must come of it.
contract VestingHandler is Genesis, VestingModel {
    struct Ghost {
        IVestingVault.Grant grant;
        uint256 released;
        uint256 revokedAt;
        address pending;
    }

    uint256 public constant ACTORS = 5;
    uint256 private constant SCHEDULES_MAX = 12;
    uint256 private constant TABLES = 3;

    ICNT public immutable TOKEN;
    VestingVault public immutable VAULT;
    address private immutable TREASURY = address(0x7ea5);
    address private constant TIMELOCK = address(0x71e);

    /// What releases and revocations must have paid, and what the schedules of an account must have left.
    mapping(address account => uint256) private balanceOf;
    mapping(address account => uint256) private unreleasedOf;
    uint256 public owed;
    uint256 public gifts;

    mapping(uint256 scheduleId => Ghost) private ghosts;
    mapping(address account => address) private recipients;
    uint256 private scheduleCount;
    uint256 private batchCount;
    uint32[60][] private shares;

    constructor() {
        vm.warp(1_800_000_000);
        IVestingVault.Grant[] memory genesis = new IVestingVault.Grant[](2);
        uint32[60][] memory tables = new uint32[60][](TABLES);
        for (uint256 i = 0; i < TABLES; ++i) {
            shares.push(randomShares(i));
            tables[i] = cumulativeOf(shares[i]);
        }
        (genesis[0], genesis[1]) = (randomGrant(1), randomGrant(2));
        TOKEN = deployToken(nextAddress(1), genesis[0].total + genesis[1].total);
        VAULT = new VestingVault(TOKEN, TREASURY, TIMELOCK, genesis, tables);
        TOKEN.approve(address(VAULT), type(uint256).max);
        note(genesis[0]);
        note(genesis[1]);
    }

    function actor(uint256 who) public pure returns (address) {
        return address(uint160(0xac70 + (who % ACTORS)));
    }

    function create(uint256 seed) external {
        if (scheduleCount >= SCHEDULES_MAX) return;
        IVestingVault.Grant memory grant = randomGrant(seed);

        uint256 id = VAULT.create(grant);

        note(grant);
        vm.assertEq(id, scheduleCount);
    }

    /// Now and then with an id that was used, which must change nothing.
    function createBatch(uint256 seed, uint256 batch) external {
        if (scheduleCount >= SCHEDULES_MAX) return;
        IVestingVault.Grant[] memory grants = new IVestingVault.Grant[](1 + (seed % 4));
        for (uint256 i = 0; i < grants.length; ++i) grants[i] = randomGrant(uint256(keccak256(abi.encode(seed, i))));
        bool used = batch % 4 == 0 && batchCount > 0;

        try VAULT.createBatch(bytes32(used ? batch % batchCount : batchCount), grants) returns (uint256 first) {
            vm.assertFalse(used);
            vm.assertEq(first, scheduleCount + 1);
            for (uint256 i = 0; i < grants.length; ++i) note(grants[i]);
            ++batchCount;
        } catch (bytes memory reason) {
            vm.assertTrue(used && bytes4(reason) == IVestingVault.BatchExists.selector);
        }
    }

    function release(uint256 schedule, uint256 who) external {
        (uint256 id, Ghost storage ghost) = anySchedule(schedule);
        address beneficiary = ghost.grant.beneficiary;
        uint256 due = vestedBy(ghost, block.timestamp) - ghost.released;

        vm.prank(actor(who));
        try VAULT.release(id) returns (uint256 amount) {
            vm.assertEq(amount, due);
            ghost.released += due;
            leave(beneficiary, recipients[beneficiary] == address(0) ? beneficiary : recipients[beneficiary], due);
        } catch (bytes memory reason) {
            vm.assertTrue(due == 0 && bytes4(reason) == IVestingVault.NothingToRelease.selector);
        }
    }

    function setRecipient(uint256 who, uint256 recipient) external {
        address to = recipient % 3 == 0 ? address(0) : actor(recipient / 3);
        vm.prank(actor(who));
        VAULT.setRecipient(to);
        recipients[actor(who)] = to;
    }

    function offer(uint256 schedule, uint256 who, uint256 to) external {
        (uint256 id, Ghost storage ghost) = anySchedule(schedule);
        address from = who % 3 == 0 ? actor(who / 3) : ghost.grant.beneficiary;
        address heir = to % 6 == 0 ? address(0) : actor(to / 6);

        vm.prank(from);
        try VAULT.offerHandover(id, heir) {
            vm.assertEq(from, ghost.grant.beneficiary);
            ghost.pending = heir;
        } catch (bytes memory reason) {
            vm.assertTrue(from != ghost.grant.beneficiary && bytes4(reason) == IVestingVault.NotBeneficiary.selector);
        }
    }

    function accept(uint256 schedule, uint256 who) external {
        (uint256 id, Ghost storage ghost) = anySchedule(schedule);
        address heir = who % 3 == 0 || ghost.pending == address(0) ? actor(who / 3) : ghost.pending;

        vm.prank(heir);
        try VAULT.acceptHandover(id) {
            vm.assertEq(heir, ghost.pending);
            uint256 moved = remaining(ghost);
            unreleasedOf[ghost.grant.beneficiary] -= moved;
            unreleasedOf[heir] += moved;
            ghost.grant.beneficiary = heir;
            ghost.pending = address(0);
        } catch (bytes memory reason) {
            vm.assertTrue(heir != ghost.pending && bytes4(reason) == IVestingVault.NotOffered.selector);
        }
    }

    function revoke(uint256 schedule, uint256 who) external {
        (uint256 id, Ghost storage ghost) = anySchedule(schedule);
        address revoker = ghost.grant.terms.revoker;
        address caller = who % 3 == 0 || revoker == address(0) ? actor(who / 3) : revoker;
        uint256 rest = ghost.grant.total - vestedBy(ghost, block.timestamp);

        vm.prank(caller);
        try VAULT.revoke(id) returns (uint256 returned) {
            vm.assertTrue(caller == revoker && ghost.revokedAt == 0 && rest > 0);
            vm.assertEq(returned, rest);
            ghost.revokedAt = block.timestamp;
            leave(ghost.grant.beneficiary, TREASURY, rest);
        } catch {
            vm.assertTrue(caller != revoker || ghost.revokedAt != 0 || rest == 0);
        }
    }

    function give(uint256 amount) external {
        amount = bound(amount, 0, 1e18);
        gifts += amount;
        TOKEN.transfer(address(VAULT), amount);
    }

    /// Often to the very end of a month, counted from the genesis schedules' start.
    function pass(uint256 duration) external {
        uint256 to = block.timestamp + bound(duration, 0, 5 * MONTH_SECONDS);
        if (duration % 2 == 0) to += MONTH_SECONDS - ((to - ghosts[1].grant.terms.start) % MONTH_SECONDS);
        vm.warp(to);
    }

    /// Every schedule and every account is what its life has made of it, and nothing is lost.
    function audit() external view {
        uint256 sum = TOKEN.balanceOf(address(this)) + TOKEN.balanceOf(address(VAULT));
        for (uint256 who = 0; who < ACTORS; ++who) {
            address account = actor(who);
            vm.assertEq(VAULT.unreleasedOf(account), unreleasedOf[account]);
            vm.assertEq(TOKEN.balanceOf(account), balanceOf[account]);
            sum += balanceOf[account];
        }
        vm.assertEq(TOKEN.balanceOf(TREASURY), balanceOf[TREASURY]);
        vm.assertEq(sum + balanceOf[TREASURY], SUPPLY);
        vm.assertEq(VAULT.scheduleCount(), scheduleCount);
        vm.assertEq(VAULT.owed(1, scheduleCount), owed);
        for (uint256 id = 1; id <= scheduleCount; ++id) {
            Ghost storage ghost = ghosts[id];
            IVestingVault.Schedule memory schedule = VAULT.scheduleOf(id);
            vm.assertEq(schedule.beneficiary, ghost.grant.beneficiary);
            vm.assertEq(abi.encode(schedule.terms), abi.encode(ghost.grant.terms));
            vm.assertEq(schedule.total, ghost.grant.total);
            vm.assertEq(schedule.released, ghost.released);
            vm.assertEq(schedule.revokedAt, ghost.revokedAt);
            vm.assertEq(VAULT.pendingBeneficiaryOf(id), ghost.pending);
            vm.assertEq(VAULT.owed(id, id), remaining(ghost));
            vm.assertEq(VAULT.releasable(id), vestedBy(ghost, block.timestamp) - ghost.released);
        }
    }

    function note(IVestingVault.Grant memory grant) private {
        ghosts[++scheduleCount].grant = grant;
        unreleasedOf[grant.beneficiary] += grant.total;
        owed += grant.total;
    }

    function leave(address beneficiary, address to, uint256 amount) private {
        unreleasedOf[beneficiary] -= amount;
        owed -= amount;
        balanceOf[to] += amount;
    }

    /// Mostly large, sometimes a few wei; half of them by a table, half of them revocable.
    function randomGrant(uint256 seed) private view returns (IVestingVault.Grant memory) {
        uint256 dice = uint256(keccak256(abi.encode(seed, scheduleCount)));
        uint256 total = 1 + (dice % (dice % 8 == 0 ? 100 : 1e24));
        bool tabled = (dice >> 8) % 2 == 0;
        uint256 duration = tabled ? LONGEST : 1 + ((dice >> 16) % LONGEST);
        return
            IVestingVault.Grant({
                beneficiary: actor(dice >> 48),
                total: uint128(total),
                initial: (dice >> 64) % 3 == 0 ? uint128((dice >> 72) % (total + 1)) : 0,
                terms: IVestingVault.Terms({
                    start: uint64(block.timestamp - 6 * MONTH_SECONDS + ((dice >> 96) % (12 * MONTH_SECONDS))),
                    cliff: (dice >> 128) % 2 == 0 ? 0 : uint32((dice >> 136) % (duration + 1)),
                    duration: uint32(duration),
                    tableId: tabled ? uint32(1 + ((dice >> 168) % TABLES)) : 0,
                    revoker: (dice >> 176) % 2 == 0 ? address(0) : actor(dice >> 184)
                })
            });
    }

    function anySchedule(uint256 schedule) private view returns (uint256 id, Ghost storage ghost) {
        id = 1 + (schedule % scheduleCount);
        ghost = ghosts[id];
    }

    function vestedBy(Ghost storage ghost, uint256 timestamp) private view returns (uint256) {
        if (ghost.revokedAt != 0 && ghost.revokedAt < timestamp) timestamp = ghost.revokedAt;
        uint32 tableId = ghost.grant.terms.tableId;
        uint32[60] memory ofTable;
        if (tableId != 0) ofTable = shares[tableId - 1];
        return modelVested(ghost.grant, ofTable, timestamp);
    }

    function remaining(Ghost storage ghost) private view returns (uint256) {
        uint256 due = ghost.revokedAt == 0 ? ghost.grant.total : vestedBy(ghost, ghost.revokedAt);
        return due - ghost.released;
    }
}
