const CONTRACTS = "## Of the contracts\n";
const SELDOM = "## Of the contracts, seldom";

const codesIn = (text: string): string[] =>
  [...text.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, code = ""]) => code);

/** Codes that the command line itself gives, as docs/cli/errors.md lists them. */
export const commandCodes = (page: string): string[] => codesIn(page.split(CONTRACTS)[0] ?? "");

/** Codes of contract errors that holders, operators and attesters can meet. */
export const contractCodes = (page: string): string[] =>
  codesIn(page.split(CONTRACTS)[1]?.split(SELDOM)[0] ?? "");

/** Some value of a type. */
export const sampleOf = (type: string): unknown =>
  type === "string"
    ? "text"
    : type === "address"
      ? `0x${"12".repeat(20)}`
      : type.startsWith("bytes")
        ? `0x${"41".repeat(Number(type.slice(5)))}`
        : 1n;
