// What a plan would do, by the chain's own word: its steps in order between two looks at the values to watch.
import { isError, type JsonRpcProvider, toQuantity } from "ethers";
import { z } from "zod";
import { explainRevert } from "./decode.ts";
import { CliError, EXIT } from "./errors.ts";
import type { Plan, Step, Watched } from "./plan.ts";

/** A watched value, and what it becomes; undefined where the chain could not tell. */
export interface Change {
  readonly watched: Watched;
  readonly before: Value;
  readonly after: Value | undefined;
}
type Value = ReturnType<Watched["parse"]>;

/** An event of a step that was simulated. */
export interface Emitted {
  readonly address: string;
  readonly topics: readonly string[];
}

export interface Outcome {
  readonly changes: readonly Change[];
  /** Gas of each step; undefined where the chain could not tell. */
  readonly gas: readonly (bigint | undefined)[];
  /** What each step emits; undefined where the chain could not tell. */
  readonly events: readonly (readonly Emitted[] | undefined)[];
  /** Why steps after the first could not be simulated. */
  readonly unsimulated?: string;
}

/** What differs from the next block of the chain. */
export interface Circumstances {
  /** Unix seconds of the first step; later than now. */
  readonly at?: number;
  /** By contract: storage slots and what they hold before the first step. */
  readonly storage?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const hex = z.string().regex(/^0x[0-9a-f]*$/i);
const called = z.object({
  status: hex,
  returnData: hex,
  gasUsed: hex,
  logs: z.array(z.object({ address: hex, topics: z.array(hex) })).default([]),
  error: z.object({ message: z.string().optional(), data: hex.optional() }).nullish(),
});
const simulated = z.array(z.object({ calls: z.array(called) }));
type Called = z.output<typeof called>;

/** @throws CliError naming the first step that would fail, and why. */
export async function simulate(
  provider: JsonRpcProvider,
  from: string,
  plan: Plan,
  circumstances: Circumstances = {},
): Promise<Outcome> {
  // What creates a contract, some chains estimate and do not simulate.
  if (plan.steps.length === 1 && plan.steps[0]?.to === null && plan.watched.length === 0)
    return estimateFirst(provider, from, plan, true);
  const reads = plan.watched.map(({ to, data }) => ({ from, to, data }));
  const steps = plan.steps.map(({ to, data }) => [{ from, to, data }]);
  const answer = await askSimulation(provider, [reads, ...steps, reads], circumstances);
  if (typeof answer === "string")
    return {
      ...(await estimateFirst(provider, from, plan, circumstances.storage === undefined)),
      unsimulated: answer,
    };
  const [before = [], ...rest] = answer;
  const after = rest.pop() ?? [];
  const gas = plan.steps.map((step, place) => gasOf(step, place, plan.steps.length, rest[place]?.[0]));
  const changes = plan.watched.map((watched, place) => ({
    watched,
    before: parsedOf(watched, before[place]),
    after: parsedOf(watched, after[place]),
  }));
  const events = plan.steps.map((_, place) => rest[place]?.[0]?.logs);
  return { changes, gas, events };
}

interface Call {
  readonly from: string;
  readonly to: string | null;
  readonly data: string;
}

/** The calls of each block, in blocks that would come next; or why the chain does not simulate. */
async function askSimulation(
  provider: JsonRpcProvider,
  blocks: readonly Call[][],
  { at: later = 0, storage = {} }: Circumstances,
): Promise<Called[][] | string> {
  const at = Math.max(later, await nextTimestamp(provider));
  const overrides = overridesOf(storage);
  const blockStateCalls = blocks.map((calls, place) => ({
    blockOverrides: { time: toQuantity(at + place) },
    ...(place === 0 && overrides !== undefined ? { stateOverrides: overrides } : {}),
    calls,
  }));
  let raw: unknown;
  try {
    raw = await provider.send("eth_simulateV1", [{ blockStateCalls, validation: false }, "latest"]);
  } catch (error) {
    const reason = rpcRefusal(error);
    if (reason === undefined) throw error;
    return reason;
  }
  const parsed = simulated.safeParse(raw);
  const isWhole =
    parsed.success && blocks.every((calls, place) => parsed.data[place]?.calls.length === calls.length);
  if (!isWhole) throw badAnswer("eth_simulateV1 did not answer for every call");
  return parsed.data.map(({ calls }) => calls);
}

export const badAnswer = (problem: string): CliError =>
  new CliError(problem, "ask another JSON-RPC with --rpc URL", {
    code: "bad-rpc-answer",
    exitCode: EXIT.tryAgain,
  });

/**
 * How a single call ends on the present state: undefined if it goes through, else the data that it reverts with, null
 * where the chain tells none.
 */
export async function refusalOf(
  provider: JsonRpcProvider,
  call: { readonly from: string; readonly to: string; readonly data: string },
  { storage = {} }: Pick<Circumstances, "storage"> = {},
): Promise<string | null | undefined> {
  const overrides = overridesOf(storage);
  try {
    await provider.send("eth_call", [call, "latest", ...(overrides === undefined ? [] : [overrides])]);
    return undefined;
  } catch (error) {
    if (isError(error, "CALL_EXCEPTION")) return error.data;
    throw error;
  }
}

function overridesOf(storage: NonNullable<Circumstances["storage"]>): object | undefined {
  const slots = Object.entries(storage).map(([contract, stateDiff]) => [contract, { stateDiff }] as const);
  return slots.length === 0 ? undefined : Object.fromEntries(slots);
}

/** The second in which the next block is likely to be made, by the chain's clock. */
async function nextTimestamp(provider: JsonRpcProvider): Promise<number> {
  const [latest, pending] = await Promise.all([
    provider.getBlock("latest"),
    provider.getBlock("pending").catch(() => null),
  ]);
  if (latest === null) throw badAnswer("the chain has no latest block");
  return Math.max(latest.timestamp + 1, pending?.timestamp ?? 0);
}

/** What a JSON-RPC that answered had to say against the request. */
function rpcRefusal(error: unknown): string | undefined {
  if (isError(error, "UNSUPPORTED_OPERATION")) return "its JSON-RPC has no eth_simulateV1";
  if (!isError(error, "UNKNOWN_ERROR")) return undefined;
  const { error: inner } = error as { readonly error?: { readonly message?: string } };
  return inner?.message ?? error.shortMessage;
}

function gasOf({ what }: Step, place: number, count: number, result: Called | undefined): bigint {
  if (result === undefined) throw badAnswer(`nothing was answered about "${what}"`);
  if (BigInt(result.status) === 1n) return BigInt(result.gasUsed);
  const data = result.error?.data ?? result.returnData;
  throw wouldFail(what, place, count, explainRevert(data, result.error?.message ?? "reverted"));
}

function wouldFail(what: string, place: number, count: number, reason: CliError): CliError {
  const step = count === 1 ? "" : `step ${place + 1} of ${count}, `;
  return new CliError(`nothing was sent: ${step}"${what}", would fail: ${reason.message}`, reason.remedy, {
    code: reason.code,
    exitCode: reason.exitCode,
    cause: reason,
  });
}

function parsedOf(watched: Watched, result: Called | undefined): Value {
  if (result === undefined || BigInt(result.status) !== 1n)
    throw badAnswer(`the chain does not tell the ${watched.label}`);
  return watched.parse(result.returnData);
}

/** Where a chain simulates nothing, it still estimates the first step, which needs no other, unless storage is to differ. */
async function estimateFirst(
  provider: JsonRpcProvider,
  from: string,
  { steps, watched }: Plan,
  asItIs: boolean,
): Promise<Omit<Outcome, "unsimulated">> {
  const changes = await Promise.all(
    watched.map(async (one) => ({ watched: one, before: await readNow(provider, one), after: undefined })),
  );
  const gas = await Promise.all(
    steps.map(({ what, to, data }, place) =>
      place > 0 || !asItIs
        ? undefined
        : provider.estimateGas({ from, to, data }).catch((error: unknown) => {
            throw wouldFail(what, place, steps.length, explainRevert(dataOf(error), messageOf(error)));
          }),
    ),
  );
  return { changes, gas, events: gas.map(() => undefined) };
}

export const readNow = (provider: JsonRpcProvider, watched: Watched): Promise<Value> =>
  readAt(provider, watched, "latest");

/** The value after a block. */
export const readAt = async (
  provider: JsonRpcProvider,
  { to, data, parse }: Watched,
  blockTag: number | "latest",
): Promise<Value> => parse(await provider.call({ to, data, blockTag }));

const dataOf = (error: unknown): string | null => (isError(error, "CALL_EXCEPTION") ? error.data : null);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
