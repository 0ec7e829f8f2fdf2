import { OracleError } from "./errors.ts";
import { keccakTwiceInto } from "./keccak.ts";
import { MerkleTree } from "./merkle.ts";
import type { Hex, Observation } from "./types.ts";

/** Bytes of one observation in a bundle. */
export const ROW_BYTES = 80;
const OK_AT = 8;
const CONCLUSIVE_AT = 40;
const LATENCY_AT = 72;
const INTEGRITY_AT = 76;
/** Five ABI words. */
const LEAF_BYTES = 160;
const UINT32_MAX = 2 ** 32 - 1;

/**
 * The bytes that an attester publishes of an epoch; see docs/wire.md.
 * @throws OracleError `bundle-invalid` as `checkObservations`.
 */
export function encodeBundle(observations: readonly Observation[], nodeCount: number): Uint8Array {
  checkObservations(observations, nodeCount);
  return writeRows(observations);
}

/** @throws OracleError `bundle-invalid`, naming row, node and field, unless the bytes are a valid bundle. */
export function decodeBundle(bytes: Uint8Array, nodeCount: number): Observation[] {
  checkLength(bytes);
  const observations = readRows(bytes);
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
      throw invalid(row, nodeId, "nodeId", nodeId, `must be 1 … ${nodeCount}`);
    if (nodeId <= previous) throw invalid(row, nodeId, "nodeId", nodeId, `must be above ${previous}`);
    if (conclusiveBits < 0n || conclusiveBits >> 256n !== 0n)
      throw invalid(row, nodeId, "conclusiveBits", conclusiveBits, "must be a mask of 256 buckets");
    if (okBits < 0n || (okBits & conclusiveBits) !== okBits)
      throw invalid(row, nodeId, "okBits", okBits, "must lie within conclusiveBits");
    if (!isUint32(latencyRatioPpm))
      throw invalid(row, nodeId, "latencyRatioPpm", latencyRatioPpm, "must be a uint32");
    if (!isUint32(integrityFailures))
      throw invalid(row, nodeId, "integrityFailures", integrityFailures, "must be a uint32");
    if (conclusiveBits === 0n && integrityFailures === 0)
      throw invalid(row, nodeId, "conclusiveBits", conclusiveBits, "a row needs evidence");
    previous = nodeId;
  });
}

/** The tree over a bundle's rows; its root is what the attester signs. */
export function bundleTree(observations: readonly Observation[]): MerkleTree {
  return new MerkleTree(rowLeafHashes(writeRows(observations)));
}

export function bundleRoot(observations: readonly Observation[]): Hex {
  return bundleTree(observations).root;
}

/**
 * The root over a bundle's bytes, valid rows or not: cheaper than to decode them first.
 * @throws OracleError `bundle-invalid` unless they are whole rows.
 */
export function bundleBytesRoot(bytes: Uint8Array): Hex {
  checkLength(bytes);
  return new MerkleTree(rowLeafHashes(bytes)).root;
}

/** Leaf hashes of encoded rows, one after the other: the ABI words are a row's fields, padded on the left. */
export function rowLeafHashes(bytes: Uint8Array): Uint8Array {
  const count = bytes.length / ROW_BYTES;
  const hashes = new Uint8Array(count * 32);
  const words = new Uint8Array(LEAF_BYTES);
  for (let row = 0; row < count; row++) {
    const at = row * ROW_BYTES;
    words.set(bytes.subarray(at, at + OK_AT), 24);
    words.set(bytes.subarray(at + OK_AT, at + LATENCY_AT), 32);
    words.set(bytes.subarray(at + LATENCY_AT, at + INTEGRITY_AT), 124);
    words.set(bytes.subarray(at + INTEGRITY_AT, at + ROW_BYTES), 156);
    keccakTwiceInto(words, hashes, row * 32);
  }
  return hashes;
}

/** Reads rows without a look at what they say. */
export function readRows(bytes: Uint8Array): Observation[] {
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
  return observations;
}

function writeRows(observations: readonly Observation[]): Uint8Array {
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

function checkLength(bytes: Uint8Array): void {
  if (bytes.length % ROW_BYTES !== 0)
    throw new OracleError(
      "bundle-invalid",
      `a bundle is rows of ${ROW_BYTES} bytes, not ${bytes.length} bytes`,
    );
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

function invalid(
  row: number,
  nodeId: number,
  field: keyof Observation,
  value: number | bigint,
  rule: string,
): OracleError {
  const message = `bundle row ${row}, node ${nodeId}: ${field} ${value} ${rule}`;
  return new OracleError("bundle-invalid", message, {
    context: { row, nodeId, field, value: value.toString() },
  });
}
