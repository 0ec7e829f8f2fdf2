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
import { RULES_TYPE, TYPED_DATA } from "../../vectors/types.ts";
import { addresses, hashes, holds, ids, reports, uint32s, validRules } from "./support.ts";

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
    holds(t, agrees(TYPED_DATA.EpochReport, reports, reportDigest));
  });
  it("Commitment", (t) => {
    const messages = fc.record({ epoch: ids, attesterId: uint32s, observationRoot: hashes });
    holds(t, agrees(TYPED_DATA.Commitment, messages, commitmentDigest), 100);
  });
  it("Holdings", (t) => {
    holds(t, agrees(TYPED_DATA.Holdings, holdings, holdingsDigest), 100);
  });
  it("Proposal", (t) => {
    const messages = fc.record({
      epoch: ids,
      generation: uint32s,
      viewNumber: uint32s,
      attesterId: uint32s,
      holdingsHash: hashes,
      digest: hashes,
    });
    holds(t, agrees(TYPED_DATA.Proposal, messages, proposalDigest), 100);
  });
  it("ProbeChallenge", (t) => {
    const bucket = fc.integer({ min: 0, max: 255 });
    const messages = fc.record({ nodeId: ids, attesterId: uint32s, epoch: ids, bucket, nonce: hashes });
    holds(t, agrees(TYPED_DATA.ProbeChallenge, messages, challengeDigest), 100);
  });
  it("ServicesDocument", (t) => {
    const document = fc.string({ unit: "grapheme", maxLength: 500 });
    holds(t, agrees(TYPED_DATA.ServicesDocument, fc.record({ nodeId: ids, document }), servicesDigest), 100);
  });
  it("CredentialsRequest", (t) => {
    const messages = fc.record({ nodeId: ids, attesterId: uint32s, issuedAtMs: ids, nonce: hashes });
    holds(t, agrees(TYPED_DATA.CredentialsRequest, messages, credentialsRequestDigest), 100);
  });
  it("SealedCredentials", (t) => {
    const messages = fc.record({ nodeId: ids, attesterId: uint32s, nonce: hashes, sealed });
    holds(t, agrees(TYPED_DATA.SealedCredentials, messages, sealedCredentialsDigest), 100);
  });
});

describe("hashes over lists", () => {
  it("holdingsHash joins the struct hashes ascending by attester, whatever their order", (t) => {
    const lists = fc.uniqueArray(holdings, { maxLength: 7, selector: ({ attesterId }) => attesterId });
    const property = fc.property(lists, (named) => {
      const ascending = [...named].sort((a, b) => a.attesterId - b.attesterId);
      const encoder = TypedDataEncoder.from(TYPED_DATA.Holdings);
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
    const property = fc.property(validRules, (rules) => {
      const encoded = AbiCoder.defaultAbiCoder().encode([RULES_TYPE], [rules]);
      assert.equal(`0x${Buffer.from(encodeRules(rules)).toString("hex")}`, encoded);
      assert.equal(rulesHash(rules), keccak256(encoded));
    });
    holds(t, property, 200);
  });
});
