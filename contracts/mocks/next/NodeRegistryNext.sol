// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {NodeRegistry} from "../../nodes/NodeRegistry.sol";
import {EpochClock} from "../../types/EpochClock.sol";
import {NextVersion} from "./NextVersion.sol";

contract NodeRegistryNext is NodeRegistry, NextVersion {
    constructor(EpochClock clock, address icnt, address staking) NodeRegistry(clock, icnt, staking) {}
}
