import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AbiCoder, concat, keccak256, TypedDataEncoder, type TypedDataField } from "ethers";
import fc from "fast-check";
import { encodeRules, rulesHash } from "../../../oracle/domain/rules.ts";
import type { SigningDomain } from "../../../oracle/domain/statements.ts";
import {
  challengeDigest,
  commitmentDigest,
  credentialsRequestDigest,
  holdingsDigest,
  holdingsHash,
  observationsHash,
  proposalDigest,
  reportDigest,
  sealedCredentialsDigest,
  servicesDigest,
} from "../../../oracle/domain/typed-data.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import { addresses, hashes, holds, ids, reports, uint32s, validRules } from "./support.ts";

/** "uint64 epoch,bytes32 root" → the fields that ethers wants. */
function fields(signature: string): TypedDataField[] {
  return signature.split(",").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { type, name };
  });
}

const OBSERVATION_ROOT = { ObservationRoot: fields("uint32 attesterId,bytes32 root") };
const HOLDINGS = {
  Holdings: fields("uint64 epoch,uint32 generation,uint32 attesterId,ObservationRoot[] roots"),
  ...OBSERVATION_ROOT,
};
const REPORT = {
  EpochReport: fields(
    "uint64 epoch,uint32 generation,uint32 viewNumber,uint32 committeeId,bytes32 rulesHash,bytes32 observationsHash," +
      "bytes32 previousLedgerRoot,bytes32 ledgerRoot,uint64 nodeCount,uint32 paidMask",
  ),
};

const domains: fc.Arbitrary<SigningDomain> = fc.record({ chainId: ids, verifyingContract: addresses });
const roots = fc.array(fc.record({ attesterId: uint32s, root: hashes }), { maxLength: 31 });
const holdings = fc.record({ epoch: ids, generation: uint32s, attesterId: uint32s, roots });
const sealed = fc
  .uint8Array({ maxLength: 200 })
  .map((bytes): Hex => `0x${Buffer.from(bytes).toString("hex")}`);

function agrees<T extends object>(
  types: Record<string, TypedDataField[]>,
  messages: fc.Arbitrary<T>,
  digestOf: (domain: SigningDomain, message: T) => Hex,
) {
  return fc.property(domains, messages, (domain, message) => {
    const full = { name: "ICN", version: "1", ...domain };
    assert.equal(digestOf(domain, message), TypedDataEncoder.hash(full, types, { ...message }));
  });
}

describe("typed data has the digests of ethers", () => {
  it("EpochReport", (t) => {
    holds(t, agrees(REPORT, reports, reportDigest));
  });
  it("Commitment", (t) => {
    const types = { Commitment: fields("uint64 epoch,uint32 attesterId,bytes32 observationRoot") };
    const messages = fc.record({ epoch: ids, attesterId: uint32s, observationRoot: hashes });
    holds(t, agrees(types, messages, commitmentDigest), 100);
  });
  it("Holdings", (t) => {
    holds(t, agrees(HOLDINGS, holdings, holdingsDigest), 100);
  });
  it("Proposal", (t) => {
    const types = {
      Proposal: fields(
        "uint64 epoch,uint32 generation,uint32 viewNumber,uint32 attesterId,bytes32 holdingsHash,bytes32 digest",
      ),
    };
    const messages = fc.record({
      epoch: ids,
      generation: uint32s,
      viewNumber: uint32s,
      attesterId: uint32s,
      holdingsHash: hashes,
      digest: hashes,
    });
    holds(t, agrees(types, messages, proposalDigest), 100);
  });
  it("ProbeChallenge", (t) => {
    const types = {
      ProbeChallenge: fields("uint64 nodeId,uint32 attesterId,uint64 epoch,uint16 bucket,bytes32 nonce"),
    };
    const bucket = fc.integer({ min: 0, max: 255 });
    const messages = fc.record({ nodeId: ids, attesterId: uint32s, epoch: ids, bucket, nonce: hashes });
    holds(t, agrees(types, messages, challengeDigest), 100);
  });
  it("ServicesDocument", (t) => {
    const types = { ServicesDocument: fields("uint64 nodeId,string document") };
    const document = fc.string({ unit: "grapheme", maxLength: 500 });
    holds(t, agrees(types, fc.record({ nodeId: ids, document }), servicesDigest), 100);
  });
  it("CredentialsRequest", (t) => {
    const types = {
      CredentialsRequest: fields("uint64 nodeId,uint32 attesterId,uint64 issuedAtMs,bytes32 nonce"),
    };
    const messages = fc.record({ nodeId: ids, attesterId: uint32s, issuedAtMs: ids, nonce: hashes });
    holds(t, agrees(types, messages, credentialsRequestDigest), 100);
  });
  it("SealedCredentials", (t) => {
    const types = {
      SealedCredentials: fields("uint64 nodeId,uint32 attesterId,bytes32 nonce,bytes sealed"),
    };
    const messages = fc.record({ nodeId: ids, attesterId: uint32s, nonce: hashes, sealed });
    holds(t, agrees(types, messages, sealedCredentialsDigest), 100);
  });
});

describe("hashes over lists", () => {
  it("holdingsHash joins the struct hashes ascending by attester, whatever their order", (t) => {
    const lists = fc.uniqueArray(holdings, { maxLength: 7, selector: ({ attesterId }) => attesterId });
    const property = fc.property(lists, (named) => {
      const ascending = [...named].sort((a, b) => a.attesterId - b.attesterId);
      const encoder = TypedDataEncoder.from(HOLDINGS);
      const expected = keccak256(concat(ascending.map((one) => encoder.hashStruct("Holdings", one))));
      assert.equal(holdingsHash(named), expected);
    });
    holds(t, property, 100);
  });

  it("observationsHash is keccak256(abi.encode(ObservationRoot[]))", (t) => {
    const property = fc.property(roots, (list) => {
      const rows = list.map(({ attesterId, root }) => [attesterId, root]);
      const encoded = AbiCoder.defaultAbiCoder().encode(["tuple(uint32,bytes32)[]"], [rows]);
      assert.equal(observationsHash(list), keccak256(encoded));
    });
    holds(t, property, 100);
  });

  it("rulesHash is keccak256(abi.encode(rules))", (t) => {
    const type =
      "tuple(uint32 algorithmVersion," +
      "tuple(uint32 attesterSharePpm,uint96 stakeFloor,uint32 bondFactor,uint96 stakePerUnit) economics," +
      "tuple(uint16 measuredBucketsMin,uint16 latencyBucketsMin,uint16 staleEpochsPaid,uint16 assignedAttesters," +
      "uint16 storageBucketInterval,uint32 storageTargetMs,uint32 paidConclusivePpm) measurement," +
      "tuple(uint32 commitPpm,uint32 revealPpm,uint32 viewTimeoutPpm) timing," +
      "tuple(uint32 xPpm,uint32 yPpm)[] availabilityCurve,tuple(uint32 xPpm,uint32 yPpm)[] latencyCurve)";
    const property = fc.property(validRules, (rules) => {
      const encoded = AbiCoder.defaultAbiCoder().encode([type], [rules]);
      assert.equal(`0x${Buffer.from(encodeRules(rules)).toString("hex")}`, encoded);
      assert.equal(rulesHash(rules), keccak256(encoded));
    });
    holds(t, property, 200);
  });
});
