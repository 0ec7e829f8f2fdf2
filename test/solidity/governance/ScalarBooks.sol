// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {GovernedWorld} from "./GovernedWorld.sol";

/// What a vote can do. The first ones set one number each.
enum Lever {
    Fee,
    Unbonding,
    SlashCap,
    AttesterBond,
    VetoWindow,
    VotingDelay,
    VotingPeriod,
    LateQuorum,
    Threshold,
    Quorum,
    Delay,
    BondMinimum,
    ClassCaps,
    CreditPool,
    Admit,
    Seat,
    RenewVetoes,
    RenewPause,
    ScheduleRules,
    Sweep,
    Upgrade,
    ChangeRole,
    MoveFunction,
    Close,
    RoleGuardian,
    Canceller,
    SameTimelock,
    Relay,
    CancelOperation
}

/// A lever, and how far it is moved.
struct Action {
    Lever lever;
    uint256 value;
}

/// Parameters that are one number, with the bounds that the design gives them.
abstract contract ScalarBooks is GovernedWorld {
    struct Scalar {
        address target;
        bytes4 set;
        bytes4 get;
        uint256 min;
        uint256 max;
        /// Largest value that the setter's argument can have.
        uint256 most;
        uint256 value;
    }

    struct Entry {
        uint256 at;
        uint256 value;
    }

    error Refused();

    uint256 internal constant SCALARS = uint256(Lever.Delay) + 1;

    mapping(Lever => Scalar) internal scalars;
    /// Since when which value is in force.
    Entry[] internal quorums;
    Entry[] internal unbondings;

    constructor() {
        _name(Lever.Fee, address(registry), registry.setFee.selector, registry.fee.selector);
        _name(Lever.Unbonding, address(staking), staking.setUnbondingPeriod.selector, staking.unbondingEpochs.selector);
        _name(Lever.SlashCap, address(staking), staking.setSlashCap.selector, staking.slashCapPpm.selector);
        _name(
            Lever.AttesterBond,
            address(committee),
            committee.setBondRequired.selector,
            committee.bondRequired.selector
        );
        _name(Lever.VetoWindow, address(oracle), oracle.setVetoWindow.selector, oracle.vetoWindow.selector);
        _nameOfVotes(Lever.VotingDelay, governor.setVotingDelay.selector, governor.votingDelay.selector);
        _nameOfVotes(Lever.VotingPeriod, governor.setVotingPeriod.selector, governor.votingPeriod.selector);
        _nameOfVotes(
            Lever.LateQuorum,
            governor.setLateQuorumVoteExtension.selector,
            governor.lateQuorumVoteExtension.selector
        );
        _nameOfVotes(Lever.Threshold, governor.setProposalThreshold.selector, governor.proposalThreshold.selector);
        _nameOfVotes(Lever.Quorum, governor.updateQuorumNumerator.selector, bytes4(keccak256("quorumNumerator()")));
        _name(Lever.Delay, address(timelock), timelock.updateDelay.selector, timelock.getMinDelay.selector);
        _boundAll();
        remember(quorums, scalars[Lever.Quorum].value);
        remember(unbondings, scalars[Lever.Unbonding].value);
    }

    function isScalar(Lever lever) internal pure returns (bool) {
        return uint256(lever) < SCALARS;
    }

    /// At the bounds, just outside of them, far outside, or inside.
    function drawWithin(uint256 seed, uint256 min, uint256 max, uint256 most) internal pure returns (uint256) {
        uint256 kind = seed % 12;
        if (kind == 0) return min;
        if (kind == 1) return max;
        if (kind == 2) return min == 0 ? max + 1 : min - 1;
        if (kind == 3) return max + 1;
        if (kind == 4) return max + 1 + ((seed >> 8) % (most - max));
        return min + ((seed >> 8) % (max - min + 1));
    }

    function drawScalar(Lever lever, uint256 seed) internal view returns (uint256) {
        (uint256 min, uint256 max) = boundsOf(lever);
        return drawWithin(seed, min, max, scalars[lever].most);
    }

    function scalarCall(Action memory action) internal view returns (address target, bytes memory call) {
        Scalar storage scalar = scalars[action.lever];
        return (scalar.target, abi.encodeWithSelector(scalar.set, action.value));
    }

    /// The timelock sets it, or is refused.
    function bookScalar(Action memory action) internal {
        Scalar storage scalar = scalars[action.lever];
        requirePermitted(scalar.target, scalar.set);
        (uint256 min, uint256 max) = boundsOf(action.lever);
        if (action.value < min || action.value > max) revert Refused();

        scalar.value = action.value;
        if (action.lever == Lever.Quorum) remember(quorums, action.value);
        if (action.lever == Lever.Unbonding) remember(unbondings, action.value);
    }

    /// The Governor and the timelock decide themselves that the timelock may; all others ask the AccessManager.
    function requirePermitted(address target, bytes4 selector) internal view {
        if (target == address(governor) || target == address(timelock)) return;
        if (!permitted(address(timelock), target, selector)) revert Refused();
    }

    /// A vote's period and the time that a late quorum gives bound each other.
    function boundsOf(Lever lever) internal view returns (uint256 min, uint256 max) {
        (min, max) = (scalars[lever].min, scalars[lever].max);
        uint256 extension = scalars[Lever.LateQuorum].value;
        if (lever == Lever.VotingPeriod && extension > min) min = extension;
        if (lever == Lever.LateQuorum) max = scalars[Lever.VotingPeriod].value;
    }

    function valueOf(Lever lever) internal view returns (uint256) {
        return scalars[lever].value;
    }

    /// INV-11: each is what it was voted to be, and within its bounds.
    function auditScalars() internal view {
        for (uint256 i = 0; i < SCALARS; ++i) {
            Scalar storage scalar = scalars[Lever(i)];
            // solhint-disable-next-line avoid-low-level-calls
            (, bytes memory result) = scalar.target.staticcall(abi.encodeWithSelector(scalar.get));
            uint256 value = abi.decode(result, (uint256));
            (uint256 min, uint256 max) = boundsOf(Lever(i));
            vm.assertEq(value, scalar.value, "INV-11");
            if (value < min || value > max) revert Refused();
        }
    }

    function remember(Entry[] storage entries, uint256 value) internal {
        uint256 length = entries.length;
        if (length > 0 && entries[length - 1].at == block.timestamp) entries[length - 1].value = value;
        else entries.push(Entry(block.timestamp, value));
    }

    function recall(Entry[] storage entries, uint256 at) internal view returns (uint256) {
        for (uint256 i = entries.length; i > 0; --i) if (entries[i - 1].at <= at) return entries[i - 1].value;
        return 0;
    }

    function _name(Lever lever, address target, bytes4 set, bytes4 get) private {
        Scalar storage scalar = scalars[lever];
        (scalar.target, scalar.set, scalar.get) = (target, set, get);
    }

    function _nameOfVotes(Lever lever, bytes4 set, bytes4 get) private {
        _name(lever, address(governor), set, get);
    }

    function _boundAll() private {
        (uint256 u32, uint256 u48, uint256 u96) = (type(uint32).max, type(uint48).max, type(uint96).max);
        uint256 u256 = type(uint256).max;
        _bound(Lever.Fee, 0, 1_000e18, u256, 10e18);
        _bound(Lever.Unbonding, 1, 60, u32, 28);
        _bound(Lever.SlashCap, 0, 100_000, u32, 100_000);
        _bound(Lever.AttesterBond, 0, 1_000_000e18, u96, 0);
        _bound(Lever.VetoWindow, LENGTH / 2, LENGTH, u32, LENGTH / 2);
        _bound(Lever.VotingDelay, LENGTH / 8, 14 * LENGTH, u48, 2 * LENGTH);
        _bound(Lever.VotingPeriod, LENGTH, 30 * LENGTH, u32, 7 * LENGTH);
        _bound(Lever.LateQuorum, 0, 30 * LENGTH, u48, 2 * LENGTH);
        _bound(Lever.Threshold, 1_000e18, 7_000_000e18, u256, 700_000e18);
        _bound(Lever.Quorum, 10_000, 200_000, u256, 40_000);
        _bound(Lever.Delay, LENGTH, 30 * LENGTH, u256, 2 * LENGTH);
    }

    function _bound(Lever lever, uint256 min, uint256 max, uint256 most, uint256 value) private {
        Scalar storage scalar = scalars[lever];
        (scalar.min, scalar.max, scalar.most, scalar.value) = (min, max, most, value);
    }
}
