// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {NodeStatus, NodeTerms} from "../types/Nodes.sol";

/// @title Status and terms of a node in one checkpoint
/// From the lowest bit: status 8, class 8, services 8, country 16, storage, compute, network units and commission 32 each.
library NodeTermsPacking {
    function pack(NodeStatus status, NodeTerms memory terms) internal pure returns (uint208) {
        return
            uint208(uint8(status)) |
            (uint208(terms.nodeClass) << 8) |
            (uint208(terms.services) << 16) |
            (uint208(uint16(terms.country)) << 24) |
            (uint208(terms.storageUnits) << 40) |
            (uint208(terms.computeUnits) << 72) |
            (uint208(terms.networkUnits) << 104) |
            (uint208(terms.commissionPpm) << 136);
    }

    function unpack(uint208 packed) internal pure returns (NodeStatus status, NodeTerms memory terms) {
        status = NodeStatus(uint8(packed));
        terms = NodeTerms({
            nodeClass: uint8(packed >> 8),
            services: uint8(packed >> 16),
            country: bytes2(uint16(packed >> 24)),
            storageUnits: uint32(packed >> 40),
            computeUnits: uint32(packed >> 72),
            networkUnits: uint32(packed >> 104),
            commissionPpm: uint32(packed >> 136)
        });
    }
}
