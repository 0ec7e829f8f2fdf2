// The full titles of the mocha or node tests in a TypeScript source, read without running it.

export interface FoundTest {
  /** describe > … > it, as written: a template's ${…} is not filled in. */
  readonly title: string;
  readonly skipped: boolean;
}

interface Block {
  /** Not known if it is not a literal. */
  readonly title: string | undefined;
  readonly isTest: boolean;
  skipped: boolean;
}
type Opened = { readonly bracket: string; readonly block?: Block };

const CALL = /(?<![\w$.])(x?)(describe|it)(\.skip|\.only)?\s*\(\s*/y;
const TITLE = /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/y;
const NOTHING_FOLLOWS = /\s*,?\s*\)/y;
const SKIPS_ITSELF = /(?<![\w$])this\.skip\(/y;
/** Comments, strings, and what is a regular expression because no division can stand there. */
const NO_CODE =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?<=(?:^|[(,=:[!&|?{};+*%<>~^-]|\b(?:return|typeof|case|of|in))\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
const TEMPLATE_TEXT = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))+/y;
const WORD = /[\w$]+/y;

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}

/** What `describe(` or `it(`, matched by `call`, opens. */
function blockOf(call: RegExpExecArray, source: string): Block {
  const [whole, crossed, name, suffix] = call;
  const titleAt = call.index + whole.length;
  const literal = matchAt(TITLE, source, titleAt);
  const text = literal?.[1] ?? literal?.[2] ?? literal?.[3];
  const isTest = name === "it";
  const isPending =
    literal !== undefined && matchAt(NOTHING_FOLLOWS, source, titleAt + literal[0].length) !== undefined;
  return {
    title: text?.replace(/\\(.)/g, "$1"),
    isTest,
    skipped: crossed !== "" || suffix === ".skip" || (isTest && isPending),
  };
}

class Reader {
  readonly #source: string;
  readonly #opened: Opened[] = [];
  readonly #tests: Block[][] = [];

  constructor(source: string) {
    this.#source = source;
  }

  read(): readonly FoundTest[] {
    let at = 0;
    while (at < this.#source.length) at += this.#step(at);
    return this.#tests.flatMap((blocks) => {
      const titles = blocks.flatMap(({ title }) => title ?? []);
      const skipped = blocks.some((block) => block.skipped);
      return titles.length < blocks.length ? [] : [{ title: titles.join(" > "), skipped }];
    });
  }

  /** Reads on from there; returns how far. */
  #step(at: number): number {
    const source = this.#source;
    if (this.#opened.at(-1)?.bracket === "`") return this.#inTemplate(at);
    const passed = matchAt(NO_CODE, source, at);
    if (passed !== undefined) return passed[0].length;
    const call = matchAt(CALL, source, at);
    if (call !== undefined) {
      this.#opened.push({ bracket: "(", block: blockOf(call, source) });
      if (this.#blocks.at(-1)?.isTest) this.#tests.push(this.#blocks);
      return call[0].length;
    }
    if (matchAt(SKIPS_ITSELF, source, at) !== undefined) this.#skipInnermost();
    const word = matchAt(WORD, source, at);
    if (word !== undefined) return word[0].length;
    this.#bracket(source.charAt(at));
    return 1;
  }

  #inTemplate(at: number): number {
    const text = matchAt(TEMPLATE_TEXT, this.#source, at);
    if (text !== undefined) return text[0].length;
    if (this.#source.charAt(at) === "`") {
      this.#opened.pop();
      return 1;
    }
    this.#opened.push({ bracket: "${" });
    return 2;
  }

  #bracket(character: string): void {
    if ("([{`".includes(character)) this.#opened.push({ bracket: character });
    else if (")]}".includes(character)) this.#opened.pop();
  }

  #skipInnermost(): void {
    const block = this.#blocks.at(-1);
    if (block !== undefined) block.skipped = true;
  }

  get #blocks(): Block[] {
    return this.#opened.flatMap(({ block }) => block ?? []);
  }
}

export const testsIn = (source: string): readonly FoundTest[] => new Reader(source).read();
