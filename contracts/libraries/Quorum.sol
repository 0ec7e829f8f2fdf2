// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {AttesterId} from "../types/Ids.sol";
import {EpochReport, ObservationRoot} from "../types/Reports.sol";
import {PackedSeats} from "./PackedSeats.sol";
import {ReportHash} from "./ReportHash.sol";
import {SeatBitmap} from "./SeatBitmap.sol";

/// @title Who observed and who signed, against one committee
library Quorum {
    using PackedSeats for bytes;
    using SeatBitmap for uint256;

    uint256 private constant SIGNATURE_LENGTH = 64;
    bytes32 private constant S_MASK = bytes32(type(uint256).max >> 1);
    /// Half the order of secp256k1, rounded down; the other half holds a second signature to every one.
    bytes32 private constant S_MAX = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @dev Distinct signatures that decide: ⌊2n/3⌋ + 1 of n.
    function required(uint256 size) internal pure returns (uint256) {
        return (2 * size) / 3 + 1;
    }

    /// @dev The roots are those of the report, ascending by attester, of members only; the paid are among them.
    function requireObservers(
        EpochReport calldata report,
        ObservationRoot[] calldata roots,
        bytes memory seats
    ) internal pure {
        bytes32 hash = ReportHash.observations(roots);
        if (report.observationsHash != hash) revert ISlaOracle.WrongObservationsHash(report.observationsHash, hash);
        uint256 observers = _observers(roots, seats);
        if (!observers.covers(report.paidMask)) revert ISlaOracle.PaidWithoutObservation(report.paidMask, observers);
    }

    /// @param signatures 64 bytes (r, yParityAndS) for each seat of `signers`, lowest seat first.
    function requireSigned(
        bytes32 digest,
        uint256 signers,
        bytes calldata signatures,
        bytes memory seats
    ) internal pure {
        uint256 size = seats.size();
        if (signers >> size != 0) revert ISlaOracle.UnknownSeat(signers, size);
        uint256 count = signers.count();
        uint256 quorum = required(size);
        if (count < quorum) revert ISlaOracle.QuorumNotReached(count, quorum);
        uint256 length = count * SIGNATURE_LENGTH;
        if (signatures.length != length) revert ISlaOracle.InvalidSignaturesLength(signatures.length, length);

        uint256 at;
        unchecked {
            for (uint256 seat = 0; seat < size; ++seat) {
                if ((signers >> seat) & 1 == 0) continue;
                (, address key) = seats.at(seat);
                if (_signer(digest, signatures, at) != key) revert ISlaOracle.InvalidSignature(seat);
                at += SIGNATURE_LENGTH;
            }
        }
    }

    /// @dev Who made the signature at byte `at`; the zero address, which is nobody's key, for a high s or no signer.
    function _signer(bytes32 digest, bytes calldata signatures, uint256 at) private pure returns (address) {
        bytes32 r;
        bytes32 vs;
        assembly ("memory-safe") {
            r := calldataload(add(signatures.offset, at))
            vs := calldataload(add(add(signatures.offset, at), 0x20))
        }
        bytes32 s = vs & S_MASK;
        return s > S_MAX ? address(0) : ecrecover(digest, vs == s ? 27 : 28, r, s);
    }

    /// @dev One pass over both, since both ascend.
    function _observers(ObservationRoot[] calldata roots, bytes memory seats) private pure returns (uint256 observers) {
        uint256 size = seats.size();
        uint256 seat;
        uint256 last;
        unchecked {
            for (uint256 i = 0; i < roots.length; ++i) {
                uint256 id = AttesterId.unwrap(roots[i].attesterId);
                if (id <= last) revert ISlaOracle.ObservationsNotAscending(i);
                last = id;
                for (uint256 member = 0; member != id; ++seat) {
                    if (seat == size) revert ISlaOracle.ObserverNotMember(i);
                    (AttesterId attesterId, ) = seats.at(seat);
                    member = AttesterId.unwrap(attesterId);
                }
                observers |= 1 << (seat - 1);
            }
        }
    }
}
