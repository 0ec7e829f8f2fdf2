// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {LedgerLeaf} from "../types/Reports.sol";

/// @title Leaves of the OpenZeppelin standard Merkle tree
/// @dev Hashed twice, so that no inner node passes for a leaf.
library LedgerLeafHash {
    uint256 private constant LEAF_LENGTH = 8 * 32;

    /// @dev keccak256(bytes.concat(keccak256(abi.encode(leaf)))). A leaf is static, so its calldata is its encoding, and
    /// copying that costs a tenth of encoding field by field. A field with dirty upper bits gives no leaf of an honest
    /// ledger.
    function hash(LedgerLeaf calldata leaf) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, leaf, LEAF_LENGTH)
            mstore(0x00, keccak256(free, LEAF_LENGTH))
            result := keccak256(0x00, 0x20)
        }
    }
}
