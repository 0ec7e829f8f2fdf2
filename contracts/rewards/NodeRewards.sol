// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {MulticallUpgradeable} from "@openzeppelin/contracts-upgradeable/utils/MulticallUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAttesterCommittee} from "../interfaces/IAttesterCommittee.sol";
import {IEmissionReserve} from "../interfaces/IEmissionReserve.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {INodeRewards} from "../interfaces/INodeRewards.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {LedgerLeafHash} from "../libraries/LedgerLeafHash.sol";
import {RewardMath} from "../libraries/RewardMath.sol";
import {Epoch} from "../types/Epoch.sol";
import {EpochClock, newEpochClock} from "../types/EpochClock.sol";
import {AttesterId, NodeId, PositionId} from "../types/Ids.sol";
import {Position} from "../types/Nodes.sol";
import {LedgerLeaf, Member} from "../types/Reports.sol";
import {Economics} from "../types/Rules.sol";

/// @dev Indices have 112 bits: A never exceeds supply · 10^27 / stakeFloor, and the rules bound the floor from below by
/// 10^24 wei, so A < 2^100. A leaf with a larger index is false and does not pass the cast.
contract NodeRewards is INodeRewards, AccessManagedUpgradeable, MulticallUpgradeable, UUPSUpgradeable {
    using SafeCast for uint256;

    /// @dev A(e).
    struct Accrual {
        bool known;
        uint112 index;
    }

    /// @dev A node at an epoch's end: the epoch after it (0: not known), the node's rewardIndex and A. A position earns
    /// between two of these. One slot, so that a later claim reads and writes one word.
    struct Cursor {
        uint32 nextEpoch;
        uint112 rewardIndex;
        uint112 accruedIndex;
    }

    /// @dev What a claim pays to one recipient.
    struct Payout {
        address to;
        uint256 amount;
    }

    /// @custom:storage-location erc7201:icn.storage.NodeRewards
    struct RewardsStorage {
        uint64 accruedCount;
        mapping(Epoch => Accrual) accruals;
        /// Final roots that were claimed by, which never change: reading them here is cheaper than in the oracle.
        mapping(Epoch => bytes32) roots;
        /// Where positions may start: proven ends, by the epoch that ended.
        mapping(NodeId => mapping(Epoch => Cursor)) proven;
        /// Where the last claim of a position ended.
        mapping(PositionId => Cursor) claimed;
        mapping(AttesterId => uint64 nextEpoch) attesterCursors;
        mapping(address owner => address) recipients;
    }

    // keccak256(abi.encode(uint256(keccak256("icn.storage.NodeRewards")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE_LOCATION = 0x602902066283e9017f97fc006f185fe35a7a433bef61071b50a43c9acbd6d300;
    /// @dev Epochs whose A a claim computes itself; about 40,000 gas each.
    uint64 private constant LAZY_ACCRUALS_MAX = 10;

    IEmissionReserve private immutable RESERVE;
    INodeStaking private immutable STAKING;
    INodeRegistry private immutable REGISTRY;
    ISlaOracle private immutable ORACLE;
    IAttesterCommittee private immutable COMMITTEE;
    EpochClock private immutable CLOCK;

    constructor(
        IEmissionReserve reserve,
        INodeStaking staking,
        INodeRegistry registry,
        ISlaOracle oracle,
        IAttesterCommittee committee,
        uint64 epochZero,
        uint64 epochLength
    ) {
        RESERVE = reserve;
        STAKING = staking;
        REGISTRY = registry;
        ORACLE = oracle;
        COMMITTEE = committee;
        CLOCK = newEpochClock(epochZero, epochLength);
        _disableInitializers();
    }

    function initialize(address authority) external initializer {
        __AccessManaged_init(authority);
    }

    /// @inheritdoc INodeRewards
    function accrue(uint64 maxEpochs) external returns (uint64) {
        uint64 count = _storage().accruedCount;
        uint64 ended = CLOCK.started() ? Epoch.unwrap(CLOCK.current()) : 0;
        uint64 until = uint64(Math.min(uint256(count) + maxEpochs, ended));
        if (until <= count) return count;

        _accrueUntil(until);
        return until;
    }

    /// @inheritdoc INodeRewards
    function claim(
        NodeId nodeId,
        Epoch epoch,
        LedgerLeaf calldata leaf,
        bytes32[] calldata proof,
        PositionId[] calldata positionIds
    ) external returns (uint256 pay) {
        if (leaf.nodeId != nodeId) revert InvalidProof(nodeId, epoch);
        Cursor memory end = _cursorAt(epoch, leaf, proof);
        (Payout[] memory payouts, uint256 commissions) = _settleAll(nodeId, epoch, positionIds, end);

        for (uint256 i = 0; i < payouts.length; ++i) {
            pay += payouts[i].amount;
            _pay(payouts[i].to, payouts[i].amount);
        }
        if (commissions > 0) {
            pay += commissions;
            _pay(recipientOf(REGISTRY.operatorOf(nodeId)), commissions);
        }
    }

    /// @inheritdoc INodeRewards
    function proveIndex(Epoch epoch, LedgerLeaf calldata leaf, bytes32[] calldata proof) external {
        Cursor memory end = _cursorAt(epoch, leaf, proof);

        _storage().proven[leaf.nodeId][epoch] = end;
        emit IndexProven(leaf.nodeId, epoch, leaf.rewardIndex);
    }

    /// @inheritdoc INodeRewards
    function claimAttesterPay(AttesterId attesterId, uint64 until) external returns (uint256 pay) {
        RewardsStorage storage $ = _storage();
        uint64 from = $.attesterCursors[attesterId];
        if (until <= from) revert NothingToClaim(attesterId, from, until);

        for (uint64 epoch = from; epoch < until; ++epoch) pay += _attesterPayOf(attesterId, Epoch.wrap(epoch));
        address recipient = recipientOf(COMMITTEE.attesterOf(attesterId).owner);

        $.attesterCursors[attesterId] = until;
        emit AttesterPaid(attesterId, recipient, from, until, pay);

        _pay(recipient, pay);
    }

    /// @inheritdoc INodeRewards
    function multicall(
        bytes[] calldata calls
    ) public override(INodeRewards, MulticallUpgradeable) returns (bytes[] memory) {
        return super.multicall(calls);
    }

    /// @inheritdoc INodeRewards
    function setRecipient(address recipient) external {
        _storage().recipients[msg.sender] = recipient;
        emit RecipientChanged(msg.sender, recipient);
    }

    /// @inheritdoc INodeRewards
    function accruedCount() external view returns (uint64) {
        return _storage().accruedCount;
    }

    /// @inheritdoc INodeRewards
    function nextEpochOf(PositionId positionId) external view returns (Epoch) {
        uint32 nextEpoch = _storage().claimed[positionId].nextEpoch;
        return nextEpoch == 0 ? STAKING.positionOf(positionId).from : Epoch.wrap(nextEpoch);
    }

    /// @inheritdoc INodeRewards
    function provenIndex(NodeId nodeId, Epoch epoch) external view returns (bool proven, uint256 rewardIndex) {
        Cursor storage cursor = _storage().proven[nodeId][epoch];
        return (cursor.nextEpoch != 0, cursor.rewardIndex);
    }

    /// @inheritdoc INodeRewards
    function attesterCursor(AttesterId attesterId) external view returns (uint64) {
        return _storage().attesterCursors[attesterId];
    }

    /// @inheritdoc INodeRewards
    function indexAt(Epoch epoch) external view returns (uint256) {
        return _indexAt(epoch);
    }

    /// @inheritdoc INodeRewards
    function emissionOf(Epoch epoch) public view returns (uint256) {
        return RESERVE.cumulativeEmission(CLOCK.endOf(epoch)) - RESERVE.cumulativeEmission(CLOCK.startOf(epoch));
    }

    /// @inheritdoc INodeRewards
    function recipientOf(address owner) public view returns (address) {
        address recipient = _storage().recipients[owner];
        return recipient == address(0) ? owner : recipient;
    }

    /// @dev Settles each position; what consecutive ones earned for one recipient is one payout, so some at the end are
    /// zero.
    function _settleAll(
        NodeId nodeId,
        Epoch epoch,
        PositionId[] calldata positionIds,
        Cursor memory end
    ) private returns (Payout[] memory payouts, uint256 commissions) {
        payouts = new Payout[](positionIds.length);
        uint256 last = 0;
        for (uint256 i = 0; i < positionIds.length; ++i) {
            (Payout memory payout, uint256 commission) = _settle(positionIds[i], nodeId, epoch, end);
            commissions += commission;
            if (payout.amount == 0) continue;
            if (payouts[last].amount > 0 && payouts[last].to != payout.to) ++last;
            payouts[last].to = payout.to;
            payouts[last].amount += payout.amount;
        }
    }

    /// @dev Moves the cursor of a position to `end` and says who is owed what for the epochs between; nothing if the
    /// cursor is already there or further.
    function _settle(
        PositionId positionId,
        NodeId nodeId,
        Epoch epoch,
        Cursor memory end
    ) private returns (Payout memory payout, uint256 commission) {
        Position memory position = STAKING.positionOf(positionId);
        if (position.nodeId != nodeId) revert WrongNode(positionId, position.nodeId, nodeId);

        Cursor memory start = _storage().claimed[positionId];
        if (start.nextEpoch > Epoch.unwrap(epoch)) return (payout, 0);

        Epoch from = start.nextEpoch == 0 ? position.from : Epoch.wrap(start.nextEpoch);
        if (epoch < from || epoch >= position.to) revert EpochOutOfRange(positionId, epoch, from, position.to);
        if (start.nextEpoch == 0) start = _startOf(nodeId, from);
        if (end.rewardIndex < start.rewardIndex) revert IndexFell(positionId, end.rewardIndex, start.rewardIndex);

        uint256 pay = RewardMath.payDown(
            position.amount,
            end.rewardIndex - start.rewardIndex,
            end.accruedIndex - start.accruedIndex
        );
        commission = RewardMath.commissionDown(pay, position.commissionPpm);
        payout = Payout(recipientOf(position.owner), pay - commission);

        _storage().claimed[positionId] = end;
        emit Claimed(positionId, nodeId, position.owner, payout.to, from, epoch, pay, commission);
    }

    /// @dev What a leaf of a finalized ledger says, with A computed as far.
    function _cursorAt(
        Epoch epoch,
        LedgerLeaf calldata leaf,
        bytes32[] calldata proof
    ) private returns (Cursor memory) {
        bool included = MerkleProof.verifyCalldata(proof, _rootOf(epoch), LedgerLeafHash.hash(leaf));
        if (!included) revert InvalidProof(leaf.nodeId, epoch);

        return
            Cursor({
                nextEpoch: uint256(Epoch.unwrap(epoch.next())).toUint32(),
                rewardIndex: leaf.rewardIndex.toUint112(),
                accruedIndex: _accruedThrough(epoch)
            });
    }

    function _rootOf(Epoch epoch) private returns (bytes32 root) {
        RewardsStorage storage $ = _storage();
        root = $.roots[epoch];
        if (root == 0) {
            root = ORACLE.finalizedRoot(epoch);
            $.roots[epoch] = root;
        }
    }

    /// @dev Computes A up to `epoch` where a few are missing.
    function _accruedThrough(Epoch epoch) private returns (uint112) {
        Accrual storage accrual = _storage().accruals[epoch];
        if (!accrual.known) {
            uint64 count = _storage().accruedCount;
            uint64 until = Epoch.unwrap(epoch.next());
            if (until - count > LAZY_ACCRUALS_MAX) revert NotAccrued(epoch, count);
            _accrueUntil(until);
        }
        return accrual.index;
    }

    /// @param until Epochs before it have ended; above `accruedCount`.
    function _accrueUntil(uint64 until) private {
        RewardsStorage storage $ = _storage();
        Epoch epoch = Epoch.wrap($.accruedCount);
        Epoch end = Epoch.wrap(until);

        uint256 index = _indexBefore(epoch);
        uint256 emitted = RESERVE.cumulativeEmission(CLOCK.startOf(epoch));
        for (; epoch < end; epoch = epoch.next()) {
            uint256 emittedByEnd = RESERVE.cumulativeEmission(CLOCK.endOf(epoch));
            Economics memory economics = ORACLE.economicsAt(epoch);
            index += RewardMath.indexGrowthDown(
                emittedByEnd - emitted,
                economics.attesterSharePpm,
                STAKING.totalStakeAt(epoch),
                economics.stakeFloor
            );
            emitted = emittedByEnd;
            $.accruals[epoch] = Accrual(true, index.toUint112());
            emit IndexAccrued(epoch, index);
        }
        $.accruedCount = until;
    }

    function _pay(address to, uint256 amount) private {
        if (amount > 0) RESERVE.pay(to, amount);
    }

    function _authorizeUpgrade(address) internal override restricted {}

    /// @dev Where a position begins that was never claimed.
    function _startOf(NodeId nodeId, Epoch from) private view returns (Cursor memory start) {
        if (from == Epoch.wrap(0)) return start;

        Epoch before = from.previous();
        start = _storage().proven[nodeId][before];
        if (start.nextEpoch != 0) return start;
        if (NodeId.unwrap(nodeId) <= ORACLE.nodeCountOf(before)) revert StartIndexUnknown(nodeId, before);
        start.accruedIndex = _indexAt(before);
    }

    /// @dev A(epoch − 1), with A(−1) = 0.
    function _indexBefore(Epoch epoch) private view returns (uint112) {
        return epoch == Epoch.wrap(0) ? 0 : _indexAt(epoch.previous());
    }

    function _indexAt(Epoch epoch) private view returns (uint112) {
        Accrual storage accrual = _storage().accruals[epoch];
        if (!accrual.known) revert NotAccrued(epoch, _storage().accruedCount);
        return accrual.index;
    }

    function _attesterPayOf(AttesterId attesterId, Epoch epoch) private view returns (uint256) {
        uint256 paidMask = ORACLE.paidMask(epoch);
        (, Member[] memory members) = COMMITTEE.committeeAt(epoch);

        for (uint256 seat = 0; seat < members.length; ++seat) {
            if (members[seat].attesterId != attesterId) continue;
            if ((paidMask >> seat) & 1 == 0) return 0;
            return
                RewardMath.attesterPayDown(
                    emissionOf(epoch),
                    ORACLE.economicsAt(epoch).attesterSharePpm,
                    members.length
                );
        }
        return 0;
    }

    function _storage() private pure returns (RewardsStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE_LOCATION
        }
    }
}
