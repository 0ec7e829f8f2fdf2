// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

import {IICNT} from "../../../contracts/interfaces/IICNT.sol";
import {OracleDouble} from "../../../contracts/mocks/OracleDouble.sol";
import {NodeRegistry} from "../../../contracts/nodes/NodeRegistry.sol";
import {NodeStaking} from "../../../contracts/staking/NodeStaking.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {EpochClock, newEpochClock} from "../../../contracts/types/EpochClock.sol";
import {ClassCaps, NodeTerms, SERVICE_STORAGE} from "../../../contracts/types/Nodes.sol";
import {Economics} from "../../../contracts/types/Rules.sol";
import {SUPPLY} from "../../../contracts/types/Units.sol";

/// Registry and staking behind proxies with the real token; whoever creates it is their authority and holds the supply.
contract StakingSystem {
    uint64 public constant LENGTH = 1_000;
    uint64 public constant EPOCH_ZERO = 1_000_000;
    uint128 public constant BOND_BASE = 1_000e18;
    uint128 public constant BOND_PER_UNIT = 100e18;
    uint32 public constant UNBONDING_EPOCHS = 28;
    uint32 public constant SLASH_CAP_PPM = 100_000;
    uint256 public constant FEE = 10e18;
    address public constant CREDIT_POOL = address(0xc4ed17);

    ICNT public immutable TOKEN;
    OracleDouble public immutable ORACLE;
    NodeRegistry public immutable REGISTRY;
    NodeStaking public immutable STAKING;

    /// A proxy needs the address of the other one: the sixth and the seventh contract made here.
    constructor() {
        EpochClock clock = newEpochClock(EPOCH_ZERO, LENGTH);
        address registryAt = _created(6);
        address stakingAt = _created(7);
        address authority = address(new AccessManager(msg.sender));
        ORACLE = new OracleDouble(Economics(50_000, 35_000_000e18, 9, 1_000e18));
        TOKEN = new ICNT(_allocations(msg.sender));
        address registryCode = address(new NodeRegistry(clock, address(TOKEN), stakingAt));
        address stakingCode = address(new NodeStaking(clock, address(TOKEN), registryAt, address(ORACLE)));

        ClassCaps[] memory caps = new ClassCaps[](1);
        caps[0] = ClassCaps(1, 1_000, 200, 500);
        bytes memory init = abi.encodeCall(NodeRegistry.initialize, (authority, CREDIT_POOL, FEE, caps));
        REGISTRY = NodeRegistry(address(new ERC1967Proxy(registryCode, init)));
        init = abi.encodeCall(
            NodeStaking.initialize,
            (authority, UNBONDING_EPOCHS, SLASH_CAP_PPM, BOND_BASE, BOND_PER_UNIT)
        );
        STAKING = NodeStaking(address(new ERC1967Proxy(stakingCode, init)));
        assert(address(REGISTRY) == registryAt && address(STAKING) == stakingAt);
    }

    function storageTerms(uint32 units, uint32 commissionPpm) external pure returns (NodeTerms memory) {
        return NodeTerms(1, SERVICE_STORAGE, "DE", units, 0, 0, commissionPpm);
    }

    function _allocations(address to) internal pure returns (IICNT.Allocation[] memory allocations) {
        allocations = new IICNT.Allocation[](1);
        allocations[0] = IICNT.Allocation(to, SUPPLY);
    }

    /// Address of the n-th contract made here (n < 128): the hash of RLP [this, n].
    function _created(uint8 n) internal view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes2(0xd694), address(this), n)))));
    }
}
