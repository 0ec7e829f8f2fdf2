// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {IcnGovernor} from "../../../contracts/governance/IcnGovernor.sol";
import {IcnTimelock} from "../../../contracts/governance/IcnTimelock.sol";
import {NodeRegistry} from "../../../contracts/nodes/NodeRegistry.sol";
import {AttesterCommittee} from "../../../contracts/oracle/AttesterCommittee.sol";
import {SlaOracle} from "../../../contracts/oracle/SlaOracle.sol";
import {NodeStaking} from "../../../contracts/staking/NodeStaking.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {AttesterId} from "../../../contracts/types/Ids.sol";
import {AttesterKeys} from "../helpers/AttesterKeys.sol";
import {GovernedSystem} from "./GovernedSystem.sol";

/// A deployment that was handed over to its votes: roles as scripts/deploy/permissions.ts has them, a seated committee,
/// holders who vote for themselves, and everybody else who may try something.
abstract contract GovernedWorld is AttesterKeys {
    uint64 internal constant ADMIN = 0;
    uint64 internal constant GUARDIAN = 1;
    uint64 internal constant ACCOUNTABILITY = 2;
    uint64 internal constant ROUTINE = 3;
    uint256 internal constant LENGTH = 1 days;
    uint256 internal constant EPOCH_ZERO = 10_000_000;
    uint256 internal constant SUPPLY = 700_000_000e18;
    uint256 internal constant VOTERS = 6;
    uint32 internal constant ATTESTERS = 4;
    uint96 internal constant ATTESTER_BOND = 100_000e18;
    address internal constant GUARDIAN_WALLET = address(0x90a4d1a7);
    address internal constant KEEPER = address(0x4ee9e4);

    GovernedSystem internal system = new GovernedSystem();
    AccessManager internal manager = system.MANAGER();
    ICNT internal token = system.TOKEN();
    NodeRegistry internal registry = system.REGISTRY();
    NodeStaking internal staking = system.STAKING();
    AttesterCommittee internal committee = system.COMMITTEE();
    SlaOracle internal oracle = system.ORACLE();
    IcnTimelock internal timelock = system.TIMELOCK();
    IcnGovernor internal governor = system.GOVERNOR();

    /// Everybody but the AccessManager, the Governor and the timelock themselves.
    address[] internal outsiders;
    /// By the books: which role may call a function, who has a role, and which contracts are closed.
    mapping(address target => mapping(bytes4 selector => uint64)) internal roleOf;
    mapping(uint64 role => mapping(address account => bool)) internal hasRole;
    mapping(address target => bool) internal closed;

    uint256 public attempts;

    constructor() {
        vm.warp(EPOCH_ZERO - 1);
        _seatAttesters();
        _wireRoles();
        _fundVoters();
        _handOver();
        _gatherOutsiders();
        vm.warp(EPOCH_ZERO + 1);
    }

    function voter(uint256 i) internal pure returns (address) {
        return address(uint160(0x707e40 + (i % VOTERS)));
    }

    /// From more than all others together down to less than a proposal needs.
    function wealthOf(uint256 i) internal pure returns (uint256) {
        return [uint256(150_000_000e18), 60_000_000e18, 40_000_000e18, 12_000_000e18, 1_000_000e18, 500e18][i];
    }

    function lot(uint256 seed, uint256 draw) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, draw)));
    }

    function outsider(uint256 seed) internal view returns (address) {
        return outsiders[seed % outsiders.length];
    }

    /// Whether the AccessManager lets `caller` make the call, by the books.
    function permitted(address caller, address target, bytes4 selector) internal view returns (bool) {
        return !closed[target] && hasRole[roleOf[target][selector]][caller];
    }

    /// A call that passes if the books say so, and is refused otherwise.
    function attempt(
        address caller,
        address target,
        bytes memory call,
        bool allowed
    ) internal returns (bytes memory result) {
        ++attempts;
        bool passed;
        vm.prank(caller);
        // solhint-disable-next-line avoid-low-level-calls
        (passed, result) = target.call(call);
        if (allowed && !passed) {
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
        vm.assertEq(passed, allowed);
    }

    function _seatAttesters() private {
        token.approve(address(committee), ATTESTERS * ATTESTER_BOND);
        for (uint32 id = 1; id <= ATTESTERS; ++id) {
            committee.admit(address(this), vm.addr(signingKey(id, 0)), bytes32(uint256(id)), "http://attester");
            committee.bond(AttesterId.wrap(id), ATTESTER_BOND);
        }
        committee.setCommittee(firstAttesters(ATTESTERS));
    }

    /// The file is held against scripts/deploy/permissions.ts.
    function _wireRoles() private {
        string memory json = vm.readFile(string.concat(vm.projectRoot(), "/test/vectors/permissions.json"));
        uint256[] memory contracts = vm.parseJsonUintArray(json, ".contracts");
        uint256[] memory roles = vm.parseJsonUintArray(json, ".roles");
        bytes32[] memory selectors = vm.parseJsonBytes32Array(json, ".selectors");
        bytes4[] memory one = new bytes4[](1);
        for (uint256 i = 0; i < contracts.length; ++i) {
            address target = _contractAt(contracts[i]);
            one[0] = bytes4(selectors[i]);
            manager.setTargetFunctionRole(target, one, uint64(roles[i]));
            roleOf[target][one[0]] = uint64(roles[i]);
        }
    }

    /// In the order of a deployment.
    function _contractAt(uint256 place) private view returns (address) {
        address[12] memory all = [
            address(manager),
            address(token),
            address(system.VAULT()),
            address(system.RESERVE()),
            address(registry),
            address(staking),
            address(committee),
            address(oracle),
            address(system.REWARDS()),
            address(system.VOTES()),
            address(timelock),
            address(governor)
        ];
        return all[place];
    }

    function _fundVoters() private {
        for (uint256 i = 0; i < VOTERS; ++i) {
            token.transfer(voter(i), wealthOf(i));
            vm.prank(voter(i));
            token.delegate(voter(i));
        }
    }

    function _handOver() private {
        manager.grantRole(GUARDIAN, GUARDIAN_WALLET, 0);
        manager.grantRole(ROUTINE, address(timelock), 0);
        manager.grantRole(ADMIN, address(timelock), 0);
        manager.renounceRole(ADMIN, address(this));
        hasRole[GUARDIAN][GUARDIAN_WALLET] = true;
        hasRole[ROUTINE][address(timelock)] = true;
        hasRole[ADMIN][address(timelock)] = true;
    }

    /// A stranger, the deployer (who is the attesters' owner), a keeper, the guardian, neighbours of the powers, contracts
    /// that have none, and holders.
    function _gatherOutsiders() private {
        outsiders.push(address(0xbad));
        outsiders.push(address(this));
        outsiders.push(KEEPER);
        outsiders.push(GUARDIAN_WALLET);
        outsiders.push(address(uint160(address(governor)) + 1));
        outsiders.push(address(uint160(address(timelock)) - 1));
        outsiders.push(address(system));
        outsiders.push(address(system.VOTES()));
        outsiders.push(address(system.VAULT()));
        outsiders.push(address(system.RESERVE()));
        outsiders.push(address(staking));
        outsiders.push(address(oracle));
        outsiders.push(system.TREASURY());
        for (uint256 i = 0; i < VOTERS; ++i) outsiders.push(voter(i));
    }
}
