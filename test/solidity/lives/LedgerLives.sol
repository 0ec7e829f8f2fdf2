// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISlaOracle} from "../../../contracts/interfaces/ISlaOracle.sol";
import {IAttesterCommittee} from "../../../contracts/interfaces/IAttesterCommittee.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {AttesterId, NodeId} from "../../../contracts/types/Ids.sol";
import {NodeStatus} from "../../../contracts/types/Nodes.sol";
import {LedgerLeaf} from "../../../contracts/types/Reports.sol";
import {LedgerTree} from "../helpers/LedgerTree.sol";
import {MaliciousLedger} from "../system/MaliciousLedger.sol";
import {VotingLives} from "./VotingLives.sol";

/// Time, and what a committee reports of it: in one life only the truth, in another lies among it.
abstract contract LedgerLives is VotingLives {
    struct LedgerBook {
        bool lie;
        uint256 seed;
        uint32 paidMask;
        /// Of the true ledger, node i + 1 at place i.
        uint256[] indices;
    }

    uint256 private constant SETTLED_AT_ONCE = 4;
    uint256 private constant PPM = 1_000_000;
    /// Larger indices no contract takes, and true reports leave them as they are.
    uint256 internal constant INDEX_MAX = type(uint112).max;

    /// No report of this life was a lie.
    bool public truthful = true;
    uint256 public attesterBonds;
    bool private _liar;
    bool private _reported;
    mapping(uint64 epoch => LedgerBook) private _ledgers;

    constructor() {
        address[ATTESTERS] memory owners;
        for (uint256 i = 0; i < ATTESTERS; ++i) owners[i] = actor(2 * i);
        seat(owners);
        vm.warp(system.EPOCH_ZERO());
    }

    /// Seconds, some epochs, or months.
    function passTime(uint256 seed) external {
        uint256 kind = seed % 4;
        if (kind < 2) _warp(block.timestamp + 1 + (lot(seed, 1) % 1 days));
        else if (kind == 2) _warp(startOf(endedEpochs() + 1 + uint64(lot(seed, 1) % 2)) + (lot(seed, 2) % 1 days));
        else _warp(block.timestamp + MONTH_SECONDS * (1 + (lot(seed, 1) % 4)));
        did(
            kind < 2
                ? Deed.PassSeconds
                : kind == 2
                    ? Deed.PassEpochs
                    : Deed.PassMonths
        );
    }

    function report(uint256 seed) external {
        _report(seed);
    }

    /// Now and then too early.
    function finalize(uint256 seed) external {
        ISlaOracle.Duty memory duty = oracle.duty();
        bytes memory refusal;
        if (duty.status != ISlaOracle.ReportStatus.Reported) {
            refusal = abi.encodeWithSelector(ISlaOracle.NotReported.selector, duty.epoch);
        } else if (block.timestamp < duty.finalizableAt) {
            if (lot(seed, 1) % 4 > 0) _warp(duty.finalizableAt);
            else refusal = _windowOpen(duty);
        }

        bytes memory call = abi.encodeCall(oracle.finalize, (duty.epoch));
        (bool passed, ) = attempt(actor(seed), address(oracle), call, refusal);
        if (passed) did(Deed.Finalize);
    }

    /// Brings the ledgers up to date, or nearly.
    function settle(uint256 seed) external {
        for (uint256 i = 0; i < SETTLED_AT_ONCE; ++i) {
            ISlaOracle.Duty memory duty = oracle.duty();
            if (duty.status != ISlaOracle.ReportStatus.Reported) {
                if (Epoch.unwrap(duty.epoch) >= endedEpochs() && i > 0) return;
                _report(lot(seed, i));
                duty = oracle.duty();
            }
            if (block.timestamp < duty.finalizableAt) _warp(duty.finalizableAt);
            pass(actor(seed), address(oracle), abi.encodeCall(oracle.finalize, (duty.epoch)));
            did(Deed.Finalize);
        }
    }

    function veto() external {
        ISlaOracle.Duty memory duty = oracle.duty();
        if (block.timestamp >= duty.finalizableAt || oracle.vetoesLeft() == 0) return;
        oracle.veto(duty.epoch, "recomputation differs");
        did(Deed.Veto);
    }

    /// Anyone may pay.
    function bondAttester(uint256 seed) external {
        address payer = actor(seed);
        uint256 amount = lot(seed, 1) % (booked[payer] / 50 + 1);
        AttesterId id = AttesterId.wrap(1 + uint32(lot(seed, 2) % ATTESTERS));
        IAttesterCommittee committee = system.COMMITTEE();

        pass(payer, address(committee), abi.encodeCall(committee.bond, (id, uint96(amount))));

        attesterBonds += amount;
        pay(payer, address(committee), amount);
        did(Deed.BondAttester);
    }

    function paidMaskOf(uint64 epoch) internal view returns (uint32) {
        return _ledgers[epoch].paidMask;
    }

    /// @param nodeCount Nodes in the ledger.
    function leavesOf(uint64 epoch, uint64 nodeCount) internal view returns (LedgerLeaf[] memory leaves) {
        LedgerBook storage ledger = _ledgers[epoch];
        if (ledger.lie) return MaliciousLedger.leaves(ledger.seed, nodeCount, indexThrough(epoch));

        leaves = new LedgerLeaf[](nodeCount);
        for (uint64 i = 0; i < nodeCount; ++i) {
            leaves[i].nodeId = NodeId.wrap(i + 1);
            leaves[i].rewardIndex = ledger.indices[i];
        }
    }

    function _warp(uint256 timestamp) private {
        rememberVotes();
        vm.warp(timestamp);
        endEpochs();
    }

    /// A full quorum signs a ledger of the next epoch, once that is over.
    function _report(uint256 seed) private {
        ISlaOracle.Duty memory duty = oracle.duty();
        if (duty.status == ISlaOracle.ReportStatus.Reported) return;
        uint64 epoch = Epoch.unwrap(duty.epoch);
        if (block.timestamp < startOf(epoch + 1)) _warp(startOf(epoch + 1));
        if (!_reported) (_reported, _liar) = (true, lot(seed, 1) % 2 == 0);

        bool lie = _liar && lot(seed, 2) % 2 == 0;
        LedgerBook storage ledger = _ledgers[epoch];
        (ledger.lie, ledger.seed, ledger.paidMask) = (lie, seed, uint32(lot(seed, 3) & 0xf));
        if (lie) truthful = false;
        else ledger.indices = _trueIndices(seed, epoch, duty.nodeCount);
        bytes32 root = LedgerTree.root(MaliciousLedger.hashes(leavesOf(epoch, duty.nodeCount)));
        submit(duty, root, ledger.paidMask, seed % 5);
        did(lie ? Deed.ReportLie : Deed.ReportTruth);
    }

    /// An active node earns by its score, on its stake up to its limit; all others stand still.
    function _trueIndices(
        uint256 seed,
        uint64 epoch,
        uint64 nodeCount
    ) private view returns (uint256[] memory indices) {
        indices = new uint256[](nodeCount);
        uint256 growth = indexThrough(epoch);
        if (epoch > 0) {
            growth -= indexThrough(epoch - 1);
            uint64 before = oracle.nodeCountOf(Epoch.wrap(epoch - 1));
            LedgerLeaf[] memory previous = leavesOf(epoch - 1, before);
            for (uint64 i = 0; i < before; ++i) indices[i] = previous[i].rewardIndex;
        }
        for (uint64 i = 0; i < nodeCount; ++i) {
            NodeId id = NodeId.wrap(i + 1);
            (NodeStatus status, ) = registry.termsAt(id, Epoch.wrap(epoch));
            uint256 stake = staking.stakeAt(id, Epoch.wrap(epoch));
            if (status != NodeStatus.Active || stake == 0 || indices[i] > INDEX_MAX) continue;
            uint256 limit = staking.limitAt(id, Epoch.wrap(epoch));
            uint256 scorePpm = PPM - (lot(seed, 9 + i) % 3) * 333_333;
            indices[i] += (growth * (stake < limit ? stake : limit) * scorePpm) / (stake * PPM);
        }
    }

    function _windowOpen(ISlaOracle.Duty memory duty) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(ISlaOracle.VetoWindowOpen.selector, duty.epoch, block.timestamp, duty.finalizableAt);
    }
}
