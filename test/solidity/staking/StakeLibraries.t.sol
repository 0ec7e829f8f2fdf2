// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {EpochCheckpoints} from "../../../contracts/libraries/EpochCheckpoints.sol";
import {NodeTermsPacking} from "../../../contracts/libraries/NodeTermsPacking.sol";
import {StakeMath} from "../../../contracts/libraries/StakeMath.sol";
import {BondBook, OPEN_REQUESTS_MAX} from "../../../contracts/staking/BondBook.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {PositionId, RequestId} from "../../../contracts/types/Ids.sol";
import {NodeStatus, NodeTerms} from "../../../contracts/types/Nodes.sol";
import {Economics} from "../../../contracts/types/Rules.sol";
import {MiniTest} from "../MiniTest.sol";

contract StakeLibrariesTest is MiniTest {
    using EpochCheckpoints for Checkpoints.Trace160;
    using EpochCheckpoints for Checkpoints.Trace208;

    Checkpoints.Trace208 internal amounts;
    Checkpoints.Trace160 internal addresses;
    BondBook internal book;
    uint64[] internal modelBook;

    function testFuzz_packedTermsAreTheTerms(uint8 rawStatus, NodeTerms memory terms) public pure {
        NodeStatus status = NodeStatus(rawStatus % 6);

        (NodeStatus sameStatus, NodeTerms memory same) = NodeTermsPacking.unpack(NodeTermsPacking.pack(status, terms));

        vm.assertEq(uint8(sameStatus), uint8(status));
        vm.assertEq(keccak256(abi.encode(same)), keccak256(abi.encode(terms)));
    }

    function testFuzz_packedStakeIsTheStake(uint104 stake, uint104 bond) public pure {
        (uint256 sameStake, uint256 sameBond) = StakeMath.unpackStake(StakeMath.packStake(stake, bond));

        vm.assertEq(sameStake, stake);
        vm.assertEq(sameBond, bond);
    }

    function test_RevertWhen_stakeDoesNotFit() public {
        vm.expectRevert();
        this.packStake(uint256(1) << 104, 0);
        vm.expectRevert();
        this.packStake(0, uint256(1) << 104);
    }

    function packStake(uint256 stake, uint256 bond) external pure returns (uint208) {
        return StakeMath.packStake(stake, bond);
    }

    function testFuzz_limitIsTheBondAndTheSmallerAllowance(
        uint96 bond,
        uint32[3] memory units,
        uint16 bondFactor,
        uint96 stakePerUnit
    ) public pure {
        NodeTerms memory terms = NodeTerms(1, 7, "DE", units[0], units[1], units[2], 0);
        uint256 unitsOf = StakeMath.unitsOf(terms);
        uint256 limit = StakeMath.limit(bond, unitsOf, Economics(0, 0, bondFactor, stakePerUnit));

        vm.assertEq(unitsOf, uint256(units[0]) + units[1] + units[2]);
        uint256 allowance = limit - bond;
        vm.assertLe(allowance, uint256(bond) * bondFactor);
        vm.assertLe(allowance, unitsOf * stakePerUnit);
        vm.assertTrue(allowance == uint256(bond) * bondFactor || allowance == unitsOf * stakePerUnit);
    }

    /// One write per step, some in the same epoch; every epoch reads the last write up to it.
    function testFuzz_checkpointsReadTheLastWriteUpToTheEpoch(uint8[12] memory steps, uint64 far) public {
        uint208[64] memory model;
        uint64 epoch = 0;
        for (uint256 i = 0; i < steps.length; ++i) {
            epoch += steps[i] % 5;
            uint208 value = uint208(uint256(keccak256(abi.encode(steps, i))));
            amounts.set(Epoch.wrap(epoch), value);
            addresses.set(Epoch.wrap(epoch), address(uint160(value)));
            for (uint64 e = epoch; e < 64; ++e) model[e] = value;
        }

        for (uint64 e = 0; e < 64; ++e) {
            vm.assertEq(amounts.valueAt(Epoch.wrap(e)), model[e]);
            vm.assertEq(addresses.valueAt(Epoch.wrap(e)), address(uint160(model[e])));
        }
        Epoch later = Epoch.wrap(uint64(bound(far, 64, type(uint64).max)));
        vm.assertEq(amounts.valueAt(later), model[63]);
        vm.assertEq(addresses.valueAt(later), address(uint160(model[63])));
    }

    /// Requests come and go in any order; the book keeps the rest in the order of arrival, and the position.
    function testFuzz_bondBookKeepsTheOrderOfArrival(uint16[40] memory dice) public {
        book.setPosition(PositionId.wrap(7));
        for (uint64 i = 0; i < dice.length; ++i) {
            if (dice[i] % 3 != 0 || modelBook.length == 0) _append(i + 1);
            else _remove(dice[i] % modelBook.length);
        }

        RequestId[] memory open = book.openRequests();
        vm.assertEq(open.length, modelBook.length);
        for (uint256 i = 0; i < open.length; ++i) vm.assertEq(RequestId.unwrap(open[i]), modelBook[i]);
        vm.assertEq(PositionId.unwrap(book.position()), 7);
    }

    function _append(uint64 id) internal {
        bool fits = modelBook.length < OPEN_REQUESTS_MAX;
        uint64 youngest = modelBook.length == 0 ? 0 : modelBook[modelBook.length - 1];
        (bool appended, RequestId older) = book.append(RequestId.wrap(id));
        vm.assertEq(appended, fits);
        vm.assertEq(RequestId.unwrap(older), youngest);
        if (fits) modelBook.push(id);
    }

    function _remove(uint256 index) internal {
        book.remove(RequestId.wrap(modelBook[index]));
        for (uint256 i = index; i + 1 < modelBook.length; ++i) modelBook[i] = modelBook[i + 1];
        modelBook.pop();
    }
}
