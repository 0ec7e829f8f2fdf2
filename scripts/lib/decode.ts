// Contract errors in words: which rule was broken, with what values, and what to do about it.
import { type ErrorDescription, isCallException, isError } from "ethers";
import { KNOWN_ERRORS } from "./decode/modules.ts";
import { fill } from "./decode/words.ts";
import { CliError, EXIT } from "./errors.ts";

/** What went wrong, for the reader of a terminal; errors that say so already stay as they are. */
export function explain(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (isCallException(error)) return explainRevert(error.data, error.reason ?? error.shortMessage, error);
  if (isError(error, "INSUFFICIENT_FUNDS"))
    return new CliError(
      `${error.transaction.from ?? "the account"} cannot pay the gas`,
      "send it some of the chain's coin, or sign with another key",
      { code: "insufficient-coin", cause: error },
    );
  if (isError(error, "NETWORK_ERROR") || isError(error, "TIMEOUT") || isError(error, "SERVER_ERROR"))
    return new CliError(`the chain does not answer: ${error.shortMessage}`, "try again later", {
      code: "chain-unreachable",
      exitCode: EXIT.tryAgain,
      cause: error,
    });
  return new CliError(shortMessageOf(error), "if this is no mistake of the call, report it", {
    code: "unexpected",
    cause: error,
  });
}

/** ethers' full messages hold whole transactions. */
function shortMessageOf(error: unknown): string {
  const { shortMessage } = Object(error) as { readonly shortMessage?: unknown };
  if (typeof shortMessage === "string") return shortMessage;
  return error instanceof Error ? error.message : String(error);
}

/** What revert data says; `reason` where it says nothing that a contract of ours declares. */
export function explainRevert(data: string | null, reason: string, cause?: unknown): CliError {
  const known = data === null ? undefined : KNOWN_ERRORS.get(data.slice(0, SELECTOR_END));
  const found = data === null ? undefined : describe(data);
  if (known?.words === undefined || found === undefined)
    return new CliError(`the contract refused the call: ${quoted(reason)}`, "check the call's arguments", {
      code: "call-refused",
      cause,
    });
  const [message, remedy] = known.words.map((template) => fill(template, found.args));
  return new CliError(message ?? "", remedy ?? "", { code: known.code, cause });
}

/** A contract may say anything: line ends and controls are written out. */
const quoted = (reason: string): string => JSON.stringify(reason).slice(1, -1);

/** "0x" and four bytes. */
const SELECTOR_END = 10;

/** The custom error that revert data encodes, if one of the contracts declares it. */
export function describe(data: string): ErrorDescription | undefined {
  const known = KNOWN_ERRORS.get(data.slice(0, SELECTOR_END));
  return known?.module.errors.parseError(data) ?? undefined;
}
