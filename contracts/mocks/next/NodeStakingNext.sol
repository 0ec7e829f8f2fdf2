// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {NodeStaking} from "../../staking/NodeStaking.sol";
import {EpochClock} from "../../types/EpochClock.sol";
import {NextVersion} from "./NextVersion.sol";

contract NodeStakingNext is NodeStaking, NextVersion {
    constructor(
        EpochClock clock,
        address icnt,
        address registry,
        address oracle
    ) NodeStaking(clock, icnt, registry, oracle) {}
}
