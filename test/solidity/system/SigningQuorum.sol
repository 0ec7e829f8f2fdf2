// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ISlaOracle} from "../../../contracts/interfaces/ISlaOracle.sol";
import {EpochReport, ObservationRoot} from "../../../contracts/types/Reports.sol";
import {AttesterKeys} from "../helpers/AttesterKeys.sol";
import {SystemModel} from "./SystemModel.sol";

/// A committee that signs whatever it is asked to.
abstract contract SigningQuorum is SystemModel, AttesterKeys {
    uint32 internal constant ATTESTERS = 4;

    function seat(address[ATTESTERS] memory owners) internal {
        for (uint32 id = 1; id <= ATTESTERS; ++id) {
            system.COMMITTEE().admit(
                owners[id - 1],
                vm.addr(signingKey(id, 0)),
                bytes32(uint256(id)),
                "http://attester"
            );
        }
        system.COMMITTEE().setCommittee(firstAttesters(ATTESTERS));
    }

    /// @param absent The seat that does not sign; beyond the last one, all do.
    function submit(ISlaOracle.Duty memory duty, bytes32 root, uint32 paidMask, uint256 absent) internal {
        ObservationRoot[] memory roots = rootsOf(ATTESTERS);
        EpochReport memory signed = EpochReport({
            epoch: duty.epoch,
            generation: duty.generation,
            viewNumber: 0,
            committeeId: duty.committeeId,
            rulesHash: duty.rulesHash,
            observationsHash: keccak256(abi.encode(roots)),
            previousLedgerRoot: duty.previousLedgerRoot,
            ledgerRoot: root,
            nodeCount: duty.nodeCount,
            paidMask: paidMask
        });
        uint256 signers = 0xf & ~(1 << absent);
        oracle.submit(signed, roots, signers, signaturesOf(oracle.digestOf(signed), signers));
    }
}
