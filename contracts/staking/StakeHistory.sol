// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {EpochCheckpoints} from "../libraries/EpochCheckpoints.sol";
import {StakeMath} from "../libraries/StakeMath.sol";
import {Epoch} from "../types/Epoch.sol";
import {NodeId} from "../types/Ids.sol";

/// @dev Sums of principal by epoch, in wei of ICNT.
struct StakeHistory {
    Checkpoints.Trace208 total;
    /// Stake (bond included) and bond of a node.
    mapping(NodeId nodeId => Checkpoints.Trace208) nodes;
    /// All bond ever added to a node, by the epoch in which it began.
    mapping(NodeId nodeId => Checkpoints.Trace208) bondAdded;
}

using EpochCheckpoints for Checkpoints.Trace208;
using Checkpoints for Checkpoints.Trace208;
using {increase, decrease, record, recordBondAdded, latest, at, totalAt, backingOf} for StakeHistory global;

function increase(StakeHistory storage self, NodeId nodeId, Epoch from, uint256 amount, bool bonded) {
    (uint256 stake, uint256 bond) = self.latest(nodeId);
    self.record(nodeId, from, stake + amount, bonded ? bond + amount : bond, self.total.latest() + amount);
}

function decrease(StakeHistory storage self, NodeId nodeId, Epoch from, uint256 amount, bool bonded) {
    (uint256 stake, uint256 bond) = self.latest(nodeId);
    self.record(nodeId, from, stake - amount, bonded ? bond - amount : bond, self.total.latest() - amount);
}

function record(StakeHistory storage self, NodeId nodeId, Epoch from, uint256 stake, uint256 bond, uint256 total) {
    self.nodes[nodeId].set(from, StakeMath.packStake(stake, bond));
    self.total.set(from, SafeCast.toUint208(total));
    emit INodeStaking.StakeCheckpointed(nodeId, from, stake, bond, total);
}

function recordBondAdded(StakeHistory storage self, NodeId nodeId, Epoch from, uint256 amount) {
    Checkpoints.Trace208 storage bondAdded = self.bondAdded[nodeId];
    bondAdded.set(from, SafeCast.toUint208(bondAdded.latest() + amount));
}

function latest(StakeHistory storage self, NodeId nodeId) view returns (uint256 stake, uint256 bond) {
    return StakeMath.unpackStake(self.nodes[nodeId].latest());
}

function at(StakeHistory storage self, NodeId nodeId, Epoch epoch) view returns (uint256 stake, uint256 bond) {
    return StakeMath.unpackStake(self.nodes[nodeId].valueAt(epoch));
}

function totalAt(StakeHistory storage self, Epoch epoch) view returns (uint256) {
    return self.total.valueAt(epoch);
}

/// @dev Where the bond is that stood in `epoch`, as bond leaves in the order in which it came.
/// @return bonded How much of the present bond stood there at most; the rest was added since.
/// @return addedLeaving How much of what left since was added after `epoch`.
function backingOf(
    StakeHistory storage self,
    NodeId nodeId,
    Epoch epoch
) view returns (uint256 bonded, uint256 addedLeaving) {
    (, uint256 bond) = self.latest(nodeId);
    Checkpoints.Trace208 storage bondAdded = self.bondAdded[nodeId];
    uint256 added = bondAdded.latest() - bondAdded.valueAt(epoch);
    return (Math.saturatingSub(bond, added), Math.saturatingSub(added, bond));
}
