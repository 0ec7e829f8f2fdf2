/** Exit codes of the command line: done, failed or a mistake in the call, worth trying again. */
export const EXIT = { ok: 0, failed: 1, tryAgain: 75 } as const;

/** A failure that its reader can do something about: what is wrong, and what to do instead. */
export class CliError extends Error {
  readonly remedy: string;
  readonly exitCode: number;
  /** Stable name, in kebab-case or of the contract's error; documented in docs/cli/errors.md. */
  readonly code: string;

  constructor(
    message: string,
    remedy: string,
    options: { readonly code?: string; readonly exitCode?: number; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "CliError";
    this.remedy = remedy;
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.code = options.code ?? "failed";
  }
}
