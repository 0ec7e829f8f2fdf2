// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Epoch} from "./Epoch.sol";
import {NodeId} from "./Ids.sol";

enum NodeStatus {
    None,
    Registered,
    Active,
    /// Announced by the operator: no pay, no strike.
    Maintenance,
    Exiting,
    Exited
}

/// @dev Bits of NodeTerms.services.
uint8 constant SERVICE_STORAGE = 1;
uint8 constant SERVICE_COMPUTE = 2;
uint8 constant SERVICE_NETWORK = 4;

/// @dev What a node offers; a change acts from the next epoch's start.
struct NodeTerms {
    uint8 nodeClass;
    uint8 services;
    /// ISO 3166-1 alpha-2, two upper-case letters.
    bytes2 country;
    uint32 storageUnits;
    uint32 computeUnits;
    uint32 networkUnits;
    /// Of a delegation's pay, to the operator; fixed in a delegation when it is made.
    uint32 commissionPpm;
}

/// @dev Most capacity units that a node of a class may offer per service.
struct ClassCaps {
    uint8 nodeClass;
    uint32 storageUnits;
    uint32 computeUnits;
    uint32 networkUnits;
}

/// @dev Stake of one owner on one node over the epochs [from, to).
struct Position {
    address owner;
    NodeId nodeId;
    uint32 commissionPpm;
    uint128 amount;
    Epoch from;
    Epoch to;
}

/// @dev An amount on its way out of staking.
struct UnbondingRequest {
    address owner;
    NodeId nodeId;
    bool bond;
    uint128 amount;
    /// First epoch that the amount does not back any more.
    Epoch leftAt;
    /// Timestamp in seconds.
    uint64 maturesAt;
}
