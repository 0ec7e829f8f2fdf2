// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AttesterId} from "../../../contracts/types/Ids.sol";
import {ObservationRoot} from "../../../contracts/types/Reports.sol";
import {MiniTest} from "../MiniTest.sol";

/// The signing keys of attesters, and what a committee of attesters 1 … n makes of them.
abstract contract AttesterKeys is MiniTest {
    function signingKey(uint32 attester, uint256 rotation) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode("signing key", attester, rotation)));
    }

    function firstAttesters(uint32 size) internal pure returns (AttesterId[] memory ids) {
        ids = new AttesterId[](size);
        for (uint32 i = 0; i < size; ++i) ids[i] = AttesterId.wrap(i + 1);
    }

    function rootsOf(uint32 size) internal pure returns (ObservationRoot[] memory roots) {
        roots = new ObservationRoot[](size);
        for (uint32 i = 0; i < size; ++i) roots[i] = ObservationRoot(AttesterId.wrap(i + 1), keccak256(abi.encode(i)));
    }

    /// 64 bytes (ERC-2098).
    function compactSignature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, v == 28 ? s | bytes32(uint256(1) << 255) : s);
    }

    /// Signatures of attester i + 1 for every bit i, lowest first.
    function signaturesOf(bytes32 digest, uint256 signers) internal pure returns (bytes memory signatures) {
        for (uint32 i = 0; i < 256; ++i) {
            if ((signers >> i) & 1 == 1) {
                signatures = bytes.concat(signatures, compactSignature(signingKey(i + 1, 0), digest));
            }
        }
    }

    function bitsOf(uint256 bitmap) internal pure returns (uint256 count) {
        for (uint256 i = 0; i < 256; ++i) count += (bitmap >> i) & 1;
    }
}
