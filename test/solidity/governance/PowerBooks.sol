// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import {ParameterBooks} from "./ParameterBooks.sol";
import {Action, Lever} from "./ScalarBooks.sol";

/// Code, and who has which power.
abstract contract PowerBooks is ParameterBooks {
    /// ERC-1967.
    bytes32 private constant CODE_SLOT = bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);
    bytes4 private constant SET_AUTHORITY = bytes4(keccak256("setAuthority(address)"));
    uint256 internal constant PROXIES = 5;
    /// Of a value that names the timelock.
    uint256 private constant TIMELOCK_BITS = 3 << 16;
    address private constant NO_CODE = address(0xc0de);
    /// Of values that give the timelock the routine role, and that open the first proxy.
    uint256 private constant ROUTINE_AGAIN = TIMELOCK_BITS | (2 << 8) | 1;
    uint256 private constant OPEN_FIRST = 2 * 256 - 2;
    uint64 private constant LOCKED = type(uint64).max;

    address[PROXIES] internal proxies = system.proxies();
    address[PROXIES] private _codes = [
        system.codes(0),
        system.codes(1),
        system.codes(2),
        system.codes(3),
        system.codes(4)
    ];
    mapping(uint64 role => uint64) private _roleGuardians;
    mapping(address account => bool) internal canceller;
    /// Functions that a vote may give to another role.
    address[] private _movableTargets;
    bytes4[] private _movableSelectors;

    constructor() {
        for (uint256 i = 0; i < SCALARS; ++i) _addMovable(scalars[Lever(i)].target, scalars[Lever(i)].set);
        for (uint256 i = uint256(Lever.BondMinimum); i <= uint256(Lever.Sweep); ++i) {
            (address target, bytes memory call) = parameterCall(Action(Lever(i), 1));
            _addMovable(target, bytes4(call));
        }
        for (uint256 i = 0; i < PROXIES; ++i) _addMovable(proxies[i], UUPSUpgradeable.upgradeToAndCall.selector);
        _addMovable(address(timelock), timelock.cancel.selector);
    }

    /// The timelock stays admin, and nobody else becomes that or routine: votes would be over.
    function drawPower(Lever lever, uint256 seed) internal pure returns (uint256 value) {
        value = lot(seed, 1);
        if (lever != Lever.ChangeRole) return value;
        uint64 role = _roleFrom(value);
        if (role == ADMIN || role == ROUTINE) value |= TIMELOCK_BITS;
        if (role == ADMIN) value |= 1;
    }

    /// What gives the timelock back a power that a vote took from it, if there is such.
    function drawRepair(uint256 seed) internal view returns (bool broken, Action memory repair) {
        if (!hasRole[ROUTINE][address(timelock)]) return (true, Action(Lever.ChangeRole, ROUTINE_AGAIN));
        uint256 place = seed % PROXIES;
        if (closed[proxies[place]]) return (true, Action(Lever.Close, OPEN_FIRST + place));
    }

    function upgradesToNothing(Action memory action) internal view returns (bool) {
        return action.lever == Lever.Upgrade && _codeFrom(action.value) == NO_CODE;
    }

    function powerCall(Action memory action) internal view returns (address, bytes memory) {
        (Lever lever, uint256 value) = (action.lever, action.value);
        if (lever == Lever.Upgrade) {
            address proxy = proxies[value % PROXIES];
            return (proxy, abi.encodeCall(UUPSUpgradeable.upgradeToAndCall, (_codeFrom(value), "")));
        }
        if (lever == Lever.Canceller) {
            bytes32 role = timelock.CANCELLER_ROLE();
            address account = _cancellerFrom(value);
            return (
                address(timelock),
                _grants(value)
                    ? abi.encodeCall(timelock.grantRole, (role, account))
                    : abi.encodeCall(timelock.revokeRole, (role, account))
            );
        }
        if (lever == Lever.SameTimelock) {
            return (address(governor), abi.encodeCall(governor.updateTimelock, (timelock)));
        }
        if (lever == Lever.Relay) {
            Lever relayed = Lever(value % SCALARS);
            (address target, bytes memory call) = scalarCall(Action(relayed, scalars[relayed].min));
            return (address(governor), abi.encodeCall(governor.relay, (target, 0, call)));
        }
        return (address(manager), _managerCall(lever, value));
    }

    /// The timelock does it, or is refused.
    function bookPower(Action memory action) internal {
        (Lever lever, uint256 value) = (action.lever, action.value);
        if (lever == Lever.Upgrade) {
            requirePermitted(proxies[value % PROXIES], UUPSUpgradeable.upgradeToAndCall.selector);
            if (_codeFrom(value) == address(token)) revert Refused();
            _codes[value % PROXIES] = _codeFrom(value);
        } else if (lever == Lever.Canceller) {
            canceller[_cancellerFrom(value)] = _grants(value);
        } else if (lever == Lever.Relay) {
            // The Governor itself may do nothing.
            revert Refused();
        } else if (lever == Lever.ChangeRole) {
            if (_roleFrom(value) == LOCKED) revert Refused();
            hasRole[_roleFrom(value)][_accountFrom(value)] = _grants(value);
        } else if (lever == Lever.MoveFunction) {
            (address target, bytes4 selector) = _movable(value);
            if (selector == SET_AUTHORITY) revert Refused();
            roleOf[target][selector] = _roleMovedTo(value);
        } else if (lever == Lever.Close) {
            closed[proxies[value % PROXIES]] = _closes(value);
        } else if (lever == Lever.RoleGuardian) {
            uint64 role = _roleFrom(value);
            if (role == ADMIN || role == LOCKED) revert Refused();
            _roleGuardians[role] = uint64(value % 8);
        }
    }

    /// INV-11: the code is what was voted for.
    function auditCode() internal view {
        for (uint256 i = 0; i < PROXIES; ++i) {
            vm.assertEq(vm.load(proxies[i], CODE_SLOT), bytes32(uint256(uint160(_codes[i]))), "INV-11");
        }
        vm.assertEq(governor.timelock(), address(timelock), "INV-11");
    }

    /// INV-11: one account has the roles that it was voted, one contract is as open, one function another's.
    function auditPowers(uint256 seed) internal view {
        address account = seed % 8 == 0 ? address(timelock) : outsider(seed / 8);
        for (uint64 role = ADMIN; role <= ROUTINE; ++role) {
            (bool isMember, uint32 delay) = manager.hasRole(role, account);
            vm.assertEq(isMember, hasRole[role][account], "INV-11");
            vm.assertEq(delay, 0);
            vm.assertEq(manager.getRoleAdmin(role), ADMIN, "INV-11");
            vm.assertEq(manager.getRoleGuardian(role), _roleGuardians[role], "INV-11");
        }
        bool own = account == address(timelock);
        vm.assertEq(timelock.hasRole(timelock.CANCELLER_ROLE(), account), own || canceller[account], "INV-11");
        vm.assertEq(timelock.hasRole(timelock.DEFAULT_ADMIN_ROLE(), account), own, "INV-11");
        vm.assertFalse(timelock.hasRole(timelock.PROPOSER_ROLE(), account), "INV-11");
        vm.assertFalse(timelock.hasRole(timelock.EXECUTOR_ROLE(), account), "INV-11");

        address proxy = proxies[seed % PROXIES];
        vm.assertEq(manager.isTargetClosed(proxy), closed[proxy], "INV-11");
        vm.assertEq(IAccessManaged(proxy).authority(), address(manager), "INV-11");
        (address target, bytes4 selector) = _movable(seed);
        vm.assertEq(manager.getTargetFunctionRole(target, selector), roleOf[target][selector], "INV-11");
    }

    function _managerCall(Lever lever, uint256 value) private view returns (bytes memory) {
        uint64 role = _roleFrom(value);
        if (lever == Lever.ChangeRole) {
            address account = _accountFrom(value);
            return
                _grants(value)
                    ? abi.encodeCall(manager.grantRole, (role, account, 0))
                    : abi.encodeCall(manager.revokeRole, (role, account));
        }
        if (lever == Lever.Close) {
            return abi.encodeCall(manager.setTargetClosed, (proxies[value % PROXIES], _closes(value)));
        }
        if (lever == Lever.RoleGuardian) return abi.encodeCall(manager.setRoleGuardian, (role, uint64(value % 8)));
        bytes4[] memory selectors = new bytes4[](1);
        address target;
        (target, selectors[0]) = _movable(value);
        return abi.encodeCall(manager.setTargetFunctionRole, (target, selectors, _roleMovedTo(value)));
    }

    function _addMovable(address target, bytes4 selector) private {
        _movableTargets.push(target);
        _movableSelectors.push(selector);
    }

    /// One that nobody may move comes last.
    function _movable(uint256 value) private view returns (address, bytes4) {
        uint256 i = (value >> 32) % (_movableTargets.length + 1);
        return i == _movableTargets.length ? (proxies[0], SET_AUTHORITY) : (_movableTargets[i], _movableSelectors[i]);
    }

    function _codeFrom(uint256 value) private view returns (address) {
        uint256 kind = (value >> 8) % 6;
        if (kind == 5) return NO_CODE;
        if (kind == 4) return address(token);
        return kind < 2 ? system.codes(value % PROXIES) : system.nextCodes(value % PROXIES);
    }

    function _accountFrom(uint256 value) private view returns (address) {
        return [KEEPER, outsiders[0], GUARDIAN_WALLET, address(timelock)][(value >> 16) % 4];
    }

    function _cancellerFrom(uint256 value) private view returns (address) {
        return (value >> 16) % 2 == 0 ? KEEPER : outsiders[0];
    }

    function _roleFrom(uint256 value) private pure returns (uint64) {
        return [GUARDIAN, ACCOUNTABILITY, ROUTINE, 9, ADMIN, LOCKED][uint8(value >> 8) % 6];
    }

    function _roleMovedTo(uint256 value) private pure returns (uint64) {
        return (value >> 24) % 2 == 0 ? ADMIN : ROUTINE;
    }

    function _grants(uint256 value) private pure returns (bool) {
        return value % 4 > 0;
    }

    function _closes(uint256 value) private pure returns (bool) {
        return (value >> 8) % 3 == 0;
    }
}
