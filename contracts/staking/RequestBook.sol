// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {Epoch} from "../types/Epoch.sol";
import {EpochClock} from "../types/EpochClock.sol";
import {PositionId, RequestId} from "../types/Ids.sol";
import {UnbondingRequest} from "../types/Nodes.sol";
import {BondBook, OPEN_REQUESTS_MAX} from "./BondBook.sol";
import {StoredPosition} from "./PositionBook.sol";

/// @dev One slot; owner, node and kind are those of the position that the amount left.
struct StoredRequest {
    uint96 amount;
    PositionId positionId;
    uint48 leftAt;
    uint48 maturesAt;
}

/// @dev Open unbonding requests, by dense id from 1; a completed one is deleted.
struct RequestBook {
    uint64 count;
    /// How long new requests of bonds take.
    uint32 unbondingEpochs;
    mapping(RequestId requestId => StoredRequest) entries;
    /// Unbonding epochs by the timestamp from which they were in force.
    Checkpoints.Trace208 periods;
}

uint256 constant UNBONDING_EPOCHS_MIN = 1;
uint256 constant UNBONDING_EPOCHS_MAX = 60;

using Checkpoints for Checkpoints.Trace208;
using {open, close, get, takeOldest, setUnbondingEpochs, longestUnbondingSince} for RequestBook global;

/// @dev Opens a request of what leaves a position at the next epoch's start. It never matures before an older one of the
/// same bond, although a vote may have shortened the period in between: bond leaves in the order in which it came.
function open(
    RequestBook storage self,
    BondBook storage bond,
    PositionId positionId,
    StoredPosition memory position,
    uint256 amount,
    EpochClock clock
) returns (RequestId requestId) {
    Epoch leftAt = clock.upcoming();
    bool ofBond = position.isBond();
    uint256 maturesAt = clock.startOf(leftAt) + (ofBond ? self.unbondingEpochs : 1) * clock.length();
    requestId = RequestId.wrap(++self.count);
    if (ofBond) {
        (bool fits, RequestId older) = bond.append(requestId);
        if (!fits) revert INodeStaking.TooManyRequests(position.nodeId, OPEN_REQUESTS_MAX);
        maturesAt = Math.max(maturesAt, self.entries[older].maturesAt);
    }
    self.entries[requestId] = StoredRequest({
        amount: SafeCast.toUint96(amount),
        positionId: positionId,
        leftAt: SafeCast.toUint48(Epoch.unwrap(leftAt)),
        maturesAt: SafeCast.toUint48(maturesAt)
    });
    emit INodeStaking.UnbondingRequested(
        requestId,
        position.nodeId,
        position.owner,
        ofBond,
        amount,
        leftAt,
        uint64(maturesAt)
    );
}

/// @dev Forgets a matured request.
/// @param settledCount The epochs [0, settledCount) are over for it: all before `leftAt` must be (INV-10).
function close(
    RequestBook storage self,
    BondBook storage bond,
    RequestId requestId,
    StoredPosition memory position,
    uint256 settledCount
) returns (uint256 amount) {
    StoredRequest memory request = self.entries[requestId];
    if (block.timestamp < request.maturesAt) {
        revert INodeStaking.NotMatured(requestId, block.timestamp, request.maturesAt);
    }
    if (settledCount < request.leftAt) {
        revert INodeStaking.NotSettled(requestId, Epoch.wrap(request.leftAt - 1), uint64(settledCount));
    }

    if (position.isBond()) bond.remove(requestId);
    amount = request.amount;
    delete self.entries[requestId];
    emit INodeStaking.UnbondingCompleted(requestId, position.owner, amount);
}

/// @param position The one that the amount left.
function get(
    RequestBook storage self,
    RequestId requestId,
    StoredPosition memory position
) view returns (UnbondingRequest memory) {
    StoredRequest memory request = self.entries[requestId];
    return
        UnbondingRequest({
            owner: position.owner,
            nodeId: position.nodeId,
            bond: position.isBond(),
            amount: request.amount,
            leftAt: Epoch.wrap(request.leftAt),
            maturesAt: request.maturesAt
        });
}

/// @dev Slashes up to `amount` of what left a bond after `offenceAt`, oldest request first.
/// @param requests The bond's open requests, oldest first.
/// @param spared How much of it, the youngest, was added after the offence and stays untouched.
function takeOldest(
    RequestBook storage self,
    RequestId[] memory requests,
    uint256 amount,
    Epoch offenceAt,
    uint256 spared
) returns (uint256 taken) {
    uint256 slashable = 0;
    for (uint256 i = 0; i < requests.length; ++i) slashable += backing(self, requests[i], offenceAt);
    uint256 target = Math.min(amount, Math.saturatingSub(slashable, spared));

    for (uint256 i = 0; taken < target; ++i) {
        uint256 part = Math.min(target - taken, backing(self, requests[i], offenceAt));
        if (part == 0) continue;
        uint96 remaining = self.entries[requests[i]].amount - uint96(part);
        self.entries[requests[i]].amount = remaining;
        taken += part;
        emit INodeStaking.UnbondingSlashed(requests[i], part, remaining);
    }
}

/// @dev What of a request stood in `offenceAt`.
function backing(RequestBook storage self, RequestId requestId, Epoch offenceAt) view returns (uint256) {
    StoredRequest storage request = self.entries[requestId];
    return request.leftAt > Epoch.unwrap(offenceAt) ? request.amount : 0;
}

function setUnbondingEpochs(RequestBook storage self, uint32 epochs) {
    if (epochs < UNBONDING_EPOCHS_MIN || epochs > UNBONDING_EPOCHS_MAX) {
        revert INodeStaking.UnbondingOutOfBounds(epochs, UNBONDING_EPOCHS_MIN, UNBONDING_EPOCHS_MAX);
    }

    self.unbondingEpochs = epochs;
    self.periods.push(uint48(block.timestamp), epochs);
    emit INodeStaking.UnbondingPeriodChanged(epochs);
}

/// @dev Walks back over the changes since `timestamp`, each of which took a vote.
function longestUnbondingSince(RequestBook storage self, uint256 timestamp) view returns (uint32 longest) {
    bool within = true;
    for (uint256 i = self.periods.length(); within && i > 0; --i) {
        Checkpoints.Checkpoint208 memory period = self.periods.at(uint32(i - 1));
        longest = uint32(Math.max(longest, period._value));
        within = period._key > timestamp;
    }
}
