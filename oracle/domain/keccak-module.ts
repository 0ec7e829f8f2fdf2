/**
 * Keccak-256 in WebAssembly, assembled here: 64-bit lanes make it several times faster than JavaScript can be, and trees
 * over all nodes are made of nothing else. One exported function, `keccak(input, length, output)`, on its own memory.
 */

/** Where the module keeps the round constants, the padded last block and the digest; input goes after them. */
const CONSTANTS_AT = 0;
const LAST_BLOCK_AT = 192;
export const OUTPUT_AT = 352;
export const INPUT_AT = 384;

const RATE = 136;
const LANES = 25;
const ROUNDS_END = CONSTANTS_AT + 24 * 8;

export const ROUND_CONSTANTS: readonly bigint[] = [
  0x0000000000000001n,
  0x0000000000008082n,
  0x800000000000808an,
  0x8000000080008000n,
  0x000000000000808bn,
  0x0000000080000001n,
  0x8000000080008081n,
  0x8000000000008009n,
  0x000000000000008an,
  0x0000000000000088n,
  0x0000000080008009n,
  0x000000008000000an,
  0x000000008000808bn,
  0x800000000000008bn,
  0x8000000000008089n,
  0x8000000000008003n,
  0x8000000000008002n,
  0x8000000000000080n,
  0x000000000000800an,
  0x800000008000000an,
  0x8000000080008081n,
  0x8000000000008080n,
  0x0000000080000001n,
  0x8000000080008008n,
];

type Code = readonly number[];

/** The locals: parameters, counters, then the lanes of the state and of each step. */
const INPUT = 0;
const LENGTH = 1;
const OUTPUT = 2;
const CONSTANT = 3;
const IS_LAST = 4;
const laneA = (x: number, y: number) => 5 + (x % 5) + 5 * (y % 5);
const laneB = (x: number, y: number) => 5 + LANES + (x % 5) + 5 * (y % 5);
const parity = (x: number) => 5 + 2 * LANES + (x % 5);
const effect = (x: number) => 10 + 2 * LANES + (x % 5);

const I32 = 0x7f;
const I64 = 0x7e;
const EMPTY = 0x40;
const XOR = [0x85];
const AND = [0x83];
const ROTL = [0x89];
const ADD = [0x6a];
const SUB = [0x6b];
const BELOW = [0x49];
const OR = [0x72];
const NOT = [0x42, 0x7f, ...XOR];

const get = (local: number): Code => [0x20, local];
const set = (local: number, ...value: Code[]): Code => [...value.flat(), 0x21, local];
const i32 = (value: number): Code => [0x41, ...signed(value)];
const i64 = (value: number): Code => [0x42, ...signed(value)];
const load64 = (offset: number): Code => [0x29, 0, ...unsigned(offset)];
const store64 = (offset: number): Code => [0x37, 0, ...unsigned(offset)];
const load8 = (offset: number): Code => [0x2d, 0, ...unsigned(offset)];
const store8 = (offset: number): Code => [0x3a, 0, ...unsigned(offset)];
const when = (condition: Code, body: Code): Code => [...condition, 0x04, EMPTY, ...body, 0x0b];
const repeatWhile = (body: Code, condition: Code): Code => [
  0x03,
  EMPTY,
  ...body,
  ...condition,
  0x0d,
  0,
  0x0b,
];
const fill: Code = [0xfc, 0x0b, 0];
const copy: Code = [0xfc, 0x0a, 0, 0];
const isZero = [0x45];

function signed(value: number): Code {
  const low = value & 0x7f;
  const rest = value >> 7;
  const ends = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return ends ? [low] : [low | 0x80, ...signed(rest)];
}

function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function eachLane(code: (x: number, y: number) => Code): Code {
  return Array.from({ length: LANES }, (_, lane) => code(lane % 5, Math.floor(lane / 5))).flat();
}

function eachColumn(code: (x: number) => Code): Code {
  return [0, 1, 2, 3, 4].flatMap(code);
}

/** How far rho rotates the lane (x, y). */
function rotations(): ReadonlyMap<number, number> {
  const offsets = new Map([[laneA(0, 0), 0]]);
  let [x, y] = [1, 0];
  for (let t = 1; t <= 24; t++) {
    offsets.set(laneA(x, y), ((t * (t + 1)) / 2) % 64);
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return offsets;
}

function round(): Code {
  const offsets = rotations();
  const theta = [
    ...eachColumn((x) =>
      set(parity(x), get(laneA(x, 0)), ...[1, 2, 3, 4].flatMap((y) => [get(laneA(x, y)), XOR])),
    ),
    ...eachColumn((x) => set(effect(x), get(parity(x + 4)), get(parity(x + 1)), i64(1), ROTL, XOR)),
  ];
  const rhoAndPi = eachLane((x, y) =>
    set(
      laneB(y, 2 * x + 3 * y),
      get(laneA(x, y)),
      get(effect(x)),
      XOR,
      i64(offsets.get(laneA(x, y)) ?? 0),
      ROTL,
    ),
  );
  const chi = eachLane((x, y) =>
    set(laneA(x, y), get(laneB(x, y)), get(laneB(x + 1, y)), NOT, get(laneB(x + 2, y)), AND, XOR),
  );
  const iota = set(laneA(0, 0), get(laneA(0, 0)), get(CONSTANT), load64(0), XOR);
  return [...theta, ...rhoAndPi, ...chi, ...iota];
}

/** Block by block; what is left in the end is padded with 0x01 … 0x80 in a place of its own. */
function keccak(): Code {
  const pad: Code = [
    ...[i32(LAST_BLOCK_AT), i32(0), i32(RATE), fill].flat(),
    ...[i32(LAST_BLOCK_AT), get(INPUT), get(LENGTH), copy].flat(),
    ...[i32(LAST_BLOCK_AT), get(LENGTH), ADD, i32(1), store8(0)].flat(),
    ...[i32(LAST_BLOCK_AT), i32(LAST_BLOCK_AT), load8(RATE - 1), i32(0x80), OR, store8(RATE - 1)].flat(),
    ...set(INPUT, i32(LAST_BLOCK_AT)),
    ...set(IS_LAST, i32(1)),
  ];
  const absorb = eachLane((x, y) => {
    const offset = 8 * (x + 5 * y);
    return offset < RATE ? set(laneA(x, y), get(laneA(x, y)), get(INPUT), load64(offset), XOR) : [];
  });
  const rounds = repeatWhile(
    [...round(), ...set(CONSTANT, get(CONSTANT), i32(8), ADD)],
    [...get(CONSTANT), ...i32(ROUNDS_END), ...BELOW],
  );
  const blocks = repeatWhile(
    [
      ...when([...get(LENGTH), ...i32(RATE), ...BELOW], pad),
      ...absorb,
      ...set(CONSTANT, i32(CONSTANTS_AT)),
      ...rounds,
      ...set(INPUT, get(INPUT), i32(RATE), ADD),
      ...set(LENGTH, get(LENGTH), i32(RATE), SUB),
    ],
    [...get(IS_LAST), ...isZero],
  );
  const squeeze = eachColumn((x) => (x < 4 ? [...get(OUTPUT), ...get(laneA(x, 0)), ...store64(8 * x)] : []));
  return [...blocks, ...squeeze];
}

const sized = (code: Code): Code => [...unsigned(code.length), ...code];
const section = (id: number, ...entries: Code[]): Code => [
  id,
  ...sized([...unsigned(entries.length), ...entries.flat()]),
];
const named = (name: string, kind: number): Code => [...sized([...new TextEncoder().encode(name)]), kind, 0];

/** The bytes of the module. */
export function keccakModule(): Uint8Array<ArrayBuffer> {
  const locals: Code = [2, 2, I32, 10 + 2 * LANES, I64];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [0x60, 3, I32, I32, I32, 0]),
    ...section(3, [0]),
    ...section(5, [0, 1]),
    ...section(7, named("memory", 2), named("keccak", 0)),
    ...section(10, sized([...locals, ...keccak(), 0x0b])),
  ]);
}
