// How the scenarios of OpenZeppelin's tests are checked, and how titles are read from test files.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { countsOf, parseMap, problemsIn } from "../../scripts/ci/scenarios.ts";
import { testsIn } from "../../scripts/ci/test-titles.ts";

const titlesOf = (source: string) => testsIn(source).map(({ title }) => title);
const skippedIn = (source: string) => testsIn(source).flatMap(({ title, skipped }) => (skipped ? title : []));

describe("titles", () => {
  it("are those of nested suites, in their order", () => {
    const source = `
      describe("a", () => {
        it("one", () => {});
        describe("b", () => { it('two', async () => { f({ g: [1] }); }); });
        it("three", () => {});
      });
      it("four", () => {});`;
    assert.deepEqual(titlesOf(source), ["a > one", "a > b > two", "a > three", "four"]);
  });

  it("are not looked for in comments, strings, templates and regular expressions", () => {
    const source = `
      // it("comment
      /* describe("block", () => { */
      describe("a", () => {
        const text = "it('quoted', (" + 'it("quoted", (';
        const template = \`it("template", ( \${f({ a: \`}\${1}\` })} (\`;
        const pattern = /it\\("[(/"]/.test(x);
        const half = a / b; // ((
        it("one", () => expect(f).to.match(/[{"]/));
        unit("none", () => {});
        page.it("none", () => {});
      });
      it("two", () => {});`;
    assert.deepEqual(titlesOf(source), ["a > one", "two"]);
  });

  it("come unescaped, and with a template's holes as written", () => {
    const source = "for (const x of xs) describe(`a $" + '{x}`, () => it("it\'s \\"one\\"", f));';
    assert.deepEqual(titlesOf(source), [`a $\{x} > it's "one"`]);
  });

  it("are unknown where they are no literal", () => {
    assert.deepEqual(titlesOf('describe(name, () => { it("one", f); }); it(title, f); it("two", f);'), [
      "two",
    ]);
  });

  it("tell which tests are skipped", () => {
    const source = `
      it.skip("one", f);
      xit("two", f);
      it("three");
      describe.skip("a", () => { it("four", f); });
      xdescribe("b", () => { it("five", f); });
      it("six", function () { if (x) this.skip(); });
      describe("c", () => { it("seven", f); before(function () { this.skip(); }); });
      describe("d", () => { it.only("eight", f); });`;
    assert.deepEqual(skippedIn(source), ["one", "two", "three", "a > four", "b > five", "six", "c > seven"]);
    assert.equal(titlesOf(source).length, 8);
  });

  it("of this file are read whole", () => {
    const titles = titlesOf(readFileSync("test/scripts/scenarios.test.ts", "utf8"));
    assert.equal(titles.at(-1), "the check > counts what is shown and what is not");
    assert.equal(titles.length, 11);
  });
});

describe("the check", () => {
  const sources = new Map([
    ["test/a.test.ts", 'describe("a", () => { it("one", f); it.skip("two", f); });'],
    ["test/run.behavior.ts", 'export function runs() { it("three", f); }'],
    ["test/left.behavior.ts", 'export function left() { it("four", f); }'],
    ["test/b.test.ts", 'import { runs } from "./run.behavior.ts";\nruns();\n// "./left.behavior.ts"'],
  ]);
  const problems = (...scenarios: object[]) =>
    problemsIn(parseMap(JSON.stringify({ From: scenarios })), sources);
  const shownBy = (file: string, title: string) => ({ scenario: "s", tests: [{ file, title }] });

  it("is content with scenarios that are shown or cannot apply", () => {
    const all = [
      { ...shownBy("test/a.test.ts", "a > one"), scenario: "r" },
      shownBy("test/run.behavior.ts", "three"),
      { scenario: "t", notApplicable: "because" },
    ];
    assert.deepEqual(problems(...all), []);
  });

  it("names a scenario without tests and reason, and one that is there twice", () => {
    const empty = { scenario: "s" };
    assert.deepEqual(problems(empty), ["From: s: has neither tests nor a reason"]);
    const reasoned = { ...empty, notApplicable: "because" };
    assert.deepEqual(problems(reasoned, reasoned), ["From: s: is there twice"]);
  });

  it("names tests that are not there or do not run", () => {
    const expected = {
      "test/a.test.ts > a > none": 'test/a.test.ts has no test "a > none"',
      "test/a.test.ts > one": 'test/a.test.ts has no test "one"',
      "test/a.test.ts > a > two": 'test/a.test.ts skips "a > two"',
      "test/none.test.ts > a > one": "test/none.test.ts is no test file",
      "test/left.behavior.ts > four": "no test runs test/left.behavior.ts",
    };
    for (const [test, problem] of Object.entries(expected)) {
      const [file = "", ...title] = test.split(" > ");
      assert.deepEqual(problems(shownBy(file, title.join(" > "))), [`From: s: ${problem}`]);
      const excused = { ...shownBy(file, title.join(" > ")), notApplicable: "because" };
      assert.deepEqual(problems(excused), [`From: s: ${problem}`]);
    }
  });

  it("refuses a map of another form", () => {
    const maps = [[], { From: [] }, { From: [{ scenario: "" }] }, { From: [{ scenario: "s", test: "a" }] }];
    for (const map of maps) assert.throws(() => parseMap(JSON.stringify(map)));
  });

  it("counts what is shown and what is not", () => {
    const map = parseMap(
      JSON.stringify({
        One: [shownBy("test/a.test.ts", "a > one"), { scenario: "t", notApplicable: "because" }],
        Two: [{ ...shownBy("test/a.test.ts", "a > one"), notApplicable: "because" }],
      }),
    );
    assert.deepEqual(countsOf(map), [
      "One: 2 scenarios, 1 shown, 1 not applicable",
      "Two: 1 scenarios, 0 shown, 1 not applicable",
      "all: 3 scenarios, 1 shown, 2 not applicable",
    ]);
  });
});
