// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {EpochReport, ObservationRoot} from "../types/Reports.sol";

/// @title EIP-712 digest of a report (docs/wire.md)
library ReportHash {
    bytes32 private constant DOMAIN_TYPE_HASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant NAME_HASH = keccak256("ICN");
    bytes32 private constant VERSION_HASH = keccak256("1");
    bytes32 private constant REPORT_TYPE_HASH = keccak256(
        "EpochReport(uint64 epoch,uint32 generation,uint32 viewNumber,uint32 committeeId,bytes32 rulesHash,bytes32 observationsHash,bytes32 previousLedgerRoot,bytes32 ledgerRoot,uint64 nodeCount,uint32 paidMask)"
    );

    /// @param oracle Address of the SlaOracle proxy.
    function digest(EpochReport calldata report, address oracle) internal view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPE_HASH, NAME_HASH, VERSION_HASH, block.chainid, oracle));
        return MessageHashUtils.toTypedDataHash(domain, keccak256(abi.encode(REPORT_TYPE_HASH, report)));
    }

    function observations(ObservationRoot[] calldata roots) internal pure returns (bytes32) {
        return keccak256(abi.encode(roots));
    }
}
