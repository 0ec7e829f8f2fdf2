// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AttesterId} from "../../../contracts/types/Ids.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {Member} from "../../../contracts/types/Reports.sol";
import {Economics, Rules} from "../../../contracts/types/Rules.sol";
import {DefaultRules} from "../helpers/DefaultRules.sol";
import {Action, Lever, ScalarBooks} from "./ScalarBooks.sol";

/// Parameters that are more than a number, and what a vote gives or takes besides.
abstract contract ParameterBooks is ScalarBooks, DefaultRules {
    struct Period {
        uint64 from;
        bytes32 rulesHash;
    }

    uint256 private constant MONTH = 2_629_800;
    uint256 private constant SWEEP_AFTER = EPOCH_ZERO + 66 * MONTH;
    uint256 private constant BOND_MINIMUM_MAX = 100_000e18;
    uint256 private constant STAKE_FLOOR_MIN = 1_000_000e18;
    uint256 private constant SHARE_MAX = 100_000;
    uint256 private constant SEATS_MAX = 7;
    uint256 private constant UNITS_MAX = 1_000_000;
    uint8 private constant CLASSES = 3;
    uint64 private constant FAR = type(uint40).max;
    uint256 internal constant PAUSE = 21 * LENGTH;

    uint256 internal pausedUntil;
    bool internal pauseLeft = true;
    uint8 internal vetoesLeft = 3;
    /// Keys by number, see `signingKey`; an attester's is its number at admission.
    mapping(uint32 attester => uint32) internal keyOf;
    uint32 internal attesterCount = ATTESTERS;
    /// Bit i: attester i + 1.
    uint256 internal seated = (1 << ATTESTERS) - 1;
    mapping(uint32 key => bool) private _keyUsed;
    uint256 private _bondBase = 1_000e18;
    uint256 private _bondPerUnit = 100e18;
    mapping(uint8 class => bytes32) private _classCaps;
    address private _creditPool = system.CREDIT_POOL();
    Period[] private _periods;
    uint256 private _inReserve = system.EMISSION_TOTAL();

    constructor() {
        for (uint32 id = 1; id <= ATTESTERS; ++id) (keyOf[id], _keyUsed[id]) = (id, true);
        uint32 units = system.UNITS_MAX();
        for (uint8 class = 0; class < CLASSES; ++class) {
            _classCaps[class] =
                class == system.NODE_CLASS()
                    ? keccak256(abi.encode(units, units, units))
                    : keccak256(abi.encode(uint32(0), uint32(0), uint32(0)));
        }
        _periods.push(Period(0, keccak256(abi.encode(defaultRules()))));
    }

    /// A value has all arguments of the call, 128 bits or less each.
    function drawParameter(Lever lever, uint256 seed) internal view returns (uint256) {
        uint256 first = lot(seed, 1);
        if (lever == Lever.BondMinimum) {
            uint256 base = drawWithin(first, 0, BOND_MINIMUM_MAX, type(uint128).max);
            return base | (drawWithin(lot(seed, 2) | 8, 0, BOND_MINIMUM_MAX, type(uint128).max) << 128);
        }
        if (lever == Lever.ClassCaps) return _drawCaps(first) | (seed % CLASSES);
        if (lever == Lever.CreditPool) return seed % 8 == 0 ? 0 : uint160(first);
        if (lever == Lever.Admit) return 1 + (first % 64);
        if (lever == Lever.Seat) return first % 8 == 0 ? first % 512 : first % 16;
        if (lever == Lever.Sweep) return uint160(first) | 1;
        if (lever == Lever.ScheduleRules) {
            uint256 floor = drawWithin(lot(seed, 2) | 4, STAKE_FLOOR_MIN, SUPPLY, type(uint96).max);
            uint256 from = uint256(_upcoming()) + (lot(seed, 3) % 120);
            return drawWithin(first, 0, SHARE_MAX, type(uint32).max) | (floor << 32) | (from << 128);
        }
        return 0;
    }

    function parameterCall(Action memory action) internal view returns (address target, bytes memory call) {
        (Lever lever, uint256 value) = (action.lever, action.value);
        if (lever == Lever.BondMinimum) {
            call = abi.encodeCall(staking.setBondMinimum, (uint128(value), uint128(value >> 128)));
            return (address(staking), call);
        }
        if (lever == Lever.ClassCaps) {
            (uint32 a, uint32 b, uint32 c) = _capsOf(value);
            return (address(registry), abi.encodeCall(registry.setClassCaps, (uint8(value), a, b, c)));
        }
        if (lever == Lever.CreditPool) {
            return (address(registry), abi.encodeCall(registry.setCreditPool, (address(uint160(value)))));
        }
        if (lever == Lever.Admit) return (address(committee), _admission(uint32(value)));
        if (lever == Lever.Seat) {
            return (address(committee), abi.encodeCall(committee.setCommittee, (_attestersOf(value))));
        }
        if (lever == Lever.RenewVetoes) return (address(oracle), abi.encodeCall(oracle.renewVetoes, ()));
        if (lever == Lever.RenewPause) return (address(oracle), abi.encodeCall(oracle.renewPause, ()));
        if (lever == Lever.Sweep) {
            return (address(system.RESERVE()), abi.encodeCall(system.RESERVE().sweep, (address(uint160(value)))));
        }
        call = abi.encodeCall(oracle.scheduleRules, (_rulesOf(value), Epoch.wrap(uint64(value >> 128))));
        return (address(oracle), call);
    }

    /// The timelock does it, or is refused.
    function bookParameter(Action memory action) internal {
        (Lever lever, uint256 value) = (action.lever, action.value);
        (address target, bytes memory call) = parameterCall(action);
        requirePermitted(target, bytes4(call));
        if (lever == Lever.BondMinimum) {
            (uint256 base, uint256 perUnit) = (uint128(value), value >> 128);
            if (base > BOND_MINIMUM_MAX || perUnit > BOND_MINIMUM_MAX) revert Refused();
            (_bondBase, _bondPerUnit) = (base, perUnit);
        } else if (lever == Lever.ClassCaps) {
            (uint32 a, uint32 b, uint32 c) = _capsOf(value);
            if (a > UNITS_MAX || b > UNITS_MAX || c > UNITS_MAX) revert Refused();
            _classCaps[uint8(value)] = keccak256(abi.encode(a, b, c));
        } else if (lever == Lever.CreditPool) {
            if (value == 0) revert Refused();
            _creditPool = address(uint160(value));
        } else if (lever == Lever.Admit) {
            if (_keyUsed[uint32(value)]) revert Refused();
            _keyUsed[uint32(value)] = true;
            keyOf[++attesterCount] = uint32(value);
        } else if (lever == Lever.Seat) {
            _bookSeats(value);
        } else if (lever == Lever.RenewVetoes) {
            vetoesLeft = 3;
        } else if (lever == Lever.RenewPause) {
            pauseLeft = true;
        } else if (lever == Lever.Sweep) {
            if (block.timestamp < SWEEP_AFTER) revert Refused();
            _inReserve = 0;
        } else {
            _bookRules(value);
        }
    }

    /// INV-11: each is what it was voted to be, and within its bounds.
    function auditParameters() internal view {
        vm.assertEq(staking.minimumBond(0), _bondBase, "INV-11");
        vm.assertEq(staking.minimumBond(1), _bondBase + _bondPerUnit, "INV-11");
        vm.assertEq(registry.creditPool(), _creditPool, "INV-11");
        vm.assertEq(committee.attesterCount(), attesterCount, "INV-11");
        vm.assertEq(oracle.pausedUntil(), pausedUntil, "INV-11");
        vm.assertEq(oracle.pauseLeft(), pauseLeft, "INV-11");
        vm.assertEq(oracle.vetoesLeft(), vetoesLeft, "INV-11");
        vm.assertEq(token.balanceOf(address(system.RESERVE())), _inReserve, "INV-11");
        _auditRules();
    }

    /// The longer ones.
    function auditSeatsAndClasses() internal view {
        (, Member[] memory members) = committee.committeeAt(Epoch.wrap(FAR));
        AttesterId[] memory ids = _attestersOf(seated);
        vm.assertEq(members.length, ids.length, "INV-11");
        for (uint256 i = 0; i < ids.length; ++i) {
            uint32 id = AttesterId.unwrap(ids[i]);
            vm.assertEq(AttesterId.unwrap(members[i].attesterId), id, "INV-11");
            vm.assertEq(members[i].signingKey, vm.addr(signingKey(keyOf[id], 0)));
        }
        for (uint8 class = 0; class < CLASSES; ++class) {
            (uint32 a, uint32 b, uint32 c) = registry.classCaps(class);
            vm.assertEq(keccak256(abi.encode(a, b, c)), _classCaps[class], "INV-11");
        }
    }

    function _auditRules() private view {
        Period storage last = _periods[_periods.length - 1];
        vm.assertEq(oracle.rulesHashAt(Epoch.wrap(last.from)), last.rulesHash, "INV-11");
        uint64 now_ = _upcoming() - 1;
        uint256 i = _periods.length;
        while (_periods[i - 1].from > now_) --i;
        vm.assertEq(oracle.rulesHashAt(Epoch.wrap(now_)), _periods[i - 1].rulesHash, "INV-11");
        Economics memory economics = oracle.economicsAt(Epoch.wrap(now_));
        vm.assertLe(economics.attesterSharePpm, SHARE_MAX, "INV-11");
        vm.assertGe(economics.stakeFloor, STAKE_FLOOR_MIN, "INV-11");
    }

    /// A period takes the place of all that begin with it or later.
    function _bookRules(uint256 value) private {
        uint64 from = uint64(value >> 128);
        Rules memory rules = _rulesOf(value);
        (uint256 share, uint256 floor) = (rules.economics.attesterSharePpm, rules.economics.stakeFloor);
        if (share > SHARE_MAX || floor < STAKE_FLOOR_MIN || floor > SUPPLY || from < _upcoming()) revert Refused();

        while (_periods[_periods.length - 1].from >= from) _periods.pop();
        _periods.push(Period(from, keccak256(abi.encode(rules))));
    }

    /// Only the first attesters have bonds.
    function _bookSeats(uint256 mask) private {
        uint256 required = valueOf(Lever.AttesterBond);
        uint256 size = bitsOf(mask);
        if (size == 0 || size > SEATS_MAX || mask >> attesterCount != 0) revert Refused();
        if (required > ATTESTER_BOND || (required > 0 && mask >> ATTESTERS != 0)) revert Refused();
        seated = mask;
    }

    function _rulesOf(uint256 value) private pure returns (Rules memory rules) {
        rules = defaultRules();
        rules.economics.attesterSharePpm = uint32(value);
        rules.economics.stakeFloor = uint96(value >> 32);
    }

    function _admission(uint32 key) private view returns (bytes memory) {
        return
            abi.encodeCall(committee.admit, (address(this), vm.addr(signingKey(key, 0)), bytes32(uint256(1)), "http"));
    }

    function _attestersOf(uint256 mask) private pure returns (AttesterId[] memory ids) {
        ids = new AttesterId[](bitsOf(mask));
        uint256 length = 0;
        for (uint32 i = 0; length < ids.length; ++i) {
            if ((mask >> i) & 1 == 1) ids[length++] = AttesterId.wrap(i + 1);
        }
    }

    function _drawCaps(uint256 seed) private pure returns (uint256 caps) {
        for (uint256 i = 0; i < 3; ++i) {
            // One of the three may leave the bounds.
            uint256 draw = i == seed % 3 ? lot(seed, i) : (lot(seed, i) & ~uint256(0xff)) | 252;
            caps |= drawWithin(draw, 0, UNITS_MAX, type(uint32).max) << (8 + 32 * i);
        }
    }

    function _capsOf(uint256 value) private pure returns (uint32, uint32, uint32) {
        return (uint32(value >> 8), uint32(value >> 40), uint32(value >> 72));
    }

    function _upcoming() private view returns (uint64) {
        return uint64((block.timestamp - EPOCH_ZERO) / LENGTH) + 1;
    }
}
