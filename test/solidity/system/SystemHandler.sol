// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {INodeRewards} from "../../../contracts/interfaces/INodeRewards.sol";
import {ISlaOracle} from "../../../contracts/interfaces/ISlaOracle.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {AttesterId, NodeId, PositionId} from "../../../contracts/types/Ids.sol";
import {Position} from "../../../contracts/types/Nodes.sol";
import {LedgerLeaf} from "../../../contracts/types/Reports.sol";
import {Rules} from "../../../contracts/types/Rules.sol";
import {LedgerTree} from "../helpers/LedgerTree.sol";
import {Vm} from "../MiniTest.sol";
import {MaliciousLedger} from "./MaliciousLedger.sol";
import {SigningQuorum} from "./SigningQuorum.sol";
import {StakerMoves} from "./StakerMoves.sol";

/// A committee that signs any lie, everybody who claims by it, the guardian, the authority, and time.
contract SystemHandler is StakerMoves, SigningQuorum {
    uint256 private constant PROBES = 9;
    uint256 private constant RUSH = 6;

    uint256 public claims;
    uint256 public attesterClaims;
    mapping(uint64 epoch => uint256 seed) private _ledgers;
    mapping(uint32 attester => uint64) private _attesterNext;

    constructor() {
        address[ATTESTERS] memory owners = [address(this), address(this), address(this), address(this)];
        seat(owners);
        vm.warp(system.EPOCH_ZERO());
    }

    function wait(uint256 duration) external {
        skip(bound(duration, 1, system.LENGTH()));
        endEpochs();
    }

    /// A full quorum signs a false ledger of the next epoch, once that is over.
    function report(uint256 seed, uint32 paidMask) external {
        ISlaOracle.Duty memory duty = oracle.duty();
        if (duty.status == ISlaOracle.ReportStatus.Reported) return;
        uint64 epoch = Epoch.unwrap(duty.epoch);
        if (block.timestamp < startOf(epoch + 1)) vm.warp(startOf(epoch + 1));
        endEpochs();

        _ledgers[epoch] = seed;
        bytes32 root = LedgerTree.root(MaliciousLedger.hashes(_ledgerOf(epoch, duty.nodeCount)));
        submit(duty, root, paidMask & 0xf, seed % 5);
    }

    function finalize() external {
        ISlaOracle.Duty memory duty = oracle.duty();
        if (duty.status != ISlaOracle.ReportStatus.Reported) return;
        if (block.timestamp < duty.finalizableAt) vm.warp(duty.finalizableAt);
        oracle.finalize(duty.epoch);
        endEpochs();
    }

    function veto() external {
        ISlaOracle.Duty memory duty = oracle.duty();
        if (block.timestamp >= duty.finalizableAt || oracle.vetoesLeft() == 0) return;
        oracle.veto(duty.epoch, "recomputation differs");
    }

    /// Other shares and floors from one of the next epochs on.
    function scheduleRules(uint256 share, uint256 floor, uint256 ahead) external {
        Rules memory rules = defaultRules();
        rules.economics.attesterSharePpm = uint32(bound(share, 0, 100_000));
        rules.economics.stakeFloor = uint96(bound(floor, 1_000_000e18, 60_000_000e18));
        oracle.scheduleRules(rules, Epoch.wrap(endedEpochs() + 1 + uint64(ahead % 3)));
    }

    /// Some positions of a node through a final epoch, with the proof of a leaf that the ledger has of the node.
    function claim(uint256 seed, uint256 batch) public {
        uint64 finalized = oracle.finalizedCount();
        if (finalized == 0) return;
        uint64 epoch = finalized - 1 - uint64(seed % (finalized < 4 ? finalized : 4));
        PositionId[] memory ids = _claimable(epoch, seed, 1 + (batch % 4));
        if (ids.length == 0) return;
        if (batch % 8 == 7) ids[ids.length - 1] = ids[0];
        if (batch % 16 < 12) _proveStarts(ids, seed);
        (LedgerLeaf memory leaf, bytes32[] memory proof) = _leafOf(ids[0], epoch, seed);

        uint256 before = token.balanceOf(address(reserve));
        vm.recordLogs();
        try rewards.claim(leaf.nodeId, Epoch.wrap(epoch), leaf, proof, ids) {
            _settled(epoch, before);
        } catch (bytes memory reason) {
            requireRefusal(reason);
        }
    }

    /// A rush: many claims one after another.
    function claimMany(uint256 seed) external {
        for (uint256 i = 0; i < RUSH; ++i) {
            uint256 lot = uint256(keccak256(abi.encode(seed, i)));
            claim(lot, lot >> 128);
        }
    }

    function claimAttesterPay(uint256 attester, uint256 until) external {
        uint32 id = uint32(bound(attester, 1, ATTESTERS));
        uint64 from = _attesterNext[id];
        uint64 finalized = oracle.finalizedCount();
        if (finalized == 0) return;
        until = bound(until, from == 0 ? 0 : from - 1, finalized);

        uint256 before = token.balanceOf(address(reserve));
        try rewards.claimAttesterPay(AttesterId.wrap(id), uint64(until)) {
            vm.assertLt(from, until);
            uint256 cap = 0;
            for (uint64 epoch = from; epoch < until; ++epoch) {
                uint256 share = oracle.economicsAt(Epoch.wrap(epoch)).attesterSharePpm;
                cap += (emissionOf(epoch) * share) / 1_000_000 / ATTESTERS;
            }
            vm.assertLe(_outflowSince(before), cap);
            _attesterNext[id] = uint64(until);
            ++attesterClaims;
        } catch (bytes memory reason) {
            requireRefusal(reason);
        }
    }

    /// Caches start indices by a leaf that the ledger before a position has of its node.
    function _proveStarts(PositionId[] memory ids, uint256 seed) private {
        for (uint256 i = 0; i < ids.length; ++i) {
            Epoch from = positionOf(PositionId.unwrap(ids[i])).from;
            if (Epoch.unwrap(from) == 0 || Epoch.unwrap(from) > oracle.finalizedCount()) continue;
            (LedgerLeaf memory leaf, bytes32[] memory proof) = _leafOf(ids[i], Epoch.unwrap(from) - 1, seed);
            try rewards.proveIndex(from.previous(), leaf, proof) {
                continue;
            } catch (bytes memory reason) {
                requireRefusal(reason);
            }
        }
    }

    /// What the events say of each position is within its cap, and together it is what left the reserve.
    function _settled(uint64 epoch, uint256 before) private {
        uint256 sum = 0;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != INodeRewards.Claimed.selector) continue;
            (, , , uint256 pay, ) = abi.decode(logs[i].data, (address, uint64, uint64, uint256, uint256));
            positionPaid(uint64(uint256(logs[i].topics[1])), epoch, pay);
            sum += pay;
            if (pay > 0) ++claims;
        }
        vm.assertEq(_outflowSince(before), sum);
    }

    function _outflowSince(uint256 before) private returns (uint256 outflow) {
        outflow = before - token.balanceOf(address(reserve));
        paidInAll += outflow;
    }

    function _ledgerOf(uint64 epoch, uint64 nodeCount) private view returns (LedgerLeaf[] memory) {
        return MaliciousLedger.leaves(_ledgers[epoch], nodeCount, indexThrough(epoch));
    }

    /// A leaf of the position's node where the ledger has one, else the last one: of a node that does not exist yet.
    function _leafOf(
        PositionId id,
        uint64 epoch,
        uint256 seed
    ) private view returns (LedgerLeaf memory, bytes32[] memory) {
        uint64 nodeCount = oracle.nodeCountOf(Epoch.wrap(epoch));
        LedgerLeaf[] memory ledger = _ledgerOf(epoch, nodeCount);
        NodeId node = positionOf(PositionId.unwrap(id)).nodeId;
        uint256 place = Math.min(NodeId.unwrap(node) - 1, ledger.length - 1);
        if (seed % 2 == 0 && ledger[nodeCount].nodeId == node) place = nodeCount;
        return (ledger[place], LedgerTree.proof(MaliciousLedger.hashes(ledger), place));
    }

    /// Up to `max` positions of one node that `epoch` is still to be paid for; rarely others.
    function _claimable(uint64 epoch, uint256 seed, uint256 max) private view returns (PositionId[] memory ids) {
        PositionId[] memory found = new PositionId[](max);
        uint256 length = 0;
        for (uint256 i = 0; i < PROBES && length < max; ++i) {
            PositionId id = anyPosition(i, uint256(keccak256(abi.encode(seed, i))));
            Position memory position = positionOf(PositionId.unwrap(id));
            bool due = unpaidFrom(PositionId.unwrap(id)) <= epoch && epoch < Epoch.unwrap(position.to);
            bool fits = length == 0 || position.nodeId == positionOf(PositionId.unwrap(found[0])).nodeId;
            if (fits && (due || seed % 64 == 0)) found[length++] = id;
        }
        ids = new PositionId[](length);
        for (uint256 i = 0; i < length; ++i) ids[i] = found[i];
    }
}
