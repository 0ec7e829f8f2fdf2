// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Epoch} from "../../../contracts/types/Epoch.sol";
import {EpochReport, ObservationRoot} from "../../../contracts/types/Reports.sol";
import {OracleFixture} from "../helpers/OracleFixture.sol";

/// INV-7 by one call: no report without a quorum of the right committee, generation and order.
contract SlaOracleFuzzTest is OracleFixture {
    uint256 private constant QUORUM_OF_SEVEN = 0x1f;
    uint256 private constant FIELDS = 10;

    function setUp() external {
        deployOracle();
        seat(7);
        registry.setNodeCount(Epoch.wrap(0), 6);
        vm.warp(EPOCH_ZERO + LENGTH);
    }

    /// Whoever may change one field on the way, nothing but what was signed is taken.
    function testFuzz_INV7_RevertWhen_AFieldIsChangedAfterSigning(uint256 field, bytes32 value) external {
        ObservationRoot[] memory roots = rootsOf(7);
        EpochReport memory report = dueReport(roots);
        bytes memory signatures = signaturesOf(oracle.digestOf(report), QUORUM_OF_SEVEN);
        vm.assume(_change(report, field % FIELDS, value));

        vm.assertFalse(accepted(report, roots, QUORUM_OF_SEVEN, signatures));
    }

    /// What the chain knows itself cannot be signed otherwise; view, root and pay of observers are the quorum's.
    function testFuzz_INV7_RevertWhen_AQuorumSignsAnotherValueThanTheChains(uint256 field, bytes32 value) external {
        ObservationRoot[] memory roots = rootsOf(7);
        EpochReport memory report = dueReport(roots);
        field %= FIELDS;
        vm.assume(_change(report, field, value));
        bytes memory signatures = signaturesOf(oracle.digestOf(report), QUORUM_OF_SEVEN);

        bool free = field == 2 || field == 7 || (field == 9 && report.paidMask < 128);
        vm.assertEq(accepted(report, roots, QUORUM_OF_SEVEN, signatures), free);
    }

    /// Of every size of committee exactly ⌊2n/3⌋ + 1 distinct members decide.
    function testFuzz_INV7_NeedsAQuorumOfTheCommittee(uint256 size, uint256 signers) external {
        size = bound(size, 1, ATTESTERS);
        _reseat(uint32(size));
        signers = bound(signers, 0, (1 << size) - 1);
        ObservationRoot[] memory roots = rootsOf(uint32(size));
        EpochReport memory report = dueReport(roots);
        bytes memory signatures = signaturesOf(oracle.digestOf(report), signers);

        bool quorum = 3 * bitsOf(signers) > 2 * size;
        vm.assertEq(accepted(report, roots, signers, signatures), quorum);
    }

    /// Attesters outside the committee add nothing, whichever seats they claim.
    function testFuzz_INV7_RevertWhen_AStrangerSigns(uint256 stranger, uint256 seatOfStranger) external {
        ObservationRoot[] memory roots = rootsOf(7);
        EpochReport memory report = dueReport(roots);
        bytes32 digest = oracle.digestOf(report);
        seatOfStranger = bound(seatOfStranger, 0, 4);
        bytes memory signatures;
        for (uint32 i = 0; i < 5; ++i) {
            uint32 signer = i == seatOfStranger ? uint32(bound(stranger, 8, ATTESTERS)) : i + 1;
            signatures = bytes.concat(signatures, compactSignature(signingKey(signer, 0), digest));
        }

        vm.assertFalse(accepted(report, roots, QUORUM_OF_SEVEN, signatures));
    }

    function testFuzz_INV7_RevertWhen_AnyBitOfASignatureFlips(uint256 bit) external {
        ObservationRoot[] memory roots = rootsOf(7);
        EpochReport memory report = dueReport(roots);
        bytes memory signatures = signaturesOf(oracle.digestOf(report), QUORUM_OF_SEVEN);
        bit = bound(bit, 0, signatures.length * 8 - 1);
        signatures[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));

        vm.assertFalse(accepted(report, roots, QUORUM_OF_SEVEN, signatures));
    }

    function testFuzz_INV7_RevertWhen_SignersAreNotThoseWhoSigned(uint256 signers, bool members) external {
        ObservationRoot[] memory roots = rootsOf(7);
        EpochReport memory report = dueReport(roots);
        bytes memory signatures = signaturesOf(oracle.digestOf(report), QUORUM_OF_SEVEN);
        if (members) signers &= 0x7f;
        vm.assume(signers != QUORUM_OF_SEVEN);

        vm.assertFalse(accepted(report, roots, signers, signatures));
    }

    function testFuzz_INV7_RevertGiven_TheEpochIsNotOver(uint256 at) external {
        ObservationRoot[] memory roots = rootsOf(7);
        EpochReport memory report = dueReport(roots);
        bytes memory signatures = signaturesOf(oracle.digestOf(report), QUORUM_OF_SEVEN);
        at = bound(at, 0, EPOCH_ZERO + 2 * LENGTH);
        vm.warp(at);

        vm.assertEq(accepted(report, roots, QUORUM_OF_SEVEN, signatures), at >= EPOCH_ZERO + LENGTH);
    }

    function testFuzz_FinalizesAfterTheWindowAndVetoesWithinIt(uint256 waited, bool byVeto) external {
        _report();
        uint256 reportedAt = block.timestamp;
        waited = bound(waited, 0, 2 * VETO_WINDOW);
        vm.warp(reportedAt + waited);
        bool over = waited >= VETO_WINDOW;

        if (byVeto) vm.assertEq(vetoed(Epoch.wrap(0), address(this)), !over);
        else vm.assertEq(finalized(Epoch.wrap(0)), over);

        vm.assertEq(oracle.finalizedCount(), over && !byVeto ? 1 : 0);
    }

    function _report() private {
        ObservationRoot[] memory roots = rootsOf(7);
        EpochReport memory report = dueReport(roots);
        oracle.submit(report, roots, QUORUM_OF_SEVEN, signaturesOf(oracle.digestOf(report), QUORUM_OF_SEVEN));
    }

    /// Another committee for epoch 0, which must not have begun for that.
    function _reseat(uint32 size) private {
        vm.warp(EPOCH_ZERO - 1);
        seat(size);
        vm.warp(EPOCH_ZERO + LENGTH);
    }

    /// @return Whether `value` is another one than the field had.
    function _change(EpochReport memory report, uint256 field, bytes32 value) private pure returns (bool) {
        bytes32 before = keccak256(abi.encode(report));
        if (field == 0) report.epoch = Epoch.wrap(uint64(uint256(value)));
        if (field == 1) report.generation = uint32(uint256(value));
        if (field == 2) report.viewNumber = uint32(uint256(value));
        if (field == 3) report.committeeId = uint32(uint256(value));
        if (field == 4) report.rulesHash = value;
        if (field == 5) report.observationsHash = value;
        if (field == 6) report.previousLedgerRoot = value;
        if (field == 7) report.ledgerRoot = value;
        if (field == 8) report.nodeCount = uint64(uint256(value));
        if (field == 9) report.paidMask = uint32(uint256(value));
        return keccak256(abi.encode(report)) != before;
    }
}
