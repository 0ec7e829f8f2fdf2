// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {EmissionReserve} from "../../../contracts/emission/EmissionReserve.sol";
import {IEmissionReserve} from "../../../contracts/interfaces/IEmissionReserve.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {EmissionTable} from "../helpers/EmissionTable.sol";
import {Genesis} from "../helpers/Genesis.sol";

contract EmissionReserveTest is Genesis, EmissionTable {
    uint256 private constant TOTAL = 140_000_000 ether;
    uint64 private constant EPOCH_ZERO = 1_800_000_000;

    ICNT private token;
    AccessManager private manager;
    EmissionReserve private reserve;

    function setUp() external {
        vm.warp(EPOCH_ZERO - 1000);
        manager = new AccessManager(address(this));
        token = deployToken(nextAddress(1), TOTAL);
        reserve = deploy(TOTAL, defaultTable());
    }

    function test_RevertWhen_ItDoesNotHoldTheTotal() external {
        token = deployToken(nextAddress(1), TOTAL - 1);

        vm.expectRevert(abi.encodeWithSelector(IEmissionReserve.GenesisMismatch.selector, TOTAL - 1, TOTAL));
        deploy(TOTAL, defaultTable());
    }

    function testFuzz_RevertWhen_TableIsNot60Months(uint256 months) external {
        months = bound(months, 0, 100);
        if (months == 60) months = 59;

        vm.expectRevert(abi.encodeWithSelector(IEmissionReserve.TableLength.selector, months, 60));
        deploy(TOTAL, new uint32[](months));
    }

    function testFuzz_RevertWhen_TableRises(uint256 month) external {
        month = bound(month, 2, 60);
        uint32[] memory table = defaultTable();
        table[month - 1] = table[month - 2] + 1;

        vm.expectRevert(abi.encodeWithSelector(IEmissionReserve.TableRises.selector, month));
        deploy(TOTAL, table);
    }

    function test_RevertWhen_TableDoesNotSumToOne() external {
        uint32[] memory table = defaultTable();
        table[59] -= 1;

        vm.expectRevert(abi.encodeWithSelector(IEmissionReserve.TableSum.selector, 999_999, 1_000_000));
        deploy(TOTAL, table);
    }

    function test_RevertWhen_FirstMonthIsNot184000Ppm() external {
        uint32[] memory table = defaultTable();
        table[0] += 1;

        vm.expectRevert(abi.encodeWithSelector(IEmissionReserve.FirstMonth.selector, 184_001, 184_000));
        deploy(TOTAL, table);
    }

    function testFuzz_RevertWhen_CallerIsNotRewards(address caller) external {
        if (caller == address(this)) caller = address(1);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IEmissionReserve.NotRewards.selector, caller));
        reserve.pay(caller, 0);
    }

    function testFuzz_RevertWhen_AskedIsMoreThanEmitted(uint64 elapsed, uint256 excess) external {
        vm.warp(uint256(EPOCH_ZERO) + bound(elapsed, 0, 61 * MONTH_SECONDS));
        uint256 emitted = modelEmission(TOTAL, defaultTable(), block.timestamp - EPOCH_ZERO);
        uint256 asked = emitted + bound(excess, 1, type(uint128).max);

        vm.expectRevert(abi.encodeWithSelector(IEmissionReserve.EmissionExceeded.selector, asked, emitted));
        reserve.pay(address(1), asked);
    }

    function testFuzz_RevertWhen_SweepIsTooEarly(uint64 elapsed) external {
        uint256 allowedAt = EPOCH_ZERO + 66 * MONTH_SECONDS;
        vm.warp(bound(elapsed, EPOCH_ZERO, allowedAt - 1));

        vm.expectRevert(abi.encodeWithSelector(IEmissionReserve.SweepTooEarly.selector, block.timestamp, allowedAt));
        reserve.sweep(address(1));
    }

    function testFuzz_RevertWhen_SweeperIsNotTheAuthority(address caller) external {
        if (caller == address(this)) caller = address(1);
        vm.warp(EPOCH_ZERO + 66 * MONTH_SECONDS);

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        reserve.sweep(caller);
    }

    function testFuzz_EmitsByAnyFallingTable(uint256 seed, uint64 elapsed) external {
        uint32[] memory table = randomTable(seed);
        token = deployToken(nextAddress(1), TOTAL);
        reserve = deploy(TOTAL, table);
        elapsed = uint64(bound(elapsed, 0, 62 * MONTH_SECONDS));

        vm.assertEq(reserve.cumulativeEmission(EPOCH_ZERO + elapsed), modelEmission(TOTAL, table, elapsed));
        vm.assertEq(abi.encode(reserve.monthlySharesPpm()), abi.encode(table));
    }

    function testFuzz_EmitsNothingBeforeEpochZero(uint64 timestamp) external view {
        vm.assertEq(reserve.cumulativeEmission(bound(timestamp, 0, EPOCH_ZERO)), 0);
    }

    function deploy(uint256 total, uint32[] memory table) private returns (EmissionReserve) {
        return new EmissionReserve(token, address(this), address(manager), EPOCH_ZERO, total, table);
    }
}

/// The rewards contract gone wild: asks for any amount at any time.
contract ReserveHandler is Genesis, EmissionTable {
    uint256 public constant TOTAL = 140_000_000 ether;

    ICNT public immutable TOKEN;
    EmissionReserve public immutable RESERVE;
    uint256 public immutable EPOCH_ZERO;
    uint256 public payments;

    constructor() {
        EPOCH_ZERO = block.timestamp + 1000;
        TOKEN = deployToken(nextAddress(1), TOTAL);
        RESERVE = new EmissionReserve(TOKEN, address(this), address(this), uint64(EPOCH_ZERO), TOTAL, defaultTable());
    }

    function pay(uint256 amount) external {
        amount = bound(amount, 0, TOTAL / 20);
        try RESERVE.pay(makeAddr("taker"), amount) {
            ++payments;
        } catch (bytes memory reason) {
            vm.assertEq(bytes32(bytes4(reason)), bytes32(IEmissionReserve.EmissionExceeded.selector));
        }
    }

    /// Asks for all there is, and for a wei more.
    function drain() external {
        uint256 left = RESERVE.cumulativeEmission(block.timestamp) - RESERVE.paid();
        RESERVE.pay(makeAddr("taker"), left);
        vm.expectPartialRevert(IEmissionReserve.EmissionExceeded.selector);
        RESERVE.pay(makeAddr("taker"), 1);
    }

    function donate(uint256 amount) external {
        TOKEN.transfer(address(RESERVE), bound(amount, 0, TOKEN.balanceOf(address(this)) / 10));
    }

    function pass(uint32 duration) external {
        skip(bound(duration, 0, 3 * MONTH_SECONDS));
    }

    function emitted() external view returns (uint256) {
        return block.timestamp < EPOCH_ZERO ? 0 : modelEmission(TOTAL, defaultTable(), block.timestamp - EPOCH_ZERO);
    }
}

contract ReserveInvariant is Genesis {
    ReserveHandler private handler;

    function setUp() external {
        vm.warp(1_800_000_000);
        handler = new ReserveHandler();
        bytes4[] memory selectors = new bytes4[](4);
        selectors[0] = ReserveHandler.pay.selector;
        selectors[1] = ReserveHandler.drain.selector;
        selectors[2] = ReserveHandler.donate.selector;
        selectors[3] = ReserveHandler.pass.selector;
        targetContract(address(handler));
        targetSelectors(address(handler), selectors);
    }

    function invariant_INV3_OutflowNeverExceedsEmission() external {
        uint256 taken = handler.TOKEN().balanceOf(makeAddr("taker"));

        vm.assertLe(taken, handler.emitted());
        vm.assertEq(taken, handler.RESERVE().paid());
    }
}
