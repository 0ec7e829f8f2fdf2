// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAttesterCommittee} from "../../interfaces/IAttesterCommittee.sol";
import {IEmissionReserve} from "../../interfaces/IEmissionReserve.sol";
import {INodeRegistry} from "../../interfaces/INodeRegistry.sol";
import {INodeStaking} from "../../interfaces/INodeStaking.sol";
import {ISlaOracle} from "../../interfaces/ISlaOracle.sol";
import {NodeRewards} from "../../rewards/NodeRewards.sol";
import {NextVersion} from "./NextVersion.sol";

contract NodeRewardsNext is NodeRewards, NextVersion {
    constructor(
        IEmissionReserve reserve,
        INodeStaking staking,
        INodeRegistry registry,
        ISlaOracle oracle,
        IAttesterCommittee committee,
        uint64 epochZero,
        uint64 epochLength
    ) NodeRewards(reserve, staking, registry, oracle, committee, epochZero, epochLength) {}
}
