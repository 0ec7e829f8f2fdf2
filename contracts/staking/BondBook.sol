// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {PositionId, RequestId} from "../types/Ids.sol";

/// @dev A node's bond position and its open unbonding requests, oldest first. Word 0 is the position, the rest are
/// requests, 0 after the last: four words share a slot, so the first requests cost no fresh one.
struct BondBook {
    uint64[16] words;
}

/// @dev Slashing walks the open requests of a bond, so their number is bounded.
uint256 constant OPEN_REQUESTS_MAX = 15;

using {position, setPosition, append, remove, openRequests} for BondBook global;

function position(BondBook storage self) view returns (PositionId) {
    return PositionId.wrap(self.words[0]);
}

function setPosition(BondBook storage self, PositionId positionId) {
    self.words[0] = PositionId.unwrap(positionId);
}

/// @return fits False if the book is full.
/// @return older The youngest of those that were there, 0 without one.
function append(BondBook storage self, RequestId requestId) returns (bool fits, RequestId older) {
    uint256 i = 1;
    for (; i <= OPEN_REQUESTS_MAX && self.words[i] != 0; ++i) older = RequestId.wrap(self.words[i]);
    if (i > OPEN_REQUESTS_MAX) return (false, older);
    self.words[i] = RequestId.unwrap(requestId);
    fits = true;
}

/// @dev Takes an open request out and moves the younger ones up.
function remove(BondBook storage self, RequestId requestId) {
    uint256 i = 1;
    while (self.words[i] != RequestId.unwrap(requestId)) ++i;
    for (; i < OPEN_REQUESTS_MAX && self.words[i] != 0; ++i) self.words[i] = self.words[i + 1];
    self.words[i] = 0;
}

function openRequests(BondBook storage self) view returns (RequestId[] memory requests) {
    uint256 count = 0;
    while (count < OPEN_REQUESTS_MAX && self.words[count + 1] != 0) ++count;
    requests = new RequestId[](count);
    for (uint256 i = 0; i < count; ++i) requests[i] = RequestId.wrap(self.words[i + 1]);
}
