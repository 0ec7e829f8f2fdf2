// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {IAttesterCommittee} from "../interfaces/IAttesterCommittee.sol";
import {CodeBlob} from "../libraries/CodeBlob.sol";
import {PackedSeats} from "../libraries/PackedSeats.sol";
import {Epoch} from "../types/Epoch.sol";
import {EpochClock, newEpochClock} from "../types/EpochClock.sol";
import {AttesterId} from "../types/Ids.sol";
import {Member} from "../types/Reports.sol";

/// @title Attesters, their bonds and keys, and the committee of every epoch
/// @dev See {IAttesterCommittee}.
contract AttesterCommittee is IAttesterCommittee, AccessManagedUpgradeable, UUPSUpgradeable {
    using Checkpoints for Checkpoints.Trace160;
    using PackedSeats for bytes;
    using PackedSeats for Member[];
    using SafeERC20 for IERC20;

    /// @custom:storage-location erc7201:icn.storage.AttesterCommittee
    struct CommitteeStorage {
        uint96 bondRequired;
        uint32 attesterCount;
        mapping(AttesterId => Attester) attesters;
        mapping(address signingKey => AttesterId) attesterOfKey;
        /// Epoch → code blob of abi.encode(committeeId, seats), keys included.
        Checkpoints.Trace160 committees;
    }

    // keccak256(abi.encode(uint256(keccak256("icn.storage.AttesterCommittee")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE_LOCATION = 0x13d7d71ab158ae4a987864755e372db3c2781f0e0cf16a223fb61fab618be500;
    uint256 private constant BOND_REQUIRED_MAX = 1_000_000e18;
    uint256 private constant ENDPOINT_LENGTH_MAX = 256;
    /// A report names its paid seats in 32 bits; 31 is what the protocol foresees.
    uint256 private constant SEATS_MAX = 31;

    IERC20 private immutable ICNT;
    EpochClock private immutable CLOCK;
    uint256 private immutable COMMITTEE_SIZE_MAX;

    /// @param committeeSizeMax Most seats a committee may have, 1 … 31.
    constructor(IERC20 icnt, uint64 epochZero, uint64 epochLength, uint256 committeeSizeMax) {
        if (committeeSizeMax == 0 || committeeSizeMax > SEATS_MAX) revert CommitteeSize(committeeSizeMax, SEATS_MAX);

        ICNT = icnt;
        CLOCK = newEpochClock(epochZero, epochLength);
        COMMITTEE_SIZE_MAX = committeeSizeMax;
        _disableInitializers();
    }

    function initialize(address authority_, uint96 bondRequired_) external initializer {
        __AccessManaged_init(authority_);
        _setBondRequired(bondRequired_);
    }

    modifier onlyOwnerOf(AttesterId attesterId) {
        if (_attester(attesterId).owner != msg.sender) revert NotAttesterOwner(attesterId, msg.sender);
        _;
    }

    /// @inheritdoc IAttesterCommittee
    function admit(
        address owner,
        address signingKey,
        bytes32 boxKey,
        string calldata endpoint
    ) external restricted returns (AttesterId attesterId) {
        CommitteeStorage storage $ = _storage();
        if (owner == address(0)) revert ZeroOwner();

        attesterId = AttesterId.wrap(++$.attesterCount);
        $.attesters[attesterId].owner = owner;

        emit AttesterAdmitted(attesterId, owner);
        _setSigningKey(attesterId, signingKey);
        _setBoxKey(attesterId, boxKey);
        _setEndpoint(attesterId, endpoint);
    }

    /// @inheritdoc IAttesterCommittee
    function bond(AttesterId attesterId, uint96 amount) external {
        Attester storage attester = _attester(attesterId);

        attester.bond += amount;
        emit AttesterBonded(attesterId, msg.sender, amount, attester.bond);

        ICNT.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IAttesterCommittee
    function setCommittee(AttesterId[] calldata attesterIds) external restricted returns (uint32 committeeId) {
        uint256 size = attesterIds.length;
        if (size == 0 || size > COMMITTEE_SIZE_MAX) revert CommitteeSize(size, COMMITTEE_SIZE_MAX);

        uint96 required = _storage().bondRequired;
        Member[] memory members = new Member[](size);
        AttesterId last;
        for (uint256 seat = 0; seat < size; ++seat) {
            AttesterId attesterId = attesterIds[seat];
            Attester storage attester = _attester(attesterId);
            if (AttesterId.unwrap(attesterId) <= AttesterId.unwrap(last)) revert NotAscending(last, attesterId);
            if (attester.bond < required) revert BondTooLow(attesterId, attester.bond, required);
            members[seat] = Member(attesterId, attester.signingKey);
            last = attesterId;
        }
        return _setMembers(members);
    }

    /// @inheritdoc IAttesterCommittee
    function rotateSigningKey(AttesterId attesterId, address signingKey) external onlyOwnerOf(attesterId) {
        _setSigningKey(attesterId, signingKey);

        address blob = address(_storage().committees.latest());
        if (blob == address(0)) return;
        (, bytes memory seats) = _decode(blob);
        (bool seated, uint256 seat) = _find(seats, attesterId);
        if (!seated) return;
        Member[] memory members = seats.unpack();
        members[seat].signingKey = signingKey;
        _setMembers(members);
    }

    /// @inheritdoc IAttesterCommittee
    function setBoxKey(AttesterId attesterId, bytes32 boxKey) external onlyOwnerOf(attesterId) {
        _setBoxKey(attesterId, boxKey);
    }

    /// @inheritdoc IAttesterCommittee
    function setEndpoint(AttesterId attesterId, string calldata endpoint) external onlyOwnerOf(attesterId) {
        _setEndpoint(attesterId, endpoint);
    }

    /// @inheritdoc IAttesterCommittee
    function setBondRequired(uint96 bondRequired_) external restricted {
        _setBondRequired(bondRequired_);
    }

    /// @inheritdoc IAttesterCommittee
    function attesterOf(AttesterId attesterId) external view returns (Attester memory) {
        return _attester(attesterId);
    }

    /// @inheritdoc IAttesterCommittee
    function attesterCount() external view returns (uint32) {
        return _storage().attesterCount;
    }

    /// @inheritdoc IAttesterCommittee
    function bondRequired() external view returns (uint96) {
        return _storage().bondRequired;
    }

    /// @inheritdoc IAttesterCommittee
    function committeeAt(Epoch epoch) external view returns (uint32 committeeId, Member[] memory members) {
        bytes memory seats;
        (committeeId, seats) = _seatsAt(epoch);
        return (committeeId, seats.unpack());
    }

    /// @inheritdoc IAttesterCommittee
    function seatsAt(Epoch epoch) external view returns (uint32 committeeId, bytes memory seats) {
        return _seatsAt(epoch);
    }

    /// @inheritdoc IAttesterCommittee
    function seatAt(AttesterId attesterId, Epoch epoch) external view returns (uint256 seat, uint256 size) {
        bytes memory seats;
        (seat, seats) = _memberAt(attesterId, epoch);
        return (seat, seats.size());
    }

    /// @inheritdoc IAttesterCommittee
    function keyAt(AttesterId attesterId, Epoch epoch) external view returns (address) {
        (uint256 seat, bytes memory seats) = _memberAt(attesterId, epoch);
        (, address signingKey) = seats.at(seat);
        return signingKey;
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _setSigningKey(AttesterId attesterId, address signingKey) private {
        CommitteeStorage storage $ = _storage();
        if (signingKey == address(0)) revert ZeroKey();
        if (AttesterId.unwrap($.attesterOfKey[signingKey]) != 0) revert SigningKeyUsed(signingKey);

        $.attesterOfKey[signingKey] = attesterId;
        $.attesters[attesterId].signingKey = signingKey;
        emit SigningKeyChanged(attesterId, CLOCK.upcoming(), signingKey);
    }

    function _setBoxKey(AttesterId attesterId, bytes32 boxKey) private {
        if (boxKey == 0) revert ZeroKey();

        _storage().attesters[attesterId].boxKey = boxKey;
        emit BoxKeyChanged(attesterId, boxKey);
    }

    function _setEndpoint(AttesterId attesterId, string calldata endpoint) private {
        uint256 length = bytes(endpoint).length;
        if (length == 0 || length > ENDPOINT_LENGTH_MAX) revert InvalidEndpoint(length, ENDPOINT_LENGTH_MAX);

        _storage().attesters[attesterId].endpoint = endpoint;
        emit AttesterEndpointChanged(attesterId, endpoint);
    }

    function _setBondRequired(uint96 bondRequired_) private {
        if (bondRequired_ > BOND_REQUIRED_MAX) revert BondRequiredTooHigh(bondRequired_, BOND_REQUIRED_MAX);

        _storage().bondRequired = bondRequired_;
        emit BondRequiredChanged(bondRequired_);
    }

    /// @dev A committee that has not begun is replaced and keeps its id, so ids are dense from 1 and each is in force
    /// for at least one epoch.
    function _setMembers(Member[] memory members) private returns (uint32 committeeId) {
        Checkpoints.Trace160 storage committees = _storage().committees;
        Epoch effectiveFrom = CLOCK.upcoming();
        (bool exists, uint96 latestFrom, ) = committees.latestCheckpoint();
        bool replaces = exists && latestFrom == Epoch.unwrap(effectiveFrom);

        committeeId = SafeCast.toUint32(replaces ? committees.length() : committees.length() + 1);
        CodeBlob blob = new CodeBlob(abi.encode(committeeId, members.pack()));
        committees.push(Epoch.unwrap(effectiveFrom), uint160(address(blob)));
        emit CommitteeChanged(committeeId, effectiveFrom, members);
    }

    function _attester(AttesterId attesterId) private view returns (Attester storage attester) {
        attester = _storage().attesters[attesterId];
        if (attester.owner == address(0)) revert UnknownAttester(attesterId);
    }

    function _memberAt(AttesterId attesterId, Epoch epoch) private view returns (uint256 seat, bytes memory seats) {
        bool seated;
        (, seats) = _seatsAt(epoch);
        (seated, seat) = _find(seats, attesterId);
        if (!seated) revert NotMember(attesterId, epoch);
    }

    function _seatsAt(Epoch epoch) private view returns (uint32 committeeId, bytes memory seats) {
        Checkpoints.Trace160 storage committees = _storage().committees;
        (, uint96 latestFrom, uint160 latest) = committees.latestCheckpoint();
        uint96 key = Epoch.unwrap(epoch);
        address blob = address(latestFrom <= key ? latest : committees.upperLookup(key));
        if (blob == address(0)) revert NoCommittee(epoch);
        return _decode(blob);
    }

    function _decode(address blob) private view returns (uint32 committeeId, bytes memory seats) {
        return abi.decode(blob.code, (uint32, bytes));
    }

    function _find(bytes memory seats, AttesterId attesterId) private pure returns (bool found, uint256 seat) {
        for (uint256 size = seats.size(); seat < size; ++seat) {
            (AttesterId member, ) = seats.at(seat);
            if (member == attesterId) return (true, seat);
        }
    }

    function _storage() private pure returns (CommitteeStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE_LOCATION
        }
    }
}
