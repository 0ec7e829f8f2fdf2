// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev A point of a piecewise linear curve; x ascending, y is scorePpm.
struct CurvePoint {
    uint32 xPpm;
    uint32 yPpm;
}

/// @dev What the contracts read; one storage slot.
struct Economics {
    /// Share of an epoch's emission that goes to the attesters.
    uint32 attesterSharePpm;
    /// Divisor of A(e) while less than this is staked, in wei of ICNT.
    uint96 stakeFloor;
    /// Delegations may reach this multiple of the bond ...
    uint32 bondFactor;
    /// ... but not more than this per capacity unit, in wei of ICNT.
    uint96 stakePerUnit;
}

struct Measurement {
    /// Fewer conclusive buckets (up + down) than this leave a node unmeasured.
    uint16 measuredBucketsMin;
    /// Ok buckets an attester needs for its latency to count.
    uint16 latencyBucketsMin;
    /// Unmeasured epochs in a row that are still paid at the last score.
    uint16 staleEpochsPaid;
    /// Attesters per node.
    uint16 assignedAttesters;
    /// One bucket in this many holds a storage probe.
    uint16 storageBucketInterval;
    /// The same for network and compute.
    uint16 networkBucketInterval;
    uint16 computeBucketInterval;
    /// Size of a network probe's download.
    uint32 networkBytes;
    /// Share of its assigned node-buckets an attester must have conclusive to be paid.
    uint32 paidConclusivePpm;
}

/// @dev Objective of a service for nodes of a class, in milliseconds: storage to the first byte of a ranged read, network
/// to the last byte of the download, compute to the whole answer.
struct LatencyTarget {
    /// 0: every class without a target of its own.
    uint8 nodeClass;
    /// One of the bits of NodeTerms.services.
    uint8 service;
    uint32 targetMs;
}

/// @dev Deadlines of agreeing, as fractions of L; all count from the epoch's end.
struct Timing {
    uint32 commitPpm;
    uint32 revealPpm;
    uint32 viewTimeoutPpm;
}

/// @dev Everything that the computation of a ledger reads.
struct Rules {
    uint32 algorithmVersion;
    Economics economics;
    Measurement measurement;
    Timing timing;
    /// Strictly ascending by (nodeClass, service); class 0 has all three services.
    LatencyTarget[] latencyTargets;
    CurvePoint[] availabilityCurve;
    CurvePoint[] latencyCurve;
}
