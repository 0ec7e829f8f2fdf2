// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AttesterId} from "../types/Ids.sol";
import {Member} from "../types/Reports.sol";

/// @title A committee in one read: 24 bytes a seat, attesterId (4) then signing key (20), ascending by attester
library PackedSeats {
    uint256 private constant SEAT = 24;

    function pack(Member[] memory members) internal pure returns (bytes memory seats) {
        for (uint256 seat = 0; seat < members.length; ++seat) {
            Member memory member = members[seat];
            seats = abi.encodePacked(seats, AttesterId.unwrap(member.attesterId), member.signingKey);
        }
    }

    function unpack(bytes memory seats) internal pure returns (Member[] memory members) {
        members = new Member[](size(seats));
        for (uint256 seat = 0; seat < members.length; ++seat) {
            (AttesterId attesterId, address signingKey) = at(seats, seat);
            members[seat] = Member(attesterId, signingKey);
        }
    }

    function size(bytes memory seats) internal pure returns (uint256) {
        return seats.length / SEAT;
    }

    /// @param seat Less than `size(seats)`; not checked, since this is read in the loops of every report.
    function at(bytes memory seats, uint256 seat) internal pure returns (AttesterId attesterId, address signingKey) {
        assembly ("memory-safe") {
            let word := mload(add(add(seats, 0x20), mul(seat, SEAT)))
            attesterId := shr(224, word)
            signingKey := shr(96, shl(32, word))
        }
    }
}
