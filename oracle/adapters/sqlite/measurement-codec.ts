import { OracleError } from "../../domain/errors.ts";
import type { Measurement, Outcome, Probe } from "../../ports/measurements.ts";
import { PROBE_REASONS } from "../../ports/prober.ts";

/** Positions are stored: append, never reorder. */
const PROBES: readonly Probe[] = ["challenge", "storage", "network", "compute"];
const OUTCOMES: readonly Outcome[] = ["ok", "fail", "inconclusive"];
const REASONS: readonly string[] = ["", ...PROBE_REASONS.map(([reason]) => reason)];

/** nodeId 4, latency 4, integrity failures 4, bucket, probe, outcome, reason 1 each; big-endian. */
const ROW_BYTES = 16;
const NO_LATENCY = 0xffff_ffff;

/** Packs measurements of one epoch; thousands cost what a row costs. */
export function encodeMeasurements(measurements: readonly Measurement[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(measurements.length * ROW_BYTES));
  measurements.forEach((measurement, i) => {
    const at = i * ROW_BYTES;
    view.setUint32(at, measurement.nodeId);
    view.setUint32(at + 4, Math.min(measurement.latencyUs ?? NO_LATENCY, NO_LATENCY));
    view.setUint32(at + 8, measurement.integrityFailures);
    view.setUint8(at + 12, measurement.bucket);
    view.setUint8(at + 13, positionOf(PROBES, measurement.probe));
    view.setUint8(at + 14, positionOf(OUTCOMES, measurement.outcome));
    view.setUint8(at + 15, positionOf(REASONS, measurement.reason));
  });
  return new Uint8Array(view.buffer);
}

export function decodeMeasurements(epoch: number, packed: Uint8Array): Measurement[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  return Array.from({ length: packed.length / ROW_BYTES }, (_, i) => {
    const at = i * ROW_BYTES;
    const latencyUs = view.getUint32(at + 4);
    return {
      epoch,
      nodeId: view.getUint32(at),
      latencyUs: latencyUs === NO_LATENCY ? null : latencyUs,
      integrityFailures: view.getUint32(at + 8),
      bucket: view.getUint8(at + 12),
      probe: wordAt(PROBES, view.getUint8(at + 13)),
      outcome: wordAt(OUTCOMES, view.getUint8(at + 14)),
      reason: wordAt(REASONS, view.getUint8(at + 15)),
    };
  });
}

function positionOf(words: readonly string[], word: string): number {
  const position = words.indexOf(word);
  if (position < 0) throw new OracleError("measurement-invalid", `"${word}" is none of ${words.join(", ")}`);
  return position;
}

function wordAt<T extends string>(words: readonly T[], position: number): T {
  const word = words[position];
  if (word === undefined)
    throw new OracleError("measurement-corrupt", `no word ${position}: the database is newer or damaged`);
  return word;
}
