// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Epoch} from "../types/Epoch.sol";
import {NodeId} from "../types/Ids.sol";
import {NodeStatus, NodeTerms} from "../types/Nodes.sol";

/// @title Who runs which server
///
/// Trust: only a node's operator changes its data. Anyone may activate a node whose bond suffices. The authority sets
/// the fee, the class caps and the credit pool, and upgrades the code. Status, terms, keys and endpoints change from
/// the next epoch's start and every change is in an event with the epoch from which it acts.
interface INodeRegistry {
    event NodeRegistered(NodeId indexed nodeId, address indexed operator, Epoch effectiveFrom);
    /// @notice Status and terms from `effectiveFrom` on; a later event of the same epoch replaces this one.
    event NodeTermsChanged(NodeId indexed nodeId, Epoch indexed effectiveFrom, NodeStatus status, NodeTerms terms);
    event NodeKeyChanged(NodeId indexed nodeId, Epoch indexed effectiveFrom, address nodeKey);
    event NodeEndpointChanged(NodeId indexed nodeId, Epoch indexed effectiveFrom, string endpoint);
    /// @notice `to` may accept; the zero address withdraws an offer.
    event OperatorOffered(NodeId indexed nodeId, address indexed from, address indexed to);
    /// @notice The operator changed at once; its bond position changes hands from `effectiveFrom` on.
    event OperatorChanged(NodeId indexed nodeId, address indexed from, address indexed to, Epoch effectiveFrom);
    event FeeChanged(uint256 fee);
    event ClassCapsChanged(uint8 indexed nodeClass, uint32 storageUnits, uint32 computeUnits, uint32 networkUnits);
    event CreditPoolChanged(address creditPool);

    error UnknownNode(NodeId nodeId);
    error NotOperator(NodeId nodeId, address caller);
    error WrongStatus(NodeId nodeId, NodeStatus actual, NodeStatus expected);
    error NotOffered(NodeId nodeId, address caller);
    error ZeroNodeKey();
    /// @notice A node key belongs to one node for ever, also after it was rotated out.
    error NodeKeyUsed(address nodeKey);
    error NoService(uint8 services);
    error UnknownServices(uint8 services);
    /// @notice Capacity units of a service must be positive exactly where the service is offered, up to the class cap.
    error InvalidUnits(uint8 service, uint256 units, uint256 cap);
    error InvalidCountry(bytes2 country);
    error CommissionTooHigh(uint256 commissionPpm, uint256 max);
    error InvalidEndpoint(uint256 length, uint256 max);
    error BondTooLow(NodeId nodeId, uint256 bond, uint256 min);
    error StakeAboveLimit(NodeId nodeId, uint256 stake, uint256 limit);
    error StillBonded(NodeId nodeId, uint256 bond);
    error FeeTooHigh(uint256 fee, uint256 max);
    /// @notice A class would allow more units of a service than any class may.
    error ClassCapTooHigh(uint256 units, uint256 max);
    error ZeroCreditPool();

    /// @notice Registers the caller's node, pays the fee to the credit pool and bonds `bond` wei; both are pulled from
    /// the caller, who approves this contract. The node counts from the next epoch on.
    function register(
        address nodeKey,
        NodeTerms calldata terms,
        string calldata endpoint,
        uint256 bond
    ) external returns (NodeId nodeId);

    /// @notice Registered → Active from the next epoch on; anyone may call.
    function activate(NodeId nodeId) external;

    function setTerms(NodeId nodeId, NodeTerms calldata terms) external;
    function rotateNodeKey(NodeId nodeId, address nodeKey) external;
    function setEndpoint(NodeId nodeId, string calldata endpoint) external;

    /// @notice Active → Maintenance from the next epoch on: the node is neither paid nor struck while it lasts.
    function startMaintenance(NodeId nodeId) external;

    /// @notice Maintenance → Active from the next epoch on; the bond must be the minimum.
    function endMaintenance(NodeId nodeId) external;

    /// @notice Offers the node and its bond to `to`; a second offer replaces the first, the zero address withdraws it.
    function offerOperator(NodeId nodeId, address to) external;

    /// @notice Takes an offered node over. Its bond position passes to the caller from the next epoch on; open unbonding
    /// requests stay with who made them, and stay slashable. Commission not yet claimed goes to the new operator.
    function acceptOperator(NodeId nodeId) external;

    /// @notice Registered, Active or Maintenance → Exiting from the next epoch on: the whole bond may then unbond.
    function startExit(NodeId nodeId) external;

    /// @notice Exiting → Exited once no bond is left; anyone may call.
    function completeExit(NodeId nodeId) external;

    function setFee(uint256 fee) external;
    /// @notice Capacity units per service that a node of the class may have, each up to 1,000,000.
    function setClassCaps(uint8 nodeClass, uint32 storageUnits, uint32 computeUnits, uint32 networkUnits) external;
    function setCreditPool(address creditPool) external;

    function fee() external view returns (uint256);
    function creditPool() external view returns (address);
    function classCaps(
        uint8 nodeClass
    ) external view returns (uint32 storageUnits, uint32 computeUnits, uint32 networkUnits);

    function nodeCount() external view returns (uint64);
    /// @notice Nodes in the ledger of `epoch`: those registered before it started.
    function nodeCountAt(Epoch epoch) external view returns (uint64);
    function operatorOf(NodeId nodeId) external view returns (address);
    function pendingOperatorOf(NodeId nodeId) external view returns (address);
    function endpointOf(NodeId nodeId) external view returns (string memory);
    function nodeKeyAt(NodeId nodeId, Epoch epoch) external view returns (address);
    function termsAt(NodeId nodeId, Epoch epoch) external view returns (NodeStatus status, NodeTerms memory terms);
    /// @notice As they will be from the next epoch on.
    function latestTerms(NodeId nodeId) external view returns (NodeStatus status, NodeTerms memory terms);
}
