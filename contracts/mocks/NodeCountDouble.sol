// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Epoch} from "../types/Epoch.sol";

/// @dev Stands in for the registry where a test only needs the number of nodes.
contract NodeCountDouble {
    mapping(Epoch => uint64) public nodeCountAt;

    function setNodeCount(Epoch epoch, uint64 nodeCount) external {
        nodeCountAt[epoch] = nodeCount;
    }
}
