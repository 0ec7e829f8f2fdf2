// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Epoch} from "../types/Epoch.sol";
import {AttesterId, NodeId, PositionId} from "../types/Ids.sol";
import {LedgerLeaf} from "../types/Reports.sol";

/// @title Pay by two leaves
///
/// Trust: a finalized root can move a position's unclaimed pay between 0 and its cap amount · (A(to − 1) − A(from − 1)),
/// never further (INV-4), because A(e) is computed here from emission and stake alone. Pay goes to the recipient that
/// the owner stored, whoever calls. The authority upgrades the code, nothing else.
interface INodeRewards {
    /// @notice A(epoch), what one wei of stake can have earned at most until the end of `epoch`, times 10^27.
    event IndexAccrued(Epoch indexed epoch, uint256 index);
    /// @notice A start index proven and cached.
    event IndexProven(NodeId indexed nodeId, Epoch indexed epoch, uint256 rewardIndex);
    /// @notice A position was paid for the epochs [from, through]; `pay` = owner's part + `commission`.
    event Claimed(
        PositionId indexed positionId,
        NodeId indexed nodeId,
        address indexed owner,
        address recipient,
        Epoch from,
        Epoch through,
        uint256 pay,
        uint256 commission
    );
    event AttesterPaid(
        AttesterId indexed attesterId,
        address indexed recipient,
        uint64 from,
        uint64 until,
        uint256 pay
    );
    event RecipientChanged(address indexed owner, address recipient);

    /// @notice A(epoch) is not known, and more epochs are missing than a claim adds itself: call `accrue` first.
    error NotAccrued(Epoch epoch, uint64 accruedCount);
    error InvalidProof(NodeId nodeId, Epoch epoch);
    error WrongNode(PositionId positionId, NodeId actual, NodeId expected);
    /// @notice `epoch` is outside of what the position can be claimed for: [from, to).
    error EpochOutOfRange(PositionId positionId, Epoch epoch, Epoch from, Epoch to);
    /// @notice The start index of the position is not known: call `proveIndex` for this node and epoch first.
    error StartIndexUnknown(NodeId nodeId, Epoch epoch);
    /// @notice The ledger was rebased below what the position was paid for.
    error IndexFell(PositionId positionId, uint256 actual, uint256 start);
    error NothingToClaim(AttesterId attesterId, uint64 from, uint64 until);

    /// @notice Computes and stores A for up to `maxEpochs` ended epochs, in order; anyone may call. Claims do so
    /// themselves for a few epochs. Changes nothing if A is known for all, so that nobody can spoil a batch by calling
    /// it first.
    /// A(e) = A(e−1) + ⌊emission(e)·(10^6 − attesterSharePpm)·10^27 / (10^6·max(totalStake(e), stakeFloor))⌋
    function accrue(uint64 maxEpochs) external returns (uint64 accruedCount);

    /// @notice Pays positions of one node through `epoch`, to each owner's recipient; anyone may call. A position that
    /// was already paid through `epoch` is passed over, so that nobody can spoil a batch by claiming a part of it first.
    /// Several calls go into one transaction with `multicall`.
    /// pay = ⌊amount·min(Δindex, ΔA)/10^27⌋, of it ⌊pay·commissionPpm/10^6⌋ to the node's operator.
    function claim(
        NodeId nodeId,
        Epoch epoch,
        LedgerLeaf calldata leaf,
        bytes32[] calldata proof,
        PositionId[] calldata positionIds
    ) external returns (uint256 pay);

    /// @notice Proves and caches a node's rewardIndex of a finalized epoch, the start of positions from the next one.
    function proveIndex(Epoch epoch, LedgerLeaf calldata leaf, bytes32[] calldata proof) external;

    /// @notice Pays an attester its share of the epochs from its cursor up to `until` (exclusive), all finalized, to
    /// its owner's recipient; anyone may call. For each epoch in which `paidMask` names its seat:
    /// ⌊⌊emission(e)·attesterSharePpm/10^6⌋/seats⌋.
    function claimAttesterPay(AttesterId attesterId, uint64 until) external returns (uint256 pay);

    /// @notice Runs calls of this contract in one transaction, all or none, each as if the caller had sent it.
    /// @param calls Selector and arguments of each.
    function multicall(bytes[] calldata calls) external returns (bytes[] memory results);

    /// @notice Where the caller's pay goes; the zero address means to the caller itself.
    function setRecipient(address recipient) external;

    function recipientOf(address owner) external view returns (address);
    /// @notice A(e) is known for the epochs [0, accruedCount).
    function accruedCount() external view returns (uint64);
    /// @notice A(epoch); reverts with NotAccrued where it is not known yet.
    function indexAt(Epoch epoch) external view returns (uint256);
    /// @notice What the reserve releases during the epoch, in wei.
    function emissionOf(Epoch epoch) external view returns (uint256);
    /// @notice First epoch that the position was not paid for; its `from` before the first claim.
    function nextEpochOf(PositionId positionId) external view returns (Epoch);
    function provenIndex(NodeId nodeId, Epoch epoch) external view returns (bool proven, uint256 rewardIndex);
    /// @notice First epoch that the attester was not paid for.
    function attesterCursor(AttesterId attesterId) external view returns (uint64);
}
