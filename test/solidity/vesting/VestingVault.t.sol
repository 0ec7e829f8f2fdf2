// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IVestingVault} from "../../../contracts/interfaces/IVestingVault.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {MONTH} from "../../../contracts/types/Units.sol";
import {VestingVault} from "../../../contracts/vesting/VestingVault.sol";
import {Genesis} from "../helpers/Genesis.sol";

contract VestingVaultTest is Genesis {
    uint256 private constant MAX_DURATION = 157_788_000;

    ICNT private token;
    VestingVault private vault;
    address private beneficiary = makeAddr("beneficiary");

    function setUp() external {
        vm.warp(1_800_000_000);
        token = deployToken(nextAddress(1), 0);
        vault = new VestingVault(token, new IVestingVault.Schedule[](0));
        token.approve(address(vault), type(uint256).max);
    }

    function test_RevertWhen_GenesisOwesAnotherSumThanTheVaultHolds() external {
        IVestingVault.Schedule[] memory genesis = new IVestingVault.Schedule[](1);
        genesis[0] = schedule(1000, 0, 0, 100);
        ICNT other = deployToken(nextAddress(1), 999);

        vm.expectRevert(abi.encodeWithSelector(IVestingVault.GenesisMismatch.selector, 999, 1000));
        new VestingVault(other, genesis);
    }

    function test_RevertWhen_ZeroBeneficiary() external {
        IVestingVault.Schedule memory invalid = schedule(1000, 0, 0, 100);
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
        duration = duration % 2 == 0 ? 0 : uint32(bound(duration, MAX_DURATION + 1, type(uint32).max));

        vm.expectRevert(abi.encodeWithSelector(IVestingVault.InvalidDuration.selector, 0, duration, MAX_DURATION));
        vault.create(schedule(1000, 0, 0, duration));
    }

    function testFuzz_RevertWhen_CliffIsLongerThanTheSchedule(uint32 cliff, uint32 duration) external {
        duration = uint32(bound(duration, 1, MAX_DURATION));
        cliff = uint32(bound(cliff, uint256(duration) + 1, type(uint32).max));

        vm.expectRevert(abi.encodeWithSelector(IVestingVault.InvalidDuration.selector, cliff, duration, MAX_DURATION));
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
        vault.released(id);
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
        IVestingVault.Schedule memory s = boundedSchedule(total, initial, cliff, duration);
        timestamp = uint64(bound(timestamp, s.start - 10, uint256(s.start) + s.duration + 10));
        uint256 id = vault.create(s);

        uint256 vested = vault.vestedAmount(id, timestamp);

        if (timestamp < s.start) return vm.assertEq(vested, 0);
        uint256 elapsed = timestamp - s.start;
        if (elapsed >= s.duration) return vm.assertEq(vested, s.total);
        if (elapsed < s.cliff) return vm.assertEq(vested, s.initial);
        uint256 linear = s.total - s.initial;
        uint256 k = vested - s.initial;
        vm.assertLe(k * s.duration, linear * elapsed);
        vm.assertGt((k + 1) * s.duration, linear * elapsed);
    }

    function testFuzz_NeverUnvests(uint96 total, uint32 cliff, uint32 duration, uint32 a, uint32 b) external {
        IVestingVault.Schedule memory s = boundedSchedule(total, total / 7, cliff, duration);
        uint256 id = vault.create(s);
        (uint256 earlier, uint256 later) = a < b ? (a, b) : (b, a);

        vm.assertLe(vault.vestedAmount(id, s.start + earlier), vault.vestedAmount(id, s.start + later));
    }

    /// However often it is released, the beneficiary has what vested, and all of it in the end.
    function testFuzz_ReleasesAddUp(uint96 total, uint96 initial, uint32 duration, uint32[4] calldata steps) external {
        IVestingVault.Schedule memory s = boundedSchedule(total, initial, 0, duration);
        uint256 id = vault.create(s);

        for (uint256 i = 0; i < steps.length; ++i) {
            skip(bound(steps[i], 0, s.duration / 2));
            if (vault.releasable(id) > 0) vault.release(id);
            vm.assertEq(token.balanceOf(beneficiary), vault.vestedAmount(id, block.timestamp));
            vm.assertEq(vault.owed(), s.total - token.balanceOf(beneficiary));
        }
        vm.warp(uint256(s.start) + s.duration);
        if (vault.releasable(id) > 0) vault.release(id);

        vm.assertEq(token.balanceOf(beneficiary), s.total);
        vm.assertEq(vault.owed(), 0);
        vm.assertEq(token.balanceOf(address(vault)), 0);
    }

    function testFuzz_StoresWhatWasAsked(uint96 total, uint96 initial, uint32 cliff, uint32 duration) external {
        IVestingVault.Schedule memory s = boundedSchedule(total, initial, cliff, duration);

        uint256 id = vault.create(s);

        vm.assertEq(abi.encode(vault.scheduleOf(id)), abi.encode(s));
        vm.assertEq(vault.released(id), 0);
    }

    function schedule(
        uint128 total,
        uint128 initial,
        uint32 cliff,
        uint32 duration
    ) private view returns (IVestingVault.Schedule memory) {
        return
            IVestingVault.Schedule({
                beneficiary: beneficiary,
                start: uint64(block.timestamp + 100),
                cliff: cliff,
                duration: duration,
                total: total,
                initial: initial
            });
    }

    function boundedSchedule(
        uint256 total,
        uint256 initial,
        uint256 cliff,
        uint256 duration
    ) private view returns (IVestingVault.Schedule memory) {
        total = bound(total, 1, token.balanceOf(address(this)));
        duration = bound(duration, 1, 60 * MONTH);
        return
            schedule(
                uint128(total),
                uint128(bound(initial, 0, total)),
                uint32(bound(cliff, 0, duration)),
                uint32(duration)
            );
    }
}

/// Creates and releases schedules at any time.
contract VestingHandler is Genesis {
    ICNT public immutable TOKEN;
    VestingVault public immutable VAULT;
    uint256 public created;
    uint256 public released;

    constructor() {
        IVestingVault.Schedule[] memory genesis = new IVestingVault.Schedule[](1);
        genesis[0] = IVestingVault.Schedule(address(this), uint64(block.timestamp), 0, 1000, 1e24, 0);
        TOKEN = deployToken(nextAddress(1), 1e24);
        VAULT = new VestingVault(TOKEN, genesis);
        TOKEN.approve(address(VAULT), type(uint256).max);
        created = 1e24;
    }

    function create(uint256 total, uint256 initial, uint64 start, uint32 cliff, uint32 duration) external {
        total = bound(total, 1, TOKEN.balanceOf(address(this)) / 100);
        duration = uint32(bound(duration, 1, 60 * MONTH));
        cliff = uint32(bound(cliff, 0, duration));
        start = uint64(bound(start, 0, block.timestamp + 60 * MONTH));
        initial = bound(initial, 0, total);
        VAULT.create(
            IVestingVault.Schedule(makeAddr("beneficiary"), start, cliff, duration, uint128(total), uint128(initial))
        );
        created += total;
    }

    function release(uint256 id) external {
        id = bound(id, 1, VAULT.scheduleCount());
        if (VAULT.releasable(id) > 0) released += VAULT.release(id);
    }

    function pass(uint32 duration) external {
        skip(bound(duration, 0, 2 * MONTH));
    }
}

contract VestingInvariant is Genesis {
    VestingHandler private handler;

    function setUp() external {
        vm.warp(1_800_000_000);
        handler = new VestingHandler();
        bytes4[] memory selectors = new bytes4[](3);
        selectors[0] = VestingHandler.create.selector;
        selectors[1] = VestingHandler.release.selector;
        selectors[2] = VestingHandler.pass.selector;
        targetContract(address(handler));
        targetSelectors(address(handler), selectors);
    }

    function invariant_INV2_HoldsWhatItOwes() external view {
        VestingVault vault = handler.VAULT();

        vm.assertEq(handler.TOKEN().balanceOf(address(vault)), vault.owed());
        vm.assertEq(vault.owed(), handler.created() - handler.released());
    }
}
