// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {Epoch} from "../types/Epoch.sol";
import {PositionId, RequestId} from "../types/Ids.sol";

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
}

uint256 constant UNBONDING_EPOCHS_MAX = 60;

using {add, takeOldest, setUnbondingEpochs} for RequestBook global;

function add(
    RequestBook storage self,
    PositionId positionId,
    uint256 amount,
    Epoch leftAt,
    uint256 maturesAt
) returns (RequestId requestId) {
    requestId = RequestId.wrap(++self.count);
    self.entries[requestId] = StoredRequest({
        amount: SafeCast.toUint96(amount),
        positionId: positionId,
        leftAt: SafeCast.toUint48(Epoch.unwrap(leftAt)),
        maturesAt: SafeCast.toUint48(maturesAt)
    });
}

/// @dev Slashes up to `amount` of what left a bond after `offenceAt`, oldest request first.
/// @param open The bond's open requests, oldest first.
/// @param spared How much of it, the youngest, was added after the offence and stays untouched.
function takeOldest(
    RequestBook storage self,
    RequestId[] memory open,
    uint256 amount,
    Epoch offenceAt,
    uint256 spared
) returns (uint256 taken) {
    uint256[] memory parts = new uint256[](open.length);
    uint256 slashable = 0;
    for (uint256 i = 0; i < open.length; ++i) {
        StoredRequest memory request = self.entries[open[i]];
        if (request.leftAt > Epoch.unwrap(offenceAt)) parts[i] = request.amount;
        slashable += parts[i];
    }
    uint256 target = Math.min(amount, Math.saturatingSub(slashable, spared));

    for (uint256 i = 0; taken < target; ++i) {
        uint256 part = Math.min(target - taken, parts[i]);
        if (part == 0) continue;
        StoredRequest storage request = self.entries[open[i]];
        request.amount -= uint96(part);
        taken += part;
        emit INodeStaking.UnbondingSlashed(open[i], part, request.amount);
    }
}

function setUnbondingEpochs(RequestBook storage self, uint32 epochs) {
    if (epochs > UNBONDING_EPOCHS_MAX) revert INodeStaking.UnbondingTooLong(epochs, UNBONDING_EPOCHS_MAX);

    self.unbondingEpochs = epochs;
    emit INodeStaking.UnbondingPeriodChanged(epochs);
}
