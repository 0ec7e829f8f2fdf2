// Whose code an upgrade's is: held against what this checkout builds, and its immutables against those of the present code.
import { dataLength, dataSlice, getCreateAddress, toBeHex, ZeroAddress, zeroPadValue } from "ethers";
import {
  artifactNamed,
  artifactOf,
  type CompiledCode,
  compiledCodes,
  immutableNames,
} from "../../deploy/artifacts.ts";
import type { Session } from "../../lib/command.ts";
import type { ContractName } from "../../lib/manifest.ts";
import { type Book, bookOf } from "../calls/book.ts";
import { creationOf } from "./creation.ts";

/** Code and where it lies. */
export interface Code {
  readonly address: string;
  readonly bytes: string;
}

export interface Differing {
  /** "SlaOracle.COMMITTEE" */
  readonly name: string;
  readonly value: string;
  /** Null where the other code has no such immutable. */
  readonly expected: string | null;
}

export interface Build {
  /** Which contract's; null if none of this checkout's. */
  readonly artifact: string | null;
  /** Immutables that are not as expected; null where they were not compared. */
  readonly differing: readonly Differing[] | null;
  readonly words: string;
}

/** How an upgrade's code relates to this checkout, and its immutables to the code that runs now. */
export async function buildOf(
  session: Session,
  contract: ContractName,
  { present, next }: { readonly present: string; readonly next: string },
): Promise<Build> {
  const code = await codeAt(session, next);
  const codes = compiledCodes();
  const built = builtFrom(codes, code.bytes);
  if (built === undefined) return { artifact: null, differing: null, words: strangeWords(codes, code) };
  const { contractName: artifact, sourceName } = built;
  const named = `its code is this checkout's build of ${artifact} (${sourceName})`;
  const found = isCodeFor(contract, artifact)
    ? named
    : `IT IS NO CODE FOR ${contract}, WHICH WOULD STOP WORKING; ${named}`;
  const other = await otherImmutables(session, contract, { codes, artifact, present, next });
  if (other === undefined)
    return { artifact, differing: null, words: `${found}; its immutables could not be compared` };
  const differing = differingIn(immutablesIn(built, code), other.immutables);
  const told = differing.map((one) => differingWords(bookOf(session.manifest), one)).join("; ");
  const how =
    differing.length === 0 ? `, constructed as ${other.of}` : `, BUT NOT CONSTRUCTED AS ${other.of}: ${told}`;
  return { artifact, differing, words: `${found}${how}` };
}

/** Whether it can do all that the contract can: the contract itself, or one that extends it. */
export function isCodeFor(contract: ContractName, artifact: string): boolean {
  const other = artifactNamed(artifact)?.abi;
  let isWhole = other !== undefined;
  artifactOf(contract).abi.forEachFunction(({ selector }) => {
    isWhole &&= other?.getFunction(selector) != null;
  });
  return isWhole;
}

export function strangeWords(codes: readonly CompiledCode[], { bytes }: Code): string {
  if (bytes === "0x") return "there is no code at its address";
  return codes.length === 0
    ? "whose code it is nobody can tell here: this checkout is not built (`npm run build`)"
    : "its code is not what this checkout builds";
}

const codeAt = async ({ provider }: Session, address: string): Promise<Code> => ({
  address,
  bytes: await provider.getCode(address),
});

/** The contract whose code it is to the last byte, immutables aside. */
export function builtFrom(codes: readonly CompiledCode[], bytes: string): CompiledCode | undefined {
  return codes.find(
    (compiled) =>
      compiled.deployedBytecode.length === bytes.length &&
      withoutImmutables(compiled, bytes) === compiled.deployedBytecode.toLowerCase(),
  );
}

function withoutImmutables({ immutableReferences }: CompiledCode, bytes: string): string {
  const code = Buffer.from(bytes.slice(2), "hex");
  for (const { start, length } of Object.values(immutableReferences).flat())
    code.fill(0, start, start + length);
  return `0x${code.toString("hex")}`;
}

/** An immutable that holds the address of its own code (UUPSUpgradeable's), which differs by its nature. */
const ITSELF = "its own address";

export type Immutables = ReadonlyMap<string, string>;

/** By name; of places that disagree about one all that they hold. */
export function immutablesIn(
  { buildInfoId, immutableReferences }: CompiledCode,
  { address, bytes }: Code,
): Immutables {
  const names = immutableNames(buildInfoId);
  const own = BigInt(address);
  return new Map(
    Object.entries(immutableReferences).map(([id, places]) => {
      const words = places.map(({ start, length }) => dataSlice(bytes, start, start + length));
      const values = words.map((word) => (BigInt(word) === own ? ITSELF : word));
      return [names.get(id) ?? id, [...new Set(values)].join(" and ")];
    }),
  );
}

export const differingIn = (immutables: Immutables, expected: Immutables): Differing[] =>
  [...immutables]
    .map(([name, value]) => ({ name, value, expected: expected.get(name) ?? null }))
    .filter((one) => one.value !== one.expected);

interface Sought {
  readonly codes: readonly CompiledCode[];
  readonly artifact: string;
  readonly present: string;
  readonly next: string;
}

/**
 * Those of the code that runs now. Where it is not this checkout's nobody can tell where they lie in it; the deployment
 * still tells what its own was constructed from.
 */
async function otherImmutables(
  session: Session,
  contract: ContractName,
  { codes, artifact, present, next }: Sought,
): Promise<{ readonly immutables: Immutables; readonly of: string } | undefined> {
  const running = await codeAt(session, present);
  const built = present === next ? undefined : builtFrom(codes, running.bytes);
  if (built !== undefined) return { immutables: immutablesIn(built, running), of: "the present one" };
  const code = await constructed(session, contract, artifact);
  const same = code === undefined ? undefined : builtFrom(codes, code.bytes);
  return code === undefined || same === undefined
    ? undefined
    : { immutables: immutablesIn(same, code), of: "the deployment's own" };
}

/** What the chain would create from the deployment's arguments; undefined if it, or the contract, does not. */
async function constructed(
  { provider, manifest }: Session,
  contract: ContractName,
  artifact: string,
): Promise<Code | undefined> {
  const found = artifactNamed(artifact);
  const data = found === undefined ? undefined : creationOf(manifest, contract, found);
  if (data === undefined) return undefined;
  const from = ZeroAddress;
  const [nonce, bytes] = await Promise.all([
    provider.getTransactionCount(from),
    provider.call({ from, data }).catch(() => "0x"),
  ]);
  return { address: getCreateAddress({ from, nonce }), bytes };
}

const differingWords = (book: Book, { name, value, expected }: Differing): string =>
  `${name} is ${wordsIn(book, value)}, ${expected === null ? "which the other lacks" : `not ${wordsIn(book, expected)}`}`;

/** Without the zeros that fill a word, and with the names of the contracts that addresses are. */
function wordsIn(book: Book, value: string): string {
  return value.replace(/0x[0-9a-f]{64}/g, (word) => {
    const hex = toBeHex(BigInt(word));
    const name = dataLength(hex) > ADDRESS_BYTES ? undefined : book.nameOf(zeroPadValue(hex, ADDRESS_BYTES));
    return name === undefined ? hex : `${name} (${hex})`;
  });
}

const ADDRESS_BYTES = 20;
