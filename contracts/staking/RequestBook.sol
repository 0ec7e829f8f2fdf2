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
    mapping(RequestId requestId => StoredRequest) entries;
}

using {add, takeOldest} for RequestBook global;

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
    uint256 slashable = 0;
    for (uint256 i = 0; i < open.length; ++i) {
        StoredRequest storage request = self.entries[open[i]];
        if (request.leftAt > Epoch.unwrap(offenceAt)) slashable += request.amount;
    }
    uint256 target = Math.min(amount, Math.saturatingSub(slashable, spared));

    for (uint256 i = 0; i < open.length && taken < target; ++i) {
        StoredRequest storage request = self.entries[open[i]];
        if (request.leftAt <= Epoch.unwrap(offenceAt)) continue;
        uint256 part = Math.min(target - taken, request.amount);
        request.amount -= uint96(part);
        taken += part;
        emit INodeStaking.UnbondingSlashed(open[i], part, request.amount);
    }
}
