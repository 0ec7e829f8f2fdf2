// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";

/// @title Vesting of many beneficiaries in one contract
///
/// Trust: none, except where a schedule says so. Not upgradeable, no owner. What a schedule owes can leave only to its
/// beneficiary (or the recipient that the beneficiary stored), on its dates. Only a schedule created with a `revoker`
/// can be cut short, by that revoker alone, and then only what has not vested goes back, to the treasury named at
/// construction. The genesis schedules are created in the constructor and must owe exactly what the token minted to the
/// vault; every later schedule is paid in full by who creates it. INV-2: balance ≥ Σ (still owed).
///
/// Votes (ERC-5805, by timestamp): what a beneficiary's schedules have not released, vested or not, votes for the delegate
/// that it named here. Schedules of the treasury and of the timelock never vote.
interface IVestingVault is IERC5805 {
    /// @notice When a schedule vests; shared by all schedules with equal terms and stored once.
    /// `initial` vests at `start`, nothing else before start + cliff. Without a table the rest is linear over
    /// [start, start + duration]; with one it follows the table's 60 months from `start`, and `duration` is 60 months.
    /// Times in seconds.
    struct Terms {
        uint64 start;
        uint32 cliff;
        uint32 duration;
        /// 0: linear.
        uint32 tableId;
        /// Who may revoke; zero: nobody, ever.
        address revoker;
    }

    /// @notice A schedule to create; amounts in wei.
    struct Grant {
        address beneficiary;
        uint128 total;
        uint128 initial;
        Terms terms;
    }

    /// @notice A schedule as it stands; amounts in wei.
    struct Schedule {
        address beneficiary;
        uint128 total;
        uint128 initial;
        uint128 released;
        /// Timestamp after which nothing vests any more; 0 while not revoked.
        uint64 revokedAt;
        Terms terms;
    }

    /// @notice `cumulativePpm[m]` of the table's share has vested at the end of month m + 1.
    event TableAdded(uint32 indexed tableId, uint32[60] cumulativePpm);
    event ScheduleCreated(uint256 indexed scheduleId, address indexed beneficiary, Grant grant);
    event BatchCreated(address indexed creator, bytes32 indexed batchId, uint256 firstScheduleId, uint256 count);
    event Released(uint256 indexed scheduleId, address indexed beneficiary, address recipient, uint256 amount);
    event RecipientChanged(address indexed beneficiary, address recipient);
    /// @notice `to` may accept; the zero address withdraws an offer.
    event HandoverOffered(uint256 indexed scheduleId, address indexed from, address indexed to);
    event HandedOver(uint256 indexed scheduleId, address indexed from, address indexed to);
    /// @notice `returned` wei went to the treasury; what had vested stays the beneficiary's.
    event Revoked(uint256 indexed scheduleId, address indexed beneficiary, uint256 vested, uint256 returned);

    error UnknownSchedule(uint256 scheduleId);
    error UnknownTable(uint32 tableId);
    /// @notice Cumulative shares never fall and end with 10^6 ppm; `month` counts from 1.
    error InvalidTable(uint256 month, uint256 previousPpm, uint256 cumulativePpm);
    error ZeroBeneficiary();
    error ZeroTotal();
    /// @notice A schedule lasts at least a second and at most 60 months from its start (with a table exactly those),
    /// its cliff no longer than that.
    error InvalidDuration(uint256 cliff, uint256 duration, uint256 max);
    error InitialAboveTotal(uint256 initial, uint256 total);
    error NothingToRelease(uint256 scheduleId);
    error NotBeneficiary(uint256 scheduleId, address caller);
    error NotOffered(uint256 scheduleId, address caller);
    error NotRevoker(uint256 scheduleId, address caller);
    error AlreadyRevoked(uint256 scheduleId, uint64 revokedAt);
    error NothingToRevoke(uint256 scheduleId);
    error BatchExists(address creator, bytes32 batchId);
    error EmptyBatch();
    error ZeroTreasury();
    /// @notice Nobody can move what the vault sends to itself: not its beneficiary, recipient or treasury.
    error VaultAsReceiver();
    /// @notice At construction: the vault holds `actual` wei, the genesis schedules owe `owed`.
    error GenesisMismatch(uint256 actual, uint256 owed);

    /// @notice Stores a table of 60 cumulative monthly shares; anyone may. An equal table keeps its id. Ids from 1.
    function addTable(uint32[60] calldata cumulativePpm) external returns (uint32 tableId);

    /// @notice Pulls `grant.total` from the caller and creates the schedule. Ids are dense from 1.
    function create(Grant calldata grant) external returns (uint256 scheduleId);

    /// @notice Like `create` for each, with one pull of the sum, once per creator and `batchId`: a batch that was sent
    /// twice is refused.
    function createBatch(bytes32 batchId, Grant[] calldata grants) external returns (uint256 firstScheduleId);

    /// @notice Sends what has vested and was not yet released to the beneficiary's recipient. Anyone may call.
    function release(uint256 scheduleId) external returns (uint256 amount);

    /// @notice Where the caller's releases go, of all its schedules; the zero address means to the caller itself. A
    /// schedule that is handed over goes by the recipient of its new beneficiary.
    function setRecipient(address recipient) external;

    /// @notice Offers a schedule, with all that it has not released, to `to`; the beneficiary only. A second offer
    /// replaces the first, the zero address withdraws it. Releases and a revocation meanwhile take from what is offered.
    function offerHandover(uint256 scheduleId, address to) external;

    /// @notice Takes an offered schedule over, with its revoker if it has one.
    function acceptHandover(uint256 scheduleId) external;

    /// @notice Stops a revocable schedule now: what has vested stays releasable, the rest goes to the treasury.
    function revoke(uint256 scheduleId) external returns (uint256 returned);

    /// @notice After a revocation `total` is still what was granted; `vestedAmount` stays at what had vested.
    function scheduleOf(uint256 scheduleId) external view returns (Schedule memory);
    function scheduleCount() external view returns (uint256);
    function tableOf(uint32 tableId) external view returns (uint32[60] memory cumulativePpm);
    function tableCount() external view returns (uint32);
    function recipientOf(address beneficiary) external view returns (address);
    function pendingBeneficiaryOf(uint256 scheduleId) external view returns (address);
    function batchCreated(address creator, bytes32 batchId) external view returns (bool);
    function treasury() external view returns (address);

    /// @notice Vested by `timestamp` (seconds), released or not; rounded down.
    function vestedAmount(uint256 scheduleId, uint256 timestamp) external view returns (uint256);
    function releasable(uint256 scheduleId) external view returns (uint256);
    /// @notice What the schedules of a beneficiary have not released yet; nothing that was revoked.
    function unreleasedOf(address beneficiary) external view returns (uint256);

    /// @notice What the schedules of these ids, both ends included, still owe. Not kept as a running total, which would
    /// make every release dearer: the whole is the sum over all ids, read in as many calls as a node's limits ask for.
    function owed(uint256 firstScheduleId, uint256 lastScheduleId) external view returns (uint256);
}
