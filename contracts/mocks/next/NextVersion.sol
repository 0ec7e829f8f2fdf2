// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

/// @dev What the next version of an upgradeable contract might add: a function, and a field in a namespace of its own,
/// set by the call that comes with the upgrade.
abstract contract NextVersion is Initializable {
    /// @custom:storage-location erc7201:icn.storage.NextVersion
    struct NextStorage {
        uint256 added;
    }

    // keccak256(abi.encode(uint256(keccak256("icn.storage.NextVersion")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE_LOCATION = 0xa65dd9bfce2db14b98d6b576bda3f1560b6468c928ceb979d2c877300327a800;

    /// @custom:oz-upgrades-validate-as-initializer
    function initializeNext(uint256 added_) external reinitializer(2) {
        _next().added = added_;
    }

    function added() external view returns (uint256) {
        return _next().added;
    }

    function version() external pure returns (uint256) {
        return 2;
    }

    function _next() private pure returns (NextStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE_LOCATION
        }
    }
}
