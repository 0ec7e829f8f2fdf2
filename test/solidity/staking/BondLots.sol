// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// A model of bonds that shares nothing with the contract: every wei of a bond belongs to a lot that knows when it came
/// and when it left. What leaves is what came first.
library BondLots {
    uint64 internal constant STAYS = type(uint64).max;

    struct Lot {
        uint256 amount;
        /// First epoch that it backs, and the first that it does not.
        uint64 from;
        uint64 leftAt;
        /// 0 while bonded.
        uint64 requestId;
    }

    function add(Lot[] storage lots, uint256 amount, uint64 from) internal {
        lots.push(Lot(amount, from, STAYS, 0));
    }

    /// Moves the oldest `amount` of the bonded lots into a request.
    function leave(Lot[] storage lots, uint256 amount, uint64 leftAt, uint64 requestId) internal {
        uint256 length = lots.length;
        for (uint256 i = 0; i < length && amount > 0; ++i) {
            Lot memory lot = lots[i];
            if (lot.requestId != 0 || lot.amount == 0) continue;
            uint256 part = lot.amount < amount ? lot.amount : amount;
            amount -= part;
            lots[i].amount -= part;
            lots.push(Lot(part, lot.from, leftAt, requestId));
        }
        require(amount == 0, "model: more left than was bonded");
    }

    /// Takes `amount` of a request (0: of the bond) from lots that backed `offenceAt`, the oldest first.
    /// @return missing What could only have come from lots that did not back it.
    function slash(
        Lot[] storage lots,
        uint64 requestId,
        uint256 amount,
        uint64 offenceAt
    ) internal returns (uint256 missing) {
        missing = amount;
        for (uint256 i = 0; i < lots.length && missing > 0; ++i) {
            Lot storage lot = lots[i];
            if (lot.requestId != requestId || lot.from > offenceAt || lot.leftAt <= offenceAt) continue;
            uint256 part = lot.amount < missing ? lot.amount : missing;
            lot.amount -= part;
            missing -= part;
        }
    }

    function close(Lot[] storage lots, uint64 requestId) internal {
        for (uint256 i = 0; i < lots.length; ++i) {
            if (lots[i].requestId == requestId) lots[i].amount = 0;
        }
    }

    /// Σ of a request's lots (0: of the bond's).
    function sum(Lot[] storage lots, uint64 requestId) internal view returns (uint256 total) {
        for (uint256 i = 0; i < lots.length; ++i) {
            if (lots[i].requestId == requestId) total += lots[i].amount;
        }
    }

    /// What backed an epoch and is not gone.
    function backing(Lot[] storage lots, uint64 epoch) internal view returns (uint256 total) {
        for (uint256 i = 0; i < lots.length; ++i) {
            Lot storage lot = lots[i];
            if (lot.from <= epoch && lot.leftAt > epoch) total += lot.amount;
        }
    }
}
