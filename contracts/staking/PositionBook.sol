// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {Epoch, NEVER} from "../types/Epoch.sol";
import {NodeId, PositionId} from "../types/Ids.sol";
import {Position} from "../types/Nodes.sol";

/// @dev A bond is released when its node exits.
enum PositionKind {
    Delegation,
    Bond,
    ReleasedBond
}

/// @dev Two slots: the registry keeps commissions far below 2^24, the supply takes 90 bits, epochs have 48 as in
/// checkpoints.
struct StoredPosition {
    address owner;
    NodeId nodeId;
    uint24 commissionPpm;
    PositionKind kind;
    uint96 amount;
    uint48 from;
    /// OPEN while nobody closed it.
    uint48 to;
    /// The one opened for the same owner before, 0 for the first.
    PositionId previousOfOwner;
}

/// @dev One slot, which opening a position writes anyway.
struct Owner {
    /// The latest position, from which the others are found.
    PositionId newest;
    /// What it has staked now, in wei: what votes.
    uint96 principal;
    /// Whether it named somebody who votes with it.
    bool hasDelegate;
}

/// @dev All positions ever, by dense id from 1. A position never changes its owner, so each owner's form a list.
struct PositionBook {
    uint64 count;
    mapping(PositionId positionId => StoredPosition) entries;
    mapping(address owner => Owner) owners;
}

uint48 constant OPEN = type(uint48).max;

using {open, succeed, at, requireOpen, pageOf} for PositionBook global;
using {isBond, toPosition} for StoredPosition global;

function open(
    PositionBook storage self,
    address owner,
    NodeId nodeId,
    uint256 amount,
    uint24 commissionPpm,
    PositionKind kind,
    Epoch upcoming
) returns (PositionId positionId) {
    StoredPosition memory position;
    (position.owner, position.nodeId, position.amount) = (owner, nodeId, SafeCast.toUint96(amount));
    (position.commissionPpm, position.kind) = (commissionPpm, kind);
    (position.from, position.to) = (uint48(Epoch.unwrap(upcoming)), OPEN);
    position.previousOfOwner = self.owners[owner].newest;

    positionId = PositionId.wrap(++self.count);
    self.owners[owner].newest = positionId;
    store(self, positionId, position);
}

/// @dev Lets an open position go on as `next` (its owner, amount and commission) from the next epoch's start: closes it and
/// opens the successor, if something stays. One that has not begun is edited in place, unless it passes to another owner;
/// it is closed as an empty one with `to` = `from`.
/// @return successor The position that goes on, 0 if nothing does.
function succeed(
    PositionBook storage self,
    PositionId positionId,
    StoredPosition memory next,
    Epoch upcoming
) returns (PositionId successor) {
    StoredPosition memory position = self.at(positionId);
    bool begun = position.from < Epoch.unwrap(upcoming);
    if (!begun && next.owner == position.owner && next.amount != 0) {
        store(self, positionId, next);
        return positionId;
    }

    if (!begun) position.amount = 0;
    position.to = uint48(Epoch.unwrap(upcoming));
    store(self, positionId, position);

    if (next.amount == 0) return PositionId.wrap(0);
    return self.open(next.owner, next.nodeId, next.amount, next.commissionPpm, next.kind, upcoming);
}

function at(PositionBook storage self, PositionId positionId) view returns (StoredPosition memory) {
    return self.entries[positionId];
}

/// @dev An open position of `owner`.
function requireOpen(
    PositionBook storage self,
    PositionId positionId,
    address owner
) view returns (StoredPosition memory position) {
    position = self.at(positionId);
    if (position.owner == address(0)) revert INodeStaking.UnknownPosition(positionId);
    if (owner != position.owner) revert INodeStaking.NotOwner(positionId, owner);
    if (position.to != OPEN) revert INodeStaking.PositionClosed(positionId, Epoch.wrap(position.to));
}

/// @dev Up to `max` positions of an owner, newest first, those opened before `before` (0: all).
function pageOf(
    PositionBook storage self,
    address owner,
    PositionId before,
    uint256 max
) view returns (PositionId[] memory page) {
    PositionId first = self.owners[owner].newest;
    if (PositionId.unwrap(before) != 0) {
        if (self.entries[before].owner != owner) revert INodeStaking.NotOwner(before, owner);
        first = self.entries[before].previousOfOwner;
    }

    uint256 length = 0;
    for (PositionId id = first; PositionId.unwrap(id) != 0 && length < max; ++length) {
        id = self.entries[id].previousOfOwner;
    }
    page = new PositionId[](length);
    for (uint256 i = 0; i < length; ++i) {
        page[i] = first;
        first = self.entries[first].previousOfOwner;
    }
}

function isBond(StoredPosition memory position) pure returns (bool) {
    return position.kind != PositionKind.Delegation;
}

function endOf(StoredPosition memory position) pure returns (Epoch) {
    return position.to == OPEN ? NEVER : Epoch.wrap(position.to);
}

function toPosition(StoredPosition memory position) pure returns (Position memory) {
    return
        Position({
            owner: position.owner,
            nodeId: position.nodeId,
            commissionPpm: position.commissionPpm,
            amount: position.amount,
            from: Epoch.wrap(position.from),
            to: endOf(position)
        });
}

function store(PositionBook storage self, PositionId positionId, StoredPosition memory position) {
    self.entries[positionId] = position;
    emit INodeStaking.PositionChanged(
        positionId,
        position.nodeId,
        position.owner,
        isBond(position),
        position.amount,
        Epoch.wrap(position.from),
        endOf(position),
        position.commissionPpm
    );
}
