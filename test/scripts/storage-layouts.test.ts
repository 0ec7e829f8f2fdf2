import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Change, changesBetween, type Field, type Layout } from "../../scripts/ci/layouts/compare.ts";
import { slotOf } from "../../scripts/ci/layouts/extract.ts";
import { Expansion } from "../../scripts/ci/layouts/fields.ts";

const field = (name: string, slot: number, offset: number, bytes: number, type: string): Field => ({
  ...{ name, slot, offset, bytes, type },
});

const COUNT = field("count", 0, 0, 8, "uint64");
const OWNER = field("owner", 0, 8, 20, "address");
const BOOK = field("book", 1, 0, 64, "struct Book");
const TOTAL = field("book.total", 1, 0, 32, "uint256");
const ENTRIES = field("book.entries", 2, 0, 32, "mapping(Id => struct Entry)");
const ENTRY = field("book.entries[key]", 0, 0, 32, "struct Entry");
const AMOUNT = field("book.entries[key].amount", 0, 0, 12, "uint96");
const ROOT = field("root", 3, 0, 32, "bytes32");
const FIELDS = [COUNT, OWNER, BOOK, TOTAL, ENTRIES, ENTRY, AMOUNT, ROOT];
const EXTRA = field("extra", 4, 0, 32, "uint256");

const layout = (fields: readonly Field[], more: Partial<Layout> = {}): Layout => ({
  contract: "Ledger",
  namespaces: { "icn.test": { slot: "0x00", fields } },
  types: { Id: "uint64", "enum Kind": ["Bond", "Delegation"] },
  ...more,
});
const BEFORE = layout(FIELDS);

const told = ({ field: name, what, breaking }: Change) => `${name} ${what}${breaking ? "!" : ""}`;
const changes = (after: Layout, before = BEFORE) => changesBetween(before, after).map(told);
const changed = (...fields: Field[]) => {
  const byName = new Map(fields.map((entry) => [entry.name, entry]));
  return layout(FIELDS.map((entry) => byName.get(entry.name) ?? entry));
};
const moved = (entries: readonly Field[], slots: number) =>
  entries.map((entry) => (entry.name.includes("]") ? entry : { ...entry, slot: entry.slot + slots }));

describe("two storage layouts of a contract", () => {
  it("do not differ if they are the same", () => {
    assert.deepEqual(changes(layout(FIELDS)), []);
  });

  describe("may differ by", () => {
    it("a field appended", () => {
      assert.deepEqual(changes(layout([...FIELDS, EXTRA])), ["extra added"]);
    });

    it("a field in bytes that nothing used", () => {
      assert.deepEqual(changes(layout([COUNT, OWNER, field("flag", 0, 28, 1, "bool"), ...FIELDS.slice(2)])), [
        "flag added",
      ]);
    });

    it("a struct appended, told without its members", () => {
      const struct = [field("more", 4, 0, 32, "struct More"), field("more.x", 4, 0, 32, "uint256")];
      assert.deepEqual(changes(layout([...FIELDS, ...struct])), ["more added"]);
    });

    it("a field appended to a mapping's struct", () => {
      const grown = [{ ...ENTRY, bytes: 64 }, AMOUNT, field("book.entries[key].note", 1, 0, 32, "bytes32")];
      assert.deepEqual(changes(layout([COUNT, OWNER, BOOK, TOTAL, ENTRIES, ...grown, ROOT])), [
        "book.entries[key] grown",
        "book.entries[key].note added",
      ]);
    });

    it("a namespace and a type", () => {
      const more = layout(FIELDS, {
        namespaces: { ...BEFORE.namespaces, "icn.more": { slot: "0x01", fields: [EXTRA] } },
        types: { ...BEFORE.types, Epoch: "uint64" },
      });
      assert.deepEqual(changes(more), ["icn.more added", "Epoch added"]);
    });

    it("an enum's member appended", () => {
      const more = layout(FIELDS, { types: { Id: "uint64", "enum Kind": ["Bond", "Delegation", "Other"] } });
      assert.deepEqual(changes(more), ["enum Kind grown"]);
    });
  });

  describe("must not differ by", () => {
    it("a field moved", () => {
      assert.deepEqual(changes(changed({ ...OWNER, offset: 9 })), ["owner moved!"]);
      assert.deepEqual(changes(changed({ ...ROOT, slot: 4 })), ["root moved!"]);
    });

    it("a field retyped, of the same size or not", () => {
      assert.deepEqual(changes(changed({ ...ROOT, type: "uint256" })), ["root retyped!"]);
      assert.deepEqual(changes(changed({ ...COUNT, bytes: 4, type: "uint32" })), ["count retyped, resized!"]);
      assert.deepEqual(changes(changed({ ...ENTRIES, type: "mapping(uint64 => struct Entry)" })), [
        "book.entries retyped!",
      ]);
    });

    it("a field removed", () => {
      assert.deepEqual(changes(layout(FIELDS.slice(0, -1))), ["root removed!"]);
      assert.deepEqual(changes(layout([COUNT, OWNER, ROOT])), ["book removed!"]);
    });

    it("a field renamed, alone or with all that is in it", () => {
      const renamed = (from: string, to: string) =>
        FIELDS.map((entry) => ({ ...entry, name: entry.name.replace(from, to) }));
      assert.deepEqual(changes(layout(renamed("owner", "holder"))), ["owner renamed!"]);
      assert.deepEqual(changes(layout(renamed("amount", "worth"))), ["book.entries[key].amount renamed!"]);
      assert.deepEqual(changes(layout(renamed("book", "volume"))), ["book renamed!"]);
      const moreover = renamed("book", "volume").map((entry) =>
        entry.name === "volume.total" ? { ...entry, type: "int256" } : entry,
      );
      assert.deepEqual(changes(layout(moreover)), ["book renamed!", "book.total retyped!"]);
    });

    it("a field inserted: all after it are moved", () => {
      const after = [field("extra", 1, 0, 32, "uint256"), ...moved(FIELDS.slice(2), 1)];
      assert.deepEqual(changes(layout([COUNT, OWNER, ...after])), [
        "book moved!",
        "root moved!",
        "extra added",
      ]);
    });

    it("a field inserted in a mapping's struct", () => {
      const after = [field("book.entries[key].note", 0, 0, 1, "uint8"), { ...AMOUNT, offset: 1 }];
      assert.deepEqual(changes(layout([COUNT, OWNER, BOOK, TOTAL, ENTRIES, ENTRY, ...after, ROOT])), [
        "book.entries[key].amount moved!",
        "book.entries[key].note added",
      ]);
    });

    it("an array's struct that takes more room: its elements stand side by side", () => {
      const points = (bytes: number, ...more: Field[]) =>
        layout([
          field("points", 0, 0, 32, "struct Point[]"),
          field("points[i]", 0, 0, bytes, "struct Point"),
          field("points[i].x", 0, 0, 32, "uint256"),
          ...more,
        ]);
      assert.deepEqual(changes(points(64, field("points[i].y", 1, 0, 32, "uint256")), points(32)), [
        "points[i] resized!",
        "points[i].y added",
      ]);
    });

    it("a namespace moved or gone", () => {
      const namespaces = (slot: string, id = "icn.test") => ({
        namespaces: { [id]: { slot, fields: FIELDS } },
      });
      assert.deepEqual(changes(layout(FIELDS, namespaces("0x01"))), ["icn.test moved!"]);
      assert.deepEqual(changes(layout(FIELDS, namespaces("0x00", "icn.other"))), [
        "icn.test removed!",
        "icn.other added",
      ]);
    });

    it("what a value type is, or an enum's order", () => {
      const types = { Id: "int64", "enum Kind": ["Delegation", "Bond"] };
      assert.deepEqual(changes(layout(FIELDS, { types })), ["Id retyped!", "enum Kind retyped!"]);
    });
  });

  it("are told as they were and as they are", () => {
    const [change] = changesBetween(BEFORE, changed({ ...OWNER, offset: 12, type: "contract Owner" }));
    assert.deepEqual(change, {
      contract: "Ledger",
      field: "owner",
      what: "moved, retyped",
      was: "slot 0, byte 8, 20 bytes, address",
      is: "slot 0, byte 12, 20 bytes, contract Owner",
      breaking: true,
    });
  });
});

describe("the fields of a namespace", () => {
  const member = (label: string, type: string, slot: string, offset = 0) => ({ label, type, slot, offset });
  const TYPES = {
    t_uint64: { label: "uint64", numberOfBytes: "8" },
    "t_userDefinedValueType(Id)7": { label: "Id", numberOfBytes: "8", underlying: "t_uint64" },
    "t_enum(Kind)8": { label: "enum Kind", numberOfBytes: "1", members: ["Bond", "Delegation"] },
    "t_struct(Entry)9_storage": {
      ...{ label: "struct Entry", numberOfBytes: "64" },
      members: [
        member("kind", "t_enum(Kind)8", "0"),
        member("next", "t_mapping(t_userDefinedValueType(Id)7,t_struct(Entry)9_storage)", "1"),
      ],
    },
    "t_mapping(t_userDefinedValueType(Id)7,t_struct(Entry)9_storage)": {
      ...{ label: "mapping(Id => struct Entry)", numberOfBytes: "32" },
    },
    "t_array(t_struct(Entry)9_storage)2_storage": { label: "struct Entry[2]", numberOfBytes: "128" },
  };

  it("are its structs' too, in place, in arrays and in mappings; one within itself is not opened again", () => {
    const named = {};
    const expansion = new Expansion(TYPES, named);
    expansion.members([
      member("count", "t_uint64", "0"),
      member("head", "t_struct(Entry)9_storage", "1"),
      member("pair", "t_array(t_struct(Entry)9_storage)2_storage", "3"),
    ]);
    const lines = expansion.fields.map(({ name, slot, bytes, type }) => `${slot} ${name} ${bytes} ${type}`);
    assert.deepEqual(lines, [
      "0 count 8 uint64",
      "1 head 64 struct Entry",
      "1 head.kind 1 enum Kind",
      "2 head.next 32 mapping(Id => struct Entry)",
      "0 head.next[key] 64 struct Entry",
      "3 pair 128 struct Entry[2]",
      "0 pair[i] 64 struct Entry",
      "0 pair[i].kind 1 enum Kind",
      "1 pair[i].next 32 mapping(Id => struct Entry)",
      "0 pair[i].next[key] 64 struct Entry",
    ]);
    assert.deepEqual(named, { Id: "uint64", "enum Kind": ["Bond", "Delegation"] });
  });
});

it("a namespace's slot is the one of ERC-7201", () => {
  const ofStandard = "0x183a6125c38840424c4a85fa12bab2ab606c4b6d0e7cc73c0c06ba5300eab500";
  assert.equal(slotOf("example.main"), ofStandard);
});
