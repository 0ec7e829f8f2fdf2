// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IAttesterCommittee} from "../../interfaces/IAttesterCommittee.sol";
import {INodeRegistry} from "../../interfaces/INodeRegistry.sol";
import {SlaOracle} from "../../oracle/SlaOracle.sol";
import {NextVersion} from "./NextVersion.sol";

contract SlaOracleNext is SlaOracle, NextVersion {
    constructor(
        IAttesterCommittee committee,
        INodeRegistry registry,
        uint64 epochZero_,
        uint64 epochLength_
    ) SlaOracle(committee, registry, epochZero_, epochLength_) {}
}
