// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {EmissionReserve} from "../../../contracts/emission/EmissionReserve.sol";
import {IEmissionReserve} from "../../../contracts/interfaces/IEmissionReserve.sol";
import {NodeRegistry} from "../../../contracts/nodes/NodeRegistry.sol";
import {SlaOracle} from "../../../contracts/oracle/SlaOracle.sol";
import {NodeRewards} from "../../../contracts/rewards/NodeRewards.sol";
import {NodeStaking} from "../../../contracts/staking/NodeStaking.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {Position} from "../../../contracts/types/Nodes.sol";
import {Economics} from "../../../contracts/types/Rules.sol";
import {EmissionTable} from "../helpers/EmissionTable.sol";
import {MiniTest} from "../MiniTest.sol";
import {System} from "./System.sol";

/// What could be earned at most, told without the contracts' own sums: emission from the table, stake from the
/// positions one by one, and what was paid from the movements of the token.
abstract contract SystemModel is MiniTest, EmissionTable {
    uint256 private constant PPM = 1_000_000;
    uint256 private constant INDEX_SCALE = 1e27;

    /// Epochs of twenty days, so that a hundred of them see all 60 months.
    System public system = new System(20 days);
    ICNT internal token = system.TOKEN();
    EmissionReserve internal reserve = system.RESERVE();
    NodeRegistry internal registry = system.REGISTRY();
    NodeStaking internal staking = system.STAKING();
    SlaOracle internal oracle = system.ORACLE();
    NodeRewards internal rewards = system.REWARDS();

    /// Everything that left the reserve, in wei.
    uint256 public paidInAll;
    /// What a position was paid in all, commission included.
    mapping(uint64 position => uint256) public paidTo;
    /// A through epoch e at place e + 1.
    uint256[] private _index = [0];
    /// First epoch for which a position was not paid; 0 before its first claim.
    mapping(uint64 position => uint64) private _nextEpoch;

    function emittedBy(uint256 timestamp) public view returns (uint256) {
        uint256 elapsed = timestamp < system.EPOCH_ZERO() ? 0 : timestamp - system.EPOCH_ZERO();
        return modelEmission(system.EMISSION_TOTAL(), defaultTable(), elapsed);
    }

    function startOf(uint64 epoch) public view returns (uint256) {
        return system.EPOCH_ZERO() + uint256(epoch) * system.LENGTH();
    }

    function emissionOf(uint64 epoch) internal view returns (uint256) {
        return emittedBy(startOf(epoch + 1)) - emittedBy(startOf(epoch));
    }

    function indexThrough(uint64 epoch) internal view returns (uint256) {
        return _index[epoch + 1];
    }

    function endedEpochs() internal view returns (uint64) {
        return uint64((block.timestamp - system.EPOCH_ZERO()) / system.LENGTH());
    }

    /// Adds the epochs that ended since the last call; positions that spanned them cannot change any more.
    function endEpochs() internal {
        for (uint64 epoch = uint64(_index.length - 1); epoch < endedEpochs(); ++epoch) {
            Economics memory economics = oracle.economicsAt(Epoch.wrap(epoch));
            uint256 stake = _stakeAt(epoch);
            if (stake < economics.stakeFloor) stake = economics.stakeFloor;
            uint256 growth = (emissionOf(epoch) * (PPM - economics.attesterSharePpm) * INDEX_SCALE) / (PPM * stake);
            _index.push(_index[epoch] + growth);
        }
    }

    /// First epoch that a position can still be paid for.
    function unpaidFrom(uint64 position) internal view returns (uint64) {
        uint64 next = _nextEpoch[position];
        return next == 0 ? Epoch.unwrap(positionOf(position).from) : next;
    }

    /// Checks a payment for the epochs from the last one paid through `epoch`, and remembers it.
    function positionPaid(uint64 position, uint64 epoch, uint256 pay) internal {
        Position memory terms = positionOf(position);
        uint64 from = unpaidFrom(position);
        vm.assertLe(from, epoch, "INV-4: an epoch was paid twice");
        vm.assertLt(epoch, Epoch.unwrap(terms.to));
        uint256 growth = _index[epoch + 1] - _index[from];
        vm.assertLe(pay, (terms.amount * growth) / INDEX_SCALE, "INV-4: paid above the cap");

        _nextEpoch[position] = epoch + 1;
        paidTo[position] += pay;
        growth = _index[epoch + 1] - _index[Epoch.unwrap(terms.from)];
        vm.assertLe(paidTo[position], (terms.amount * growth) / INDEX_SCALE, "INV-4: paid above the cap in all");
    }

    /// Whatever is refused is refused by name: nothing panics, and the reserve is never asked for too much.
    function requireRefusal(bytes memory reason) internal pure {
        bytes4 selector = bytes4(reason);
        vm.assertTrue(selector != IEmissionReserve.EmissionExceeded.selector, "the reserve was asked for too much");
        vm.assertTrue(selector != bytes4(keccak256("Panic(uint256)")), "a call panicked");
        vm.assertTrue(selector != bytes4(0), "a call reverted without a name");
    }

    function positionOf(uint64 position) internal view returns (Position memory) {
        return staking.positionOf(PositionId.wrap(position));
    }

    function _stakeAt(uint64 epoch) private view returns (uint256 stake) {
        uint64 count = staking.positionCount();
        for (uint64 id = 1; id <= count; ++id) {
            Position memory position = staking.positionOf(PositionId.wrap(id));
            if (Epoch.unwrap(position.from) <= epoch && epoch < Epoch.unwrap(position.to)) stake += position.amount;
        }
    }
}
