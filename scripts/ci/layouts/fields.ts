// A namespace as the compiler lays it out → its fields, structs expanded, without the compiler's own ids.
import type { StorageLayout } from "@openzeppelin/upgrades-core";
import type { Field, Layout } from "./compare.ts";

type Types = StorageLayout["types"];
type Type = Types[string];

interface Member {
  readonly label: string;
  readonly type: string;
  readonly slot?: string | undefined;
  readonly offset?: number | undefined;
}

/** Collects the fields of one namespace, and into `named` what the types' names stand for. */
export class Expansion {
  readonly fields: Field[] = [];
  readonly #types: Types;
  readonly #named: Record<string, Layout["types"][string]>;
  readonly #open = new Set<string>();

  constructor(types: Types, named: Record<string, Layout["types"][string]>) {
    this.#types = types;
    this.#named = named;
  }

  members(members: readonly Member[], prefix = "", base = 0): void {
    for (const { label, type, slot, offset } of members) {
      if (slot === undefined || offset === undefined) throw new Error(`${prefix}${label} has no place`);
      this.#field(type, `${prefix}${label}`, base + Number(slot), offset);
    }
  }

  #field(id: string, name: string, slot: number, offset: number): void {
    const { label, numberOfBytes } = this.#type(id);
    this.fields.push({ name, slot, offset, bytes: Number(numberOfBytes), type: label });
    this.#inside(id, name, slot);
  }

  #inside(id: string, name: string, slot: number): void {
    const type = this.#type(id);
    const [key, value] = argumentsOf(id);
    if (id.startsWith("t_struct(")) this.#struct(id, type, name, slot);
    else if (value !== undefined) this.#mapping(key, value, name);
    else if (key !== undefined) this.#element(key, `${name}[i]`);
    else this.#name(type);
  }

  #struct(id: string, { members = [] }: Type, name: string, slot: number): void {
    if (this.#open.has(id)) return;
    this.#open.add(id);
    this.members(
      members.filter((member) => typeof member !== "string"),
      `${name}.`,
      slot,
    );
    this.#open.delete(id);
  }

  #mapping(key: string | undefined, value: string, name: string): void {
    if (key !== undefined) this.#name(this.#type(key));
    this.#element(value, `${name}[key]`);
  }

  /** A struct has a line of its own: in an array, its size is the distance to the next one. */
  #element(id: string, name: string): void {
    if (id.startsWith("t_struct(")) this.#field(id, name, 0, 0);
    else this.#inside(id, name, 0);
  }

  #name({ label, underlying, members }: Type): void {
    const meaning = underlying?.replace(/^t_/, "") ?? members?.filter((member) => typeof member === "string");
    if (meaning === undefined) return;
    const known = this.#named[label];
    if (known !== undefined && String(known) !== String(meaning))
      throw new Error(`two types are called ${label}`);
    this.#named[label] = meaning;
  }

  #type(id: string): Type {
    const type = this.#types[id];
    if (type === undefined) throw new Error(`the compiler's layout does not say what ${id} is`);
    return type;
  }
}

/** `t_mapping(K,V)` → K, V; `t_array(E)3_storage` → E; otherwise nothing. */
function argumentsOf(id: string): string[] {
  const inside = /^t_(?:mapping|array)\((.*)\)[^)]*$/.exec(id)?.[1];
  if (inside === undefined) return [];
  if (id.startsWith("t_array(")) return [inside];
  const comma = inside.indexOf(",");
  return [inside.slice(0, comma), inside.slice(comma + 1)];
}
