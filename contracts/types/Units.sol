// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev One whole in parts per million.
uint256 constant PPM = 1_000_000;
/// @dev Scale of A(e) and of rewardIndex: what one wei of stake earned, times 10^27.
uint256 constant INDEX_SCALE = 1e27;
/// @dev 365.25 d / 12 in seconds: 60 months are 5 years.
uint256 constant MONTH = 2_629_800;
/// @dev The whole supply of ICNT in wei; nothing is ever minted after construction.
uint256 constant SUPPLY = 700_000_000e18;
