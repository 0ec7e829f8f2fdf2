// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

import {ISlaOracle} from "../../../contracts/interfaces/ISlaOracle.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {AttesterId, NodeId} from "../../../contracts/types/Ids.sol";
import {EpochReport, Member, ObservationRoot} from "../../../contracts/types/Reports.sol";
import {ProposalBooks} from "./ProposalBooks.sol";
import {Action, Lever} from "./ScalarBooks.sol";

/// What everybody may try without a vote: the guardian's few rights, giving up a role, and all that is refused.
abstract contract IntruderMoves is ProposalBooks {
    enum Deed {
        Propose,
        ProposeInVain,
        Vote,
        VoteInVain,
        ReachQuorumLate,
        QueueRoutine,
        QueueLeaving,
        QueueInVain,
        Execute,
        ExecuteBatch,
        ExecuteTooEarly,
        ExecuteUnvoted,
        ExecuteOutOfBounds,
        Withdraw,
        Transfer,
        PassTime,
        Pause,
        Unpause,
        Veto,
        GuardInVain,
        Report,
        CancelOperation,
        CancelInVain,
        Renounce,
        Intrude,
        Babble,
        Settle,
        ExecuteSettled,
        ExecuteUnsettled,
        QueueUnreadable,
        Expire
    }

    uint256 private constant INTRUSIONS = 18;
    /// Where the oracle keeps how many reports are final, in the low 32 bits: ERC-7201, icn.storage.SlaOracle.
    bytes32 private constant ORACLE_PROGRESS =
        keccak256(abi.encode(uint256(keccak256("icn.storage.SlaOracle")) - 1)) & ~bytes32(uint256(0xff));

    mapping(Deed => uint256) public done;
    mapping(Lever => uint256) public trespassed;

    /// A lever by somebody who has no right to it.
    function trespass(uint256 seed) external {
        Action memory action = anyAction(lot(seed, 1));
        if (action.lever == Lever.CancelOperation) return;
        (address target, bytes memory call) = callOf(action);
        attempt(outsider(seed), target, call, false);
        ++trespassed[action.lever];
    }

    /// Any of the ways around a vote.
    function intrude(uint256 seed) external {
        (address target, bytes memory call) = _intrusion(lot(seed, 1) % INTRUSIONS, seed, outsider(seed));
        attempt(outsider(seed), target, call, false);
        did(Deed.Intrude);
    }

    /// A call that means nothing in particular; whatever comes of it changes nothing that a vote decides.
    function babble(uint256 seed) external {
        Action memory action = anyAction(lot(seed, 1));
        if (action.lever == Lever.CancelOperation) return;
        (address target, bytes memory call) = callOf(action);
        for (uint256 i = 0; i < call.length; ++i) {
            if ((lot(seed, 2 + i / 32) >> (8 * (i % 32))) & 7 == 0) call[i] = bytes1(uint8(lot(seed, i)));
        }
        ++attempts;
        vm.prank(outsider(seed));
        // solhint-disable-next-line avoid-low-level-calls
        (bool passed, ) = target.call(call);
        if (!passed) did(Deed.Babble);
    }

    /// Mostly the guardian, now and then another.
    function guard(uint256 seed) external {
        address caller = seed % 4 == 0 ? outsider(lot(seed, 1)) : GUARDIAN_WALLET;
        bool paused = block.timestamp < pausedUntil;
        uint256 kind = paused && seed % 2 == 0 ? 1 : lot(seed, 2) % 3;
        if (kind == 2 && lot(seed, 3) % 2 == 0) report(seed);
        ISlaOracle.Duty memory duty = oracle.duty();
        bool open = duty.status == ISlaOracle.ReportStatus.Reported && block.timestamp < duty.finalizableAt;
        bytes memory call =
            kind == 0
                ? abi.encodeCall(oracle.pause, ("a bug"))
                : kind == 1
                    ? abi.encodeCall(oracle.unpause, ())
                    : abi.encodeCall(oracle.veto, (duty.epoch, "recomputation differs"));
        bool possible =
            kind == 0
                ? !paused && pauseLeft
                : kind == 1
                    ? paused
                    : open && vetoesLeft > 0;
        bool allowed = possible && permitted(caller, address(oracle), bytes4(call));

        attempt(caller, address(oracle), call, allowed);
        if (!allowed) return did(Deed.GuardInVain);
        if (kind == 0) (pausedUntil, pauseLeft) = (block.timestamp + PAUSE, false);
        else if (kind == 1) pausedUntil = block.timestamp;
        else --vetoesLeft;
        did(
            kind == 0
                ? Deed.Pause
                : kind == 1
                    ? Deed.Unpause
                    : Deed.Veto
        );
    }

    /// A role can be given up by who has it, and nobody else's can.
    function renounce(uint256 seed) external {
        if (seed % 4 > 0) return;
        uint64 role = GUARDIAN + uint64(lot(seed, 1) % 3);
        (address caller, address account) = (outsider(lot(seed, 2)), outsider(lot(seed, 3)));
        if (lot(seed, 4) % 2 == 0) account = caller;
        if (lot(seed, 5) % 4 == 0) (role, caller, account) = (GUARDIAN, GUARDIAN_WALLET, GUARDIAN_WALLET);
        attempt(caller, address(manager), abi.encodeCall(manager.renounceRole, (role, account)), caller == account);
        if (caller != account) return;
        if (hasRole[role][caller]) did(Deed.Renounce);
        hasRole[role][caller] = false;
    }

    /// At the timelock itself: only whom a vote made a canceller.
    function cancelOperation(uint256 seed) external {
        Action memory action = drawAction(Lever.CancelOperation, seed);
        if (action.value >= proposals.length) return;
        address caller = lot(seed, 1) % 4 == 0 ? outsider(lot(seed, 2)) : KEEPER;
        (address target, bytes memory call) = callOf(action);
        bool allowed = canceller[caller];
        attempt(caller, target, call, allowed);
        if (allowed) proposals[action.value].cancelled = true;
        did(allowed ? Deed.CancelOperation : Deed.CancelInVain);
    }

    /// What the guardian may veto: all seated attesters sign the next epoch's report, or it becomes final.
    function report(uint256 seed) public {
        ISlaOracle.Duty memory duty = oracle.duty();
        if (block.timestamp < pausedUntil) return;
        if (duty.status == ISlaOracle.ReportStatus.Reported) {
            if (block.timestamp < duty.finalizableAt) return;
            oracle.finalize(duty.epoch);
            ++finalizedCount;
            return;
        }
        if (block.timestamp < EPOCH_ZERO + (Epoch.unwrap(duty.epoch) + 1) * LENGTH) return;
        (, Member[] memory members) = committee.committeeAt(duty.epoch);
        ObservationRoot[] memory roots = new ObservationRoot[](members.length);
        for (uint256 i = 0; i < roots.length; ++i) roots[i] = ObservationRoot(members[i].attesterId, bytes32(seed));
        EpochReport memory signed = EpochReport({
            epoch: duty.epoch,
            generation: duty.generation,
            viewNumber: 0,
            committeeId: duty.committeeId,
            rulesHash: duty.rulesHash,
            observationsHash: keccak256(abi.encode(roots)),
            previousLedgerRoot: duty.previousLedgerRoot,
            ledgerRoot: bytes32(seed),
            nodeCount: duty.nodeCount,
            paidMask: 0
        });
        bytes memory signatures;
        bytes32 digest = oracle.digestOf(signed);
        for (uint256 i = 0; i < members.length; ++i) {
            uint256 key = signingKey(keyOf[AttesterId.unwrap(members[i].attesterId)], 0);
            signatures = bytes.concat(signatures, compactSignature(key, digest));
        }
        oracle.submit(signed, roots, (1 << members.length) - 1, signatures);
        did(Deed.Report);
    }

    /// All reports up to now are final: set in storage, for there may be thousands.
    function settle(uint256 seed) public {
        ISlaOracle.Duty memory duty = oracle.duty();
        if (seed % 2 == 0 || duty.status == ISlaOracle.ReportStatus.Reported) return;
        finalizedCount = (block.timestamp - EPOCH_ZERO) / LENGTH;
        bytes32 progress = vm.load(address(oracle), ORACLE_PROGRESS) & ~bytes32(uint256(type(uint32).max));
        vm.store(address(oracle), ORACLE_PROGRESS, progress | bytes32(finalizedCount));
        vm.assertEq(oracle.finalizedCount(), finalizedCount);
        did(Deed.Settle);
    }

    function did(Deed deed) internal {
        ++done[deed];
    }

    /// Those more often that come true only under conditions of their own.
    function anyAction(uint256 seed) internal view returns (Action memory) {
        (bool broken, Action memory repair) = drawRepair(lot(seed, 3));
        if (broken && seed % 3 == 0) return repair;
        uint256 last = uint256(type(Lever).max);
        uint256 kind = lot(seed, 1) % (last + 5);
        Lever lever =
            kind <= last
                ? Lever(kind)
                : kind % 2 == 0
                    ? Lever.Sweep
                    : Lever.Canceller;
        return drawAction(lever, lot(seed, 2));
    }

    function _intrusion(
        uint256 kind,
        uint256 seed,
        address intruder
    ) private view returns (address target, bytes memory call) {
        address proxy = proxies[lot(seed, 2) % PROXIES];
        address code = system.nextCodes(lot(seed, 2) % PROXIES);
        address next = system.codes(lot(seed, 2) % PROXIES);
        bytes memory upgrade = abi.encodeCall(UUPSUpgradeable.upgradeToAndCall, (code, ""));
        bytes memory grant = abi.encodeCall(manager.grantRole, (uint64(seed % 4), intruder, 0));
        if (kind == 0) return (proxy, abi.encodeCall(IAccessManaged.setAuthority, (intruder)));
        if (kind == 1) return (next, upgrade);
        if (kind == 2) return (proxy, abi.encodeCall(system.COMMITTEE().initialize, (intruder, 0)));
        if (kind == 3) return (proxy, abi.encodeCall(system.REWARDS().initialize, (intruder)));
        if (kind == 4) return (code, abi.encodeCall(system.REWARDS().initialize, (intruder)));
        if (kind == 5) return (address(manager), abi.encodeCall(manager.execute, (proxy, upgrade)));
        if (kind == 6) return (address(manager), abi.encodeCall(manager.schedule, (proxy, upgrade, 0)));
        if (kind == 7) return (address(manager), _many(grant));
        if (kind == 8) return (address(system.REWARDS()), _many(upgrade));
        if (kind == 9) return (address(manager), abi.encodeCall(manager.updateAuthority, (proxy, intruder)));
        if (kind == 10) return (address(manager), abi.encodeCall(manager.setTargetAdminDelay, (proxy, uint32(seed))));
        if (kind == 11) return (address(manager), abi.encodeCall(manager.setGrantDelay, (uint64(seed % 4), 0)));
        if (kind == 12) return (address(manager), abi.encodeCall(manager.setRoleAdmin, (1, uint64(seed % 4))));
        if (kind == 13) return (address(staking), abi.encodeCall(staking.openBond, (NodeId.wrap(1), intruder, 1)));
        if (kind == 14) return (address(system.RESERVE()), abi.encodeCall(system.RESERVE().pay, (intruder, 1)));
        if (kind == 15) return (address(timelock), _scheduled(proxy, upgrade, seed));
        if (kind == 16) return (address(timelock), abi.encodeCall(timelock.execute, (proxy, 0, upgrade, 0, 0)));
        return (address(timelock), abi.encodeCall(timelock.grantRole, (timelock.PROPOSER_ROLE(), intruder)));
    }

    function _scheduled(address target, bytes memory call, uint256 seed) private view returns (bytes memory) {
        if (seed % 2 == 0) return abi.encodeCall(timelock.schedule, (target, 0, call, 0, bytes32(seed), seed >> 200));
        address[] memory targets = new address[](1);
        bytes[] memory calls = new bytes[](1);
        (targets[0], calls[0]) = (target, call);
        return
            abi.encodeCall(timelock.scheduleBatch, (targets, new uint256[](1), calls, 0, bytes32(seed), seed >> 200));
    }

    function _many(bytes memory call) private view returns (bytes memory) {
        bytes[] memory calls = new bytes[](1);
        calls[0] = call;
        return abi.encodeCall(manager.multicall, (calls));
    }
}
