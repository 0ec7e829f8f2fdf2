// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title The ICN token: 700,000,000, fixed
/// @notice Deposit, means of payment and vote of the network.
///
/// Trust: none. There is no owner, no mint, no burn, no pause and no upgrade. The whole supply is minted once, in the
/// constructor, to the genesis allocations; they must sum to it. Votes are checkpointed by timestamp (ERC-6372).
interface IICNT is IERC20, IERC20Permit, IERC5805 {
    struct Allocation {
        address to;
        uint256 amount;
    }

    /// @notice The genesis allocations sum to `actual` wei, not to the supply.
    error AllocationsDoNotSumToSupply(uint256 actual, uint256 supply);
}
