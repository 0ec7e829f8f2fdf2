// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// Merkle trees of sorted pairs, for proofs that OpenZeppelin's MerkleProof accepts.
library LedgerTree {
    function root(bytes32[] memory hashes) internal pure returns (bytes32) {
        while (hashes.length > 1) hashes = parents(hashes);
        return hashes.length == 0 ? bytes32(0) : hashes[0];
    }

    function proof(bytes32[] memory hashes, uint256 index) internal pure returns (bytes32[] memory path) {
        bytes32[] memory siblings = new bytes32[](256);
        uint256 length = 0;
        while (hashes.length > 1) {
            if (index ^ 1 < hashes.length) siblings[length++] = hashes[index ^ 1];
            hashes = parents(hashes);
            index /= 2;
        }
        path = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) path[i] = siblings[i];
    }

    /// A last node without a partner moves up as it is.
    function parents(bytes32[] memory hashes) private pure returns (bytes32[] memory above) {
        above = new bytes32[]((hashes.length + 1) / 2);
        for (uint256 i = 0; i < above.length; ++i) {
            bytes32 left = hashes[2 * i];
            bytes32 right = 2 * i + 1 < hashes.length ? hashes[2 * i + 1] : bytes32(0);
            if (right == 0) above[i] = left;
            else above[i] = left < right ? keccak256(abi.encode(left, right)) : keccak256(abi.encode(right, left));
        }
    }
}
