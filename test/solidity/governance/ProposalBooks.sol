// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

import {PowerBooks} from "./PowerBooks.sol";
import {Action, Lever} from "./ScalarBooks.sol";

/// What was proposed, how the votes stand, and when it may be carried out.
abstract contract ProposalBooks is PowerBooks {
    struct Proposal {
        uint256 id;
        bytes32 operation;
        bytes32 descriptionHash;
        address proposer;
        Action[] actions;
        address[] targets;
        bytes[] calls;
        uint256 snapshot;
        uint256 deadline;
        /// Least end of the vote once it has its quorum.
        uint256 extendedTo;
        uint256[3] votes;
        bool cancelled;
        bool executed;
        bool routine;
        uint256 queuedAt;
        uint256 delay;
    }

    uint256 private constant REACTION_EPOCHS = 7;
    uint256 private constant UNBONDING_MAX = 60;
    uint256 internal constant EXPIRY = 60 * LENGTH;
    uint256 private constant PPM = 1_000_000;
    uint256 internal constant AGAINST = 0;
    uint256 internal constant FOR = 1;
    uint256 internal constant ABSTAIN = 2;

    Proposal[] internal proposals;
    mapping(uint256 proposal => mapping(address voter => bool)) internal voted;
    /// Votes of each voter, by time.
    mapping(address voter => Entry[]) internal weights;
    /// Epochs whose reports are final.
    uint256 internal finalizedCount;
    /// How often the books carried out each lever.
    mapping(Lever => uint256) public carried;

    constructor() {
        for (uint256 i = 0; i < VOTERS; ++i) weights[voter(i)].push(Entry(EPOCH_ZERO - 1, wealthOf(i)));
    }

    /// Does what a proposal says, all of it or nothing.
    function carryOut(uint256 place) external {
        if (msg.sender != address(this)) revert Refused();
        Proposal storage proposal = proposals[place];
        proposal.executed = true;
        for (uint256 i = 0; i < proposal.actions.length; ++i) _book(proposal.actions[i]);
    }

    function stateOf(Proposal storage proposal) internal view returns (IGovernor.ProposalState) {
        if (proposal.executed) return IGovernor.ProposalState.Executed;
        if (proposal.cancelled) return IGovernor.ProposalState.Canceled;
        if (block.timestamp <= proposal.snapshot) return IGovernor.ProposalState.Pending;
        if (block.timestamp <= deadlineOf(proposal)) return IGovernor.ProposalState.Active;
        bool won = proposal.votes[FOR] > proposal.votes[AGAINST];
        if (!won || !reachedQuorum(proposal)) return IGovernor.ProposalState.Defeated;
        if (proposal.queuedAt == 0) return IGovernor.ProposalState.Succeeded;
        bool expired = block.timestamp > proposal.queuedAt + proposal.delay + EXPIRY;
        return expired ? IGovernor.ProposalState.Expired : IGovernor.ProposalState.Queued;
    }

    function deadlineOf(Proposal storage proposal) internal view returns (uint256) {
        return proposal.extendedTo > proposal.deadline ? proposal.extendedTo : proposal.deadline;
    }

    function reachedQuorum(Proposal storage proposal) internal view returns (bool) {
        uint256 needed = (SUPPLY * recall(quorums, proposal.snapshot)) / PPM;
        return proposal.votes[FOR] + proposal.votes[ABSTAIN] >= needed;
    }

    /// The delay that was due when it was queued. What can worsen a staker's terms waits longer for a longer period that a
    /// request may still have, and, if reports are not final that bonds answer for, as for the longest period there can be.
    function dueAt(Proposal storage proposal) internal view returns (uint256 due) {
        (uint256 queuedAt, bool routine) = (proposal.queuedAt, proposal.routine);
        due = queuedAt + proposal.delay;
        if (routine) return due;
        due = _later(due, queuedAt + _leaving(_longestSince(queuedAt)));
        uint256 answeredFor = (queuedAt - EPOCH_ZERO) / LENGTH + REACTION_EPOCHS;
        if (block.timestamp < due || finalizedCount >= answeredFor) return due;
        return _later(due, queuedAt + _leaving(UNBONDING_MAX));
    }

    function delayNow(bool routine) internal view returns (uint256) {
        uint256 delay = valueOf(Lever.Delay);
        return routine ? delay : _later(delay, _leaving(_longestSince(block.timestamp)));
    }

    /// No call is a manager's, or its admin's.
    function isRoutine(Proposal storage proposal) internal view returns (bool) {
        for (uint256 i = 0; i < proposal.targets.length; ++i) {
            address target = proposal.targets[i];
            if (target == address(manager) || roleOf[target][bytes4(proposal.calls[i])] == ADMIN) return false;
        }
        return true;
    }

    /// Every upgrade names code that is there.
    function canBeRead(Proposal storage proposal) internal view returns (bool) {
        for (uint256 i = 0; i < proposal.actions.length; ++i) if (upgradesToNothing(proposal.actions[i])) return false;
        return true;
    }

    function valuesOf(Proposal storage proposal) internal view returns (uint256[] memory) {
        return new uint256[](proposal.targets.length);
    }

    function drawAction(Lever lever, uint256 seed) internal view returns (Action memory) {
        if (isScalar(lever)) return Action(lever, drawScalar(lever, seed));
        if (lever <= Lever.Sweep) return Action(lever, drawParameter(lever, seed));
        if (lever == Lever.CancelOperation) return Action(lever, _anyQueued(seed));
        return Action(lever, drawPower(lever, seed));
    }

    function callOf(Action memory action) internal view returns (address, bytes memory) {
        if (isScalar(action.lever)) return scalarCall(action);
        if (action.lever <= Lever.Sweep) return parameterCall(action);
        if (action.lever == Lever.CancelOperation) {
            bytes32 operation = action.value < proposals.length ? proposals[action.value].operation : bytes32(0);
            return (address(timelock), abi.encodeCall(timelock.cancel, (operation)));
        }
        return powerCall(action);
    }

    /// Governor and timelock stand with a proposal where the books do.
    function auditProposal(uint256 place) internal view {
        Proposal storage proposal = proposals[place];
        vm.assertEq(uint256(governor.state(proposal.id)), uint256(stateOf(proposal)), "INV-11");
        uint256 timestamp = proposal.queuedAt == 0 || proposal.cancelled ? 0 : dueAt(proposal);
        vm.assertEq(timelock.getTimestamp(proposal.operation), proposal.executed ? 1 : timestamp, "INV-11");
        vm.assertEq(governor.proposalDeadline(proposal.id), deadlineOf(proposal));
    }

    function _book(Action memory action) private {
        if (isScalar(action.lever)) bookScalar(action);
        else if (action.lever <= Lever.Sweep) bookParameter(action);
        else if (action.lever == Lever.CancelOperation) _bookCancel(action.value);
        else bookPower(action);
        ++carried[action.lever];
    }

    /// Requests that are open at that time were made within the longest period, and an epoch, before.
    function _longestSince(uint256 time) private view returns (uint256 longest) {
        uint256 from = time - (UNBONDING_MAX + 1) * LENGTH;
        longest = recall(unbondings, from);
        for (uint256 i = unbondings.length; i > 0 && unbondings[i - 1].at > from; --i) {
            longest = _later(longest, unbondings[i - 1].value);
        }
    }

    function _leaving(uint256 epochs) private pure returns (uint256) {
        return (epochs + REACTION_EPOCHS) * LENGTH;
    }

    function _later(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }

    function _bookCancel(uint256 place) private {
        if (place >= proposals.length) revert Refused();
        Proposal storage proposal = proposals[place];
        if (proposal.queuedAt == 0 || proposal.executed || proposal.cancelled) revert Refused();
        proposal.cancelled = true;
    }

    /// The first queued one from a random one on, else none.
    function _anyQueued(uint256 seed) private view returns (uint256) {
        for (uint256 i = 0; i < proposals.length; ++i) {
            uint256 place = ((seed % proposals.length) + i) % proposals.length;
            if (stateOf(proposals[place]) == IGovernor.ProposalState.Queued) return place;
        }
        return type(uint256).max;
    }
}
