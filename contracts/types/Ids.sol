// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev Dense ids from 1; 0 names nothing.
type NodeId is uint64;
type PositionId is uint64;
type AttesterId is uint32;
/// @dev Dense id from 1 of a leaving amount.
type RequestId is uint64;

using {sameNode as ==, otherNode as !=} for NodeId global;
using {sameAttester as ==, otherAttester as !=} for AttesterId global;

function sameNode(NodeId a, NodeId b) pure returns (bool) {
    return NodeId.unwrap(a) == NodeId.unwrap(b);
}

function otherNode(NodeId a, NodeId b) pure returns (bool) {
    return NodeId.unwrap(a) != NodeId.unwrap(b);
}

function sameAttester(AttesterId a, AttesterId b) pure returns (bool) {
    return AttesterId.unwrap(a) == AttesterId.unwrap(b);
}

function otherAttester(AttesterId a, AttesterId b) pure returns (bool) {
    return AttesterId.unwrap(a) != AttesterId.unwrap(b);
}
