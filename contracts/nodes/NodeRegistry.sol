// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {EpochCheckpoints} from "../libraries/EpochCheckpoints.sol";
import {NodeTermsPacking} from "../libraries/NodeTermsPacking.sol";
import {StakeMath} from "../libraries/StakeMath.sol";
import {Epoch} from "../types/Epoch.sol";
import {EpochClock} from "../types/EpochClock.sol";
import {NodeId} from "../types/Ids.sol";
import {ClassCaps, NodeStatus, NodeTerms, SERVICE_COMPUTE, SERVICE_NETWORK, SERVICE_STORAGE} from "../types/Nodes.sol";

/// @title Operators, terms, keys and endpoints of nodes, checkpointed by epoch
/// @dev See {INodeRegistry}.
contract NodeRegistry is INodeRegistry, AccessManagedUpgradeable, UUPSUpgradeable {
    using Checkpoints for Checkpoints.Trace208;
    using EpochCheckpoints for Checkpoints.Trace160;
    using EpochCheckpoints for Checkpoints.Trace208;
    using SafeERC20 for IERC20;
    using StakeMath for NodeTerms;

    struct Node {
        address operator;
        address pendingOperator;
        string endpoint;
        Checkpoints.Trace160 keys;
        Checkpoints.Trace208 terms;
    }

    /// @custom:storage-location erc7201:icn.storage.NodeRegistry
    struct RegistryStorage {
        uint96 fee;
        address creditPool;
        Checkpoints.Trace208 nodeCount;
        mapping(NodeId nodeId => Node) nodes;
        mapping(address nodeKey => bool) keyUsed;
        mapping(uint8 nodeClass => ClassCaps) classCaps;
    }

    uint256 private constant FEE_MAX = 1_000e18;
    /// @dev For each service of any class.
    uint256 private constant CLASS_CAP_MAX = 1_000_000;
    uint256 private constant COMMISSION_PPM_MAX = 500_000;
    uint256 private constant ENDPOINT_LENGTH_MIN = 8;
    uint256 private constant ENDPOINT_LENGTH_MAX = 256;
    uint8 private constant ALL_SERVICES = SERVICE_STORAGE | SERVICE_COMPUTE | SERVICE_NETWORK;
    // keccak256(abi.encode(uint256(keccak256("icn.storage.NodeRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE_LOCATION = 0x58e5eeab32944248269823a2e714b86c583618c309647c20bddbd1ca05c59100;

    EpochClock private immutable CLOCK;
    IERC20 private immutable ICNT;
    INodeStaking private immutable STAKING;

    constructor(EpochClock clock, address icnt, address staking) {
        CLOCK = clock;
        ICNT = IERC20(icnt);
        STAKING = INodeStaking(staking);
        _disableInitializers();
    }

    function initialize(
        address authority,
        address creditPool_,
        uint256 fee_,
        ClassCaps[] calldata caps
    ) external initializer {
        __AccessManaged_init(authority);
        _setCreditPool(creditPool_);
        _setFee(fee_);
        for (uint256 i = 0; i < caps.length; ++i) _setClassCaps(caps[i]);
    }

    modifier onlyOperator(NodeId nodeId) {
        _checkOperator(nodeId);
        _;
    }

    /// @inheritdoc INodeRegistry
    function register(
        address nodeKey,
        NodeTerms calldata terms,
        string calldata endpoint,
        uint256 bond
    ) external returns (NodeId nodeId) {
        RegistryStorage storage $ = _storage();
        uint64 count = nodeCount() + 1;
        nodeId = NodeId.wrap(count);
        _validate(terms);
        _validateEndpoint(endpoint);
        _requireBond(nodeId, bond, terms.unitsOf());

        Epoch from = CLOCK.upcoming();

        $.nodeCount.set(from, count);
        $.nodes[nodeId].operator = msg.sender;
        emit NodeRegistered(nodeId, msg.sender, from);
        _setTerms(nodeId, NodeStatus.Registered, terms);
        _setNodeKey(nodeId, nodeKey);
        _setEndpoint(nodeId, endpoint);

        ICNT.safeTransferFrom(msg.sender, $.creditPool, $.fee);
        ICNT.safeTransferFrom(msg.sender, address(STAKING), bond);
        STAKING.openBond(nodeId, msg.sender, SafeCast.toUint128(bond));
    }

    /// @inheritdoc INodeRegistry
    function activate(NodeId nodeId) external {
        _activate(nodeId, NodeStatus.Registered);
    }

    /// @inheritdoc INodeRegistry
    function setTerms(NodeId nodeId, NodeTerms calldata terms) external onlyOperator(nodeId) {
        (NodeStatus status, NodeTerms memory old) = latestTerms(nodeId);
        _validate(terms);
        if (status != NodeStatus.Exiting) _requireBacking(nodeId, old.unitsOf(), terms.unitsOf());

        _setTerms(nodeId, status, terms);
    }

    /// @inheritdoc INodeRegistry
    function rotateNodeKey(NodeId nodeId, address nodeKey) external onlyOperator(nodeId) {
        _setNodeKey(nodeId, nodeKey);
    }

    /// @inheritdoc INodeRegistry
    function setEndpoint(NodeId nodeId, string calldata endpoint) external onlyOperator(nodeId) {
        _validateEndpoint(endpoint);

        _setEndpoint(nodeId, endpoint);
    }

    /// @inheritdoc INodeRegistry
    function startMaintenance(NodeId nodeId) external onlyOperator(nodeId) {
        NodeTerms memory terms = _requireStatus(nodeId, NodeStatus.Active);

        _setTerms(nodeId, NodeStatus.Maintenance, terms);
    }

    /// @inheritdoc INodeRegistry
    function endMaintenance(NodeId nodeId) external onlyOperator(nodeId) {
        _activate(nodeId, NodeStatus.Maintenance);
    }

    /// @inheritdoc INodeRegistry
    function offerOperator(NodeId nodeId, address to) external onlyOperator(nodeId) {
        _storage().nodes[nodeId].pendingOperator = to;
        emit OperatorOffered(nodeId, msg.sender, to);
    }

    /// @inheritdoc INodeRegistry
    function acceptOperator(NodeId nodeId) external {
        Node storage node = _storage().nodes[nodeId];
        if (msg.sender != node.pendingOperator) revert NotOffered(nodeId, msg.sender);
        _requireNotExited(nodeId);

        address from = node.operator;
        node.operator = msg.sender;
        node.pendingOperator = address(0);
        emit OperatorChanged(nodeId, from, msg.sender, CLOCK.upcoming());

        STAKING.passBond(nodeId, msg.sender);
    }

    /// @inheritdoc INodeRegistry
    function startExit(NodeId nodeId) external onlyOperator(nodeId) {
        (NodeStatus status, NodeTerms memory terms) = latestTerms(nodeId);
        if (status == NodeStatus.Exiting) revert WrongStatus(nodeId, status, NodeStatus.Active);

        _setTerms(nodeId, NodeStatus.Exiting, terms);

        STAKING.releaseBond(nodeId);
    }

    /// @inheritdoc INodeRegistry
    function completeExit(NodeId nodeId) external {
        NodeTerms memory terms = _requireStatus(nodeId, NodeStatus.Exiting);
        (, uint256 bond) = STAKING.latestStake(nodeId);
        if (bond != 0) revert StillBonded(nodeId, bond);

        _setTerms(nodeId, NodeStatus.Exited, terms);
    }

    /// @inheritdoc INodeRegistry
    function setFee(uint256 fee_) external restricted {
        _setFee(fee_);
    }

    /// @inheritdoc INodeRegistry
    function setClassCaps(
        uint8 nodeClass,
        uint32 storageUnits,
        uint32 computeUnits,
        uint32 networkUnits
    ) external restricted {
        _setClassCaps(ClassCaps(nodeClass, storageUnits, computeUnits, networkUnits));
    }

    /// @inheritdoc INodeRegistry
    function setCreditPool(address creditPool_) external restricted {
        _setCreditPool(creditPool_);
    }

    /// @inheritdoc INodeRegistry
    function fee() external view returns (uint256) {
        return _storage().fee;
    }

    /// @inheritdoc INodeRegistry
    function creditPool() external view returns (address) {
        return _storage().creditPool;
    }

    /// @inheritdoc INodeRegistry
    function classCaps(
        uint8 nodeClass
    ) external view returns (uint32 storageUnits, uint32 computeUnits, uint32 networkUnits) {
        ClassCaps storage caps = _storage().classCaps[nodeClass];
        return (caps.storageUnits, caps.computeUnits, caps.networkUnits);
    }

    /// @inheritdoc INodeRegistry
    function nodeCountAt(Epoch epoch) external view returns (uint64) {
        return uint64(_storage().nodeCount.valueAt(epoch));
    }

    /// @inheritdoc INodeRegistry
    function endpointOf(NodeId nodeId) external view returns (string memory) {
        return _storage().nodes[nodeId].endpoint;
    }

    /// @inheritdoc INodeRegistry
    function nodeKeyAt(NodeId nodeId, Epoch epoch) external view returns (address) {
        return _storage().nodes[nodeId].keys.valueAt(epoch);
    }

    /// @inheritdoc INodeRegistry
    function termsAt(NodeId nodeId, Epoch epoch) external view returns (NodeStatus status, NodeTerms memory terms) {
        return NodeTermsPacking.unpack(_storage().nodes[nodeId].terms.valueAt(epoch));
    }

    /// @inheritdoc INodeRegistry
    function nodeCount() public view returns (uint64) {
        return uint64(_storage().nodeCount.latest());
    }

    /// @inheritdoc INodeRegistry
    function operatorOf(NodeId nodeId) public view returns (address) {
        return _storage().nodes[nodeId].operator;
    }

    /// @inheritdoc INodeRegistry
    function pendingOperatorOf(NodeId nodeId) external view returns (address) {
        return _storage().nodes[nodeId].pendingOperator;
    }

    /// @inheritdoc INodeRegistry
    function latestTerms(NodeId nodeId) public view returns (NodeStatus status, NodeTerms memory terms) {
        return NodeTermsPacking.unpack(_storage().nodes[nodeId].terms.latest());
    }

    function _activate(NodeId nodeId, NodeStatus from) internal {
        NodeTerms memory terms = _requireStatus(nodeId, from);
        (, uint256 bond) = STAKING.latestStake(nodeId);
        _requireBond(nodeId, bond, terms.unitsOf());

        _setTerms(nodeId, NodeStatus.Active, terms);
    }

    function _setTerms(NodeId nodeId, NodeStatus status, NodeTerms memory terms) internal {
        Epoch from = CLOCK.upcoming();
        _storage().nodes[nodeId].terms.set(from, NodeTermsPacking.pack(status, terms));
        emit NodeTermsChanged(nodeId, from, status, terms);
    }

    function _setNodeKey(NodeId nodeId, address nodeKey) internal {
        RegistryStorage storage $ = _storage();
        if (nodeKey == address(0)) revert ZeroNodeKey();
        if ($.keyUsed[nodeKey]) revert NodeKeyUsed(nodeKey);

        Epoch from = CLOCK.upcoming();
        $.keyUsed[nodeKey] = true;
        $.nodes[nodeId].keys.set(from, nodeKey);
        emit NodeKeyChanged(nodeId, from, nodeKey);
    }

    function _setEndpoint(NodeId nodeId, string calldata endpoint) internal {
        _storage().nodes[nodeId].endpoint = endpoint;
        emit NodeEndpointChanged(nodeId, CLOCK.upcoming(), endpoint);
    }

    function _setFee(uint256 fee_) internal {
        if (fee_ > FEE_MAX) revert FeeTooHigh(fee_, FEE_MAX);

        _storage().fee = uint96(fee_);
        emit FeeChanged(fee_);
    }

    function _setClassCaps(ClassCaps memory caps) internal {
        uint256 most = Math.max(caps.storageUnits, Math.max(caps.computeUnits, caps.networkUnits));
        if (most > CLASS_CAP_MAX) revert ClassCapTooHigh(most, CLASS_CAP_MAX);

        _storage().classCaps[caps.nodeClass] = caps;
        emit ClassCapsChanged(caps.nodeClass, caps.storageUnits, caps.computeUnits, caps.networkUnits);
    }

    function _setCreditPool(address creditPool_) internal {
        if (creditPool_ == address(0)) revert ZeroCreditPool();

        _storage().creditPool = creditPool_;
        emit CreditPoolChanged(creditPool_);
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _checkOperator(NodeId nodeId) internal view {
        address operator = operatorOf(nodeId);
        if (operator == address(0)) revert UnknownNode(nodeId);
        if (msg.sender != operator) revert NotOperator(nodeId, msg.sender);
        _requireNotExited(nodeId);
    }

    /// @dev Exited is final: such a node accepts no change.
    function _requireNotExited(NodeId nodeId) internal view {
        (NodeStatus status, ) = latestTerms(nodeId);
        if (status == NodeStatus.Exited) revert WrongStatus(nodeId, status, NodeStatus.Active);
    }

    function _requireStatus(NodeId nodeId, NodeStatus expected) internal view returns (NodeTerms memory terms) {
        NodeStatus actual;
        (actual, terms) = latestTerms(nodeId);
        if (actual == NodeStatus.None) revert UnknownNode(nodeId);
        if (actual != expected) revert WrongStatus(nodeId, actual, expected);
    }

    function _requireBond(NodeId nodeId, uint256 bond, uint256 units) internal view {
        uint256 min = STAKING.minimumBond(units);
        if (bond < min) revert BondTooLow(nodeId, bond, min);
    }

    /// @dev More units need a larger bond, fewer carry less stake; equal ones ask nothing, so that a node whose bond was
    /// slashed can still change the rest of its terms.
    function _requireBacking(NodeId nodeId, uint256 oldUnits, uint256 newUnits) internal view {
        if (newUnits == oldUnits) return;
        (uint256 stake, uint256 bond) = STAKING.latestStake(nodeId);
        if (newUnits > oldUnits) return _requireBond(nodeId, bond, newUnits);
        uint256 limit = STAKING.limitFor(bond, newUnits);
        if (stake > limit) revert StakeAboveLimit(nodeId, stake, limit);
    }

    function _validate(NodeTerms calldata terms) internal view {
        if (terms.commissionPpm > COMMISSION_PPM_MAX) {
            revert CommissionTooHigh(terms.commissionPpm, COMMISSION_PPM_MAX);
        }
        if (terms.services == 0) revert NoService(terms.services);
        if (terms.services & ~ALL_SERVICES != 0) revert UnknownServices(terms.services);
        if (!_isUpperCase(terms.country[0]) || !_isUpperCase(terms.country[1])) revert InvalidCountry(terms.country);

        ClassCaps memory caps = _storage().classCaps[terms.nodeClass];
        _validateUnits(terms.services, SERVICE_STORAGE, terms.storageUnits, caps.storageUnits);
        _validateUnits(terms.services, SERVICE_COMPUTE, terms.computeUnits, caps.computeUnits);
        _validateUnits(terms.services, SERVICE_NETWORK, terms.networkUnits, caps.networkUnits);
    }

    function _validateUnits(uint8 services, uint8 service, uint256 units, uint256 classCap) internal pure {
        bool offered = services & service != 0;
        uint256 cap = offered ? classCap : 0;
        if (units > cap || (offered && units == 0)) revert InvalidUnits(service, units, cap);
    }

    /// @dev Attesters parse the address and refuse what they cannot reach; here only what no client could read.
    function _validateEndpoint(string calldata endpoint) internal pure {
        bytes calldata raw = bytes(endpoint);
        bool sized = raw.length >= ENDPOINT_LENGTH_MIN && raw.length <= ENDPOINT_LENGTH_MAX;
        if (!sized || (bytes7(raw[:7]) != "http://" && bytes8(raw[:8]) != "https://")) {
            revert InvalidEndpoint(raw.length, ENDPOINT_LENGTH_MAX);
        }
    }

    function _isUpperCase(bytes1 letter) internal pure returns (bool) {
        return letter >= "A" && letter <= "Z";
    }

    function _storage() private pure returns (RegistryStorage storage $) {
        assembly {
            $.slot := STORAGE_LOCATION
        }
    }
}
