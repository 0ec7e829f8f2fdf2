// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IVestingVault} from "../../../contracts/interfaces/IVestingVault.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {VestingVault} from "../../../contracts/vesting/VestingVault.sol";
import {Genesis} from "../helpers/Genesis.sol";
import {VestingModel} from "./VestingModel.sol";

contract VestingVaultTest is Genesis, VestingModel {
    ICNT private token;
    VestingVault private vault;
    address private beneficiary = makeAddr("beneficiary");
    address private treasury = makeAddr("treasury");

    function setUp() external {
        vm.warp(1_800_000_000);
        token = deployToken(nextAddress(1), 0);
        vault = new VestingVault(token, treasury, address(0x71e), new IVestingVault.Grant[](0), new uint32[60][](0));
        token.approve(address(vault), type(uint256).max);
    }

    function test_RevertWhen_GenesisOwesAnotherSumThanTheVaultHolds() external {
        IVestingVault.Grant[] memory genesis = new IVestingVault.Grant[](1);
        genesis[0] = schedule(1000, 0, 0, 100);
        ICNT other = deployToken(nextAddress(1), 999);

        vm.expectRevert(abi.encodeWithSelector(IVestingVault.GenesisMismatch.selector, 999, 1000));
        new VestingVault(other, treasury, address(0x71e), genesis, new uint32[60][](0));
    }

    function test_RevertWhen_ZeroBeneficiary() external {
        IVestingVault.Grant memory invalid = schedule(1000, 0, 0, 100);
        invalid.beneficiary = address(0);

        vm.expectRevert(IVestingVault.ZeroBeneficiary.selector);
        vault.create(invalid);
    }

    function test_RevertWhen_ZeroTotal() external {
        vm.expectRevert(IVestingVault.ZeroTotal.selector);
        vault.create(schedule(0, 0, 0, 100));
    }

    function testFuzz_RevertWhen_InitialAboveTotal(uint96 total, uint128 initial) external {
        total = uint96(bound(total, 1, type(uint96).max));
        initial = uint128(bound(initial, uint256(total) + 1, type(uint128).max));

        vm.expectRevert(abi.encodeWithSelector(IVestingVault.InitialAboveTotal.selector, initial, total));
        vault.create(schedule(total, initial, 0, 100));
    }

    function testFuzz_RevertWhen_DurationIsOutOfRange(uint32 duration) external {
        duration = duration % 2 == 0 ? 0 : uint32(bound(duration, LONGEST + 1, type(uint32).max));

        vm.expectRevert(abi.encodeWithSelector(IVestingVault.InvalidDuration.selector, 0, duration, LONGEST));
        vault.create(schedule(1000, 0, 0, duration));
    }

    function testFuzz_RevertWhen_CliffIsLongerThanTheSchedule(uint32 cliff, uint32 duration) external {
        duration = uint32(bound(duration, 1, LONGEST));
        cliff = uint32(bound(cliff, uint256(duration) + 1, type(uint32).max));

        vm.expectRevert(abi.encodeWithSelector(IVestingVault.InvalidDuration.selector, cliff, duration, LONGEST));
        vault.create(schedule(1000, 0, cliff, duration));
    }

    function test_RevertWhen_TotalExceeds96Bits() external {
        vm.expectRevert(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, uint256(1) << 96));
        vault.create(schedule(uint128(1) << 96, 0, 0, 100));
    }

    function testFuzz_RevertWhen_ScheduleIsUnknown(uint256 id) external {
        id = id == 1 ? 0 : id;
        vault.create(schedule(1000, 0, 0, 100));
        bytes memory unknown = abi.encodeWithSelector(IVestingVault.UnknownSchedule.selector, id);

        vm.expectRevert(unknown);
        vault.release(id);
        vm.expectRevert(unknown);
        vault.scheduleOf(id);
        vm.expectRevert(unknown);
        vault.releasable(id);
        vm.expectRevert(unknown);
        vault.vestedAmount(id, 0);
    }

    function test_RevertWhen_NothingToRelease() external {
        uint256 id = vault.create(schedule(1000, 0, 0, 100));

        vm.expectRevert(abi.encodeWithSelector(IVestingVault.NothingToRelease.selector, id));
        vault.release(id);
    }

    /// The k-th wei of the linear part vests when at least k/linear of the duration has passed: what is vested is the
    /// largest such k, whatever formula finds it.
    function testFuzz_VestsTheLargestWholeWei(
        uint96 total,
        uint96 initial,
        uint32 cliff,
        uint32 duration,
        uint64 timestamp
    ) external {
        IVestingVault.Grant memory s = boundedSchedule(total, initial, cliff, duration);
        timestamp = uint64(bound(timestamp, s.terms.start - 10, uint256(s.terms.start) + s.terms.duration + 10));
        uint256 id = vault.create(s);

        uint256 vested = vault.vestedAmount(id, timestamp);

        if (timestamp < s.terms.start) return vm.assertEq(vested, 0);
        uint256 elapsed = timestamp - s.terms.start;
        if (elapsed >= s.terms.duration) return vm.assertEq(vested, s.total);
        if (elapsed < s.terms.cliff) return vm.assertEq(vested, s.initial);
        uint256 linear = s.total - s.initial;
        uint256 k = vested - s.initial;
        vm.assertLe(k * s.terms.duration, linear * elapsed);
        vm.assertGt((k + 1) * s.terms.duration, linear * elapsed);
    }

    function testFuzz_NeverUnvests(uint256 seed, uint32 a, uint32 b) external {
        (, IVestingVault.Grant[2] memory grants, uint256[2] memory ids) = randomPair(seed);
        (uint256 earlier, uint256 later) = a < b ? (a, b) : (b, a);
        uint256 start = grants[0].terms.start;

        for (uint256 i = 0; i < 2; ++i) {
            vm.assertLe(vault.vestedAmount(ids[i], start + earlier), vault.vestedAmount(ids[i], start + later));
        }
    }

    /// However often it is released, the beneficiary has what vested, and all of it in the end.
    function testFuzz_ReleasesAddUp(uint96 total, uint96 initial, uint32 duration, uint32[4] calldata steps) external {
        IVestingVault.Grant memory s = boundedSchedule(total, initial, 0, duration);
        uint256 id = vault.create(s);

        for (uint256 i = 0; i < steps.length; ++i) {
            skip(bound(steps[i], 0, s.terms.duration / 2));
            if (vault.releasable(id) > 0) vault.release(id);
            vm.assertEq(token.balanceOf(beneficiary), vault.vestedAmount(id, block.timestamp));
            vm.assertEq(vault.owed(1, vault.scheduleCount()), s.total - token.balanceOf(beneficiary));
        }
        vm.warp(uint256(s.terms.start) + s.terms.duration);
        if (vault.releasable(id) > 0) vault.release(id);

        vm.assertEq(token.balanceOf(beneficiary), s.total);
        vm.assertEq(vault.owed(1, vault.scheduleCount()), 0);
        vm.assertEq(token.balanceOf(address(vault)), 0);
    }

    function testFuzz_StoresWhatWasAsked(uint96 total, uint96 initial, uint32 cliff, uint32 duration) external {
        IVestingVault.Grant memory s = boundedSchedule(total, initial, cliff, duration);

        uint256 id = vault.create(s);

        IVestingVault.Schedule memory stored = vault.scheduleOf(id);
        vm.assertEq(abi.encode(stored.terms), abi.encode(s.terms));
        vm.assertEq(stored.beneficiary, s.beneficiary);
        vm.assertEq(stored.total, s.total);
        vm.assertEq(stored.initial, s.initial);
        vm.assertEq(stored.released, 0);
        vm.assertEq(stored.revokedAt, 0);
    }

    /// 10,000 times of each kind, to the wei.
    /// forge-config: default.fuzz.runs = 100
    function testFuzz_MatchesTheModelAtRandomTimes(uint256 seed) external {
        (uint32[60] memory shares, IVestingVault.Grant[2] memory grants, uint256[2] memory ids) = randomPair(seed);

        for (uint256 i = 0; i < 100; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(seed, "time", i)));
            uint256 timestamp = grants[0].terms.start - MONTH_SECONDS + (dice % (62 * MONTH_SECONDS));
            assertModel(shares, grants, ids, timestamp);
        }
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_IsExactAtMonthBoundaries(uint256 seed) external {
        (uint32[60] memory shares, IVestingVault.Grant[2] memory grants, uint256[2] memory ids) = randomPair(seed);
        (uint256 start, uint256 cliff) = (grants[1].terms.start, grants[1].terms.cliff);

        uint256 ppm = 0;
        for (uint256 month = 0; month <= 60; ++month) {
            uint256 boundary = start + month * MONTH_SECONDS;
            for (uint256 at = boundary - 1; at <= boundary + 1; ++at) assertModel(shares, grants, ids, at);

            uint256 vested = vault.vestedAmount(ids[1], boundary);
            uint256 rest = grants[1].total - grants[1].initial;
            uint256 share = month * MONTH_SECONDS < cliff ? 0 : (rest * ppm) / 1_000_000;
            vm.assertEq(vested, grants[1].initial + share);
            if (month < 60) ppm += shares[month];
        }
    }

    function testFuzz_StoresTables(uint256 seed) external {
        uint32[60] memory cumulativePpm = cumulativeOf(randomShares(seed));
        uint32[60] memory other = cumulativeOf(randomShares(~seed));

        uint32 id = vault.addTable(cumulativePpm);
        uint32 otherId = vault.addTable(other);

        vm.assertEq(otherId, id + 1);
        vm.assertEq(vault.addTable(cumulativePpm), id);
        vm.assertEq(vault.tableCount(), otherId);
        vm.assertEq(abi.encode(vault.tableOf(id)), abi.encode(cumulativePpm));
        vm.assertEq(abi.encode(vault.tableOf(otherId)), abi.encode(other));
    }

    function assertModel(
        uint32[60] memory shares,
        IVestingVault.Grant[2] memory grants,
        uint256[2] memory ids,
        uint256 timestamp
    ) private view {
        for (uint256 i = 0; i < 2; ++i) {
            vm.assertEq(vault.vestedAmount(ids[i], timestamp), modelVested(grants[i], shares, timestamp));
        }
    }

    /// A linear schedule and one by a random table, with the same start and amounts; every other one with a cliff.
    function randomPair(
        uint256 seed
    ) private returns (uint32[60] memory shares, IVestingVault.Grant[2] memory grants, uint256[2] memory ids) {
        shares = randomShares(seed);
        uint256 dice = uint256(keccak256(abi.encode(seed)));
        uint256 cliff = dice % 2 == 0 ? 0 : (dice >> 160);
        grants[0] = boundedSchedule(uint96(dice), dice >> 8, cliff, uint32(dice >> 96));
        grants[1] = boundedSchedule(uint96(dice), dice >> 8, cliff, LONGEST);
        grants[1].terms.tableId = vault.addTable(cumulativeOf(shares));
        for (uint256 i = 0; i < 2; ++i) ids[i] = vault.create(grants[i]);
    }

    function schedule(
        uint128 total,
        uint128 initial,
        uint32 cliff,
        uint32 duration
    ) private view returns (IVestingVault.Grant memory) {
        return
            IVestingVault.Grant({
                beneficiary: beneficiary,
                total: total,
                initial: initial,
                terms: IVestingVault.Terms({
                    start: uint64(block.timestamp + 100),
                    cliff: cliff,
                    duration: duration,
                    tableId: 0,
                    revoker: address(0)
                })
            });
    }

    function boundedSchedule(
        uint256 total,
        uint256 initial,
        uint256 cliff,
        uint256 duration
    ) private view returns (IVestingVault.Grant memory) {
        total = bound(total, 1, token.balanceOf(address(this)) / 2);
        duration = bound(duration, 1, LONGEST);
        return
            schedule(
                uint128(total),
                uint128(bound(initial, 0, total)),
                uint32(bound(cliff, 0, duration)),
                uint32(duration)
            );
    }
}
