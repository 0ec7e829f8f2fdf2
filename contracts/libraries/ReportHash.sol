// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {ISlaOracle} from "../interfaces/ISlaOracle.sol";
import {Epoch} from "../types/Epoch.sol";
import {EpochReport, ObservationRoot} from "../types/Reports.sol";

/// @title Hashes and the event of a report, taken from calldata as it stands
/// @dev ABI-encoded, a report is its ten words and the roots are two words each, so copying the calldata gives the bytes
/// that `abi.encode` would build field by field at eight times the gas. A field with dirty upper bits reverts where the
/// caller reads it.
library ReportHash {
    bytes32 private constant DOMAIN_TYPE_HASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant NAME_HASH = keccak256("ICN");
    bytes32 private constant VERSION_HASH = keccak256("1");
    bytes32 private constant REPORT_TYPE_HASH = keccak256(
        "EpochReport(uint64 epoch,uint32 generation,uint32 viewNumber,uint32 committeeId,bytes32 rulesHash,bytes32 observationsHash,bytes32 previousLedgerRoot,bytes32 ledgerRoot,uint64 nodeCount,uint32 paidMask)"
    );
    uint256 private constant REPORT_LENGTH = 10 * 32;
    uint256 private constant ROOT_LENGTH = 2 * 32;
    /// Of the roots in the event's data: after the report, this offset, signers and submitter.
    uint256 private constant EVENT_ROOTS_OFFSET = 13 * 32;

    /// @dev EIP-712 digest of docs/wire.md.
    /// @param oracle Address of the SlaOracle proxy.
    function digest(EpochReport calldata report, address oracle) internal view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPE_HASH, NAME_HASH, VERSION_HASH, block.chainid, oracle));
        return MessageHashUtils.toTypedDataHash(domain, keccak256(bytes.concat(REPORT_TYPE_HASH, _encoded(report))));
    }

    /// @return keccak256(abi.encode(roots))
    function observations(ObservationRoot[] calldata roots) internal pure returns (bytes32) {
        return keccak256(bytes.concat(abi.encode(0x20, roots.length), _encoded(roots)));
    }

    /// @dev emit ISlaOracle.Reported(report.epoch, report.generation, report.ledgerRoot, report, roots, signers, submitter)
    function emitReported(
        EpochReport calldata report,
        ObservationRoot[] calldata roots,
        uint256 signers,
        address submitter
    ) internal {
        bytes memory data = bytes.concat(
            _encoded(report),
            abi.encode(EVENT_ROOTS_OFFSET, signers, submitter, roots.length),
            _encoded(roots)
        );
        bytes32 topic = ISlaOracle.Reported.selector;
        Epoch epoch = report.epoch;
        uint32 generation = report.generation;
        bytes32 ledgerRoot = report.ledgerRoot;
        assembly ("memory-safe") {
            log4(add(data, 0x20), mload(data), topic, epoch, generation, ledgerRoot)
        }
    }

    function _encoded(EpochReport calldata report) private pure returns (bytes calldata encoded) {
        assembly ("memory-safe") {
            encoded.offset := report
            encoded.length := REPORT_LENGTH
        }
    }

    function _encoded(ObservationRoot[] calldata roots) private pure returns (bytes calldata encoded) {
        assembly ("memory-safe") {
            encoded.offset := roots.offset
            encoded.length := mul(roots.length, ROOT_LENGTH)
        }
    }
}
