// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {SERVICE_COMPUTE, SERVICE_NETWORK, SERVICE_STORAGE} from "../types/Nodes.sol";
import {CurvePoint, Economics, LatencyTarget, Measurement, Rules, Timing} from "../types/Rules.sol";
import {PPM, SUPPLY} from "../types/Units.sol";

/// @title The bounds that no vote can leave
library RulesCheck {
    uint256 internal constant ATTESTER_SHARE_PPM_MAX = 100_000;
    uint256 internal constant STAKE_FLOOR_MIN = 1_000_000e18;
    uint256 internal constant BOND_FACTOR_MAX = 100;
    uint256 internal constant BUCKETS = 256;
    uint256 internal constant STALE_EPOCHS_MAX = 30;
    uint256 internal constant ASSIGNED_MAX = 31;
    uint256 internal constant NETWORK_BYTES_MIN = 1 << 10;
    uint256 internal constant NETWORK_BYTES_MAX = 4 << 20;
    /// Half an epoch is left for the views after the reveal.
    uint256 internal constant REVEAL_PPM_MAX = 499_999;
    uint256 internal constant VIEW_TIMEOUT_PPM_MIN = 1_000;
    uint256 internal constant CURVE_POINTS_MAX = 16;
    uint256 internal constant SERVICES = 3;
    uint256 internal constant LATENCY_TARGETS_MAX = 64;
    uint256 internal constant TARGET_MS_MAX = 60_000;

    /// @dev Reverts with an error that names the field, its value and its bounds, or the entry of a list.
    function requireValid(Rules calldata rules) internal pure {
        _requireWithin("algorithmVersion", rules.algorithmVersion, 1, type(uint32).max);
        _requireValid(rules.economics);
        _requireValid(rules.measurement);
        _requireValid(rules.timing);
        _requireValid(rules.latencyTargets);
        _requireValid("availabilityCurve", rules.availabilityCurve);
        _requireValid("latencyCurve", rules.latencyCurve);
    }

    function _requireValid(Economics calldata economics) private pure {
        _requireWithin("attesterSharePpm", economics.attesterSharePpm, 0, ATTESTER_SHARE_PPM_MAX);
        _requireWithin("stakeFloor", economics.stakeFloor, STAKE_FLOOR_MIN, SUPPLY);
        _requireWithin("bondFactor", economics.bondFactor, 0, BOND_FACTOR_MAX);
        _requireWithin("stakePerUnit", economics.stakePerUnit, 0, SUPPLY);
    }

    function _requireValid(Measurement calldata measurement) private pure {
        _requireWithin("measuredBucketsMin", measurement.measuredBucketsMin, 1, BUCKETS);
        _requireWithin("latencyBucketsMin", measurement.latencyBucketsMin, 1, BUCKETS);
        _requireWithin("staleEpochsPaid", measurement.staleEpochsPaid, 0, STALE_EPOCHS_MAX);
        _requireWithin("assignedAttesters", measurement.assignedAttesters, 1, ASSIGNED_MAX);
        _requireWithin("storageBucketInterval", measurement.storageBucketInterval, 1, BUCKETS);
        _requireWithin("networkBucketInterval", measurement.networkBucketInterval, 1, BUCKETS);
        _requireWithin("computeBucketInterval", measurement.computeBucketInterval, 1, BUCKETS);
        _requireWithin("networkBytes", measurement.networkBytes, NETWORK_BYTES_MIN, NETWORK_BYTES_MAX);
        _requireWithin("paidConclusivePpm", measurement.paidConclusivePpm, 0, PPM);
    }

    function _requireValid(Timing calldata timing) private pure {
        _requireWithin("revealPpm", timing.revealPpm, 2, REVEAL_PPM_MAX);
        _requireWithin("commitPpm", timing.commitPpm, 1, timing.revealPpm - 1);
        _requireWithin("viewTimeoutPpm", timing.viewTimeoutPpm, VIEW_TIMEOUT_PPM_MIN, PPM);
    }

    function _requireValid(string memory curve, CurvePoint[] calldata points) private pure {
        _requireWithin(string.concat(curve, ".length"), points.length, 1, CURVE_POINTS_MAX);
        for (uint256 i = 0; i < points.length; ++i) {
            if (i > 0 && points[i].xPpm <= points[i - 1].xPpm) revert ISlaOracle.CurveNotAscending(curve, i);
            _requireWithin(string.concat(curve, ".yPpm"), points[i].yPpm, 0, PPM);
        }
    }

    /// @dev Ascending, so class 0 comes first: its three services fill the first three entries, or one is missing.
    function _requireValid(LatencyTarget[] calldata targets) private pure {
        _requireWithin("latencyTargets.length", targets.length, SERVICES, LATENCY_TARGETS_MAX);
        for (uint256 i = 0; i < targets.length; ++i) {
            LatencyTarget calldata target = targets[i];
            _requireService(i, target.service);
            if (i > 0 && _orderOf(target) <= _orderOf(targets[i - 1])) revert ISlaOracle.LatencyTargetsNotAscending(i);
            _requireWithin("latencyTargets.targetMs", target.targetMs, 1, TARGET_MS_MAX);
        }
        for (uint256 i = 0; i < SERVICES; ++i) {
            uint8 service = uint8(1 << i);
            if (_orderOf(targets[i]) != service) revert ISlaOracle.LatencyTargetMissing(service);
        }
    }

    function _requireService(uint256 index, uint8 service) private pure {
        if (service != SERVICE_STORAGE && service != SERVICE_COMPUTE && service != SERVICE_NETWORK)
            revert ISlaOracle.UnknownTargetService(index, service);
    }

    function _orderOf(LatencyTarget calldata target) private pure returns (uint256) {
        return (uint256(target.nodeClass) << 8) | target.service;
    }

    function _requireWithin(string memory field, uint256 actual, uint256 min, uint256 max) private pure {
        if (actual < min || actual > max) revert ISlaOracle.RulesOutOfBounds(field, actual, min, max);
    }
}
