// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";

/// @title All votes of an account: liquid, staked and vesting ICNT
///
/// Trust: none. It holds nothing and decides nothing; it adds up what ICNT, NodeStaking and VestingVault say. No token is
/// counted twice, because those two hold the ICNT whose votes they keep and never delegate it (INV-6). The total is the
/// supply at any time, so a quorum is a share of all ICNT there is. NodeStaking can be upgraded: if a version of it does not
/// answer, what is staked does not vote until a vote of the rest has repaired it.
interface IVotingPower is IERC5805 {
    /// @notice A delegate is named in ICNT, NodeStaking and VestingVault, each for what it holds.
    error DelegateAtSource();

    /// @notice The delegate that all three sources have for `account`; zero if they differ.
    function delegates(address account) external view returns (address);

    /// @notice ICNT, NodeStaking and VestingVault.
    function sources() external view returns (IERC5805 liquid, IERC5805 staked, IERC5805 vesting);

    /// @notice Votes of `account` from each source at a past time in seconds.
    function pastVotesBySource(
        address account,
        uint256 timepoint
    ) external view returns (uint256 liquid, uint256 staked, uint256 vesting);
}
