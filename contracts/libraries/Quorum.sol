// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {AttesterId} from "../types/Ids.sol";
import {EpochReport, Member, ObservationRoot} from "../types/Reports.sol";
import {ReportHash} from "./ReportHash.sol";
import {SeatBitmap} from "./SeatBitmap.sol";

/// @title Who observed and who signed, against one committee
library Quorum {
    using SeatBitmap for uint256;

    uint256 private constant SIGNATURE_LENGTH = 64;

    /// @dev Distinct signatures that decide: ⌊2n/3⌋ + 1 of n.
    function size(uint256 members) internal pure returns (uint256) {
        return (2 * members) / 3 + 1;
    }

    /// @dev The roots are those of the report, ascending by attester, of members only; the paid are among them.
    function requireObservers(
        EpochReport calldata report,
        ObservationRoot[] calldata roots,
        Member[] memory members
    ) internal pure {
        bytes32 hash = ReportHash.observations(roots);
        if (report.observationsHash != hash) revert ISlaOracle.WrongObservationsHash(report.observationsHash, hash);
        uint256 observers = _observers(roots, members);
        if (!observers.covers(report.paidMask)) revert ISlaOracle.PaidWithoutObservation(report.paidMask, observers);
    }

    /// @param signatures 64 bytes (r, yParityAndS) for each seat of `signers`, lowest seat first.
    function requireSigned(
        bytes32 digest,
        uint256 signers,
        bytes calldata signatures,
        Member[] memory members
    ) internal pure {
        if (signers >> members.length != 0) revert ISlaOracle.UnknownSeat(signers, members.length);
        uint256 count = signers.count();
        uint256 quorum = size(members.length);
        if (count < quorum) revert ISlaOracle.QuorumNotReached(count, quorum);
        uint256 length = count * SIGNATURE_LENGTH;
        if (signatures.length != length) revert ISlaOracle.InvalidSignaturesLength(signatures.length, length);

        uint256 at;
        for (uint256 seat = 0; seat < members.length; ++seat) {
            if (!signers.contains(seat)) continue;
            _requireSignature(digest, signatures[at:at + SIGNATURE_LENGTH], members[seat].signingKey, seat);
            at += SIGNATURE_LENGTH;
        }
    }

    function _requireSignature(bytes32 digest, bytes calldata signature, address key, uint256 seat) private pure {
        (address signer, ECDSA.RecoverError error, ) = ECDSA.tryRecover(
            digest,
            bytes32(signature[:32]),
            bytes32(signature[32:])
        );
        if (error != ECDSA.RecoverError.NoError || signer != key) revert ISlaOracle.InvalidSignature(seat);
    }

    /// @dev One pass over both, since both ascend.
    function _observers(
        ObservationRoot[] calldata roots,
        Member[] memory members
    ) private pure returns (uint256 observers) {
        uint256 seat;
        for (uint256 i = 0; i < roots.length; ++i) {
            AttesterId id = roots[i].attesterId;
            if (i > 0 && AttesterId.unwrap(id) <= AttesterId.unwrap(roots[i - 1].attesterId)) {
                revert ISlaOracle.ObservationsNotAscending(i);
            }
            while (seat < members.length && members[seat].attesterId != id) ++seat;
            if (seat == members.length) revert ISlaOracle.ObserverNotMember(i);
            observers |= 1 << seat;
        }
    }
}
