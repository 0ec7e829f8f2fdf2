// What changed between two storage layouts of a contract, and which of it no upgrade may do.
export interface Field {
  /** Path from the namespace's struct: `parent.member`, `mapping[key]`, `array[i]`. */
  readonly name: string;
  /** From the namespace's slot on; in a mapping's value or an array's element, from its own first slot on. */
  readonly slot: number;
  readonly offset: number;
  readonly bytes: number;
  readonly type: string;
}

export interface Namespace {
  readonly slot: string;
  /** A struct stands before its members. */
  readonly fields: readonly Field[];
}

export interface Layout {
  readonly contract: string;
  readonly namespaces: Readonly<Record<string, Namespace>>;
  /** What the fields' type names stand for: a value type's underlying type, an enum's members. */
  readonly types: Readonly<Record<string, string | readonly string[]>>;
}

export interface Change {
  readonly contract: string;
  readonly field: string;
  readonly what: string;
  readonly was: string;
  readonly is: string;
  /** What is stored would be read as something else. */
  readonly breaking: boolean;
}

type Difference = Omit<Change, "contract">;

export function changesBetween(was: Layout, is: Layout): Change[] {
  const differences = [
    ...Object.entries(was.namespaces).flatMap(([id, before]) =>
      changesOfNamespace(id, before, is.namespaces[id]),
    ),
    ...Object.entries(is.namespaces)
      .filter(([id]) => was.namespaces[id] === undefined)
      .map(([id, { slot }]) => added(id, slot)),
    ...Object.entries(is.types).flatMap(([name, after]) => changesOfType(name, was.types[name], after)),
  ];
  return differences.map((difference) => ({ contract: is.contract, ...difference }));
}

const added = (field: string, is: string): Difference => ({
  field,
  what: "added",
  was: "nothing",
  is,
  breaking: false,
});

const removed = (field: string, was: string): Difference => ({
  field,
  what: "removed",
  was,
  is: "nothing",
  breaking: true,
});

function changesOfNamespace(id: string, was: Namespace, is: Namespace | undefined): Difference[] {
  if (is === undefined) return [removed(id, was.slot)];
  const fields = changesOfFields(was.fields, is.fields);
  if (was.slot === is.slot) return fields;
  return [{ field: id, what: "moved", was: was.slot, is: is.slot, breaking: true }, ...fields];
}

/** A type that nothing has any more needs no word of its own: the fields that had it do. */
function changesOfType(
  name: string,
  was: string | readonly string[] | undefined,
  is: string | readonly string[],
): Difference[] {
  if (was === undefined) return [added(name, String(is))];
  if (String(was) === String(is)) return [];
  const grown = typeof was !== "string" && was.every((member, at) => is[at] === member);
  const what = grown ? "grown" : "retyped";
  return [{ field: name, what, was: String(was), is: String(is), breaking: !grown }];
}

/** Where a field's container is now: its name, and how many slots further. */
interface Place {
  readonly name: string;
  readonly shift: number;
}

/** Follows every field to where it is now. What happened to a struct is not told again of its members. */
function changesOfFields(was: readonly Field[], is: readonly Field[]): Difference[] {
  const differences: Difference[] = [];
  const places = new Map<string, Place>();
  const gone = new Set<string>();
  const known = new Set(was.map(({ name }) => name));
  for (const before of was) {
    const container = containerOf(before.name);
    if (gone.has(container)) {
      gone.add(before.name);
      continue;
    }
    const now = places.get(container) ?? { name: container, shift: 0 };
    const at = isElement(before) ? { ...now, shift: 0 } : now;
    const after = successorOf(before, at, is, known);
    if (after === undefined) {
      gone.add(before.name);
      differences.push(removed(before.name, told(before)));
    } else {
      places.set(before.name, { name: after.name, shift: after.slot - before.slot });
      differences.push(...changesOfField(before, after, at));
    }
  }
  return [...differences, ...additions(is, new Set([...places.values()].map(({ name }) => name)))];
}

/** The field of that name; for want of it, one of a new name in the same place. */
function successorOf(
  before: Field,
  at: Place,
  is: readonly Field[],
  known: ReadonlySet<string>,
): Field | undefined {
  const name = at.name + lastOf(before.name);
  const inPlace = (field: Field) =>
    containerOf(field.name) === at.name &&
    isElement(field) === isElement(before) &&
    !known.has(field.name) &&
    field.slot === before.slot + at.shift &&
    field.offset === before.offset;
  return is.find((field) => field.name === name) ?? is.find(inPlace);
}

function changesOfField(was: Field, is: Field, at: Place): Difference[] {
  const breaks = [
    is.name !== at.name + lastOf(was.name) && "renamed",
    (is.slot !== was.slot + at.shift || is.offset !== was.offset) && "moved",
    is.type !== was.type && "retyped",
    (is.bytes < was.bytes || (is.bytes > was.bytes && !mayGrow(was))) && "resized",
  ].filter((what) => what !== false);
  const breaking = breaks.length > 0;
  if (!breaking && is.bytes === was.bytes) return [];
  const what = breaking ? breaks.join(", ") : "grown";
  const name = breaks.includes("renamed") ? `${is.name}, ` : "";
  return [{ field: was.name, what, was: told(was), is: `${name}${told(is)}`, breaking }];
}

/** A struct may: whatever it would run into moves, and is found. But an array's elements stand side by side. */
const mayGrow = ({ name, type }: Field): boolean => /^struct [^[]+$/.test(type) && !name.endsWith("[i]");

/** Of an added struct, not its members. */
function additions(is: readonly Field[], followed: ReadonlySet<string>): Difference[] {
  const fresh = is.filter(({ name }) => !followed.has(name));
  const names = new Set(fresh.map(({ name }) => name));
  return fresh
    .filter(({ name }) => !names.has(containerOf(name)))
    .map((field) => added(field.name, told(field)));
}

/** `a.b` → `.b`, `a[key][i]` → `[key][i]`, `a` → `a` */
const lastOf = (name: string): string => /(?:\[\w+\])+$|\.?[\w$]+$/.exec(name)?.[0] ?? name;
const containerOf = (name: string): string => name.slice(0, name.length - lastOf(name).length);
const isElement = ({ name }: Field): boolean => name.endsWith("]");

const told = ({ slot, offset, bytes, type }: Field): string =>
  `slot ${slot}, byte ${offset}, ${bytes} bytes, ${type}`;
