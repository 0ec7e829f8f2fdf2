// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVestingVault} from "../../../contracts/interfaces/IVestingVault.sol";
import {VestingVault} from "../../../contracts/vesting/VestingVault.sol";
import {SigningQuorum} from "../system/SigningQuorum.sol";

/// Who there is in a life, what each has by own books, and how often each deed was done.
abstract contract LifeBooks is SigningQuorum {
    enum Deed {
        CreateLinear,
        CreateTabled,
        CreateBatch,
        AddTable,
        Release,
        ReleaseTabled,
        ReleaseRevoked,
        ReleaseElsewhere,
        NameRecipient,
        OfferSchedule,
        TakeSchedule,
        Revoke,
        Register,
        Activate,
        ChangeTerms,
        StartMaintenance,
        EndMaintenance,
        OfferNode,
        TakeNode,
        AddBond,
        Delegate,
        TopUp,
        Undelegate,
        UndelegatePart,
        LowerBond,
        LeaveBond,
        WithdrawDelegation,
        WithdrawBond,
        SlashBond,
        SlashRequest,
        StartExit,
        CompleteExit,
        ChangePeriod,
        BondAttester,
        ReportTruth,
        ReportLie,
        Finalize,
        Veto,
        Accrue,
        ProveIndex,
        ClaimTruth,
        ClaimLie,
        ClaimPassedOver,
        ClaimBatch,
        ClaimCommission,
        ClaimElsewhere,
        ClaimAttesterPay,
        Gift,
        PassSeconds,
        PassEpochs,
        PassMonths,
        NameLiquidVoter,
        NameStakedVoter,
        NameVestingVoter,
        NameVoterBySignature,
        VoteOneself,
        LetOtherVote,
        LetNobodyVote,
        GrantVoteless,
        TakeVoteless,
        RecallVotes
    }

    uint256 internal constant ACTORS = 8;
    /// Wallets that only receive, and name who votes.
    uint256 internal constant COLD = 3;
    /// Who can name a voter, the first of the holders: actors, cold wallets, treasury and timelock.
    uint256 internal constant OWNERS = ACTORS + COLD + 2;
    uint256 internal constant HOLDERS = OWNERS + 8;
    uint256 private constant WALLET_KEY = 0xac7000;
    uint256 private constant SHARE = 70_000_000e18;
    address internal constant TREASURY = address(0x7ea5);
    address internal constant TIMELOCK = address(0x71e);

    VestingVault public vault;
    /// Everybody who can have ICNT.
    address[] internal holders;
    mapping(address holder => uint256) internal placeOf;
    /// What a holder has, in wei.
    mapping(address holder => uint256) public booked;
    /// What a holder got that nobody owes anybody.
    mapping(address holder => uint256) public gifts;
    mapping(Deed => uint256) public done;
    mapping(bytes4 error => uint256) public refused;
    uint256 public attempts;

    constructor() {
        vm.warp(system.EPOCH_ZERO() - 1);
        vault = new VestingVault(token, TREASURY, TIMELOCK, new IVestingVault.Grant[](0), new uint32[60][](0));
        for (uint256 i = 0; i < ACTORS + COLD; ++i) _addHolder(vm.addr(WALLET_KEY + i));
        address[10] memory others = [
            TREASURY,
            TIMELOCK,
            address(vault),
            address(reserve),
            address(staking),
            address(system.COMMITTEE()),
            system.CREDIT_POOL(),
            address(registry),
            address(oracle),
            address(rewards)
        ];
        for (uint256 i = 0; i < others.length; ++i) _addHolder(others[i]);

        booked[address(reserve)] = system.EMISSION_TOTAL();
        for (uint256 i = 0; i < ACTORS; ++i) _fund(actor(i));
    }

    /// Somebody sends ICNT where it does not belong, or to a friend.
    function gift(uint256 seed) external {
        address from = actor(seed);
        address to = holders[lot(seed, 1) % holders.length];
        uint256 amount = lot(seed, 2) % (booked[from] / 100 + 1);
        if (amount == 0) return;

        pay(from, to, amount);
        gifts[to] += amount;
        did(Deed.Gift);

        pass(from, address(token), abi.encodeCall(token.transfer, (to, amount)));
    }

    /// Everybody has what the books say.
    function auditBalances() external view returns (uint256 sum) {
        for (uint256 i = 0; i < holders.length; ++i) {
            uint256 balance = token.balanceOf(holders[i]);
            vm.assertEq(balance, booked[holders[i]], "INV-1: books and chain differ");
            sum += balance;
        }
    }

    /// A call that the books allow.
    function pass(address caller, address target, bytes memory call) internal returns (bytes memory result) {
        (, result) = attempt(caller, target, call, "");
    }

    /// A call that passes, or is refused with exactly the reason that the books give.
    function attempt(
        address caller,
        address target,
        bytes memory call,
        bytes memory refusal
    ) internal returns (bool passed, bytes memory result) {
        ++attempts;
        vm.prank(caller);
        // solhint-disable-next-line avoid-low-level-calls
        (passed, result) = target.call(call);
        if (refusal.length > 0) {
            vm.assertFalse(passed, "passed against the books");
            vm.assertEq(result, refusal);
            ++refused[bytes4(refusal)];
        } else if (!passed) {
            assembly ("memory-safe") {
                revert(add(result, 32), mload(result))
            }
        }
    }

    function pay(address from, address to, uint256 amount) internal {
        booked[from] -= amount;
        booked[to] += amount;
    }

    function did(Deed deed) internal {
        ++done[deed];
    }

    function actor(uint256 seed) internal view returns (address) {
        return holders[seed % ACTORS];
    }

    /// An actor, now and then the treasury or the timelock.
    function anyBeneficiary(uint256 seed) internal view returns (address) {
        return seed % 8 == 0 ? (seed % 16 == 0 ? TREASURY : TIMELOCK) : actor(seed >> 8);
    }

    /// Their schedules have no votes.
    function voteless(address beneficiary) internal pure returns (bool) {
        return beneficiary == TREASURY || beneficiary == TIMELOCK;
    }

    /// An actor, a cold wallet, or nobody.
    function anyRecipient(uint256 seed) internal view returns (address) {
        uint256 i = seed % (ACTORS + COLD + 1);
        return i == ACTORS + COLD ? address(0) : holders[i];
    }

    function lot(uint256 seed, uint256 draw) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, draw)));
    }

    /// The whole once in three times, else a part, never nothing.
    function partOf(uint256 seed, uint256 whole) internal pure returns (uint256) {
        return seed % 3 == 0 ? whole : 1 + ((seed >> 8) % whole);
    }

    /// Of an actor or a cold wallet.
    function keyOf(address wallet) internal view returns (uint256) {
        return WALLET_KEY + placeOf[wallet];
    }

    function _addHolder(address holder) private {
        placeOf[holder] = holders.length;
        holders.push(holder);
    }

    function _fund(address who) private {
        booked[who] = SHARE;
        token.transfer(who, SHARE);
        address[4] memory spenders = [address(vault), address(staking), address(registry), address(system.COMMITTEE())];
        vm.startPrank(who);
        for (uint256 i = 0; i < spenders.length; ++i) token.approve(spenders[i], type(uint256).max);
        vm.stopPrank();
    }
}
