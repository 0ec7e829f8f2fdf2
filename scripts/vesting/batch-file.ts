// A CSV file of schedules to create: checked line by line, all problems at once, and cut into batches.
import { AbiCoder, id, keccak256 } from "ethers";
import { formatIcnt } from "../lib/amounts.ts";
import { CliError } from "../lib/errors.ts";
import { parseCsv } from "./csv.ts";
import { formatDate } from "./dates.ts";
import { COLUMNS, checkGrant, type GrantFields, type VaultFacts } from "./grant.ts";
import type { Grant } from "./schedule.ts";

/** Schedules per transaction. A file's batches are known by it, so a change would create anew what is there. */
export const BATCH_SIZE = 100;

export interface BatchFile {
  readonly grants: readonly Grant[];
  /** What is allowed but looks like a mistake, with line numbers. */
  readonly warnings: readonly string[];
}

export interface Batch {
  readonly batchId: string;
  readonly grants: readonly Grant[];
}

/**
 * Grants of a file, in its order.
 * @throws CliError that lists every problem of every line.
 */
export function readBatchFile(text: string, source: string, facts: VaultFacts, now: number): BatchFile {
  const [head, ...rows] = parseCsv(text);
  const problems = headProblems(head?.cells ?? []);
  if (rows.length === 0 && problems.length === 0) problems.push("there is no line below the column names");
  const columns = (head?.cells ?? []).map((name) => name.toLowerCase());
  const grants: Grant[] = [];
  const warnings: string[] = [];
  const firstLines = new Map<string, number>();
  for (const { line, cells } of problems.length > 0 ? [] : rows) {
    if (cells.length !== columns.length)
      problems.push(`line ${line} has ${cells.length} fields, the head has ${columns.length}`);
    const fields: GrantFields = Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? ""]));
    const checked = checkGrant(fields, facts);
    if ("problems" in checked) {
      problems.push(...checked.problems.map((problem) => `line ${line}: ${problem}`));
      continue;
    }
    grants.push(checked.grant);
    warnings.push(...warningsOf(checked.grant, line, firstLines, now));
  }
  if (problems.length === 0) return { grants, warnings };
  throw new CliError(
    `${source} has ${problems.length} problem${problems.length === 1 ? "" : "s"}:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
    "correct the file; nothing was sent to the chain",
    { code: "csv-invalid" },
  );
}

function headProblems(names: readonly string[]): string[] {
  const known: readonly string[] = COLUMNS;
  const columns = names.map((name) => name.toLowerCase());
  const allowed = `the columns are ${COLUMNS.join(", ")}`;
  return [
    ...columns.filter((name) => !known.includes(name)).map((name) => `"${name}" is no column: ${allowed}`),
    ...columns
      .filter((name, index) => columns.indexOf(name) !== index)
      .map((name) => `the column "${name}" stands twice`),
    ...["beneficiary", "amount", "start"]
      .filter((name) => !columns.includes(name))
      .map((name) => `the column "${name}" is missing: ${allowed}`),
  ];
}

function warningsOf(grant: Grant, line: number, firstLines: Map<string, number>, now: number): string[] {
  const { terms, total } = grant;
  const key = encoded([grant]);
  const first = firstLines.get(key);
  if (first === undefined) firstLines.set(key, line);
  const end = terms.start + terms.duration;
  return [
    ...(first === undefined ? [] : [`line ${line} repeats line ${first}: both will be created`]),
    ...(end > now
      ? []
      : [`line ${line} ended on ${formatDate(end)}: all ${formatIcnt(total)} ICNT are free at once`]),
  ];
}

const GRANT =
  "tuple(address beneficiary, uint128 total, uint128 initial, tuple(uint64 start, uint32 cliff, uint32 duration, uint32 tableId, address revoker) terms)[]";

const encoded = (grants: readonly Grant[]): string => AbiCoder.defaultAbiCoder().encode([GRANT], [grants]);

/**
 * The file in batches. An id follows from the whole file's content, the batch's place and the label: the same command
 * means the same batches, and the vault takes each once.
 */
export function batchesOf(grants: readonly Grant[], label: string): Batch[] {
  const content = keccak256(encoded(grants));
  const count = Math.ceil(grants.length / BATCH_SIZE);
  return Array.from({ length: count }, (_, index) => ({
    batchId: keccak256(
      AbiCoder.defaultAbiCoder().encode(["bytes32", "uint256", "bytes32"], [content, index, id(label)]),
    ),
    grants: grants.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  }));
}
