import assert from "node:assert/strict";

/** Elements of a document; throws unless it is well-formed: every tag closed in order, attributes quoted, no stray < or &. */
export function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  for (const [token] of body.matchAll(/<[^>]*>|[^<]+/g)) {
    if (!token.startsWith("<")) {
      assert.doesNotMatch(token, /&(?!(amp|lt|gt|quot);)/, token);
      if (open.length === 0) assert.equal(token.trim(), "");
      continue;
    }
    const [, slash, name = "", attributes = "", self] =
      /^<(\/?)([a-z]+)((?: [a-zA-Z][a-zA-Z0-9-]*="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)(\/?)>$/.exec(
        token,
      ) ?? [];
    assert.ok(name !== "", `not well-formed: ${token}`);
    const keys = [...attributes.matchAll(/ ([a-zA-Z][a-zA-Z0-9-]*)=/g)].map(([, key]) => key);
    assert.equal(new Set(keys).size, keys.length, token);
    if (slash === "/") assert.equal(open.pop(), name);
    else {
      names.push(name);
      if (self !== "/") open.push(name);
    }
  }
  assert.deepEqual(open, []);
  return names;
}
