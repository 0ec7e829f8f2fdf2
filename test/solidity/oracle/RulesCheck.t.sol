// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISlaOracle} from "../../../contracts/interfaces/ISlaOracle.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {LatencyTarget, Rules} from "../../../contracts/types/Rules.sol";
import {OracleFixture} from "../helpers/OracleFixture.sol";

/// INV-11 for what is measured: no vote leaves the bounds of the code.
contract RulesCheckTest is OracleFixture {
    function setUp() external {
        deployOracle();
    }

    function testFuzz_INV11_TakesLatencyTargetsIfAndOnlyIfTheyAreComplete(uint256 seed, uint256 length) external {
        length = bound(length, 0, 7);
        LatencyTarget[] memory targets = new LatencyTarget[](length);
        for (uint256 i = 0; i < length; ++i) targets[i] = _target(uint256(keccak256(abi.encode(seed, i))));
        // Half of the cases begin as valid ones do.
        if (seed & 1 == 0) for (uint256 i = 0; i < 3 && i < length; ++i) targets[i] = LatencyTarget(0, _bit(i), 100);

        vm.assertEq(_accepts(targets), _isComplete(targets));
    }

    function testFuzz_INV11_TakesUpTo64LatencyTargets(uint256 length) external {
        length = bound(length, 3, 70);
        LatencyTarget[] memory targets = new LatencyTarget[](length);
        for (uint256 i = 0; i < length; ++i) targets[i] = LatencyTarget(uint8(i / 3), _bit(i % 3), 100);

        vm.assertEq(_accepts(targets), length <= 64);
    }

    function testFuzz_INV11_TakesIntervalsOfOneToAllBuckets(
        uint16 storages,
        uint16 networks,
        uint16 computes
    ) external {
        Rules memory rules = defaultRules();
        rules.measurement.storageBucketInterval = storages = _nearBound(storages);
        rules.measurement.networkBucketInterval = networks = _nearBound(networks);
        rules.measurement.computeBucketInterval = computes = _nearBound(computes);

        bool within = _isInterval(storages) && _isInterval(networks) && _isInterval(computes);
        vm.assertEq(_accepts(rules), within);
    }

    function testFuzz_INV11_TakesDownloadsOf1KibTo4Mib(uint32 size) external {
        Rules memory rules = defaultRules();
        rules.measurement.networkBytes = size = size % (5 << 20);

        vm.assertEq(_accepts(rules), size >= 1024 && size <= 4_194_304);
    }

    function test_RevertWhen_AServiceIsMissingForClass0() external {
        for (uint256 missing = 0; missing < 3; ++missing) {
            Rules memory rules = defaultRules();
            LatencyTarget[] memory targets = new LatencyTarget[](3);
            uint256 kept = 0;
            for (uint256 i = 0; i < 3; ++i) if (i != missing) targets[kept++] = rules.latencyTargets[i];
            targets[2] = LatencyTarget(1, _bit(missing), 100);
            rules.latencyTargets = targets;

            vm.expectRevert(abi.encodeWithSelector(ISlaOracle.LatencyTargetMissing.selector, _bit(missing)));
            oracle.scheduleRules(rules, Epoch.wrap(0));
        }
    }

    function test_RevertWhen_LatencyTargetsDoNotAscend() external {
        Rules memory rules = defaultRules();
        rules.latencyTargets[2] = rules.latencyTargets[1];

        vm.expectRevert(abi.encodeWithSelector(ISlaOracle.LatencyTargetsNotAscending.selector, 2));
        oracle.scheduleRules(rules, Epoch.wrap(0));
    }

    function test_RevertWhen_ATargetIsForSeveralServices() external {
        Rules memory rules = defaultRules();
        rules.latencyTargets[1].service = 3;

        vm.expectRevert(abi.encodeWithSelector(ISlaOracle.UnknownTargetService.selector, 1, 3));
        oracle.scheduleRules(rules, Epoch.wrap(0));
    }

    function test_RevertWhen_ATargetIsOutOfBounds() external {
        Rules memory rules = defaultRules();
        rules.latencyTargets[2].targetMs = 60_001;

        bytes memory out = abi.encodeWithSelector(
            ISlaOracle.RulesOutOfBounds.selector,
            "latencyTargets.targetMs",
            60_001,
            1,
            60_000
        );
        vm.expectRevert(out);
        oracle.scheduleRules(rules, Epoch.wrap(0));
    }

    function _accepts(LatencyTarget[] memory targets) private returns (bool) {
        Rules memory rules = defaultRules();
        rules.latencyTargets = targets;
        return _accepts(rules);
    }

    function _accepts(Rules memory rules) private returns (bool) {
        try oracle.scheduleRules(rules, Epoch.wrap(0)) {
            return true;
        } catch {
            return false;
        }
    }

    /// Every pair compared, class 0 searched for each service.
    function _isComplete(LatencyTarget[] memory targets) private pure returns (bool) {
        uint256 services = 0;
        for (uint256 i = 0; i < targets.length; ++i) {
            LatencyTarget memory one = targets[i];
            if (one.service != 1 && one.service != 2 && one.service != 4) return false;
            if (one.targetMs == 0 || one.targetMs > 60_000) return false;
            if (one.nodeClass == 0) services += one.service;
            for (uint256 j = 0; j < i; ++j) {
                if (targets[j].nodeClass > one.nodeClass) return false;
                if (targets[j].nodeClass == one.nodeClass && targets[j].service >= one.service) return false;
            }
        }
        return services == 7;
    }

    /// Mostly a valid entry of a low class.
    function _target(uint256 random) private pure returns (LatencyTarget memory) {
        uint8 service = random % 16 == 0 ? uint8(random >> 8) : _bit((random >> 16) % 3);
        uint32 targetMs =
            (random >> 24) % 16 == 0 ? uint32((random >> 32) % 2) * 60_001 : uint32(1 + ((random >> 64) % 60_000));
        return LatencyTarget(uint8((random >> 128) % 4), service, targetMs);
    }

    function _nearBound(uint16 random) private pure returns (uint16) {
        return
            random % 4 == 0
                ? random
                : random % 4 == 1
                    ? 0
                    : 1 + (random % 257);
    }

    function _isInterval(uint16 interval) private pure returns (bool) {
        return interval >= 1 && interval <= 256;
    }

    function _bit(uint256 place) private pure returns (uint8) {
        return uint8(1 << place);
    }
}
