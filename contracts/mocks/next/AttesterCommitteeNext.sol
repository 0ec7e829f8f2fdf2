// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {AttesterCommittee} from "../../oracle/AttesterCommittee.sol";
import {NextVersion} from "./NextVersion.sol";

contract AttesterCommitteeNext is AttesterCommittee, NextVersion {
    constructor(
        IERC20 icnt,
        uint64 epochZero,
        uint64 epochLength,
        uint256 committeeSizeMax
    ) AttesterCommittee(icnt, epochZero, epochLength, committeeSizeMax) {}
}
