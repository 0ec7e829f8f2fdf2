// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

import {IntruderMoves} from "./IntruderMoves.sol";
import {Action, Lever} from "./ScalarBooks.sol";

/// Votes from the proposal to what comes of it, the guardian, intruders and time. Each move is drawn by one seed.
contract GovernanceHandler is IntruderMoves {
    uint256 private constant RECENT = 5;
    uint256 private constant ACTIONS_MAX = 3;

    /// Due, and refused by the contracts: tried again, but rarely.
    mapping(uint256 proposal => bool) private _stuck;

    /// The moves, the usual ones several times.
    function moves() external pure returns (bytes4[] memory selectors) {
        bytes4[27] memory all = [
            this.propose.selector,
            this.propose.selector,
            this.propose.selector,
            this.vote.selector,
            this.vote.selector,
            this.queue.selector,
            this.execute.selector,
            this.withdraw.selector,
            this.advance.selector,
            this.advance.selector,
            this.advance.selector,
            this.advance.selector,
            this.advance.selector,
            this.advance.selector,
            this.transfer.selector,
            this.passTime.selector,
            this.cancelOperation.selector,
            this.guard.selector,
            this.guard.selector,
            this.report.selector,
            this.settle.selector,
            this.settle.selector,
            this.renounce.selector,
            this.trespass.selector,
            this.trespass.selector,
            this.intrude.selector,
            this.babble.selector
        ];
        selectors = new bytes4[](all.length);
        for (uint256 i = 0; i < all.length; ++i) selectors[i] = all[i];
    }

    function propose(uint256 seed) external {
        address proposer = voter(lot(seed, 1));
        uint256 count = seed % 3 > 0 ? 1 : 1 + (lot(seed, 2) % ACTIONS_MAX);
        address[] memory targets = new address[](count);
        bytes[] memory calls = new bytes[](count);
        Proposal storage proposal = proposals.push();
        for (uint256 i = 0; i < count; ++i) {
            Action memory action = anyAction(lot(seed, 3 + i));
            (targets[i], calls[i]) = callOf(action);
            proposal.actions.push(action);
        }
        string memory description = vm.toString(proposals.length);
        bool allowed = recall(weights[proposer], block.timestamp - 1) >= valueOf(Lever.Threshold);

        uint256[] memory values = new uint256[](count);
        bytes memory call = abi.encodeCall(governor.propose, (targets, values, calls, description));
        bytes memory result = attempt(proposer, address(governor), call, allowed);
        if (!allowed) {
            proposals.pop();
            return did(Deed.ProposeInVain);
        }

        proposal.descriptionHash = keccak256(bytes(description));
        proposal.id = uint256(keccak256(abi.encode(targets, values, calls, proposal.descriptionHash)));
        vm.assertEq(abi.decode(result, (uint256)), proposal.id);
        bytes32 salt = bytes20(address(governor)) ^ proposal.descriptionHash;
        proposal.operation = keccak256(abi.encode(targets, values, calls, bytes32(0), salt));
        (proposal.proposer, proposal.targets, proposal.calls) = (proposer, targets, calls);
        proposal.snapshot = block.timestamp + valueOf(Lever.VotingDelay);
        proposal.deadline = proposal.snapshot + valueOf(Lever.VotingPeriod);
        did(Deed.Propose);
    }

    function vote(uint256 seed) external {
        if (proposals.length == 0) return;
        _vote(_recent(seed), voter(lot(seed, 1)), lot(seed, 2) % 8 == 0 ? lot(seed, 3) % 4 : FOR);
    }

    function queue(uint256 seed) external {
        if (proposals.length > 0) _queue(_recent(seed), outsider(lot(seed, 1)));
    }

    function execute(uint256 seed) external {
        if (proposals.length > 0) _execute(_recent(seed), outsider(lot(seed, 1)));
    }

    /// Mostly by who proposed it.
    function withdraw(uint256 seed) external {
        if (proposals.length == 0) return;
        Proposal storage proposal = proposals[_recent(seed)];
        address caller = lot(seed, 1) % 4 == 0 ? outsider(lot(seed, 2)) : proposal.proposer;
        bool allowed = caller == proposal.proposer && stateOf(proposal) == IGovernor.ProposalState.Pending;

        bytes memory call = abi.encodeCall(
            governor.cancel,
            (proposal.targets, valuesOf(proposal), proposal.calls, proposal.descriptionHash)
        );
        attempt(caller, address(governor), call, allowed);
        if (!allowed) return;

        proposal.cancelled = true;
        did(Deed.Withdraw);
    }

    /// Brings a proposal to its next state, or to the end, with the time that this takes.
    function advance(uint256 seed) external {
        if (proposals.length == 0) return;
        uint256 place = _unfinished(seed);
        uint256 steps = 1 + (lot(seed, 1) % 7);
        for (uint256 i = 0; i < steps && !(_stuck[place] && i > 0); ++i) _advance(place, lot(seed, 2 + i));
    }

    /// Votes that move after a snapshot do not count for it.
    function transfer(uint256 seed) external {
        (address from, address to) = (voter(seed), voter(lot(seed, 1)));
        uint256 amount = lot(seed, 2) % (token.balanceOf(from) / 4 + 1);
        uint256 now_ = block.timestamp;
        attempt(from, address(token), abi.encodeCall(token.transfer, (to, amount)), true);
        remember(weights[from], recall(weights[from], now_) - amount);
        remember(weights[to], recall(weights[to], now_) + amount);
        did(Deed.Transfer);
    }

    /// Mostly hours or days, rarely years.
    function passTime(uint256 seed) external {
        uint256 kind = seed % 16;
        uint256 most =
            kind < 2
                ? 4_000 days
                : kind < 8
                    ? 1 days
                    : 12 days;
        skip(1 + (lot(seed, 1) % most));
        did(Deed.PassTime);
    }

    /// INV-11: everything is as the books say; the longer lists in turn.
    function audit(uint256 turn) external view {
        auditScalars();
        auditParameters();
        auditCode();
        auditPowers(turn);
        if (turn % 8 == 0) auditSeatsAndClasses();
        if (proposals.length > 0) auditProposal(turn % proposals.length);
    }

    /// Now and then against the odds.
    function _advance(uint256 place, uint256 seed) private {
        Proposal storage proposal = proposals[place];
        IGovernor.ProposalState state = stateOf(proposal);
        if (state == IGovernor.ProposalState.Pending) vm.warp(proposal.snapshot + 1);
        if (state == IGovernor.ProposalState.Active) {
            uint256 support = lot(seed, 1) % 16 == 0 ? AGAINST : FOR;
            for (uint256 i = lot(seed, 2) % 3; i < 4; ++i) {
                if (!voted[place][voter(i)]) _vote(place, voter(i), support);
            }
            vm.warp(deadlineOf(proposal) + 1);
        }
        if (state == IGovernor.ProposalState.Succeeded) _queue(place, outsider(lot(seed, 3)));
        if (state != IGovernor.ProposalState.Queued) return;
        uint256 due = dueAt(proposal);
        if (lot(seed, 9) % 16 == 0) {
            vm.warp(proposal.queuedAt + proposal.delay + EXPIRY + 1);
            did(Deed.Expire);
            return _execute(place, outsider(lot(seed, 5)));
        }
        if (block.timestamp < due - 1 && lot(seed, 4) % 3 == 0) {
            vm.warp(due - 1);
            _execute(place, outsider(lot(seed, 5)));
        }
        if (block.timestamp < due) vm.warp(due);
        settle(lot(seed, 8));
        // At that time it may turn out that what bonds answer for is not final.
        if (block.timestamp < dueAt(proposal) && lot(seed, 7) % 4 > 0) vm.warp(dueAt(proposal));
        _execute(place, outsider(lot(seed, 6)));
    }

    function _vote(uint256 place, address caller, uint256 support) private {
        Proposal storage proposal = proposals[place];
        bool active = stateOf(proposal) == IGovernor.ProposalState.Active;
        bool allowed = active && !voted[place][caller] && support <= ABSTAIN;

        bytes memory call = abi.encodeCall(governor.castVote, (proposal.id, uint8(support)));
        attempt(caller, address(governor), call, allowed);
        if (!allowed) return did(Deed.VoteInVain);

        voted[place][caller] = true;
        proposal.votes[support] += recall(weights[caller], proposal.snapshot);
        did(Deed.Vote);
        if (proposal.extendedTo > 0 || !reachedQuorum(proposal)) return;
        proposal.extendedTo = block.timestamp + valueOf(Lever.LateQuorum);
        if (proposal.extendedTo > proposal.deadline) did(Deed.ReachQuorumLate);
    }

    function _queue(uint256 place, address caller) private {
        Proposal storage proposal = proposals[place];
        bool passed = stateOf(proposal) == IGovernor.ProposalState.Succeeded;
        bool allowed = passed && canBeRead(proposal);

        bytes memory call = abi.encodeCall(
            governor.queue,
            (proposal.targets, valuesOf(proposal), proposal.calls, proposal.descriptionHash)
        );
        attempt(caller, address(governor), call, allowed);
        if (!allowed) return did(passed ? Deed.QueueUnreadable : Deed.QueueInVain);

        proposal.routine = isRoutine(proposal);
        (proposal.queuedAt, proposal.delay) = (block.timestamp, delayNow(proposal.routine));
        did(proposal.routine ? Deed.QueueRoutine : Deed.QueueLeaving);
    }

    /// All of it comes true, or nothing if the books refuse a part.
    function _execute(uint256 place, address caller) private {
        Proposal storage proposal = proposals[place];
        bool queued = stateOf(proposal) == IGovernor.ProposalState.Queued;
        bool due = queued && block.timestamp >= dueAt(proposal);
        bool allowed = false;
        if (due) {
            try this.carryOut(place) {
                allowed = true;
            } catch {}
        }

        bytes memory call = abi.encodeCall(
            governor.execute,
            (proposal.targets, valuesOf(proposal), proposal.calls, proposal.descriptionHash)
        );
        attempt(caller, address(governor), call, allowed);
        _stuck[place] = due && !allowed;
        if (allowed && !proposal.routine) {
            did(dueAt(proposal) < proposal.queuedAt + 67 * LENGTH ? Deed.ExecuteSettled : Deed.ExecuteUnsettled);
        }
        if (allowed) did(proposal.actions.length > 1 ? Deed.ExecuteBatch : Deed.Execute);
        else
            did(
                due
                    ? Deed.ExecuteOutOfBounds
                    : queued
                        ? Deed.ExecuteTooEarly
                        : Deed.ExecuteUnvoted
            );
    }

    function _recent(uint256 seed) private view returns (uint256) {
        uint256 window = proposals.length < RECENT ? proposals.length : RECENT;
        return proposals.length - 1 - (seed % window);
    }

    /// The first recent one from a random one on that something can still come of.
    function _unfinished(uint256 seed) private view returns (uint256 place) {
        for (uint256 i = 0; i < RECENT; ++i) {
            place = _recent((seed % RECENT) + i);
            IGovernor.ProposalState state = stateOf(proposals[place]);
            bool open = state == IGovernor.ProposalState.Pending || state == IGovernor.ProposalState.Active;
            bool passed = state == IGovernor.ProposalState.Succeeded || state == IGovernor.ProposalState.Queued;
            if (open || (passed && (!_stuck[place] || seed % 8 == 0))) return place;
        }
    }
}
