// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IVestingVault} from "../interfaces/IVestingVault.sol";
import {PackedTable} from "../libraries/PackedTable.sol";
import {VestingMath} from "../libraries/VestingMath.sol";
import {MONTH, PPM} from "../types/Units.sol";

/// @dev Tables of cumulative monthly shares, each stored once: six slots that any number of schedules refer to.
abstract contract VestingTables is IVestingVault {
    uint32 private _tableCount;
    mapping(uint32 tableId => uint256[6]) private _tables;
    mapping(bytes32 tableHash => uint32) private _tableIds;

    /// @inheritdoc IVestingVault
    function addTable(uint32[60] calldata cumulativePpm) external returns (uint32 tableId) {
        return _addTable(cumulativePpm);
    }

    /// @inheritdoc IVestingVault
    function tableOf(uint32 tableId) external view returns (uint32[60] memory cumulativePpm) {
        _requireTable(tableId);
        return PackedTable.unpack(_tables[tableId]);
    }

    /// @inheritdoc IVestingVault
    function tableCount() external view returns (uint32) {
        return _tableCount;
    }

    function _addTable(uint32[60] memory cumulativePpm) internal returns (uint32 tableId) {
        uint256 previous = 0;
        for (uint256 month = 0; month < cumulativePpm.length; ++month) {
            uint256 cumulative = cumulativePpm[month];
            bool last = month == cumulativePpm.length - 1;
            if (cumulative < previous || (last && cumulative != PPM)) {
                revert InvalidTable(month + 1, previous, cumulative);
            }
            previous = cumulative;
        }

        bytes32 tableHash = keccak256(abi.encode(cumulativePpm));
        tableId = _tableIds[tableHash];
        if (tableId != 0) return tableId;

        tableId = ++_tableCount;
        _tableIds[tableHash] = tableId;
        _tables[tableId] = PackedTable.pack(cumulativePpm);
        emit TableAdded(tableId, cumulativePpm);
    }

    function _requireTable(uint32 tableId) internal view {
        if (tableId == 0 || tableId > _tableCount) revert UnknownTable(tableId);
    }

    /// @param elapsed Seconds since the schedule's start, below 60 months.
    function _tableProgress(uint32 tableId, uint256 elapsed) internal view returns (uint256 passed, uint256 whole) {
        uint256 month = elapsed / MONTH;
        uint256 word = _tables[tableId][PackedTable.wordOf(month)];
        (uint256 beginPpm, uint256 endPpm) = PackedTable.monthIn(word, month);
        return VestingMath.tableProgress(beginPpm, endPpm, elapsed % MONTH);
    }
}
