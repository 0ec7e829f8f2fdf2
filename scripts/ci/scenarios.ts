// Checks test/contracts/openzeppelin/scenarios.json: every scenario of OpenZeppelin's published tests is shown by tests
// of ours, or says why it cannot apply; and every test named there exists and runs.
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path/posix";
import { z } from "zod";
import { type FoundTest, testsIn } from "./test-titles.ts";

const MAP = "test/contracts/openzeppelin/scenarios.json";
const TESTS = "test/**/*.test.ts";
/** Tests that other files run for what they hand over. */
const BEHAVIOR = /\.behavior\.ts$/;

const mappedTest = z.strictObject({ file: z.string().min(1), title: z.string().min(1) });
const scenario = z.strictObject({
  scenario: z.string().min(1),
  tests: z.array(mappedTest).default([]),
  notApplicable: z.string().min(1).optional(),
});
const scenarioMap = z.record(z.string(), z.array(scenario).min(1));
export type ScenarioMap = z.infer<typeof scenarioMap>;
type Scenario = ScenarioMap[string][number];
type MappedTest = Scenario["tests"][number];

export const parseMap = (json: string): ScenarioMap => scenarioMap.parse(JSON.parse(json));

/** The repository's test files, by their path. */
export type Sources = ReadonlyMap<string, string>;

class Check {
  readonly #sources: Sources;
  readonly #tests = new Map<string, readonly FoundTest[]>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  problemsOf(scenarios: readonly Scenario[]): string[] {
    const names = scenarios.map(({ scenario: name }) => name);
    return scenarios.flatMap(({ scenario: name, tests, notApplicable }, index) => {
      const found = tests.flatMap((test) => this.#problemOf(test) ?? []);
      if (tests.length === 0 && notApplicable === undefined) found.push("has neither tests nor a reason");
      if (names.indexOf(name) < index) found.push("is there twice");
      return found.map((problem) => `${name}: ${problem}`);
    });
  }

  #problemOf({ file, title }: MappedTest): string | undefined {
    const source = this.#sources.get(file);
    if (source === undefined) return `${file} is no test file`;
    if (BEHAVIOR.test(file) && !this.#isRun(file, source)) return `no test runs ${file}`;
    const same = this.#testsOf(file, source).filter((test) => test.title === title);
    if (same.length === 0) return `${file} has no test "${title}"`;
    return same.some(({ skipped }) => skipped) ? `${file} skips "${title}"` : undefined;
  }

  #testsOf(file: string, source: string): readonly FoundTest[] {
    const tests = this.#tests.get(file) ?? testsIn(source);
    this.#tests.set(file, tests);
    return tests;
  }

  /** Whether a test file imports the behaviour and calls what it exports. */
  #isRun(file: string, source: string): boolean {
    const exported = [...source.matchAll(/export function (\w+)/g)].map(([, name]) => name);
    return [...this.#sources].some(
      ([path, text]) =>
        !BEHAVIOR.test(path) &&
        text.includes(`/${basename(file)}"`) &&
        exported.some((name) => new RegExp(`\\b${name}\\(`).test(text)),
    );
  }
}

export function problemsIn(map: ScenarioMap, sources: Sources): readonly string[] {
  const check = new Check(sources);
  return Object.entries(map).flatMap(([from, scenarios]) =>
    check.problemsOf(scenarios).map((problem) => `${from}: ${problem}`),
  );
}

/** A line for each source of scenarios, and one for all. */
export function countsOf(map: ScenarioMap): readonly string[] {
  const line = (name: string, scenarios: readonly Scenario[]) => {
    const not = scenarios.filter(({ notApplicable }) => notApplicable !== undefined).length;
    return `${name}: ${scenarios.length} scenarios, ${scenarios.length - not} shown, ${not} not applicable`;
  };
  const each = Object.entries(map).map(([from, scenarios]) => line(from, scenarios));
  return [...each, line("all", Object.values(map).flat())];
}

if (import.meta.main) {
  const files = [...globSync([TESTS, "test/**/*.behavior.ts"])];
  const sources = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));
  const map = parseMap(readFileSync(MAP, "utf8"));
  const problems = problemsIn(map, sources);
  for (const problem of problems) console.error(problem);
  for (const line of problems.length > 0 ? [`scenarios: ${problems.length} problems`] : countsOf(map))
    console.log(line);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
