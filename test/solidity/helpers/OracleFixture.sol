// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

import {INodeRegistry} from "../../../contracts/interfaces/INodeRegistry.sol";
import {ISlaOracle} from "../../../contracts/interfaces/ISlaOracle.sol";
import {NodeCountDouble} from "../../../contracts/mocks/NodeCountDouble.sol";
import {AttesterCommittee} from "../../../contracts/oracle/AttesterCommittee.sol";
import {SlaOracle} from "../../../contracts/oracle/SlaOracle.sol";
import {Epoch} from "../../../contracts/types/Epoch.sol";
import {EpochReport, ObservationRoot} from "../../../contracts/types/Reports.sol";
import {AttesterKeys} from "./AttesterKeys.sol";
import {DefaultRules} from "./DefaultRules.sol";
import {Genesis} from "./Genesis.sol";

/// A SlaOracle with its committee behind proxies and a registry double; this test is authority and guardian.
abstract contract OracleFixture is Genesis, AttesterKeys, DefaultRules {
    uint64 internal constant LENGTH = 1_000;
    uint64 internal constant EPOCH_ZERO = 1_000_000;
    uint32 internal constant VETO_WINDOW = 1_000;
    uint32 internal constant ATTESTERS = 31;

    AttesterCommittee internal committee;
    SlaOracle internal oracle;
    NodeCountDouble internal registry;

    /// Attesters 1 … 31 are admitted and bonded; nobody is seated.
    function deployOracle() internal {
        AccessManager manager = new AccessManager(address(this));
        registry = new NodeCountDouble();
        address code = address(new AttesterCommittee(deployToken(address(0xdead), 1), EPOCH_ZERO, LENGTH, ATTESTERS));
        bytes memory call = abi.encodeCall(AttesterCommittee.initialize, (address(manager), 0));
        committee = AttesterCommittee(address(new ERC1967Proxy(code, call)));
        code = address(new SlaOracle(committee, INodeRegistry(address(registry)), EPOCH_ZERO, LENGTH));
        call = abi.encodeCall(SlaOracle.initialize, (address(manager), VETO_WINDOW, defaultRules()));
        oracle = SlaOracle(address(new ERC1967Proxy(code, call)));

        for (uint32 id = 1; id <= ATTESTERS; ++id) {
            committee.admit(address(this), vm.addr(signingKey(id, 0)), bytes32(uint256(id)), "http://attester");
        }
    }

    function seat(uint32 size) internal {
        committee.setCommittee(firstAttesters(size));
    }

    /// The report that the oracle waits for, all observers paid.
    function dueReport(ObservationRoot[] memory roots) internal view returns (EpochReport memory) {
        ISlaOracle.Duty memory duty = oracle.duty();
        return
            EpochReport({
                epoch: duty.epoch,
                generation: duty.generation,
                viewNumber: 0,
                committeeId: duty.committeeId,
                rulesHash: duty.rulesHash,
                observationsHash: keccak256(abi.encode(roots)),
                previousLedgerRoot: duty.previousLedgerRoot,
                ledgerRoot: keccak256("ledger"),
                nodeCount: duty.nodeCount,
                paidMask: uint32((1 << roots.length) - 1)
            });
    }

    /// Whether the oracle takes it; if not, it still stands where it stood.
    function accepted(
        EpochReport memory report,
        ObservationRoot[] memory roots,
        uint256 signers,
        bytes memory signatures
    ) internal returns (bool) {
        bytes32 before = keccak256(abi.encode(oracle.duty()));
        try oracle.submit(report, roots, signers, signatures) {
            return true;
        } catch {
            vm.assertEq(keccak256(abi.encode(oracle.duty())), before);
            return false;
        }
    }

    function finalized(Epoch epoch) internal returns (bool) {
        try oracle.finalize(epoch) {
            return true;
        } catch {
            return false;
        }
    }

    function vetoed(Epoch epoch, address guardian) internal returns (bool) {
        vm.prank(guardian);
        try oracle.veto(epoch, "recomputation differs") {
            return true;
        } catch {
            return false;
        }
    }
}
