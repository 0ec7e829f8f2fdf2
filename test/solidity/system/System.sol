// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

import {EmissionReserve} from "../../../contracts/emission/EmissionReserve.sol";
import {IICNT} from "../../../contracts/interfaces/IICNT.sol";
import {NodeRegistry} from "../../../contracts/nodes/NodeRegistry.sol";
import {AttesterCommittee} from "../../../contracts/oracle/AttesterCommittee.sol";
import {SlaOracle} from "../../../contracts/oracle/SlaOracle.sol";
import {NodeRewards} from "../../../contracts/rewards/NodeRewards.sol";
import {NodeStaking} from "../../../contracts/staking/NodeStaking.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {newEpochClock} from "../../../contracts/types/EpochClock.sol";
import {ClassCaps} from "../../../contracts/types/Nodes.sol";
import {SUPPLY} from "../../../contracts/types/Units.sol";
import {DefaultRules} from "../helpers/DefaultRules.sol";
import {EmissionTable} from "../helpers/EmissionTable.sol";

/// Every contract that earning and paying needs, as deployed: real token and reserve, five proxies, predicted
/// addresses. Whoever creates it is their authority and holds what the reserve does not.
contract System is DefaultRules, EmissionTable {
    uint64 public constant EPOCH_ZERO = 10_000_000;
    uint32 public constant SEATS_MAX = 7;
    uint256 public constant EMISSION_TOTAL = 140_000_000e18;
    address public constant CREDIT_POOL = address(0xc4ed17);
    uint8 public constant NODE_CLASS = 1;
    uint32 public constant UNITS_MAX = 10_000;

    /// Places in the order of creation, which give the addresses in advance.
    uint8 private constant RESERVE_NONCE = 3;
    uint8 private constant REGISTRY_NONCE = 5;
    uint8 private constant STAKING_NONCE = 7;
    uint8 private constant COMMITTEE_NONCE = 9;
    uint8 private constant ORACLE_NONCE = 11;
    uint8 private constant REWARDS_NONCE = 13;

    /// Of an epoch, in seconds.
    uint64 public immutable LENGTH;
    AccessManager public immutable MANAGER;
    ICNT public immutable TOKEN;
    EmissionReserve public immutable RESERVE;
    NodeRegistry public immutable REGISTRY;
    NodeStaking public immutable STAKING;
    AttesterCommittee public immutable COMMITTEE;
    SlaOracle public immutable ORACLE;
    NodeRewards public immutable REWARDS;

    constructor(uint64 length) {
        LENGTH = length;
        MANAGER = new AccessManager(msg.sender);
        TOKEN = _token(msg.sender);
        RESERVE = new EmissionReserve(
            TOKEN,
            created(REWARDS_NONCE),
            address(MANAGER),
            EPOCH_ZERO,
            EMISSION_TOTAL,
            defaultTable()
        );
        REGISTRY = NodeRegistry(_registry());
        STAKING = NodeStaking(_staking());
        COMMITTEE = AttesterCommittee(_committee());
        ORACLE = SlaOracle(_oracle());
        REWARDS = NodeRewards(_rewards());
        assert(address(RESERVE) == created(RESERVE_NONCE) && address(REWARDS) == created(REWARDS_NONCE));
        assert(address(REGISTRY) == created(REGISTRY_NONCE) && address(STAKING) == created(STAKING_NONCE));
        assert(address(COMMITTEE) == created(COMMITTEE_NONCE) && address(ORACLE) == created(ORACLE_NONCE));
    }

    function _token(address holder) private returns (ICNT) {
        IICNT.Allocation[] memory allocations = new IICNT.Allocation[](2);
        allocations[0] = IICNT.Allocation(created(RESERVE_NONCE), EMISSION_TOTAL);
        allocations[1] = IICNT.Allocation(holder, SUPPLY - EMISSION_TOTAL);
        return new ICNT(allocations);
    }

    function _registry() private returns (address) {
        ClassCaps[] memory caps = new ClassCaps[](1);
        caps[0] = ClassCaps(NODE_CLASS, UNITS_MAX, UNITS_MAX, UNITS_MAX);
        address code = address(
            new NodeRegistry(newEpochClock(EPOCH_ZERO, LENGTH), address(TOKEN), created(STAKING_NONCE))
        );
        return _proxy(code, abi.encodeCall(NodeRegistry.initialize, (address(MANAGER), CREDIT_POOL, 10e18, caps)));
    }

    function _staking() private returns (address) {
        address code = address(
            new NodeStaking(newEpochClock(EPOCH_ZERO, LENGTH), address(TOKEN), address(REGISTRY), created(ORACLE_NONCE))
        );
        return _proxy(code, abi.encodeCall(NodeStaking.initialize, (address(MANAGER), 28, 100_000, 1_000e18, 100e18)));
    }

    function _committee() private returns (address) {
        address code = address(new AttesterCommittee(TOKEN, EPOCH_ZERO, LENGTH, SEATS_MAX));
        return _proxy(code, abi.encodeCall(AttesterCommittee.initialize, (address(MANAGER), 0)));
    }

    function _oracle() private returns (address) {
        address code = address(new SlaOracle(COMMITTEE, REGISTRY, EPOCH_ZERO, LENGTH));
        uint32 vetoWindow = uint32(LENGTH / 2);
        return _proxy(code, abi.encodeCall(SlaOracle.initialize, (address(MANAGER), vetoWindow, defaultRules())));
    }

    function _rewards() private returns (address) {
        address code = address(new NodeRewards(RESERVE, STAKING, REGISTRY, ORACLE, COMMITTEE, EPOCH_ZERO, LENGTH));
        return _proxy(code, abi.encodeCall(NodeRewards.initialize, (address(MANAGER))));
    }

    function _proxy(address code, bytes memory initialize) private returns (address) {
        return address(new ERC1967Proxy(code, initialize));
    }

    /// Address of the n-th contract made here (n < 128): the hash of RLP [this, n].
    function created(uint8 n) internal view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes2(0xd694), address(this), n)))));
    }
}
