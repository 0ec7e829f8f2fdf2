// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {INodeRegistry} from "../interfaces/INodeRegistry.sol";
import {INodeStaking} from "../interfaces/INodeStaking.sol";
import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {StakeMath} from "../libraries/StakeMath.sol";
import {Epoch} from "../types/Epoch.sol";
import {EpochClock} from "../types/EpochClock.sol";
import {NodeId} from "../types/Ids.sol";
import {NodeStatus, NodeTerms} from "../types/Nodes.sol";
import {StakeHistory} from "./StakeHistory.sol";
import {StakingParameters} from "./StakingParameters.sol";

/// @dev What a node may carry, by its terms (in the registry) and the rules (in the oracle).
struct StakeLimits {
    EpochClock clock;
    INodeRegistry registry;
    ISlaOracle oracle;
}

using StakeMath for NodeTerms;
using {limitAt, limitFor, requireStakable, requireRoom, requireBondCanLeave} for StakeLimits global;

function limitAt(StakeLimits memory self, NodeId nodeId, Epoch epoch, uint256 bond) view returns (uint256) {
    (, NodeTerms memory terms) = self.registry.termsAt(nodeId, epoch);
    return StakeMath.limit(bond, terms.unitsOf(), self.oracle.economicsAt(epoch));
}

/// @dev Under the rules of the next epoch.
function limitFor(StakeLimits memory self, uint256 bond, uint256 units) view returns (uint256) {
    return StakeMath.limit(bond, units, self.oracle.economicsAt(self.clock.upcoming()));
}

/// @dev The node takes stake, and nothing is paused.
function requireStakable(StakeLimits memory self, NodeId nodeId) view returns (NodeTerms memory terms) {
    self.oracle.requireNotPaused();
    NodeStatus status;
    (status, terms) = self.registry.latestTerms(nodeId);
    bool stakable = status >= NodeStatus.Registered && status <= NodeStatus.Maintenance;
    if (!stakable) revert INodeStaking.NodeNotStakable(nodeId);
}

/// @dev The node takes `amount` more of delegations, at a commission of at most `maxCommissionPpm`.
/// @return commissionPpm Its present commission.
function requireRoom(
    StakeLimits memory self,
    StakeHistory storage history,
    NodeId nodeId,
    uint256 amount,
    uint32 maxCommissionPpm
) view returns (uint24 commissionPpm) {
    if (amount == 0) revert INodeStaking.ZeroAmount();
    NodeTerms memory terms = self.requireStakable(nodeId);
    if (terms.commissionPpm > maxCommissionPpm) {
        revert INodeStaking.CommissionAboveMax(terms.commissionPpm, maxCommissionPpm);
    }
    (uint256 stake, uint256 bond) = history.latest(nodeId);
    requireWithinLimit(self, nodeId, stake + amount, bond, terms.unitsOf());
    return uint24(terms.commissionPpm);
}

/// @dev The bond that stays must be the minimum and carry the stake that stays.
function requireBondCanLeave(
    StakeLimits memory self,
    StakeHistory storage history,
    StakingParameters storage parameters,
    NodeId nodeId,
    uint256 amount
) view {
    (, NodeTerms memory terms) = self.registry.latestTerms(nodeId);
    (uint256 stake, uint256 bond) = history.latest(nodeId);
    uint256 min = parameters.minimumBond(terms.unitsOf());
    if (bond - amount < min) revert INodeStaking.BondTooLow(nodeId, bond - amount, min);
    requireWithinLimit(self, nodeId, stake - amount, bond - amount, terms.unitsOf());
}

function requireWithinLimit(StakeLimits memory self, NodeId nodeId, uint256 stake, uint256 bond, uint256 units) view {
    uint256 limit = self.limitFor(bond, units);
    if (stake > limit) revert INodeStaking.StakeAboveLimit(nodeId, stake, limit);
}
