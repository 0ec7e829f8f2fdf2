// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {CurvePoint, Economics, LatencyTarget, Measurement, Rules, Timing} from "../../../contracts/types/Rules.sol";

/// The rules with which a network starts.
abstract contract DefaultRules {
    function defaultRules() internal pure returns (Rules memory rules) {
        rules.algorithmVersion = 1;
        rules.economics = Economics(50_000, 35_000_000e18, 9, 1_000e18);
        rules.measurement = Measurement(64, 16, 3, 7, 4, 16, 32, 65_536, 500_000);
        rules.timing = Timing(10_000, 20_000, 10_000);
        rules.availabilityCurve = new CurvePoint[](3);
        rules.availabilityCurve[0] = CurvePoint(950_000, 0);
        rules.availabilityCurve[1] = CurvePoint(990_000, 500_000);
        rules.availabilityCurve[2] = CurvePoint(996_000, 1_000_000);
        rules.latencyCurve = new CurvePoint[](2);
        rules.latencyCurve[0] = CurvePoint(1_000_000, 1_000_000);
        rules.latencyCurve[1] = CurvePoint(4_000_000, 0);
        rules.latencyTargets = new LatencyTarget[](3);
        rules.latencyTargets[0] = LatencyTarget(0, 1, 200);
        rules.latencyTargets[1] = LatencyTarget(0, 2, 2_000);
        rules.latencyTargets[2] = LatencyTarget(0, 4, 1_000);
    }
}
