// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {IEmissionReserve} from "../interfaces/IEmissionReserve.sol";
import {LedgerLeafHash} from "../libraries/LedgerLeafHash.sol";
import {Quorum} from "../libraries/Quorum.sol";
import {ReportHash} from "../libraries/ReportHash.sol";
import {RewardMath} from "../libraries/RewardMath.sol";
import {StakeMath} from "../libraries/StakeMath.sol";
import {Epoch} from "../types/Epoch.sol";
import {newEpochClock} from "../types/EpochClock.sol";
import {EpochReport, LedgerLeaf, ObservationRoot} from "../types/Reports.sol";
import {Economics, Rules} from "../types/Rules.sol";

/// @dev The formulas that TypeScript computes too, many cases a call (INV-13).
contract DifferentialHarness {
    struct IndexCase {
        uint256 emission;
        uint256 totalStake;
        Economics economics;
    }

    struct PayCase {
        uint256 amount;
        uint256 indexGrowth;
        uint256 indexCap;
        uint256 commissionPpm;
    }

    struct AttesterCase {
        uint256 emission;
        uint256 attesterSharePpm;
        uint256 seats;
    }

    struct LimitCase {
        uint256 bond;
        uint256 units;
        Economics economics;
    }

    struct ClockCase {
        uint64 epochZero;
        uint64 length;
        uint256 timestamp;
    }

    struct ProofCase {
        LedgerLeaf leaf;
        bytes32[] proof;
    }

    function indexGrowths(IndexCase[] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = RewardMath.indexGrowthDown(
                cases[i].emission,
                cases[i].economics.attesterSharePpm,
                cases[i].totalStake,
                cases[i].economics.stakeFloor
            );
        }
    }

    /// @return pays What a position earned, before the commission.
    /// @return commissions The operator's part of it.
    function paysAndCommissions(
        PayCase[] calldata cases
    ) external pure returns (uint256[] memory pays, uint256[] memory commissions) {
        pays = new uint256[](cases.length);
        commissions = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            pays[i] = RewardMath.payDown(cases[i].amount, cases[i].indexGrowth, cases[i].indexCap);
            commissions[i] = RewardMath.commissionDown(pays[i], cases[i].commissionPpm);
        }
    }

    function attesterPays(AttesterCase[] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = RewardMath.attesterPayDown(cases[i].emission, cases[i].attesterSharePpm, cases[i].seats);
        }
    }

    function limits(LimitCase[] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = StakeMath.limit(cases[i].bond, cases[i].units, cases[i].economics);
        }
    }

    function cumulativeEmissions(
        IEmissionReserve reserve,
        uint256[] calldata timestamps
    ) external view returns (uint256[] memory results) {
        results = new uint256[](timestamps.length);
        for (uint256 i = 0; i < timestamps.length; ++i) results[i] = reserve.cumulativeEmission(timestamps[i]);
    }

    /// @return epochs The epoch of each timestamp.
    /// @return starts When it started.
    /// @return ends When it ended.
    function epochTimes(
        ClockCase[] calldata cases
    ) external pure returns (Epoch[] memory epochs, uint256[] memory starts, uint256[] memory ends) {
        epochs = new Epoch[](cases.length);
        starts = new uint256[](cases.length);
        ends = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            epochs[i] = newEpochClock(cases[i].epochZero, cases[i].length).epochAt(cases[i].timestamp);
            starts[i] = newEpochClock(cases[i].epochZero, cases[i].length).startOf(epochs[i]);
            ends[i] = newEpochClock(cases[i].epochZero, cases[i].length).endOf(epochs[i]);
        }
    }

    function quorums(uint256[] calldata sizes) external pure returns (uint256[] memory results) {
        results = new uint256[](sizes.length);
        for (uint256 i = 0; i < sizes.length; ++i) results[i] = Quorum.required(sizes[i]);
    }

    function leafHashes(LedgerLeaf[] calldata leaves) external pure returns (bytes32[] memory results) {
        results = new bytes32[](leaves.length);
        for (uint256 i = 0; i < leaves.length; ++i) results[i] = LedgerLeafHash.hash(leaves[i]);
    }

    /// @dev Whether each leaf is in the tree, as NodeRewards asks.
    function proven(bytes32 root, ProofCase[] calldata cases) external pure returns (bool[] memory results) {
        results = new bool[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = MerkleProof.verifyCalldata(cases[i].proof, root, LedgerLeafHash.hash(cases[i].leaf));
        }
    }

    /// @dev As SlaOracle.scheduleRules names them.
    function rulesHashes(Rules[] calldata rules) external pure returns (bytes32[] memory results) {
        results = new bytes32[](rules.length);
        for (uint256 i = 0; i < rules.length; ++i) results[i] = keccak256(abi.encode(rules[i]));
    }

    function digests(EpochReport[] calldata reports, address oracle) external view returns (bytes32[] memory results) {
        results = new bytes32[](reports.length);
        for (uint256 i = 0; i < reports.length; ++i) results[i] = ReportHash.digest(reports[i], oracle);
    }

    function observationHashes(ObservationRoot[][] calldata sets) external pure returns (bytes32[] memory results) {
        results = new bytes32[](sets.length);
        for (uint256 i = 0; i < sets.length; ++i) results[i] = ReportHash.observations(sets[i]);
    }
}
