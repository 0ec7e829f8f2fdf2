// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MiniTest} from "../MiniTest.sol";
import {GovernanceHandler} from "./GovernanceHandler.sol";
import {IntruderMoves} from "./IntruderMoves.sol";
import {Lever} from "./ScalarBooks.sol";

/// Votes and those who would do without, on the whole system as deployed. The handler makes only calls that its books
/// allow, or that must be refused.
contract GovernanceInvariants is MiniTest {
    GovernanceHandler private handler;

    function setUp() external {
        handler = new GovernanceHandler();
        targetContract(address(handler));
        targetSelectors(address(handler), handler.moves());
    }

    /// 200 times 250 moves, checked after each: parameters, code and roles are what passed votes made of them when they
    /// were due, and within the bounds of the code.
    /// forge-config: default.invariant.runs = 200
    /// forge-config: default.invariant.depth = 250
    function invariant_INV11_OnlyWhatPassedAndWaitedChangesCodeOrParametersWithinBounds() external view {
        handler.audit(handler.attempts());
    }
}

/// The votes above are worth something: in a few lives, drawn by lot, every lever is moved by a vote and tried without,
/// and everything happens that can.
contract VotesDrawnByLot is MiniTest {
    uint256 private constant LIVES = 10;
    uint256 private constant MOVES = 400;

    mapping(IntruderMoves.Deed => uint256) private _done;
    mapping(Lever => uint256) private _carried;
    mapping(Lever => uint256) private _trespassed;

    function test_EveryLeverIsMovedByVotesAndByNothingElse() external {
        for (uint256 life = 0; life < LIVES; ++life) {
            vm.warp(1);
            GovernanceHandler handler = new GovernanceHandler();
            _live(handler, life);
            for (uint256 i = 0; i <= uint256(type(IntruderMoves.Deed).max); ++i) {
                _done[IntruderMoves.Deed(i)] += handler.done(IntruderMoves.Deed(i));
            }
            for (uint256 i = 0; i <= uint256(type(Lever).max); ++i) {
                _carried[Lever(i)] += handler.carried(Lever(i));
                _trespassed[Lever(i)] += handler.trespassed(Lever(i));
            }
        }
        vm.assertEq(_missing(), "");
    }

    function _live(GovernanceHandler handler, uint256 life) private {
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
        for (uint256 i = 0; i < 64; ++i) handler.audit(i);
    }

    /// A relayed call never comes true, and a canceller may cancel.
    function _missing() private view returns (string memory missing) {
        for (uint256 i = 0; i <= uint256(type(IntruderMoves.Deed).max); ++i) {
            if (_done[IntruderMoves.Deed(i)] == 0) missing = string.concat(missing, " deed ", vm.toString(i));
        }
        for (uint256 i = 0; i <= uint256(type(Lever).max); ++i) {
            if (_carried[Lever(i)] == 0 && Lever(i) != Lever.Relay) {
                missing = string.concat(missing, " lever ", vm.toString(i));
            }
            if (_trespassed[Lever(i)] == 0 && Lever(i) != Lever.CancelOperation) {
                missing = string.concat(missing, " trespass ", vm.toString(i));
            }
        }
    }
}
