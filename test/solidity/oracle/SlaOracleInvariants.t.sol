// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISlaOracle} from "../../../contracts/interfaces/ISlaOracle.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {AttesterId} from "../../../contracts/types/Ids.sol";
import {EpochReport, Member, ObservationRoot} from "../../../contracts/types/Reports.sol";
import {OracleFixture} from "../helpers/OracleFixture.sol";

/// Attesters who sign whatever they are given, guardian, authority and time, beside a model of where the reports stand.
contract OracleHandler is OracleFixture {
    struct Expected {
        uint64 epoch;
        uint32 generation;
        bool pending;
        uint256 reportedAt;
        uint8 vetoesLeft;
        bytes32 previousRoot;
    }

    Expected public expected;
    /// Rotations of each attester's key so far.
    mapping(uint32 attester => uint256) public rotations;
    bytes32 private _reportedRoot;

    constructor() {
        deployOracle();
        seat(4);
        expected.vetoesLeft = 3;
        vm.warp(EPOCH_ZERO);
    }

    function target() external view returns (ISlaOracle) {
        return oracle;
    }

    /// A report that is right, or wrong in one respect, by any signers with today's or yesterday's keys.
    function submit(uint256 signers, uint256 flaw, bool latestKeys, bytes32 ledgerRoot) external {
        (, Member[] memory members) = committee.committeeAt(Epoch.wrap(expected.epoch));
        ObservationRoot[] memory roots = new ObservationRoot[](members.length);
        for (uint256 i = 0; i < members.length; ++i) roots[i] = ObservationRoot(members[i].attesterId, ledgerRoot);
        EpochReport memory report = dueReport(roots);
        report.ledgerRoot = ledgerRoot;
        bool right = !_spoil(report, flaw % 12) && !expected.pending && block.timestamp >= _dueAt();
        uint256 all = (1 << members.length) - 1;
        signers = signers % 4 == 0 ? all : signers & all;
        (bytes memory signatures, bool keysOfThen) = _signatures(report, members, signers, latestKeys);
        right = right && keysOfThen && 3 * bitsOf(signers) > 2 * members.length;

        vm.assertEq(accepted(report, roots, signers, signatures), right);

        if (!right) return;
        expected.pending = true;
        expected.reportedAt = block.timestamp;
        _reportedRoot = ledgerRoot;
    }

    function finalize(uint256 epoch) external {
        epoch = epoch % 4 == 0 ? expected.epoch + (epoch % 3) : expected.epoch;
        bool due = expected.pending && epoch == expected.epoch && block.timestamp >= expected.reportedAt + VETO_WINDOW;

        vm.assertEq(finalized(Epoch.wrap(uint64(epoch))), due);

        if (!due) return;
        expected.previousRoot = _reportedRoot;
        expected.epoch += 1;
        expected.generation = 0;
        expected.pending = false;
    }

    function veto(bool guardian) external {
        bool open = expected.pending && block.timestamp < expected.reportedAt + VETO_WINDOW;
        bool due = guardian && open && expected.vetoesLeft > 0;

        vm.assertEq(vetoed(Epoch.wrap(expected.epoch), guardian ? address(this) : address(0xbad)), due);

        if (!due) return;
        expected.generation += 1;
        expected.vetoesLeft -= 1;
        expected.pending = false;
    }

    function renewVetoes() external {
        oracle.renewVetoes();
        expected.vetoesLeft = 3;
    }

    function setCommittee(uint256 size) external {
        seat(uint32(bound(size, 1, 7)));
    }

    function rotateKey(uint256 attester) external {
        uint32 id = uint32(bound(attester, 1, 7));
        rotations[id] += 1;
        committee.rotateSigningKey(AttesterId.wrap(id), vm.addr(signingKey(id, rotations[id])));
    }

    function wait(uint256 duration) external {
        skip(bound(duration, 1, LENGTH));
    }

    /// @return Whether `flaw` names a field to spoil.
    function _spoil(EpochReport memory report, uint256 flaw) private view returns (bool) {
        if (flaw == 1) report.epoch = Epoch.wrap(expected.epoch + 1);
        if (flaw == 2) report.epoch = Epoch.wrap(expected.epoch == 0 ? 9 : expected.epoch - 1);
        if (flaw == 3) report.generation = expected.generation + 1;
        if (flaw == 4) report.committeeId += 1;
        if (flaw == 5) report.previousLedgerRoot = keccak256(abi.encode(report.previousLedgerRoot));
        return flaw > 0 && flaw < 6;
    }

    function _dueAt() private view returns (uint256) {
        return EPOCH_ZERO + (expected.epoch + 1) * LENGTH;
    }

    /// @return signatures Of the report, in seat order.
    /// @return keysOfThen Whether every signer signed with its key of the epoch's start.
    function _signatures(
        EpochReport memory report,
        Member[] memory members,
        uint256 signers,
        bool latestKeys
    ) private view returns (bytes memory signatures, bool keysOfThen) {
        bytes32 digest = oracle.digestOf(report);
        keysOfThen = true;
        for (uint256 i = 0; i < members.length; ++i) {
            if ((signers >> i) & 1 == 0) continue;
            uint32 id = AttesterId.unwrap(members[i].attesterId);
            uint256 rotation = rotations[id];
            while (!latestKeys && vm.addr(signingKey(id, rotation)) != members[i].signingKey) --rotation;
            keysOfThen = keysOfThen && vm.addr(signingKey(id, rotation)) == members[i].signingKey;
            signatures = bytes.concat(signatures, compactSignature(signingKey(id, rotation), digest));
        }
    }
}

contract SlaOracleInvariants is OracleFixture {
    OracleHandler private handler;

    function setUp() external {
        handler = new OracleHandler();
        targetContract(address(handler));
    }

    /// The chain stands where reports by right quorums, in order and generation, and nothing else have brought it.
    function invariant_INV7_NoReportWithoutAQuorumOfTheRightCommitteeGenerationAndOrder() external view {
        (uint64 epoch, uint32 generation, bool pending, uint256 reportedAt, uint8 vetoesLeft, bytes32 root) = handler
            .expected();
        ISlaOracle target = handler.target();
        ISlaOracle.Duty memory duty = target.duty();

        vm.assertEq(Epoch.unwrap(duty.epoch), epoch);
        vm.assertEq(duty.generation, generation);
        vm.assertEq(duty.status == ISlaOracle.ReportStatus.Reported, pending);
        vm.assertEq(duty.finalizableAt, pending ? reportedAt + VETO_WINDOW : 0);
        vm.assertEq(duty.previousLedgerRoot, root);
        vm.assertEq(target.vetoesLeft(), vetoesLeft);
        vm.assertEq(target.finalizedCount(), epoch);
    }
}
