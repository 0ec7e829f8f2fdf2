// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Epoch} from "../types/Epoch.sol";
import {AttesterId} from "../types/Ids.sol";
import {Member} from "../types/Reports.sol";

/// @title Who measures and signs
///
/// Trust: the authority admits attesters, seats committees of up to 7 and upgrades the code. An attester's owner key
/// (cold) rotates its signing key (hot); a signing key belongs to one attester for ever. Seats and keys change from
/// the next epoch's start; the committee of an epoch, keys included, is frozen once the epoch began.
interface IAttesterCommittee {
    struct Attester {
        address owner;
        uint96 bond;
        address signingKey;
        /// X25519 public key to which nodes seal credentials.
        bytes32 boxKey;
        string endpoint;
    }

    event AttesterAdmitted(AttesterId indexed attesterId, address indexed owner);
    event AttesterBonded(AttesterId indexed attesterId, address indexed from, uint256 amount, uint256 bond);
    event SigningKeyChanged(AttesterId indexed attesterId, Epoch indexed effectiveFrom, address signingKey);
    event BoxKeyChanged(AttesterId indexed attesterId, bytes32 boxKey);
    event AttesterEndpointChanged(AttesterId indexed attesterId, string endpoint);
    /// @notice The committee from `effectiveFrom` on, ascending by attester; a later event of the same epoch replaces
    /// this one.
    event CommitteeChanged(uint32 indexed committeeId, Epoch indexed effectiveFrom, Member[] members);
    event BondRequiredChanged(uint256 bondRequired);

    error UnknownAttester(AttesterId attesterId);
    error NotAttesterOwner(AttesterId attesterId, address caller);
    error ZeroOwner();
    error ZeroKey();
    error SigningKeyUsed(address signingKey);
    error InvalidEndpoint(uint256 length, uint256 max);
    error BondTooLow(AttesterId attesterId, uint256 bond, uint256 required);
    error CommitteeSize(uint256 size, uint256 max);
    error NotAscending(AttesterId previous, AttesterId attesterId);
    error NoCommittee(Epoch epoch);
    error NotMember(AttesterId attesterId, Epoch epoch);
    error BondRequiredTooHigh(uint256 bondRequired, uint256 max);

    /// @notice Admits an attester; authority only. Ids are dense from 1.
    function admit(
        address owner,
        address signingKey,
        bytes32 boxKey,
        string calldata endpoint
    ) external returns (AttesterId attesterId);

    /// @notice Adds `amount` of the caller's ICNT to an attester's bond; anyone may pay.
    function bond(AttesterId attesterId, uint96 amount) external;

    /// @notice Seats the committee from the next epoch on, ascending ids, each with its bond; authority only.
    function setCommittee(AttesterId[] calldata attesterIds) external returns (uint32 committeeId);

    /// @notice Replaces the signing key from the next epoch on; the attester's owner only.
    function rotateSigningKey(AttesterId attesterId, address signingKey) external;
    function setBoxKey(AttesterId attesterId, bytes32 boxKey) external;
    function setEndpoint(AttesterId attesterId, string calldata endpoint) external;
    function setBondRequired(uint96 bondRequired) external;

    function attesterOf(AttesterId attesterId) external view returns (Attester memory);
    function attesterCount() external view returns (uint32);
    function bondRequired() external view returns (uint96);
    /// @notice The committee in force at the start of `epoch`.
    function committeeAt(Epoch epoch) external view returns (uint32 committeeId, Member[] memory members);
    /// @notice The same in one cheap read: 24 bytes a seat, attesterId (4) then signing key (20).
    function seatsAt(Epoch epoch) external view returns (uint32 committeeId, bytes memory seats);
    /// @notice Place of an attester in the committee of `epoch`, and how many seats that has.
    function seatAt(AttesterId attesterId, Epoch epoch) external view returns (uint256 seat, uint256 size);
    /// @notice The signing key of a member of the committee of `epoch`.
    function keyAt(AttesterId attesterId, Epoch epoch) external view returns (address);
}
