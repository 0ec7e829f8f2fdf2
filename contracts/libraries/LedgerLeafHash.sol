// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {LedgerLeaf} from "../types/Reports.sol";

/// @dev Leaves of the OpenZeppelin standard Merkle tree: hashed twice, so that no inner node passes for a leaf.
library LedgerLeafHash {
    function hash(LedgerLeaf calldata leaf) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(leaf))));
    }
}
