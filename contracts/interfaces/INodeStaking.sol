// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";

import {Epoch} from "../types/Epoch.sol";
import {NodeId, PositionId, RequestId} from "../types/Ids.sol";
import {Position, UnbondingRequest} from "../types/Nodes.sol";

/// @title Bonds and delegations
///
/// Trust: a delegation is reduced by its owner alone (INV-8): no role, no slash and no vote reaches it. An operator's
/// bond, including its unbonding part, can be slashed by the accountability role, at most `slashCapPpm` ≤ 10 % per
/// epoch. The authority sets bounded parameters and upgrades the code. A position never changes within an epoch: a
/// change closes it and opens its successor at the next epoch's start, or edits a successor that has not begun.
///
/// Votes (ERC-5805, by timestamp): what an owner has staked votes for the delegate that the owner named here. It begins
/// with the call that stakes, and ends with the one that asks to unbond, or with a slash, whatever the epoch.
interface INodeStaking is IERC5805 {
    /// @notice Full state of a position after a change. `to` is 2^64 − 1 while nobody closed it.
    event PositionChanged(
        PositionId indexed positionId,
        NodeId indexed nodeId,
        address indexed owner,
        bool bond,
        uint128 amount,
        Epoch from,
        Epoch to,
        uint32 commissionPpm
    );
    /// @notice Stake (bond included) and bond of a node, and the stake of all nodes, from `effectiveFrom` on; a later
    /// event of the same epoch replaces this one.
    event StakeCheckpointed(
        NodeId indexed nodeId,
        Epoch indexed effectiveFrom,
        uint256 stake,
        uint256 bond,
        uint256 totalStake
    );
    event UnbondingRequested(
        RequestId indexed requestId,
        NodeId indexed nodeId,
        address indexed owner,
        bool bond,
        uint256 amount,
        Epoch leftAt,
        uint64 maturesAt
    );
    event UnbondingCompleted(RequestId indexed requestId, address indexed owner, uint256 amount);
    /// @notice A slash took `amount` of an open request of a bond; `remaining` is still to be paid out.
    event UnbondingSlashed(RequestId indexed requestId, uint256 amount, uint256 remaining);
    event Slashed(NodeId indexed nodeId, uint256 amount, Epoch offenceAt, address indexed creditPool);
    event UnbondingPeriodChanged(uint32 epochs);
    event SlashCapChanged(uint32 slashCapPpm);
    event BondMinimumChanged(uint256 base, uint256 perUnit);

    error UnknownPosition(PositionId positionId);
    error UnknownRequest(RequestId requestId);
    error NotOwner(PositionId positionId, address caller);
    error NotRegistry(address caller);
    error ZeroAmount();
    error PositionClosed(PositionId positionId, Epoch to);
    error AmountAbovePosition(uint256 amount, uint256 position);
    error NodeNotStakable(NodeId nodeId);
    /// @notice The delegation would lift the node's stake above its limit.
    error StakeAboveLimit(NodeId nodeId, uint256 stake, uint256 limit);
    /// @notice The bond would be lower than the node's minimum.
    error BondTooLow(NodeId nodeId, uint256 bond, uint256 min);
    /// @notice A bond is added to by `addBond`.
    error NotDelegation(PositionId positionId);
    error CommissionAboveMax(uint256 commissionPpm, uint256 max);
    error NotMatured(RequestId requestId, uint256 nowAt, uint256 maturesAt);
    /// @notice The bond backed epochs up to `needed`, and only [0, finalizedCount) are final.
    error NotSettled(RequestId requestId, Epoch needed, uint64 finalizedCount);
    /// @notice A bond has as many open requests as it may have; complete a matured one first.
    error TooManyRequests(NodeId nodeId, uint256 max);
    /// @notice Nothing can be slashed for an epoch that has not begun.
    error OffenceNotBegun(Epoch offenceAt, Epoch upcoming);
    error SlashAboveCap(uint256 amount, uint256 cap);
    error UnbondingOutOfBounds(uint256 epochs, uint256 min, uint256 max);
    error SlashCapTooHigh(uint256 slashCapPpm, uint256 max);
    error BondMinimumTooHigh(uint256 base, uint256 perUnit, uint256 max);

    /// @notice Opens the bond of a node just registered; only the registry, which has sent `amount` before the call.
    function openBond(NodeId nodeId, address operator, uint128 amount) external returns (PositionId positionId);

    /// @notice Adds the caller's ICNT to the bond of its node; the caller approves this contract.
    function addBond(NodeId nodeId, uint128 amount) external returns (PositionId positionId);

    /// @notice Lets the whole bond of an exiting node go; only the registry. Until then the bond that stays must be the
    /// minimum and carry the stake that stays.
    function releaseBond(NodeId nodeId) external;

    /// @notice Stakes `amount` of the caller's ICNT on a node from the next epoch on, at the node's commission, which
    /// must not exceed `maxCommissionPpm`.
    function stake(NodeId nodeId, uint128 amount, uint32 maxCommissionPpm) external returns (PositionId positionId);

    /// @notice Adds `amount` to a delegation of the caller, for as long as the node takes no higher commission than it
    /// does; from the next epoch on the whole position has the node's present rate.
    function topUp(PositionId positionId, uint128 amount) external returns (PositionId successor);

    /// @notice Passes the open bond position of a node to another owner from the next epoch on; only the registry, when
    /// the operator changes. Open requests keep their owner.
    /// @return successor 0 if no bond is left.
    function passBond(NodeId nodeId, address to) external returns (PositionId successor);

    /// @notice Takes `amount` out of a position of the caller, all or part; it earns until the epoch's end. What stays
    /// goes on in the returned successor (0 if nothing stays). A request of a bond never matures before an older one of
    /// the same bond that is still open.
    function requestUnbonding(
        PositionId positionId,
        uint128 amount
    ) external returns (RequestId requestId, PositionId successor);

    /// @notice Pays a matured request out to its owner; anyone may call. One of a bond waits until the epochs that it backed are
    /// final, or 60 epochs have passed since: whoever keeps reports from becoming final cannot keep bonds for ever.
    function completeUnbonding(RequestId requestId) external returns (uint256 amount);

    /// @notice Takes up to `amount` of a node's bond, as it stood in `offenceAt`, to the credit pool; accountability role
    /// only. Bond leaves oldest first, so what stood there is in the present bond (taken first) or in requests made since
    /// (taken oldest first); what was added later or had left by then is spared (INV-9).
    /// @return slashed Less than `amount` if less of it is left.
    function slash(NodeId nodeId, uint256 amount, Epoch offenceAt) external returns (uint256 slashed);

    function setUnbondingPeriod(uint32 epochs) external;
    function setSlashCap(uint32 slashCapPpm) external;
    function setBondMinimum(uint128 base, uint128 perUnit) external;

    /// @notice All zero for an unknown id, as the views below.
    function positionOf(PositionId positionId) external view returns (Position memory);
    function positionCount() external view returns (uint64);
    /// @notice Positions ever opened for `owner`, newest first, from the one before `before` on (0: from the newest), at
    /// most `max` of them. Reverts with NotOwner if `before` is a position of somebody else.
    /// @return positionIds Empty at the end; its last element is the next page's `before`.
    function positionsOf(
        address owner,
        PositionId before,
        uint256 max
    ) external view returns (PositionId[] memory positionIds);
    /// @notice All zero once it was paid out.
    function requestOf(RequestId requestId) external view returns (UnbondingRequest memory);
    function bondPositionOf(NodeId nodeId) external view returns (PositionId);
    /// @notice Whether a position is (or was) the bond of its node.
    function isBond(PositionId positionId) external view returns (bool);

    /// @notice Σ positions of the node that span `epoch`, bond included.
    function stakeAt(NodeId nodeId, Epoch epoch) external view returns (uint256);
    function bondAt(NodeId nodeId, Epoch epoch) external view returns (uint256);
    /// @notice Σ of all positions that span `epoch`, whatever the nodes' status.
    function totalStakeAt(Epoch epoch) external view returns (uint256);
    /// @notice Stake and bond as they will be from the next epoch on.
    function latestStake(NodeId nodeId) external view returns (uint256 stake, uint256 bond);
    /// @notice bond + min(bondFactor · bond, units · stakePerUnit).
    function limitAt(NodeId nodeId, Epoch epoch) external view returns (uint256);
    /// @notice base + perUnit · units.
    function minimumBond(uint256 units) external view returns (uint256);
    /// @notice Limit of a bond with that many units under the rules of the next epoch.
    function limitFor(uint256 bond, uint256 units) external view returns (uint256);
    function unbondingEpochs() external view returns (uint32);
    /// @notice The longest unbonding period in force at `timestamp` (seconds) or since.
    function longestUnbondingSince(uint256 timestamp) external view returns (uint32);
    /// @notice What the account has staked and not asked back, in wei: its votes, if it named a delegate.
    function principalOf(address owner) external view returns (uint256);
    function slashCapPpm() external view returns (uint32);
}
