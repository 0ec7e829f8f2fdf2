// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Epoch} from "../types/Epoch.sol";

/// @title OpenZeppelin's checkpoints keyed by epoch
/// A write acts from its epoch on; a later write of the same epoch replaces it. Before the first write the value is 0.
library EpochCheckpoints {
    using Checkpoints for Checkpoints.Trace160;
    using Checkpoints for Checkpoints.Trace208;

    function set(Checkpoints.Trace208 storage self, Epoch from, uint208 value) internal {
        self.push(SafeCast.toUint48(Epoch.unwrap(from)), value);
    }

    /// @dev The value in force in `epoch`; epochs past the 48 bits of a key read the last one.
    function valueAt(Checkpoints.Trace208 storage self, Epoch epoch) internal view returns (uint208) {
        uint64 key = Epoch.unwrap(epoch);
        return self.upperLookupRecent(key > type(uint48).max ? type(uint48).max : uint48(key));
    }

    function set(Checkpoints.Trace160 storage self, Epoch from, address value) internal {
        self.push(Epoch.unwrap(from), uint160(value));
    }

    function valueAt(Checkpoints.Trace160 storage self, Epoch epoch) internal view returns (address) {
        return address(self.upperLookupRecent(Epoch.unwrap(epoch)));
    }
}
