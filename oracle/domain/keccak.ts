import { INPUT_AT, keccakModule, OUTPUT_AT, ROUND_CONSTANTS } from "./keccak-module.ts";

const PAGE = 65_536;

/** The part of the standard that is needed; TypeScript knows it only in its types of the browser. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: Exports };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly keccak: (input: number, length: number, output: number) => void;
}

const { memory, keccak } = new WebAssembly.Instance(new WebAssembly.Module(keccakModule())).exports;
let bytes = new Uint8Array(memory.buffer);

const view = new DataView(memory.buffer);
ROUND_CONSTANTS.forEach((constant, round) => {
  view.setBigUint64(8 * round, constant, true);
});

/** Writes keccak256 of `data` into `out` at `at`. */
export function keccakInto(data: Uint8Array, out: Uint8Array, at: number): void {
  load(data);
  keccak(INPUT_AT, data.length, OUTPUT_AT);
  out.set(bytes.subarray(OUTPUT_AT, OUTPUT_AT + 32), at);
}

/** Writes keccak256(keccak256(data)) into `out` at `at`. */
export function keccakTwiceInto(data: Uint8Array, out: Uint8Array, at: number): void {
  load(data);
  keccak(INPUT_AT, data.length, OUTPUT_AT);
  keccak(OUTPUT_AT, 32, OUTPUT_AT);
  out.set(bytes.subarray(OUTPUT_AT, OUTPUT_AT + 32), at);
}

function load(data: Uint8Array): void {
  const missing = INPUT_AT + data.length - bytes.length;
  if (missing > 0) {
    memory.grow(Math.ceil(missing / PAGE));
    // Growing leaves the old buffer empty.
    bytes = new Uint8Array(memory.buffer);
  }
  bytes.set(data, INPUT_AT);
}
