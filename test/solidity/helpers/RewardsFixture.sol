// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

import {EmissionReserve} from "../../../contracts/emission/EmissionReserve.sol";
import {IAttesterCommittee} from "../../../contracts/interfaces/IAttesterCommittee.sol";
import {IEmissionReserve} from "../../../contracts/interfaces/IEmissionReserve.sol";
import {INodeRegistry} from "../../../contracts/interfaces/INodeRegistry.sol";
import {INodeStaking} from "../../../contracts/interfaces/INodeStaking.sol";
import {ISlaOracle} from "../../../contracts/interfaces/ISlaOracle.sol";
import {RewardsWorld} from "../../../contracts/mocks/RewardsWorld.sol";
import {NodeRewards} from "../../../contracts/rewards/NodeRewards.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {Epoch, NEVER} from "../../../contracts/types/Epoch.sol";
import {AttesterId, NodeId, PositionId} from "../../../contracts/types/Ids.sol";
import {Position} from "../../../contracts/types/Nodes.sol";
import {LedgerLeaf} from "../../../contracts/types/Reports.sol";
import {EmissionTable} from "./EmissionTable.sol";
import {Genesis} from "./Genesis.sol";
import {LedgerTree} from "./LedgerTree.sol";

/// NodeRewards behind its proxy, with the real token and reserve; the other modules are a settable world.
abstract contract RewardsFixture is Genesis, EmissionTable {
    uint256 internal constant TOTAL = 140_000_000 ether;
    uint64 internal constant EPOCH_ZERO = 1_800_000_000;
    uint64 internal constant L = 86_400;

    ICNT internal token;
    AccessManager internal manager;
    RewardsWorld internal world;
    EmissionReserve internal reserve;
    NodeRewards internal rewards;
    AttesterId[] internal committee;

    /// Leaves of every finalized epoch, node i at place i − 1.
    mapping(uint64 epoch => LedgerLeaf[]) internal leaves;

    function deployRewards() internal {
        vm.warp(EPOCH_ZERO);
        manager = new AccessManager(address(this));
        world = new RewardsWorld();
        token = deployToken(nextAddress(3), TOTAL);
        address implementation = address(deployImplementation(nextAddress(2)));
        bytes memory initialize = abi.encodeCall(NodeRewards.initialize, (address(manager)));
        rewards = NodeRewards(address(new ERC1967Proxy(implementation, initialize)));
        reserve = new EmissionReserve(token, address(rewards), address(manager), EPOCH_ZERO, TOTAL, defaultTable());
        for (uint32 id = 1; id <= 4; ++id) {
            committee.push(AttesterId.wrap(id));
            world.setAttesterOwner(AttesterId.wrap(id), makeAddr("attester"));
        }
    }

    function deployImplementation(address reserveAt) internal returns (NodeRewards) {
        address modules = address(world);
        return
            new NodeRewards(
                IEmissionReserve(reserveAt),
                INodeStaking(modules),
                INodeRegistry(modules),
                ISlaOracle(modules),
                IAttesterCommittee(modules),
                EPOCH_ZERO,
                L
            );
    }

    function open(address owner, uint64 node, uint128 amount, uint64 from) internal returns (PositionId) {
        return open(owner, node, amount, from, 0);
    }

    function open(
        address owner,
        uint64 node,
        uint128 amount,
        uint64 from,
        uint32 commissionPpm
    ) internal returns (PositionId) {
        world.openPosition(Position(owner, NodeId.wrap(node), commissionPpm, amount, Epoch.wrap(from), NEVER));
        return PositionId.wrap(world.positionCount());
    }

    /// Finalizes the next epoch with node i at indices[i − 1], all attesters paid.
    function finalize(uint256[] memory indices) internal returns (uint64 epoch) {
        epoch = world.finalizedCount();
        bytes32[] memory hashes = new bytes32[](indices.length);
        for (uint64 i = 0; i < indices.length; ++i) {
            LedgerLeaf memory leaf;
            leaf.nodeId = NodeId.wrap(i + 1);
            leaf.rewardIndex = indices[i];
            leaves[epoch].push(leaf);
            hashes[i] = hashOf(leaf);
        }
        world.finalize(LedgerTree.root(hashes), uint64(indices.length), 15, committee);
    }

    function finalize(uint256 index) internal returns (uint64 epoch) {
        uint256[] memory indices = new uint256[](1);
        indices[0] = index;
        return finalize(indices);
    }

    function endEpochs(uint64 count) internal {
        vm.warp(uint256(EPOCH_ZERO) + uint256(count) * L);
    }

    function claim(uint64 node, uint64 epoch, PositionId[] memory positions) internal returns (uint256) {
        return
            rewards.claim(
                NodeId.wrap(node),
                Epoch.wrap(epoch),
                leaves[epoch][node - 1],
                proofOf(node, epoch),
                positions
            );
    }

    function claim(uint64 node, uint64 epoch, PositionId position) internal returns (uint256) {
        return claim(node, epoch, one(position));
    }

    function proveIndex(uint64 node, uint64 epoch) internal {
        rewards.proveIndex(Epoch.wrap(epoch), leaves[epoch][node - 1], proofOf(node, epoch));
    }

    function proofOf(uint64 node, uint64 epoch) internal view returns (bytes32[] memory) {
        LedgerLeaf[] storage ledger = leaves[epoch];
        bytes32[] memory hashes = new bytes32[](ledger.length);
        for (uint256 i = 0; i < hashes.length; ++i) hashes[i] = hashOf(ledger[i]);
        return LedgerTree.proof(hashes, node - 1);
    }

    function one(PositionId position) internal pure returns (PositionId[] memory positions) {
        positions = new PositionId[](1);
        positions[0] = position;
    }

    /// The standard tree's leaf hash, field by field.
    function hashOf(LedgerLeaf memory leaf) internal pure returns (bytes32) {
        bytes32 inner = keccak256(
            abi.encode(
                leaf.nodeId,
                leaf.upBuckets,
                leaf.downBuckets,
                leaf.measuredEpochs,
                leaf.scoreSumPpm,
                leaf.lastScorePpm,
                leaf.staleEpochs,
                leaf.rewardIndex
            )
        );
        return keccak256(abi.encode(inner));
    }
}
