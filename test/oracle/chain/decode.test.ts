import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Interface, type InterfaceAbi } from "ethers";
import {
  attesterCommitteeAbi,
  icntAbi,
  nodeRegistryAbi,
  nodeStakingAbi,
  slaOracleAbi,
} from "../../../oracle/adapters/chain/abi.gen.ts";
import { EventDecoder } from "../../../oracle/adapters/chain/decode.ts";
import { CONTRACTS, type ContractName, deploymentSchema } from "../../../oracle/config/deployment.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import { DEFAULT_RULES } from "../domain/support.ts";

const HASH = `0x${"c0".repeat(32)}` as const;
const OWNER = `0x${"ab".repeat(20)}` as const;
const addressOf = (name: ContractName) =>
  `0x${(CONTRACTS.indexOf(name) + 1).toString(16).padStart(40, "0")}` as const;

const deployment = deploymentSchema.parse({
  schema: "icn-deployment-1",
  chainId: 31_337,
  parameters: "test",
  parametersHash: HASH,
  commit: "0",
  epochZero: 1,
  epochLength: 16,
  complete: true,
  contracts: Object.fromEntries(
    CONTRACTS.map((name) => [name, { address: addressOf(name), block: 0, tx: HASH, args: [] }]),
  ),
});
const decoder = new EventDecoder(deployment);
const origin = { blockNumber: 3, blockTimestamp: 4, transactionHash: HASH, logIndex: 5 };

function decode(contract: ContractName, abi: InterfaceAbi, event: string, values: readonly unknown[]) {
  const { data, topics } = new Interface(abi).encodeEventLog(event, values);
  return decoder.decode({
    ...origin,
    address: addressOf(contract),
    topics: topics as Hex[],
    data: data as Hex,
  });
}

const REPORT = {
  epoch: 7,
  generation: 1,
  viewNumber: 2,
  committeeId: 3,
  rulesHash: HASH,
  observationsHash: HASH,
  previousLedgerRoot: HASH,
  ledgerRoot: HASH,
  nodeCount: 9,
  paidMask: 5,
} as const;

describe("A log, encoded by ethers, is decoded", () => {
  it("of a report", () => {
    const roots = [{ attesterId: 1, root: HASH }];
    const values = [7, 1, HASH, REPORT, roots, 11, OWNER];
    assert.deepEqual(decode("SlaOracle", slaOracleAbi, "Reported", values), {
      type: "Reported",
      origin,
      report: REPORT,
      roots,
      signers: 11n,
      submitter: OWNER,
    });
  });

  it("of rules", () => {
    assert.deepEqual(decode("SlaOracle", slaOracleAbi, "RulesScheduled", [HASH, 4, DEFAULT_RULES]), {
      type: "RulesScheduled",
      origin,
      rulesHash: HASH,
      effectiveFrom: 4,
      rules: DEFAULT_RULES,
    });
  });

  it("of a veto and a finalization", () => {
    const vetoed = decode("SlaOracle", slaOracleAbi, "Vetoed", [7, 1, OWNER, "why"]);
    assert.deepEqual(vetoed, {
      type: "Vetoed",
      origin,
      epoch: 7,
      generation: 1,
      guardian: OWNER,
      reason: "why",
    });
    const finalized = decode("SlaOracle", slaOracleAbi, "Finalized", [7, HASH]);
    assert.deepEqual(finalized, { type: "Finalized", origin, epoch: 7, ledgerRoot: HASH });
  });

  it("of a node's terms", () => {
    const terms = {
      nodeClass: 2,
      services: 5,
      country: "0x4348",
      storageUnits: 10,
      computeUnits: 0,
      networkUnits: 7,
      commissionPpm: 100_000,
    };
    assert.deepEqual(decode("NodeRegistry", nodeRegistryAbi, "NodeTermsChanged", [8, 2, 2, terms]), {
      type: "NodeTermsChanged",
      origin,
      nodeId: 8,
      effectiveFrom: 2,
      status: "active",
      terms: { ...terms, country: "CH" },
    });
  });

  it("of stake, open-ended or closed", () => {
    const open = [1, 8, OWNER, true, 5n * 10n ** 20n, 2, 2n ** 64n - 1n, 0];
    const closed = [1, 8, OWNER, true, 5n * 10n ** 20n, 2, 9, 0];
    const expected = { type: "PositionChanged", origin, positionId: 1, nodeId: 8, owner: OWNER, bond: true };
    const rest = { amount: 5n * 10n ** 20n, from: 2, commissionPpm: 0 };
    for (const [values, to] of [
      [open, null],
      [closed, 9],
    ] as const)
      assert.deepEqual(decode("NodeStaking", nodeStakingAbi, "PositionChanged", values), {
        ...expected,
        ...rest,
        to,
      });
  });

  it("of a committee", () => {
    const members = [{ attesterId: 1, signingKey: OWNER }];
    const decoded = decode("AttesterCommittee", attesterCommitteeAbi, "CommitteeChanged", [2, 3, members]);
    assert.deepEqual(decoded, {
      type: "CommitteeChanged",
      origin,
      committeeId: 2,
      effectiveFrom: 3,
      members,
    });
  });

  it("to nothing if the oracle does not read it, or it is of a contract it does not know", () => {
    assert.equal(decode("SlaOracle", slaOracleAbi, "VetoesRenewed", [3]), undefined);
    // A pause is read from the duty, which knows of an early end, too.
    assert.equal(decode("SlaOracle", slaOracleAbi, "Paused", [1_800_000_000, OWNER, "why"]), undefined);
    assert.equal(decode("SlaOracle", slaOracleAbi, "Unpaused", [OWNER]), undefined);
    assert.equal(decode("SlaOracle", slaOracleAbi, "PauseRenewed", []), undefined);
    assert.equal(decode("ICNT", icntAbi, "Transfer", [OWNER, OWNER, 1]), undefined);
    assert.equal(decode("NodeStaking", slaOracleAbi, "Finalized", [7, HASH]), undefined);
  });

  it("never by halves", () => {
    const { topics } = new Interface(slaOracleAbi).encodeEventLog("Vetoed", [7, 1, OWNER, "why"]);
    const log = {
      ...origin,
      address: addressOf("SlaOracle"),
      topics: topics as Hex[],
      data: "0x12",
    } as const;
    assert.throws(() => decoder.decode(log), { code: "log-undecodable" });
  });
});
