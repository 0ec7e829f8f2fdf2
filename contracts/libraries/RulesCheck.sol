// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {CurvePoint, Economics, Measurement, Rules, Timing} from "../types/Rules.sol";
import {PPM, SUPPLY} from "../types/Units.sol";

/// @title The bounds that no vote can leave
library RulesCheck {
    uint256 internal constant ATTESTER_SHARE_PPM_MAX = 100_000;
    uint256 internal constant STAKE_FLOOR_MIN = 1_000_000e18;
    uint256 internal constant BOND_FACTOR_MAX = 100;
    uint256 internal constant BUCKETS = 256;
    uint256 internal constant STALE_EPOCHS_MAX = 30;
    uint256 internal constant ASSIGNED_MAX = 31;
    uint256 internal constant STORAGE_INTERVAL_MAX = 64;
    uint256 internal constant STORAGE_TARGET_MS_MAX = 60_000;
    /// Half an epoch is left for the views after the reveal.
    uint256 internal constant REVEAL_PPM_MAX = 499_999;
    uint256 internal constant VIEW_TIMEOUT_PPM_MIN = 1_000;
    uint256 internal constant CURVE_POINTS_MAX = 16;

    /// @dev Reverts with RulesOutOfBounds or CurveNotAscending, which name the field.
    function requireValid(Rules calldata rules) internal pure {
        _requireWithin("algorithmVersion", rules.algorithmVersion, 1, type(uint32).max);
        _requireValid(rules.economics);
        _requireValid(rules.measurement);
        _requireValid(rules.timing);
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
        _requireWithin("storageBucketInterval", measurement.storageBucketInterval, 1, STORAGE_INTERVAL_MAX);
        _requireWithin("storageTargetMs", measurement.storageTargetMs, 1, STORAGE_TARGET_MS_MAX);
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

    function _requireWithin(string memory field, uint256 actual, uint256 min, uint256 max) private pure {
        if (actual < min || actual > max) revert ISlaOracle.RulesOutOfBounds(field, actual, min, max);
    }
}
