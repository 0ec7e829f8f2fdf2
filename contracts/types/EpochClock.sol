// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Epoch} from "./Epoch.sol";

/// @dev epochZero (seconds, high 64 bits) and the length L (seconds, low 64 bits); immutable wherever it is kept.
type EpochClock is uint128;

using {epochZero, length, started, epochAt, current, upcoming, startOf, endOf} for EpochClock global;

/// @param epochLength L in seconds, at least 1.
error EpochLengthZero(uint64 epochLength);
/// @param timestamp The time asked for, before `epochZero`: it belongs to no epoch.
error BeforeEpochZero(uint256 timestamp, uint256 epochZero);

function newEpochClock(uint64 epochZero_, uint64 length_) pure returns (EpochClock) {
    if (length_ == 0) revert EpochLengthZero(length_);
    return EpochClock.wrap((uint128(epochZero_) << 64) | length_);
}

function epochZero(EpochClock self) pure returns (uint256) {
    return EpochClock.unwrap(self) >> 64;
}

function length(EpochClock self) pure returns (uint256) {
    return uint64(EpochClock.unwrap(self));
}

function started(EpochClock self) view returns (bool) {
    return block.timestamp >= self.epochZero();
}

function epochAt(EpochClock self, uint256 timestamp) pure returns (Epoch) {
    uint256 zero = self.epochZero();
    if (timestamp < zero) revert BeforeEpochZero(timestamp, zero);
    return Epoch.wrap(uint64((timestamp - zero) / self.length()));
}

function current(EpochClock self) view returns (Epoch) {
    return self.epochAt(block.timestamp);
}

/// @dev The epoch from whose start a change made now acts: the next one, and before epochZero epoch 0.
function upcoming(EpochClock self) view returns (Epoch) {
    return self.started() ? self.current().next() : Epoch.wrap(0);
}

function startOf(EpochClock self, Epoch epoch) pure returns (uint256) {
    return self.epochZero() + uint256(Epoch.unwrap(epoch)) * self.length();
}

function endOf(EpochClock self, Epoch epoch) pure returns (uint256) {
    return self.startOf(epoch) + self.length();
}
