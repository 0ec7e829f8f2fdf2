// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {INodeRewards} from "../../../contracts/interfaces/INodeRewards.sol";
import {ISlaOracle} from "../../../contracts/interfaces/ISlaOracle.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {AttesterId, NodeId, PositionId} from "../../../contracts/types/Ids.sol";
import {Position} from "../../../contracts/types/Nodes.sol";
import {LedgerLeaf} from "../../../contracts/types/Reports.sol";
import {LedgerTree} from "../helpers/LedgerTree.sol";
import {MaliciousLedger} from "../system/MaliciousLedger.sol";
import {LedgerLives} from "./LedgerLives.sol";

/// What is claimed of final ledgers, and what must come of it to the wei.
abstract contract ClaimLives is LedgerLives {
    struct Index {
        bool known;
        uint256 value;
    }

    struct Claim {
        uint64 epoch;
        LedgerLeaf leaf;
        bytes32[] proof;
        PositionId[] ids;
        /// Of each position; nothing for one that is passed over.
        uint256[] pays;
        bytes refusal;
    }

    uint256 private constant PROBES = 10;
    uint256 private constant POSITIONS_MAX = 4;
    uint64 private constant LAZY_ACCRUALS_MAX = 10;
    uint256 private constant PPM = 1_000_000;
    uint256 private constant INDEX_SCALE = 1e27;
    uint256 private constant ATTESTER_SHARE_PPM = 50_000;

    mapping(uint64 nodeId => mapping(uint64 epoch => Index)) private _proven;
    /// rewardIndex of the last claim.
    mapping(uint64 position => Index) private _claimed;
    mapping(uint32 attester => uint64) private _attesterNext;
    mapping(address owner => address) private _payees;

    function namePayee(uint256 seed) external {
        address payee = anyRecipient(lot(seed, 1));
        pass(actor(seed), address(rewards), abi.encodeCall(rewards.setRecipient, (payee)));
        _payees[actor(seed)] = payee;
        did(Deed.NameRecipient);
    }

    function accrue(uint256 seed) external {
        uint64 until = rewards.accruedCount() + 1 + uint64(lot(seed, 1) % 20);
        if (until > endedEpochs()) until = endedEpochs();

        bytes memory call = abi.encodeCall(rewards.accrue, (1 + uint64(lot(seed, 1) % 20)));
        pass(actor(seed), address(rewards), call);
        vm.assertEq(rewards.accruedCount(), until);
        did(Deed.Accrue);
    }

    /// Some positions of a node through a final epoch, most with their starts proven.
    function claim(uint256 seed) external {
        (bool possible, Claim memory claim_) = _claimOf(seed, anyNode(lot(seed, 1)));
        if (!possible) return;

        (bool passed, bytes memory result) = attempt(actor(seed), address(rewards), _callOf(claim_), claim_.refusal);
        if (passed) vm.assertEq(abi.decode(result, (uint256)), _book(claim_));
    }

    /// Of several nodes in one transaction, which is refused if one of the claims is.
    function claimBatch(uint256 seed) external {
        Claim[] memory claims = new Claim[](3);
        uint256 length = 0;
        uint64 first = anyNode(lot(seed, 1));
        if (rewards.accruedCount() < endedEpochs()) rewards.accrue(endedEpochs());
        bytes memory refusal;
        for (uint64 i = 0; i < claims.length; ++i) {
            (bool possible, Claim memory claim_) = _claimOf(lot(seed, 2 + i), anyNode(first + i));
            if (!possible) continue;
            if (refusal.length == 0) refusal = claim_.refusal;
            claims[length++] = claim_;
        }
        bytes[] memory calls = new bytes[](length);
        for (uint256 i = 0; i < length; ++i) calls[i] = _callOf(claims[i]);

        bytes memory call = abi.encodeCall(rewards.multicall, (calls));
        (bool passed, bytes memory result) = attempt(actor(seed), address(rewards), call, refusal);
        if (!passed) return;

        bytes[] memory results = abi.decode(result, (bytes[]));
        for (uint256 i = 0; i < length; ++i) vm.assertEq(abi.decode(results[i], (uint256)), _book(claims[i]));
        if (length > 1) did(Deed.ClaimBatch);
    }

    function claimAttesterPay(uint256 seed) external {
        uint32 id = 1 + uint32(lot(seed, 1) % ATTESTERS);
        (uint64 from, uint64 final_) = (_attesterNext[id], oracle.finalizedCount());
        uint64 until = from + uint64(lot(seed, 2) % 5);
        bytes memory refusal;
        if (until == from) refusal = abi.encodeWithSelector(INodeRewards.NothingToClaim.selector, id, from, until);
        else if (until > final_) refusal = abi.encodeWithSelector(ISlaOracle.NotFinalized.selector, final_);

        bytes memory call = abi.encodeCall(rewards.claimAttesterPay, (AttesterId.wrap(id), until));
        (bool passed, bytes memory result) = attempt(actor(seed), address(rewards), call, refusal);
        if (!passed) return;

        uint256 due = 0;
        for (uint64 epoch = from; epoch < until; ++epoch) {
            if ((paidMaskOf(epoch) >> (id - 1)) & 1 == 0) continue;
            due += (emissionOf(epoch) * ATTESTER_SHARE_PPM) / PPM / ATTESTERS;
        }
        vm.assertEq(abi.decode(result, (uint256)), due);
        _attesterNext[id] = until;
        _payOut(actor(2 * (id - 1)), due);
        if (due > 0) did(Deed.ClaimAttesterPay);
    }

    /// Books a claim that passed.
    function _book(Claim memory claim_) private returns (uint256 sum) {
        uint256 commissions = 0;
        for (uint256 i = 0; i < claim_.ids.length; ++i) {
            uint64 id = PositionId.unwrap(claim_.ids[i]);
            if (_claimed[id].known && claim_.epoch < unpaidFrom(id)) {
                did(Deed.ClaimPassedOver);
                continue;
            }
            Position memory position = positionOf(id);
            uint256 commission = (claim_.pays[i] * position.commissionPpm) / PPM;
            positionPaid(id, claim_.epoch, claim_.pays[i]);
            _claimed[id] = Index(true, claim_.leaf.rewardIndex);
            _payOut(position.owner, claim_.pays[i] - commission);
            commissions += commission;
            sum += claim_.pays[i];
            if (claim_.pays[i] > 0) did(truthful ? Deed.ClaimTruth : Deed.ClaimLie);
        }
        if (commissions > 0) did(Deed.ClaimCommission);
        _payOut(nodes[NodeId.unwrap(claim_.leaf.nodeId) - 1].operator, commissions);
    }

    function _payOut(address owner, uint256 amount) private {
        address payee = _payees[owner];
        if (payee != address(0) && amount > 0) did(Deed.ClaimElsewhere);
        paidInAll += amount;
        pay(address(reserve), payee == address(0) ? owner : payee, amount);
    }

    /// A claim of positions of a node, by a leaf that the ledger has of it, and what must come of it.
    function _claimOf(uint256 seed, uint64 nodeId) private returns (bool possible, Claim memory claim_) {
        uint64 final_ = oracle.finalizedCount();
        if (final_ == 0) return (false, claim_);
        claim_.epoch = final_ - 1 - uint64(lot(seed, 1) % (final_ < 4 ? final_ : 4));
        claim_.ids = _positionsOf(nodeId, claim_.epoch, seed);
        (possible, claim_.leaf, claim_.proof) = _leafOf(nodeId, claim_.epoch, seed);
        if (!possible || claim_.ids.length == 0) return (false, claim_);

        if (lot(seed, 2) % 4 > 0) _proveStarts(claim_.ids, seed);
        claim_.pays = new uint256[](claim_.ids.length);
        claim_.refusal = _refusalOfLeaf(claim_.epoch, claim_.leaf);
        for (uint256 i = 0; i < claim_.ids.length && claim_.refusal.length == 0; ++i) {
            bool again = false;
            uint64 id = PositionId.unwrap(claim_.ids[i]);
            for (uint256 j = 0; j < i; ++j) again = again || PositionId.unwrap(claim_.ids[j]) == id;
            if (!again) (claim_.pays[i], claim_.refusal) = _due(claim_, id);
        }
    }

    /// Caches start indices by a leaf that the ledger before a position has of its node.
    function _proveStarts(PositionId[] memory ids, uint256 seed) private {
        for (uint256 i = 0; i < ids.length; ++i) {
            Position memory position = positionOf(PositionId.unwrap(ids[i]));
            (uint64 nodeId, uint64 from) = (NodeId.unwrap(position.nodeId), Epoch.unwrap(position.from));
            if (from == 0 || from > oracle.finalizedCount()) continue;
            (bool found, LedgerLeaf memory leaf, bytes32[] memory proof) = _leafOf(nodeId, from - 1, lot(seed, i));
            if (!found) continue;

            bytes memory call = abi.encodeCall(rewards.proveIndex, (Epoch.wrap(from - 1), leaf, proof));
            (bool passed, ) = attempt(actor(seed), address(rewards), call, _refusalOfLeaf(from - 1, leaf));
            if (!passed) continue;
            _proven[nodeId][from - 1] = Index(true, leaf.rewardIndex);
            did(Deed.ProveIndex);
        }
    }

    /// Either reason, never both at once.
    function _refusalOfLeaf(uint64 epoch, LedgerLeaf memory leaf) private returns (bytes memory refusal) {
        uint64 count = rewards.accruedCount();
        bool late = epoch >= count + LAZY_ACCRUALS_MAX;
        if (leaf.rewardIndex > INDEX_MAX) {
            if (late) rewards.accrue(epoch);
            refusal = abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 112, leaf.rewardIndex);
        } else if (late) {
            refusal = abi.encodeWithSelector(INodeRewards.NotAccrued.selector, epoch, count);
        }
    }

    /// What a position earned since it was last paid, or why it cannot be paid.
    function _due(Claim memory claim_, uint64 id) private view returns (uint256 due, bytes memory refusal) {
        Position memory position = positionOf(id);
        (uint64 epoch, uint64 from) = (claim_.epoch, unpaidFrom(id));
        uint64 nodeId = NodeId.unwrap(position.nodeId);
        Index memory start = _claimed[id];
        if (start.known && epoch < from) return (0, refusal);
        if (epoch < from || epoch >= Epoch.unwrap(position.to)) {
            bytes4 outside = INodeRewards.EpochOutOfRange.selector;
            return (0, abi.encodeWithSelector(outside, id, epoch, from, position.to));
        }
        if (!start.known && from > 0) {
            start = _proven[nodeId][from - 1];
            if (!start.known && nodeId <= oracle.nodeCountOf(Epoch.wrap(from - 1))) {
                return (0, abi.encodeWithSelector(INodeRewards.StartIndexUnknown.selector, nodeId, from - 1));
            }
        }
        uint256 end = claim_.leaf.rewardIndex;
        if (end < start.value) {
            return (0, abi.encodeWithSelector(INodeRewards.IndexFell.selector, id, end, start.value));
        }
        uint256 cap = indexThrough(epoch) - (from == 0 ? 0 : indexThrough(from - 1));
        uint256 growth = end - start.value;
        if (truthful) vm.assertLe(growth, cap, "the truth is above the cap");
        due = (position.amount * (growth < cap ? growth : cap)) / INDEX_SCALE;
    }

    /// The leaf of a node, or where a lie has two of it, sometimes the other.
    function _leafOf(
        uint64 nodeId,
        uint64 epoch,
        uint256 seed
    ) private view returns (bool found, LedgerLeaf memory leaf, bytes32[] memory proof) {
        uint64 nodeCount = oracle.nodeCountOf(Epoch.wrap(epoch));
        if (nodeId > nodeCount) return (false, leaf, proof);

        LedgerLeaf[] memory ledger = leavesOf(epoch, nodeCount);
        uint256 place = nodeId - 1;
        bool twice = ledger.length > nodeCount && NodeId.unwrap(ledger[nodeCount].nodeId) == nodeId;
        if (twice && seed % 2 == 0) place = nodeCount;
        return (true, ledger[place], LedgerTree.proof(MaliciousLedger.hashes(ledger), place));
    }

    /// The bond, open delegations and any positions of a node that `epoch` is still to be paid for; rarely others.
    function _positionsOf(uint64 nodeId, uint64 epoch, uint256 seed) private view returns (PositionId[] memory ids) {
        PositionId[] memory found = new PositionId[](POSITIONS_MAX);
        uint256 length = 0;
        for (uint256 i = 0; i < PROBES && length < POSITIONS_MAX; ++i) {
            uint256 draw = lot(seed, 100 + i);
            uint64 id = i == 0 ? nodes[nodeId - 1].positionId : _probe(i, draw, nodeId);
            if (id == 0) continue;
            Position memory position = positionOf(id);
            if (NodeId.unwrap(position.nodeId) != nodeId) continue;
            bool due = unpaidFrom(id) <= epoch && epoch < Epoch.unwrap(position.to);
            for (uint256 j = 0; j < length; ++j) if (PositionId.unwrap(found[j]) == id) due = false;
            if (due || draw % 16 == 0) found[length++] = PositionId.wrap(id);
        }
        ids = new PositionId[](length);
        for (uint256 i = 0; i < length; ++i) ids[i] = found[i];
    }

    /// By turns an open delegation of the node, or any position.
    function _probe(uint256 turn, uint256 draw, uint64 nodeId) private view returns (uint64) {
        if (turn % 2 == 0) return 1 + uint64(draw % positionCount);
        for (uint256 i = 0; i < delegations.length; ++i) {
            DelegationBook storage position = delegations[
                (((draw >> 8) % delegations.length) + i) % delegations.length
            ];
            if (position.nodeId == nodeId) return position.id;
        }
        return 0;
    }

    function _callOf(Claim memory claim_) private view returns (bytes memory) {
        return
            abi.encodeCall(
                rewards.claim,
                (claim_.leaf.nodeId, Epoch.wrap(claim_.epoch), claim_.leaf, claim_.proof, claim_.ids)
            );
    }
}
