// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev Number of an epoch, from 0. Epoch e is [epochZero + e·L, epochZero + (e+1)·L).
type Epoch is uint64;

/// @dev "For ever": the `to` of a position that nobody closed.
Epoch constant NEVER = Epoch.wrap(type(uint64).max);

using {
    equal as ==,
    notEqual as !=,
    less as <,
    lessOrEqual as <=,
    greater as >,
    greaterOrEqual as >=,
    next,
    previous
} for Epoch global;

function equal(Epoch a, Epoch b) pure returns (bool) {
    return Epoch.unwrap(a) == Epoch.unwrap(b);
}

function notEqual(Epoch a, Epoch b) pure returns (bool) {
    return Epoch.unwrap(a) != Epoch.unwrap(b);
}

function less(Epoch a, Epoch b) pure returns (bool) {
    return Epoch.unwrap(a) < Epoch.unwrap(b);
}

function lessOrEqual(Epoch a, Epoch b) pure returns (bool) {
    return Epoch.unwrap(a) <= Epoch.unwrap(b);
}

function greater(Epoch a, Epoch b) pure returns (bool) {
    return Epoch.unwrap(a) > Epoch.unwrap(b);
}

function greaterOrEqual(Epoch a, Epoch b) pure returns (bool) {
    return Epoch.unwrap(a) >= Epoch.unwrap(b);
}

function next(Epoch e) pure returns (Epoch) {
    return Epoch.wrap(Epoch.unwrap(e) + 1);
}

/// @dev Reverts for epoch 0, which has no predecessor.
function previous(Epoch e) pure returns (Epoch) {
    return Epoch.wrap(Epoch.unwrap(e) - 1);
}
