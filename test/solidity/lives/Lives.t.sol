// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

import {INodeRegistry} from "../../../contracts/interfaces/INodeRegistry.sol";
import {INodeRewards} from "../../../contracts/interfaces/INodeRewards.sol";
import {INodeStaking} from "../../../contracts/interfaces/INodeStaking.sol";
import {IVestingVault} from "../../../contracts/interfaces/IVestingVault.sol";
import {ICNT} from "../../../contracts/token/ICNT.sol";
import {SUPPLY} from "../../../contracts/types/Units.sol";
import {MiniTest} from "../MiniTest.sol";
import {System} from "../system/System.sol";
import {LifeBooks} from "./LifeBooks.sol";
import {LivesHandler} from "./LivesHandler.sol";

/// Random lives on the whole system as deployed. The handler makes only calls that its books allow, or that must be
/// refused for exactly the reason that they give; pay of every claim is known to the wei before it is made.
///
/// 1. INV-1: every wei of the 700 M is with whom the books say.
/// 2. INV-2: the vault has what its schedules owe.
/// 3. INV-3, INV-4: what left the reserve was emitted, in epochs with a final ledger.
/// 4. INV-5: staking has all bonds, delegations and open requests.
/// 5. INV-6: everybody votes, now and at any time before, with what the books say, which nobody else votes with.
contract LivesInvariants is MiniTest {
    /// The chain is asked for every record once in so many attempts.
    uint256 private constant AUDIT_INTERVAL = 16;
    /// The same for votes.
    uint256 private constant COUNT_INTERVAL = 8;

    LivesHandler private handler;
    System private system;
    ICNT private token;

    function setUp() external {
        handler = new LivesHandler();
        system = handler.system();
        token = system.TOKEN();
        targetContract(address(handler));
        targetSelectors(address(handler), handler.moves());
    }

    /// 200 lives of 250 moves, checked after each.
    /// forge-config: default.invariant.runs = 200
    /// forge-config: default.invariant.depth = 250
    function invariant_INV1_INV2_INV3_INV5_INV6_OfRandomLives() external view {
        _INV1_theSumOfEverythingIsTheSupply();
        _INV2_theVaultHasWhatItOwes();
        _INV3_INV4_theReservePaidWhatWasEmitted();
        _INV5_stakingHasAllPrincipal();
        uint256 attempts = handler.attempts();
        if (attempts % COUNT_INTERVAL == 0) handler.auditVotes();
        if (attempts % AUDIT_INTERVAL != 0) return;
        handler.auditVesting();
        handler.auditStaking();
        handler.auditPastVotes(attempts / AUDIT_INTERVAL);
    }

    function _INV1_theSumOfEverythingIsTheSupply() private view {
        vm.assertEq(handler.auditBalances(), SUPPLY, "INV-1");
        vm.assertEq(token.totalSupply(), SUPPLY, "INV-1");
    }

    function _INV2_theVaultHasWhatItOwes() private view {
        address vault = address(handler.vault());
        vm.assertGe(token.balanceOf(vault), handler.vestingOwed(), "INV-2");
        vm.assertEq(token.balanceOf(vault), handler.vestingOwed() + handler.gifts(vault));
    }

    function _INV3_INV4_theReservePaidWhatWasEmitted() private view {
        uint256 paid = handler.paidInAll();
        vm.assertEq(system.RESERVE().paid(), paid);
        vm.assertLe(paid, handler.emittedBy(handler.startOf(system.ORACLE().finalizedCount())), "INV-4");
        vm.assertLe(paid, system.RESERVE().cumulativeEmission(block.timestamp), "INV-3");
    }

    function _INV5_stakingHasAllPrincipal() private view {
        address staking = address(system.STAKING());
        address committee = address(system.COMMITTEE());
        vm.assertGe(token.balanceOf(staking), handler.principal(), "INV-5");
        vm.assertEq(token.balanceOf(staking), handler.principal() + handler.gifts(staking));
        vm.assertEq(token.balanceOf(committee), handler.attesterBonds() + handler.gifts(committee));
    }
}

/// The lives above are worth something: in a few of them, drawn by lot, everything happens and every refusal is met.
contract LivesDrawnByLot is MiniTest {
    uint256 private constant LIVES = 4;
    uint256 private constant MOVES = 250;
    uint256 private constant MEMORIES = 8;

    mapping(LifeBooks.Deed => uint256) private _done;
    mapping(bytes4 error => uint256) private _refused;

    function test_EveryDeedIsDoneAndEveryRefusalMet() external {
        bytes4[20] memory errors = _errors();
        for (uint256 life = 0; life < LIVES; ++life) {
            // No life begins in the past of another, where its authority would have no role yet.
            vm.warp(1);
            LivesHandler handler = new LivesHandler();
            _live(handler, life);
            for (uint256 i = 0; i < errors.length; ++i) _refused[errors[i]] += handler.refused(errors[i]);
            for (uint256 i = 0; i <= uint256(type(LifeBooks.Deed).max); ++i) {
                _done[LifeBooks.Deed(i)] += handler.done(LifeBooks.Deed(i));
            }
        }

        string memory missing = "";
        for (uint256 i = 0; i <= uint256(type(LifeBooks.Deed).max); ++i) {
            if (_done[LifeBooks.Deed(i)] == 0) missing = string.concat(missing, " deed ", vm.toString(i));
        }
        for (uint256 i = 0; i < errors.length; ++i) {
            if (_refused[errors[i]] == 0) missing = string.concat(missing, " error ", vm.toString(i));
        }
        vm.assertEq(missing, "");
    }

    function _live(LivesHandler handler, uint256 life) private {
        bytes4[] memory moves = handler.moves();
        for (uint256 i = 0; i < MOVES; ++i) {
            uint256 lot = uint256(keccak256(abi.encode(life, i)));
            // solhint-disable-next-line avoid-low-level-calls
            (bool passed, bytes memory reason) = address(handler).call(
                abi.encodeWithSelector(moves[(lot >> 128) % moves.length], lot)
            );
            if (!passed) {
                assembly ("memory-safe") {
                    revert(add(reason, 32), mload(reason))
                }
            }
        }
        handler.auditVesting();
        handler.auditStaking();
        handler.auditVotes();
        for (uint256 i = 0; i < MEMORIES; ++i) handler.auditPastVotes(i);
    }

    function _errors() private pure returns (bytes4[20] memory) {
        return
            [
                IVestingVault.BatchExists.selector,
                IVestingVault.NothingToRelease.selector,
                IVestingVault.NotOffered.selector,
                IVestingVault.NotRevoker.selector,
                IVestingVault.AlreadyRevoked.selector,
                INodeRegistry.WrongStatus.selector,
                INodeRegistry.StillBonded.selector,
                INodeStaking.StakeAboveLimit.selector,
                INodeStaking.NodeNotStakable.selector,
                INodeStaking.CommissionAboveMax.selector,
                INodeStaking.NotOwner.selector,
                INodeStaking.NotMatured.selector,
                INodeStaking.NotSettled.selector,
                INodeStaking.SlashAboveCap.selector,
                IAccessManaged.AccessManagedUnauthorized.selector,
                INodeRewards.StartIndexUnknown.selector,
                INodeRewards.EpochOutOfRange.selector,
                INodeStaking.UnbondingOutOfBounds.selector,
                IVotes.VotesExpiredSignature.selector,
                Nonces.InvalidAccountNonce.selector
            ];
    }
}
