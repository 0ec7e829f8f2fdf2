// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {StakeMath} from "../libraries/StakeMath.sol";
import {Epoch} from "../types/Epoch.sol";
import {EpochClock} from "../types/EpochClock.sol";
import {NodeId, PositionId, RequestId} from "../types/Ids.sol";
import {Position, UnbondingRequest} from "../types/Nodes.sol";
import {LockedVotes} from "../votes/LockedVotes.sol";
import {BondBook} from "./BondBook.sol";
import {OPEN, Owner, PositionBook, PositionKind, StoredPosition} from "./PositionBook.sol";
import {RequestBook, UNBONDING_EPOCHS_MAX} from "./RequestBook.sol";
import {StakeHistory} from "./StakeHistory.sol";
import {StakeLimits} from "./StakeLimits.sol";
import {StakingParameters} from "./StakingParameters.sol";

/// @title Bonds and delegations, checkpointed by epoch
/// @dev See {INodeStaking}. Bond leaves oldest first: what an unbonding request or a slash takes is the bond that was there longest. So an
/// offence reaches exactly what stood in its epoch, wherever it is now, and never what was added later (INV-9).
contract NodeStaking is INodeStaking, LockedVotes, AccessManagedUpgradeable, UUPSUpgradeable {
    using SafeERC20 for IERC20;

    /// @custom:storage-location erc7201:icn.storage.NodeStaking
    struct StakingStorage {
        StakingParameters parameters;
        PositionBook positions;
        RequestBook requests;
        StakeHistory history;
        mapping(NodeId nodeId => BondBook) bonds;
        mapping(NodeId nodeId => mapping(Epoch offenceAt => uint256)) slashedFor;
    }

    // keccak256(abi.encode(uint256(keccak256("icn.storage.NodeStaking")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE_LOCATION = 0xe2bfa9a7add6865786019c76c7c96cdd7fd918a40e6b784b7d00c408b78add00;

    EpochClock private immutable CLOCK;
    IERC20 private immutable ICNT;
    INodeRegistry private immutable REGISTRY;
    ISlaOracle private immutable ORACLE;

    constructor(EpochClock clock, address icnt, address registry, address oracle) {
        (CLOCK, ICNT, REGISTRY, ORACLE) = (clock, IERC20(icnt), INodeRegistry(registry), ISlaOracle(oracle));
        _disableInitializers();
    }

    /// @dev EIP712 needs no initialization: name and version are in the code.
    /// @custom:oz-upgrades-unsafe-allow missing-initializer-call incorrect-initializer-order
    function initialize(
        address authority,
        uint32 unbondingEpochs_,
        uint32 slashCapPpm_,
        uint128 bondBase,
        uint128 bondPerUnit
    ) external initializer {
        __AccessManaged_init(authority);
        StakingStorage storage $ = _storage();
        $.requests.setUnbondingEpochs(unbondingEpochs_);
        $.parameters.setSlashCapPpm(slashCapPpm_);
        $.parameters.setBondMinimum(bondBase, bondPerUnit);
    }

    modifier onlyRegistry() {
        _checkRegistry();
        _;
    }

    /// @inheritdoc INodeStaking
    function openBond(
        NodeId nodeId,
        address operator,
        uint128 amount
    ) external onlyRegistry returns (PositionId positionId) {
        if (amount == 0) revert ZeroAmount();
        ORACLE.requireNotPaused();

        positionId = _openBond(nodeId, operator, amount);
        _movePrincipal(nodeId, address(0), operator, amount, true);
    }

    /// @inheritdoc INodeStaking
    function addBond(NodeId nodeId, uint128 amount) external returns (PositionId positionId) {
        if (amount == 0) revert ZeroAmount();
        _limits().requireStakable(nodeId);
        StakingStorage storage $ = _storage();
        positionId = $.bonds[nodeId].position();
        StoredPosition memory position = $.positions.at(positionId);
        bool isOpen = position.to == OPEN;
        // An open bond is always the operator's.
        address operator = isOpen ? position.owner : REGISTRY.operatorOf(nodeId);
        if (msg.sender != operator) revert NotOwner(positionId, msg.sender);

        if (isOpen) {
            position.amount += SafeCast.toUint96(amount);
            positionId = _succeed(positionId, position);
            $.history.recordBondAdded(nodeId, CLOCK.upcoming(), amount);
        } else {
            positionId = _openBond(nodeId, msg.sender, amount);
        }
        _movePrincipal(nodeId, address(0), msg.sender, amount, true);

        _pull(amount);
    }

    /// @inheritdoc INodeStaking
    function releaseBond(NodeId nodeId) external onlyRegistry {
        StakingStorage storage $ = _storage();
        $.positions.entries[$.bonds[nodeId].position()].kind = PositionKind.ReleasedBond;
    }

    /// @inheritdoc INodeStaking
    function passBond(NodeId nodeId, address to) external onlyRegistry returns (PositionId successor) {
        StakingStorage storage $ = _storage();
        PositionId positionId = $.bonds[nodeId].position();
        StoredPosition memory position = $.positions.at(positionId);
        if (position.to != OPEN) return successor;

        address from = position.owner;
        position.owner = to;
        successor = _succeed(positionId, position);
        _movePrincipal(nodeId, from, to, position.amount, true);
    }

    /// @inheritdoc INodeStaking
    function stake(NodeId nodeId, uint128 amount, uint32 maxCommissionPpm) external returns (PositionId positionId) {
        StakingStorage storage $ = _storage();
        uint24 commissionPpm = _limits().requireRoom($.history, nodeId, amount, maxCommissionPpm);

        Epoch from = CLOCK.upcoming();
        positionId = $.positions.open(msg.sender, nodeId, amount, commissionPpm, PositionKind.Delegation, from);
        _movePrincipal(nodeId, address(0), msg.sender, amount, false);

        _pull(amount);
    }

    /// @inheritdoc INodeStaking
    function topUp(PositionId positionId, uint128 amount) external returns (PositionId successor) {
        StakingStorage storage $ = _storage();
        StoredPosition memory position = $.positions.requireOpen(positionId, msg.sender);
        if (position.isBond()) revert NotDelegation(positionId);
        position.commissionPpm = _limits().requireRoom($.history, position.nodeId, amount, position.commissionPpm);

        position.amount += SafeCast.toUint96(amount);
        successor = _succeed(positionId, position);
        _movePrincipal(position.nodeId, address(0), msg.sender, amount, false);

        _pull(amount);
    }

    /// @inheritdoc INodeStaking
    function requestUnbonding(
        PositionId positionId,
        uint128 amount
    ) external returns (RequestId requestId, PositionId successor) {
        StakingStorage storage $ = _storage();
        StoredPosition memory position = $.positions.requireOpen(positionId, msg.sender);
        if (amount == 0) revert ZeroAmount();
        if (amount > position.amount) revert AmountAbovePosition(amount, position.amount);
        if (position.kind == PositionKind.Bond) {
            _limits().requireBondCanLeave($.history, $.parameters, position.nodeId, amount);
        }

        position.amount -= uint96(amount);
        successor = _succeed(positionId, position);
        requestId = $.requests.open($.bonds[position.nodeId], positionId, position, amount, CLOCK);
        _movePrincipal(position.nodeId, msg.sender, address(0), amount, position.isBond());
    }

    /// @inheritdoc INodeStaking
    function completeUnbonding(RequestId requestId) external returns (uint256 amount) {
        StakingStorage storage $ = _storage();
        StoredPosition memory position = $.positions.at($.requests.entries[requestId].positionId);
        if (position.owner == address(0)) revert UnknownRequest(requestId);

        // Only bonds answer for what was not reported yet.
        uint256 settledCount = position.isBond() ? _settledCount() : type(uint256).max;
        amount = $.requests.close($.bonds[position.nodeId], requestId, position, settledCount);

        ICNT.safeTransfer(position.owner, amount);
    }

    /// @inheritdoc INodeStaking
    function slash(NodeId nodeId, uint256 amount, Epoch offenceAt) external restricted returns (uint256 slashed) {
        StakingStorage storage $ = _storage();
        Epoch upcoming = CLOCK.upcoming();
        if (offenceAt >= upcoming) revert OffenceNotBegun(offenceAt, upcoming);
        uint256 cap = Math.saturatingSub(
            StakeMath.slashCapDown(bondAt(nodeId, offenceAt), $.parameters.slashCapPpm),
            $.slashedFor[nodeId][offenceAt]
        );
        if (amount > cap) revert SlashAboveCap(amount, cap);

        (uint256 bonded, uint256 spared) = $.history.backingOf(nodeId, offenceAt);
        uint256 ofBond = Math.min(amount, bonded);
        _slashBond(nodeId, ofBond);
        slashed = ofBond + $.requests.takeOldest($.bonds[nodeId].openRequests(), amount - ofBond, offenceAt, spared);
        $.slashedFor[nodeId][offenceAt] += slashed;
        address creditPool = REGISTRY.creditPool();
        emit Slashed(nodeId, slashed, offenceAt, creditPool);

        ICNT.safeTransfer(creditPool, slashed);
    }

    /// @inheritdoc INodeStaking
    function setUnbondingPeriod(uint32 epochs) external restricted {
        _storage().requests.setUnbondingEpochs(epochs);
    }

    /// @inheritdoc INodeStaking
    function setSlashCap(uint32 slashCapPpm_) external restricted {
        _storage().parameters.setSlashCapPpm(slashCapPpm_);
    }

    /// @inheritdoc INodeStaking
    function setBondMinimum(uint128 base, uint128 perUnit) external restricted {
        _storage().parameters.setBondMinimum(base, perUnit);
    }

    /// @inheritdoc INodeStaking
    function positionOf(PositionId positionId) external view returns (Position memory) {
        return _storage().positions.at(positionId).toPosition();
    }

    /// @inheritdoc INodeStaking
    function positionCount() external view returns (uint64) {
        return _storage().positions.count;
    }

    /// @inheritdoc INodeStaking
    function positionsOf(
        address owner,
        PositionId before,
        uint256 max
    ) external view returns (PositionId[] memory positionIds) {
        return _storage().positions.pageOf(owner, before, max);
    }

    /// @inheritdoc INodeStaking
    function requestOf(RequestId requestId) external view returns (UnbondingRequest memory) {
        StakingStorage storage $ = _storage();
        return $.requests.get(requestId, $.positions.at($.requests.entries[requestId].positionId));
    }

    /// @inheritdoc INodeStaking
    function bondPositionOf(NodeId nodeId) external view returns (PositionId) {
        return _storage().bonds[nodeId].position();
    }

    /// @inheritdoc INodeStaking
    function isBond(PositionId positionId) external view returns (bool) {
        return _storage().positions.at(positionId).isBond();
    }

    /// @inheritdoc INodeStaking
    function stakeAt(NodeId nodeId, Epoch epoch) external view returns (uint256 staked) {
        (staked, ) = _storage().history.at(nodeId, epoch);
    }

    /// @inheritdoc INodeStaking
    function totalStakeAt(Epoch epoch) external view returns (uint256) {
        return _storage().history.totalAt(epoch);
    }

    /// @inheritdoc INodeStaking
    function limitAt(NodeId nodeId, Epoch epoch) external view returns (uint256) {
        return _limits().limitAt(nodeId, epoch, bondAt(nodeId, epoch));
    }

    /// @inheritdoc INodeStaking
    function unbondingEpochs() external view returns (uint32) {
        return _storage().requests.unbondingEpochs;
    }

    /// @inheritdoc INodeStaking
    function longestUnbondingSince(uint256 timestamp) external view returns (uint32) {
        return _storage().requests.longestUnbondingSince(timestamp);
    }

    /// @inheritdoc INodeStaking
    function principalOf(address owner) external view returns (uint256) {
        return _getVotingUnits(owner);
    }

    /// @inheritdoc INodeStaking
    function slashCapPpm() external view returns (uint32) {
        return _storage().parameters.slashCapPpm;
    }

    /// @inheritdoc INodeStaking
    function latestStake(NodeId nodeId) external view returns (uint256 staked, uint256 bond) {
        return _storage().history.latest(nodeId);
    }

    /// @inheritdoc INodeStaking
    function minimumBond(uint256 units) external view returns (uint256) {
        return _storage().parameters.minimumBond(units);
    }

    /// @inheritdoc INodeStaking
    function limitFor(uint256 bond, uint256 units) external view returns (uint256) {
        return _limits().limitFor(bond, units);
    }

    /// @inheritdoc INodeStaking
    function bondAt(NodeId nodeId, Epoch epoch) public view returns (uint256 bond) {
        (, bond) = _storage().history.at(nodeId, epoch);
    }

    function _openBond(NodeId nodeId, address operator, uint128 amount) internal returns (PositionId positionId) {
        StakingStorage storage $ = _storage();
        Epoch upcoming = CLOCK.upcoming();
        positionId = $.positions.open(operator, nodeId, amount, 0, PositionKind.Bond, upcoming);
        $.history.recordBondAdded(nodeId, upcoming, amount);
        $.bonds[nodeId].setPosition(positionId);
    }

    /// @dev See {PositionBook}; the bond's successor is the node's bond from now on.
    function _succeed(PositionId positionId, StoredPosition memory next) internal returns (PositionId successor) {
        StakingStorage storage $ = _storage();
        successor = $.positions.succeed(positionId, next, CLOCK.upcoming());
        if (next.isBond() && next.amount != 0) $.bonds[next.nodeId].setPosition(successor);
    }

    /// @dev Every change of principal passes here: it leaves the stake and the votes of `from` and enters those of `to`;
    /// zero is outside. What passes from one to the other stays the node's.
    function _movePrincipal(NodeId nodeId, address from, address to, uint256 amount, bool bonded) internal {
        StakingStorage storage $ = _storage();
        if (from == address(0)) $.history.increase(nodeId, CLOCK.upcoming(), amount, bonded);
        else _owner(from).principal -= uint96(amount);
        if (to == address(0)) $.history.decrease(nodeId, CLOCK.upcoming(), amount, bonded);
        else _owner(to).principal += uint96(amount);
        _transferVotingUnits(from, to, amount);
    }

    function _pull(uint256 amount) internal {
        ICNT.safeTransferFrom(msg.sender, address(this), amount);
    }

    function _slashBond(NodeId nodeId, uint256 amount) internal {
        if (amount == 0) return;
        StakingStorage storage $ = _storage();
        PositionId positionId = $.bonds[nodeId].position();
        StoredPosition memory position = $.positions.at(positionId);
        position.amount -= uint96(amount);
        _succeed(positionId, position);
        _movePrincipal(nodeId, position.owner, address(0), amount, true);
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _setHasDelegate(address account, bool hasDelegate) internal override {
        _owner(account).hasDelegate = hasDelegate;
    }

    function _hasDelegate(address account) internal view override returns (bool) {
        return _owner(account).hasDelegate;
    }

    function _getVotingUnits(address account) internal view override returns (uint256) {
        return _owner(account).principal;
    }

    // solhint-disable-next-line func-name-mixedcase
    function _EIP712Name() internal pure override returns (string memory) {
        return "ICN NodeStaking";
    }

    /// @dev What left the longest unbonding period ago counts as settled: whoever keeps reports away must not keep bonds.
    function _settledCount() internal view returns (uint256) {
        uint256 longAgo = Math.saturatingSub(Epoch.unwrap(CLOCK.upcoming()), UNBONDING_EPOCHS_MAX + 1);
        return Math.max(ORACLE.finalizedCount(), longAgo);
    }

    function _checkRegistry() internal view {
        if (msg.sender != address(REGISTRY)) revert NotRegistry(msg.sender);
    }

    function _limits() internal view returns (StakeLimits memory) {
        return StakeLimits(CLOCK, REGISTRY, ORACLE);
    }

    function _owner(address account) private view returns (Owner storage) {
        return _storage().positions.owners[account];
    }

    function _storage() private pure returns (StakingStorage storage $) {
        assembly {
            $.slot := STORAGE_LOCATION
        }
    }
}
