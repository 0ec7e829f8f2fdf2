// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {NodeId} from "../../../contracts/types/Ids.sol";
import {LedgerLeaf} from "../../../contracts/types/Reports.sol";

/// Ledgers as liars would sign them, each fixed by a seed.
library MaliciousLedger {
    uint256 private constant PPM = 1_000_000;

    /// A leaf of every node, a second one of a random node, and one of a node that does not exist yet.
    /// @param cap A(e).
    function leaves(uint256 seed, uint64 nodeCount, uint256 cap) internal pure returns (LedgerLeaf[] memory ledger) {
        ledger = new LedgerLeaf[](nodeCount + 2);
        for (uint64 i = 0; i < ledger.length; ++i) {
            uint64 node = i == nodeCount ? 1 + uint64(seed % (nodeCount + 1)) : i + 1;
            ledger[i].nodeId = NodeId.wrap(node);
            ledger[i].measuredEpochs = i;
            ledger[i].rewardIndex = _index(uint256(keccak256(abi.encode(seed, i))), node, cap);
        }
    }

    function hashes(LedgerLeaf[] memory ledger) internal pure returns (bytes32[] memory hashed) {
        hashed = new bytes32[](ledger.length);
        for (uint256 i = 0; i < ledger.length; ++i) {
            hashed[i] = keccak256(bytes.concat(keccak256(abi.encode(ledger[i]))));
        }
    }

    /// Mostly more than anybody can have earned and rising; else less, falling, nothing, or beyond all bounds.
    function _index(uint256 random, uint64 node, uint256 cap) private pure returns (uint256) {
        uint256 kind = random % 64;
        random /= 64;
        if (kind < 54) return cap * (node + 1);
        if (kind < 57) return (cap * (random % PPM)) / PPM;
        if (kind < 59) return cap + (random % (cap + 1));
        if (kind < 61) return 0;
        if (kind == 61) return type(uint112).max;
        return kind == 62 ? uint256(type(uint112).max) + 1 : type(uint256).max;
    }
}
