// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Epoch} from "./Epoch.sol";
import {AttesterId, NodeId} from "./Ids.sol";

/// @dev What a quorum of attesters signs, as EIP-712 type of the same name.
struct EpochReport {
    Epoch epoch;
    /// Number of vetoes the epoch has seen.
    uint32 generation;
    /// Leader turn in which the attesters agreed.
    uint32 viewNumber;
    uint32 committeeId;
    bytes32 rulesHash;
    /// keccak256(abi.encode(ObservationRoot[])), ascending by attester.
    bytes32 observationsHash;
    bytes32 previousLedgerRoot;
    bytes32 ledgerRoot;
    uint64 nodeCount;
    /// Bit i: the i-th member of the committee is paid for the epoch.
    uint32 paidMask;
}

/// @dev Root of one attester's observations of an epoch.
struct ObservationRoot {
    AttesterId attesterId;
    bytes32 root;
}

/// @dev Running totals of one node: a leaf of the ledger (OpenZeppelin standard Merkle tree).
struct LedgerLeaf {
    NodeId nodeId;
    uint64 upBuckets;
    uint64 downBuckets;
    uint64 measuredEpochs;
    uint64 scoreSumPpm;
    uint32 lastScorePpm;
    uint32 staleEpochs;
    uint256 rewardIndex;
}

/// @dev A seat of a committee.
struct Member {
    AttesterId attesterId;
    address signingKey;
}
