// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAttesterCommittee} from "../../../contracts/interfaces/IAttesterCommittee.sol";
import {INodeRewards} from "../../../contracts/interfaces/INodeRewards.sol";
import {ISlaOracle} from "../../../contracts/interfaces/ISlaOracle.sol";
import {NodeRewards} from "../../../contracts/rewards/NodeRewards.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {AttesterId, NodeId, PositionId} from "../../../contracts/types/Ids.sol";
import {LedgerLeaf} from "../../../contracts/types/Reports.sol";
import {Economics} from "../../../contracts/types/Rules.sol";
import {RewardsFixture} from "../helpers/RewardsFixture.sol";

contract NodeRewardsRevertTest is RewardsFixture {
    uint128 private constant STAKE = 40_000_000 ether;

    address private owner = makeAddr("owner");

    function setUp() external {
        deployRewards();
    }

    function test_RevertWhen_InitializedAgain() external {
        NodeRewards implementation = deployImplementation(address(reserve));

        vm.expectRevert(Initializable.InvalidInitialization.selector);
        rewards.initialize(address(this));
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        implementation.initialize(address(this));
    }

    function testFuzz_RevertWhen_UpgraderIsNotTheAuthority(address caller) external {
        if (caller == address(this)) caller = address(1);
        address implementation = address(deployImplementation(address(reserve)));

        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        rewards.upgradeToAndCall(implementation, "");
    }

    function testFuzz_RevertGiven_IndexIsNotAccrued(uint64 epoch) external {
        endEpochs(3);
        rewards.accrue(3);
        epoch = uint64(bound(epoch, 3, type(uint64).max));

        vm.expectRevert(abi.encodeWithSelector(INodeRewards.NotAccrued.selector, epoch, 3));
        rewards.indexAt(Epoch.wrap(epoch));
    }

    function test_RevertWhen_ClaimLacksMoreThanTenAccruals() external {
        PositionId position = open(owner, 1, STAKE, 0);
        endEpochs(11);
        for (uint256 i = 0; i < 11; ++i) finalize(0);

        vm.expectRevert(abi.encodeWithSelector(INodeRewards.NotAccrued.selector, 10, 0));
        this.claimExternally(1, 10, position);

        claim(1, 9, position);
        vm.assertEq(rewards.accruedCount(), 10);
    }

    function test_RevertWhen_EpochIsNotFinalized() external {
        PositionId position = open(owner, 1, STAKE, 0);
        endEpochs(2);
        finalize(0);
        LedgerLeaf memory leaf = leaves[0][0];
        bytes memory notFinalized = abi.encodeWithSelector(ISlaOracle.NotFinalized.selector, 1);

        vm.expectRevert(notFinalized);
        rewards.claim(NodeId.wrap(1), Epoch.wrap(1), leaf, new bytes32[](0), one(position));
        vm.expectRevert(notFinalized);
        rewards.proveIndex(Epoch.wrap(1), leaf, new bytes32[](0));
    }

    function testFuzz_RevertWhen_LeafIsNotInTheLedger(uint256 flipped) external {
        PositionId position = open(owner, 1, STAKE, 0);
        endEpochs(1);
        finalize(1e20);
        bytes memory encoded = abi.encode(leaves[0][0]);
        // Node and index keep their size, so that nothing but the proof can be wrong.
        uint8[8] memory widths = [0, 64, 64, 64, 64, 32, 32, 100];
        uint256 field = 1 + (flipped % 7);
        uint256 bit = (flipped >> 8) % widths[field];
        encoded[field * 32 + 31 - bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        LedgerLeaf memory leaf = abi.decode(encoded, (LedgerLeaf));
        bytes memory invalid = abi.encodeWithSelector(INodeRewards.InvalidProof.selector, 1, 0);

        vm.expectRevert(invalid);
        rewards.claim(NodeId.wrap(1), Epoch.wrap(0), leaf, new bytes32[](0), one(position));
        vm.expectRevert(invalid);
        rewards.proveIndex(Epoch.wrap(0), leaf, new bytes32[](0));
    }

    function test_RevertWhen_LeafIsOfAnotherNode() external {
        PositionId position = open(owner, 1, STAKE, 0);
        endEpochs(1);
        uint256[] memory indices = new uint256[](2);
        (indices[0], indices[1]) = (1, 1e20);
        finalize(indices);
        bytes32[] memory proof = proofOf(2, 0);

        vm.expectRevert(abi.encodeWithSelector(INodeRewards.InvalidProof.selector, 1, 0));
        rewards.claim(NodeId.wrap(1), Epoch.wrap(0), leaves[0][1], proof, one(position));
    }

    function test_RevertWhen_PositionIsOfAnotherNode() external {
        PositionId position = open(owner, 2, STAKE, 0);
        endEpochs(1);
        finalize(0);

        vm.expectRevert(abi.encodeWithSelector(INodeRewards.WrongNode.selector, position, 2, 1));
        this.claimExternally(1, 0, position);
        vm.expectRevert(abi.encodeWithSelector(INodeRewards.WrongNode.selector, 99, 0, 1));
        this.claimExternally(1, 0, PositionId.wrap(99));
    }

    function test_RevertWhen_EpochIsOutsideThePosition() external {
        PositionId position = open(owner, 1, STAKE, 1);
        world.closePosition(position, Epoch.wrap(2));
        endEpochs(3);
        for (uint256 i = 0; i < 3; ++i) finalize(0);

        vm.expectRevert(abi.encodeWithSelector(INodeRewards.EpochOutOfRange.selector, position, 0, 1, 2));
        this.claimExternally(1, 0, position);
        vm.expectRevert(abi.encodeWithSelector(INodeRewards.EpochOutOfRange.selector, position, 2, 1, 2));
        this.claimExternally(1, 2, position);
    }

    function test_RevertGiven_StartIndexIsUnknown() external {
        PositionId position = open(owner, 1, STAKE, 1);
        endEpochs(2);
        finalize(1e20);
        finalize(2e20);

        vm.expectRevert(abi.encodeWithSelector(INodeRewards.StartIndexUnknown.selector, 1, 0));
        this.claimExternally(1, 1, position);
    }

    function test_RevertWhen_IndexFell() external {
        PositionId position = open(owner, 1, STAKE, 0);
        endEpochs(2);
        finalize(2e20);
        finalize(1e20);
        claim(1, 0, position);

        vm.expectRevert(abi.encodeWithSelector(INodeRewards.IndexFell.selector, position, 1e20, 2e20));
        this.claimExternally(1, 1, position);
    }

    function testFuzz_RevertWhen_IndexIsBeyondReason(uint256 index) external {
        index = bound(index, uint256(1) << 112, type(uint256).max);
        PositionId position = open(owner, 1, STAKE, 0);
        endEpochs(1);
        finalize(index);
        bytes memory overflow = abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 112, index);

        vm.expectRevert(overflow);
        this.claimExternally(1, 0, position);
        bytes32[] memory proof = proofOf(1, 0);
        vm.expectRevert(overflow);
        rewards.proveIndex(Epoch.wrap(0), leaves[0][0], proof);
    }

    function test_RevertWhen_AttesterHasNothingToClaim() external {
        AttesterId attesterId = AttesterId.wrap(1);
        endEpochs(2);
        finalize(0);
        finalize(0);

        vm.expectRevert(abi.encodeWithSelector(INodeRewards.NothingToClaim.selector, 1, 0, 0));
        rewards.claimAttesterPay(attesterId, 0);
        rewards.claimAttesterPay(attesterId, 2);
        vm.expectRevert(abi.encodeWithSelector(INodeRewards.NothingToClaim.selector, 1, 2, 1));
        rewards.claimAttesterPay(attesterId, 1);
        vm.expectRevert(abi.encodeWithSelector(ISlaOracle.NotFinalized.selector, 2));
        rewards.claimAttesterPay(attesterId, 3);
    }

    function test_RevertWhen_AttesterIsUnknown() external {
        endEpochs(1);
        finalize(0);

        vm.expectRevert(abi.encodeWithSelector(IAttesterCommittee.UnknownAttester.selector, 9));
        rewards.claimAttesterPay(AttesterId.wrap(9), 1);
    }

    function claimExternally(uint64 node, uint64 epoch, PositionId position) external returns (uint256) {
        return claim(node, epoch, position);
    }
}

contract NodeRewardsFuzzTest is RewardsFixture {
    address private owner = makeAddr("owner");
    address private operator = makeAddr("operator");

    function setUp() external {
        deployRewards();
        world.setOperator(NodeId.wrap(1), operator);
    }

    /// A(e) − A(e−1) is the largest g for which paying g on every staked unit stays within the stakers' share.
    function testFuzz_IndexGrowsByTheStakersShare(uint64 epoch, uint128 stake, uint32 sharePpm, uint96 floor) external {
        epoch = uint64(bound(epoch, 0, 30));
        stake = uint128(bound(stake, 1, 700_000_000 ether));
        sharePpm = uint32(bound(sharePpm, 0, 100_000));
        floor = uint96(bound(floor, 1_000_000 ether, 700_000_000 ether));
        open(owner, 1, stake, epoch);
        world.setEconomics(Epoch.wrap(epoch), Economics(sharePpm, floor, 9, 1));
        endEpochs(epoch + 1);
        rewards.accrue(epoch + 1);

        uint256 before = epoch == 0 ? 0 : rewards.indexAt(Epoch.wrap(epoch - 1));
        uint256 growth = rewards.indexAt(Epoch.wrap(epoch)) - before;
        uint256 share = modelEmissionOf(epoch) * (1_000_000 - sharePpm) * 1e27;
        uint256 divisor = uint256(stake > floor ? stake : floor) * 1_000_000;
        vm.assertLe(growth * divisor, share);
        vm.assertGt((growth + 1) * divisor, share);
    }

    /// The oracle can only scale down: whatever index a root holds, the cap and the commission's share hold.
    function testFuzz_INV4_NeverPaidAboveTheCap(uint128 stake, uint112 index, uint32 commissionPpm) external {
        stake = uint128(bound(stake, 1, 700_000_000 ether));
        commissionPpm = uint32(bound(commissionPpm, 0, 1_000_000));
        PositionId position = open(owner, 1, stake, 0, commissionPpm);
        endEpochs(1);
        finalize(index);

        uint256 pay = claim(1, 0, position);

        uint256 cap = rewards.indexAt(Epoch.wrap(0));
        uint256 owed = uint256(stake) * (index < cap ? index : cap);
        vm.assertLe(pay * 1e27, owed);
        vm.assertGt((pay + 1) * 1e27, owed);
        uint256 commission = token.balanceOf(operator);
        vm.assertLe(commission * 1_000_000, pay * commissionPpm);
        vm.assertGt((commission + 1) * 1_000_000, pay * commissionPpm);
        vm.assertEq(token.balanceOf(owner) + commission, pay);
        vm.assertEq(reserve.paid(), pay);
    }

    /// In whatever order epochs are claimed, alone or with the position named twice, each is paid once.
    function testFuzz_INV4_PaidEpochsArePassedOver(uint128 stake, uint8[6] calldata epochs) external {
        stake = uint128(bound(stake, 1, 700_000_000 ether));
        PositionId[] memory twice = new PositionId[](2);
        twice[0] = twice[1] = open(owner, 1, stake, 0);
        endEpochs(4);
        for (uint256 e = 1; e <= 4; ++e) finalize(e * 1e20);

        uint256 next = 0;
        uint256 paid = 0;
        for (uint256 i = 0; i < epochs.length; ++i) {
            uint256 epoch = epochs[i] % 4;
            uint256 before = token.balanceOf(owner);
            uint256 pay = claim(1, uint64(epoch), twice);
            vm.assertEq(token.balanceOf(owner), before + pay);
            vm.assertEq(pay, epoch < next ? 0 : (stake * (epoch + 1 - next) * 1e20) / 1e27);
            if (epoch >= next) next = epoch + 1;
            paid += pay;
            vm.assertEq(Epoch.unwrap(rewards.nextEpochOf(twice[0])), next);
        }
        vm.assertEq(reserve.paid(), paid);
    }

    /// Claiming epoch by epoch pays what one claim pays, less at most a wei per step.
    function testFuzz_StepsAddUp(uint128 stake, uint256[4] calldata growths) external {
        stake = uint128(bound(stake, 1, 700_000_000 ether));
        PositionId stepwise = open(owner, 1, stake, 0);
        PositionId atOnce = open(operator, 1, stake, 0);
        endEpochs(4);
        rewards.accrue(4);
        uint256 index = 0;
        for (uint64 e = 0; e < 4; ++e) {
            uint256 before = e == 0 ? 0 : rewards.indexAt(Epoch.wrap(e - 1));
            index += bound(growths[e], 0, rewards.indexAt(Epoch.wrap(e)) - before);
            finalize(index);
        }

        uint256 steps = 0;
        for (uint64 e = 0; e < 4; ++e) steps += claim(1, e, stepwise);
        uint256 once = claim(1, 3, atOnce);

        vm.assertLe(steps, once);
        vm.assertGe(steps + 3, once);
    }

    /// A position that starts later earns from the proven start on, and nothing that was there before.
    function testFuzz_EarnsFromItsStart(uint112 startIndex, uint64 growth) external {
        startIndex = uint112(bound(startIndex, 0, type(uint112).max - growth));
        uint128 stake = 40_000_000 ether;
        PositionId position = open(owner, 1, stake, 2);
        endEpochs(3);
        finalize(0);
        finalize(startIndex);
        finalize(uint256(startIndex) + growth);
        proveIndex(1, 1);

        vm.assertEq(claim(1, 2, position), (uint256(stake) * growth) / 1e27);
    }

    /// Attesters divide their share evenly; what does not divide stays in the reserve.
    function testFuzz_AttestersShareEvenly(uint32 sharePpm, uint8 mask) external {
        sharePpm = uint32(bound(sharePpm, 0, 100_000));
        world.setEconomics(Epoch.wrap(0), Economics(sharePpm, 35_000_000 ether, 9, 1));
        endEpochs(1);
        world.finalize(0, 0, mask, committee);
        uint256 share = (modelEmissionOf(0) * sharePpm) / 1_000_000;

        for (uint32 id = 1; id <= 4; ++id) {
            uint256 pay = rewards.claimAttesterPay(AttesterId.wrap(id), 1);
            if ((mask >> (id - 1)) & 1 == 0) vm.assertEq(pay, 0);
            else vm.assertEq(pay, share / 4);
        }
    }

    function modelEmissionOf(uint256 epoch) private pure returns (uint256) {
        return modelEmission(TOTAL, defaultTable(), (epoch + 1) * L) - modelEmission(TOTAL, defaultTable(), epoch * L);
    }
}
