// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";

import {IcnGovernor} from "../../../contracts/governance/IcnGovernor.sol";
import {IcnTimelock} from "../../../contracts/governance/IcnTimelock.sol";
import {VotingPower} from "../../../contracts/governance/VotingPower.sol";
import {IVestingVault} from "../../../contracts/interfaces/IVestingVault.sol";
import {NodeRegistry} from "../../../contracts/nodes/NodeRegistry.sol";
import {AttesterCommittee} from "../../../contracts/oracle/AttesterCommittee.sol";
import {SlaOracle} from "../../../contracts/oracle/SlaOracle.sol";
import {NodeRewards} from "../../../contracts/rewards/NodeRewards.sol";
import {NodeStaking} from "../../../contracts/staking/NodeStaking.sol";
import {EpochClock, newEpochClock} from "../../../contracts/types/EpochClock.sol";
import {VestingVault} from "../../../contracts/vesting/VestingVault.sol";
import {System} from "../system/System.sol";

/// Every contract of a deployment, with epochs of a day, and the next code of each proxy. Who creates it is still the
/// AccessManager's admin.
contract GovernedSystem is System {
    uint256 public constant PROXIES = 5;
    address public constant TREASURY = address(0x7ea5);

    uint8 private constant TIMELOCK_NONCE = 16;
    uint8 private constant GOVERNOR_NONCE = 17;
    /// Of a proxy's code; the proxy comes next.
    uint8 private constant FIRST_CODE_NONCE = 4;

    VestingVault public immutable VAULT;
    VotingPower public immutable VOTES;
    IcnTimelock public immutable TIMELOCK;
    IcnGovernor public immutable GOVERNOR;

    address[PROXIES] public codes;
    address[PROXIES] public nextCodes;

    constructor() System(1 days) {
        VAULT = new VestingVault(
            TOKEN,
            TREASURY,
            created(TIMELOCK_NONCE),
            new IVestingVault.Grant[](0),
            new uint32[60][](0)
        );
        VOTES = new VotingPower(TOKEN, IERC5805(address(STAKING)), IERC5805(address(VAULT)));
        EpochClock clock = newEpochClock(EPOCH_ZERO, LENGTH);
        TIMELOCK = new IcnTimelock(MANAGER, STAKING, ORACLE, created(GOVERNOR_NONCE), clock, 2 days);
        GOVERNOR = new IcnGovernor(
            VOTES,
            TIMELOCK,
            LENGTH,
            IcnGovernor.Settings(2 days, 7 days, 2 days, 700_000e18, 40_000)
        );
        assert(address(TIMELOCK) == created(TIMELOCK_NONCE) && address(GOVERNOR) == created(GOVERNOR_NONCE));

        for (uint8 i = 0; i < PROXIES; ++i) codes[i] = created(FIRST_CODE_NONCE + 2 * i);
        nextCodes = [
            address(new NodeRegistry(clock, address(TOKEN), address(STAKING))),
            address(new NodeStaking(clock, address(TOKEN), address(REGISTRY), address(ORACLE))),
            address(new AttesterCommittee(TOKEN, EPOCH_ZERO, LENGTH, SEATS_MAX)),
            address(new SlaOracle(COMMITTEE, REGISTRY, EPOCH_ZERO, LENGTH)),
            address(new NodeRewards(RESERVE, STAKING, REGISTRY, ORACLE, COMMITTEE, EPOCH_ZERO, LENGTH))
        ];
    }

    function proxies() external view returns (address[PROXIES] memory) {
        return [address(REGISTRY), address(STAKING), address(COMMITTEE), address(ORACLE), address(REWARDS)];
    }
}
