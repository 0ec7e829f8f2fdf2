import { WordBuffer } from "./abi.ts";
import { OracleError } from "./errors.ts";
import { MerkleTree, standardLeafHash } from "./merkle.ts";
import type { Hex, Observation } from "./types.ts";

/** Bytes of one observation in a bundle. */
export const ROW_BYTES = 80;
const OK_AT = 8;
const CONCLUSIVE_AT = 40;
const LATENCY_AT = 72;
const INTEGRITY_AT = 76;
const UINT32_MAX = 2 ** 32 - 1;

/**
 * The bytes that an attester publishes of an epoch; see docs/wire.md.
 * @throws OracleError `bundle-invalid` as `checkObservations`.
 */
export function encodeBundle(observations: readonly Observation[], nodeCount: number): Uint8Array {
  checkObservations(observations, nodeCount);
  const bytes = new Uint8Array(observations.length * ROW_BYTES);
  const view = new DataView(bytes.buffer);
  observations.forEach((observation, row) => {
    const at = row * ROW_BYTES;
    view.setBigUint64(at, BigInt(observation.nodeId));
    writeMask(view, at + OK_AT, observation.okBits);
    writeMask(view, at + CONCLUSIVE_AT, observation.conclusiveBits);
    view.setUint32(at + LATENCY_AT, observation.latencyRatioPpm);
    view.setUint32(at + INTEGRITY_AT, observation.integrityFailures);
  });
  return bytes;
}

/** @throws OracleError `bundle-invalid`, naming row and field, unless the bytes are a valid bundle. */
export function decodeBundle(bytes: Uint8Array, nodeCount: number): Observation[] {
  if (bytes.length % ROW_BYTES !== 0)
    throw new OracleError(
      "bundle-invalid",
      `a bundle is rows of ${ROW_BYTES} bytes, not ${bytes.length} bytes`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const observations: Observation[] = [];
  for (let at = 0; at < bytes.length; at += ROW_BYTES)
    observations.push({
      nodeId: Number(view.getBigUint64(at)),
      okBits: readMask(view, at + OK_AT),
      conclusiveBits: readMask(view, at + CONCLUSIVE_AT),
      latencyRatioPpm: view.getUint32(at + LATENCY_AT),
      integrityFailures: view.getUint32(at + INTEGRITY_AT),
    });
  checkObservations(observations, nodeCount);
  return observations;
}

/**
 * Checks order, ranges and evidence of every observation.
 * @throws OracleError `bundle-invalid` with `row`, `field` and `value`.
 */
export function checkObservations(observations: readonly Observation[], nodeCount: number): void {
  let previous = 0;
  observations.forEach((observation, row) => {
    const { nodeId, okBits, conclusiveBits, latencyRatioPpm, integrityFailures } = observation;
    if (!Number.isSafeInteger(nodeId) || nodeId < 1 || nodeId > nodeCount)
      throw invalid(row, "nodeId", nodeId, `must be 1 … ${nodeCount}`);
    if (nodeId <= previous) throw invalid(row, "nodeId", nodeId, `must be above ${previous}`);
    if (conclusiveBits < 0n || conclusiveBits >> 256n !== 0n)
      throw invalid(row, "conclusiveBits", conclusiveBits, "must be a mask of 256 buckets");
    if (okBits < 0n || (okBits & conclusiveBits) !== okBits)
      throw invalid(row, "okBits", okBits, "must lie within conclusiveBits");
    if (!isUint32(latencyRatioPpm))
      throw invalid(row, "latencyRatioPpm", latencyRatioPpm, "must be a uint32");
    if (!isUint32(integrityFailures))
      throw invalid(row, "integrityFailures", integrityFailures, "must be a uint32");
    if (conclusiveBits === 0n && integrityFailures === 0)
      throw invalid(row, "conclusiveBits", conclusiveBits, "a row needs evidence");
    previous = nodeId;
  });
}

/** The tree over a bundle's rows; its root is what the attester signs. */
export function bundleTree(observations: readonly Observation[]): MerkleTree {
  const hashes = new Uint8Array(observations.length * 32);
  const words = new WordBuffer(5);
  observations.forEach((observation, row) => {
    hashes.set(hashInto(words, observation), row * 32);
  });
  return new MerkleTree(hashes);
}

export function bundleRoot(observations: readonly Observation[]): Hex {
  return bundleTree(observations).root;
}

export function observationLeafHash(observation: Observation): Uint8Array {
  return hashInto(new WordBuffer(5), observation);
}

function hashInto(words: WordBuffer, observation: Observation): Uint8Array {
  words.setNumber(0, observation.nodeId);
  words.setBigint(1, observation.okBits);
  words.setBigint(2, observation.conclusiveBits);
  words.setNumber(3, observation.latencyRatioPpm);
  words.setNumber(4, observation.integrityFailures);
  return standardLeafHash(words.bytes);
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= UINT32_MAX;
}

function writeMask(view: DataView, at: number, mask: bigint): void {
  view.setBigUint64(at, mask >> 192n);
  view.setBigUint64(at + 8, mask >> 128n);
  view.setBigUint64(at + 16, mask >> 64n);
  view.setBigUint64(at + 24, mask);
}

function readMask(view: DataView, at: number): bigint {
  const high = (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8);
  const low = (view.getBigUint64(at + 16) << 64n) | view.getBigUint64(at + 24);
  return (high << 128n) | low;
}

function invalid(row: number, field: string, value: number | bigint, rule: string): OracleError {
  return new OracleError("bundle-invalid", `bundle row ${row}: ${field} ${value} ${rule}`, {
    context: { row, field, value: value.toString() },
  });
}
