// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {INodeRewards} from "../../../contracts/interfaces/INodeRewards.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {AttesterId, NodeId, PositionId} from "../../../contracts/types/Ids.sol";
import {Position} from "../../../contracts/types/Nodes.sol";
import {MiniTest, Vm} from "../MiniTest.sol";
import {RewardsFixture} from "../helpers/RewardsFixture.sol";

/// Stakers come and go, a full quorum signs whatever roots it likes, and everybody claims whatever they can.
///
/// Ghosts, kept apart from the contract: A by an own model of emission and stake, what each position was paid and for
/// which epochs, all pay.
contract RewardsHandler is RewardsFixture {
    uint64 private constant NODES = 3;
    uint64 private constant POSITIONS_MAX = 24;
    uint256 private constant SHARE_PPM = 50_000;
    uint256 private constant STAKE_FLOOR = 35_000_000 ether;

    uint64 public ended;
    uint256 public paidInAll;
    uint256 public claims;
    uint256 public capped;

    /// A of the model through epoch e at place e + 1.
    uint256[] private modelIndex;
    mapping(uint64 position => uint256) private paidTo;
    mapping(uint64 position => uint64) private paidThrough;

    constructor() {
        deployRewards();
        modelIndex.push(0);
        for (uint64 node = 1; node <= NODES; ++node) world.setOperator(NodeId.wrap(node), makeAddr("operator"));
        for (uint64 node = 1; node <= NODES; ++node) open(address(this), node, 10_000_000 ether, 0, 0);
    }

    function stake(uint256 who, uint64 node, uint128 amount, uint32 commissionPpm) external {
        if (world.positionCount() == POSITIONS_MAX) return;
        amount = uint128(bound(amount, 1, 30_000_000 ether));
        open(ownerOf(who), 1 + (node % NODES), amount, ended + 1, uint32(bound(commissionPpm, 0, 1_000_000)));
    }

    /// Closes a position at the running epoch's end; a position that has not begun never will.
    function unstake(uint64 position) external {
        PositionId id = anyPosition(position);
        if (Epoch.unwrap(world.positionOf(id).to) == type(uint64).max) world.closePosition(id, Epoch.wrap(ended + 1));
    }

    function setRecipient(uint256 who, uint256 recipient) external {
        vm.prank(ownerOf(who));
        rewards.setRecipient(recipient % 3 == 0 ? address(0) : ownerOf(recipient));
    }

    function pass(uint64 epochs) external {
        epochs = 1 + (epochs % 4);
        for (uint64 e = ended; e < ended + epochs; ++e) {
            uint256 total = world.totalStakeAt(Epoch.wrap(e));
            uint256 share = (modelEmissionUntil(e + 1) - modelEmissionUntil(e)) * (1_000_000 - SHARE_PPM);
            modelIndex.push(modelIndex[e] + (share * 1e27) / (1_000_000 * (total > STAKE_FLOOR ? total : STAKE_FLOOR)));
        }
        ended += epochs;
        endEpochs(ended);
    }

    /// Signs a root: true indices, none at all, ones that fall, or ones beyond every cap. Late nodes have no leaf yet.
    function report(uint256 seed, uint64 nodes) external {
        uint64 epoch = world.finalizedCount();
        if (epoch == ended) return;

        uint256[] memory indices = new uint256[](1 + (nodes % NODES));
        for (uint256 i = 0; i < indices.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed, i)));
            uint256 kind = seed % 8;
            uint256 cap = modelIndex[epoch + 1];
            if (kind < 4) indices[i] = cap;
            else if (kind < 6) indices[i] = (cap * (seed % 101)) / 100;
            else if (kind == 6) indices[i] = cap + (seed >> 160);
            else indices[i] = seed;
        }
        finalize(indices);
    }

    function accrue(uint64 epochs) external {
        if (rewards.accruedCount() < ended) rewards.accrue(1 + (epochs % 4));
    }

    function prove(uint64 node, uint64 epoch) external {
        if (world.finalizedCount() == 0) return;
        epoch = epoch % world.finalizedCount();
        node = 1 + (node % uint64(leaves[epoch].length));
        try rewards.proveIndex(Epoch.wrap(epoch), leaves[epoch][node - 1], proofOf(node, epoch)) {} catch (
            bytes memory reason
        ) {
            requireExpected(bytes4(reason));
        }
    }

    /// Claims up to three positions of a node for an epoch that is left to claim; one time in eight for any epoch, and
    /// other nodes' positions or the same one twice as it happens.
    function claimAny(uint64[3] calldata picks, uint8 count, uint64 epoch) external {
        uint64 finalized = world.finalizedCount();
        if (finalized == 0) return;
        PositionId first = anyPosition(picks[0]);
        uint64 node = NodeId.unwrap(world.positionOf(first).nodeId);
        uint64 from = Epoch.unwrap(rewards.nextEpochOf(first));
        epoch = count >= 224 || from >= finalized ? epoch % finalized : from + (epoch % (finalized - from));
        if (node > leaves[epoch].length) return;
        PositionId[] memory positions = new PositionId[](1 + (count % 3));
        for (uint256 i = 0; i < positions.length; ++i) positions[i] = anyPositionOf(node, picks[i]);
        bytes32[] memory proof = proofOf(node, epoch);

        vm.recordLogs();
        try rewards.claim(NodeId.wrap(node), Epoch.wrap(epoch), leaves[epoch][node - 1], proof, positions) returns (
            uint256 pay
        ) {
            paidInAll += pay;
            vm.assertEq(account(), pay);
        } catch (bytes memory reason) {
            requireExpected(bytes4(reason));
        }
    }

    function claimAsAttester(uint32 id, uint64 until) external {
        AttesterId attesterId = AttesterId.wrap(1 + (id % 4));
        uint64 from = rewards.attesterCursor(attesterId);
        if (from == world.finalizedCount()) return;

        paidInAll += rewards.claimAttesterPay(attesterId, uint64(bound(until, from + 1, world.finalizedCount())));
    }

    function emitted() external view returns (uint256) {
        return modelEmissionUntil(ended);
    }

    function outflow() external view returns (uint256) {
        return TOTAL - token.balanceOf(address(reserve));
    }

    function indicesAgree() external view returns (bool) {
        uint64 count = rewards.accruedCount();
        return count == 0 || rewards.indexAt(Epoch.wrap(count - 1)) == modelIndex[count];
    }

    /// Books every Claimed event against the ghosts: no epoch twice, nothing above the cap.
    function account() private returns (uint256 pay) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != INodeRewards.Claimed.selector) continue;
            uint64 id = uint64(uint256(logs[i].topics[1]));
            (, uint64 from, uint64 through, uint256 amount, ) = abi.decode(
                logs[i].data,
                (address, uint64, uint64, uint256, uint256)
            );
            pay += amount;
            ++claims;
            book(id, from, through, amount);
        }
    }

    function book(uint64 id, uint64 from, uint64 through, uint256 amount) private {
        Position memory position = world.positionOf(PositionId.wrap(id));
        uint64 begun = Epoch.unwrap(position.from);
        vm.assertEq(from, paidThrough[id] == 0 ? begun : paidThrough[id]);
        vm.assertGe(through, from);
        vm.assertLt(through, Epoch.unwrap(position.to));

        paidThrough[id] = through + 1;
        paidTo[id] += amount;
        uint256 cap = position.amount * (modelIndex[through + 1] - modelIndex[begun]);
        vm.assertLe(paidTo[id] * 1e27, cap);
        if (amount > 0 && (paidTo[id] + 2) * 1e27 > cap) ++capped;
    }

    function requireExpected(bytes4 selector) private pure {
        vm.assertTrue(
            selector == INodeRewards.WrongNode.selector ||
                selector == INodeRewards.EpochOutOfRange.selector ||
                selector == INodeRewards.StartIndexUnknown.selector ||
                selector == INodeRewards.IndexFell.selector ||
                selector == INodeRewards.NotAccrued.selector ||
                selector == SafeCast.SafeCastOverflowedUintDowncast.selector,
            "a claim or a proof may fail for these reasons only"
        );
    }

    function anyPosition(uint64 pick) private view returns (PositionId) {
        return PositionId.wrap(1 + (pick % world.positionCount()));
    }

    /// Of the node, except one time in eight.
    function anyPositionOf(uint64 node, uint64 pick) private view returns (PositionId id) {
        pick %= 1 << 32;
        id = anyPosition(pick);
        while (pick % 8 != 0 && NodeId.unwrap(world.positionOf(id).nodeId) != node) id = anyPosition(++pick);
    }

    function ownerOf(uint256 who) private pure returns (address) {
        return address(uint160(0xa11ce + (who % 3)));
    }

    function modelEmissionUntil(uint64 epoch) private pure returns (uint256) {
        return modelEmission(TOTAL, defaultTable(), uint256(epoch) * L);
    }
}

contract RewardsInvariant is MiniTest {
    RewardsHandler private handler;

    function setUp() external {
        handler = new RewardsHandler();
        bytes4[] memory selectors = new bytes4[](12);
        selectors[0] = RewardsHandler.stake.selector;
        selectors[1] = RewardsHandler.unstake.selector;
        selectors[2] = RewardsHandler.setRecipient.selector;
        selectors[3] = RewardsHandler.pass.selector;
        selectors[4] = RewardsHandler.report.selector;
        selectors[5] = RewardsHandler.accrue.selector;
        selectors[6] = RewardsHandler.prove.selector;
        selectors[7] = RewardsHandler.claimAsAttester.selector;
        // Weights: reports and claims are what it is about.
        selectors[8] = RewardsHandler.report.selector;
        selectors[9] = selectors[10] = selectors[11] = RewardsHandler.claimAny.selector;
        targetContract(address(handler));
        targetSelectors(address(handler), selectors);
    }

    /// The handler checks each claim against its position's cap and earlier claims; here all of them together.
    /// 400 runs of 150 calls.
    /// forge-config: default.invariant.runs = 400
    /// forge-config: default.invariant.depth = 150
    function invariant_INV3_INV4_PayStaysWithinEmissionWhateverIsSigned() external view {
        vm.assertEq(handler.outflow(), handler.paidInAll());
        vm.assertLe(handler.paidInAll(), handler.emitted());
        vm.assertTrue(handler.indicesAgree());
    }
}
