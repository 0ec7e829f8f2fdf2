// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {Epoch, NEVER} from "../types/Epoch.sol";
import {NodeId, PositionId} from "../types/Ids.sol";

/// @dev A bond is released when its node exits.
enum PositionKind {
    Delegation,
    Bond,
    ReleasedBond
}

/// @dev Two slots; the registry keeps commissions far below 2^24.
struct StoredPosition {
    address owner;
    NodeId nodeId;
    uint24 commissionPpm;
    PositionKind kind;
    uint128 amount;
    Epoch from;
    Epoch to;
}

/// @dev All positions ever, by dense id from 1.
struct PositionBook {
    uint64 count;
    mapping(PositionId positionId => StoredPosition) entries;
}

using {open, resize} for PositionBook global;
using {isBond} for StoredPosition global;

function open(
    PositionBook storage self,
    address owner,
    NodeId nodeId,
    uint128 amount,
    uint24 commissionPpm,
    PositionKind kind,
    Epoch upcoming
) returns (PositionId positionId) {
    positionId = PositionId.wrap(++self.count);
    StoredPosition memory position = StoredPosition(owner, nodeId, commissionPpm, kind, amount, upcoming, NEVER);
    self.entries[positionId] = position;
    emitChanged(positionId, position);
}

/// @dev Closes an open position at the next epoch's start and opens its successor, if something stays; one that has not
/// begun is edited in place, down to an empty one with `to` = `from`.
/// @return successor The position that goes on with `amount`, 0 if nothing does.
function resize(
    PositionBook storage self,
    PositionId positionId,
    uint128 amount,
    Epoch upcoming
) returns (PositionId successor) {
    StoredPosition memory position = self.entries[positionId];
    bool begun = position.from < upcoming;
    if (!begun) position.amount = amount;
    if (begun || amount == 0) position.to = upcoming;
    self.entries[positionId] = position;
    emitChanged(positionId, position);

    if (amount == 0) return PositionId.wrap(0);
    if (!begun) return positionId;
    return self.open(position.owner, position.nodeId, amount, position.commissionPpm, position.kind, upcoming);
}

function isBond(StoredPosition memory position) pure returns (bool) {
    return position.kind != PositionKind.Delegation;
}

function emitChanged(PositionId positionId, StoredPosition memory position) {
    emit INodeStaking.PositionChanged(
        positionId,
        position.nodeId,
        position.owner,
        isBond(position),
        position.amount,
        position.from,
        position.to,
        position.commissionPpm
    );
}
