import { z } from "zod";
import type { NamedHoldings, Signed, StatementOf } from "../../domain/slots.ts";
import type { Hex } from "../../domain/types.ts";
import type { PeerStatements } from "../../ports/peers.ts";

/** Largest answer with statements, in bytes. */
export const STATEMENTS_MAX_BYTES = 256 * 1024;
const SCHEMA = "icn-statements-1";
/** No committee has more seats. */
const SEATS_MAX = 31;
const LIST_MAX = 4_096;

const bytes32 = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as Hex);
const signature = z
  .string()
  .regex(/^0x[0-9a-f]{128}$/)
  .transform((text) => text as Hex);
const uint32 = z.int().min(0).max(0xffff_ffff);
const attesterId = uint32.min(1);
const epoch = z.int().min(0);

const roots = z.array(z.strictObject({ attesterId, root: bytes32 })).max(SEATS_MAX);
const inView = { generation: uint32, viewNumber: uint32, digest: bytes32, signature };

const statementsSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  epoch,
  attesterId,
  commitment: z.strictObject({ observationRoot: bytes32, signature }).nullable(),
  holdings: z.array(z.strictObject({ generation: uint32, roots, signature })).max(LIST_MAX),
  proposals: z
    .array(
      z.strictObject({
        ...inView,
        holdings: z.array(z.strictObject({ attesterId, roots, signature })).max(SEATS_MAX),
      }),
    )
    .max(LIST_MAX),
  attestations: z.array(z.strictObject(inView)).max(LIST_MAX),
});
type Wire = z.input<typeof statementsSchema>;

/** Statements from the JSON of docs/wire.md; throws if it is not exactly that. */
export function parseStatements(json: unknown): PeerStatements {
  const wire = statementsSchema.parse(json);
  const of = { epoch: wire.epoch, attesterId: wire.attesterId };
  const statements: Signed[] = [];
  if (wire.commitment !== null) {
    const { observationRoot } = wire.commitment;
    const statement = { kind: "commitment", ...of, observationRoot } as const;
    statements.push({ statement, signature: wire.commitment.signature });
  }
  for (const { signature, ...rest } of wire.holdings)
    statements.push({ statement: { kind: "holdings", ...of, ...rest }, signature });
  for (const { signature, ...rest } of wire.proposals)
    statements.push({ statement: { kind: "proposal", ...of, ...rest }, signature });
  for (const { signature, ...rest } of wire.attestations)
    statements.push({ statement: { kind: "attestation", ...of, ...rest }, signature });
  return { ...of, statements };
}

/** The JSON of docs/wire.md for one author's statements; the newest views come first and the oldest are left out. */
export function serializeStatements({ epoch, attesterId, statements }: PeerStatements): string {
  const wire: Wire = {
    schema: SCHEMA,
    epoch,
    attesterId,
    commitment: null,
    holdings: [],
    proposals: [],
    attestations: [],
  };
  for (const signed of statements) addTo(wire, signed);
  wire.proposals.reverse();
  wire.attestations.reverse();
  let text = JSON.stringify(wire);
  while (text.length > STATEMENTS_MAX_BYTES) {
    wire.proposals.length = Math.floor(wire.proposals.length / 2);
    wire.attestations.length = Math.floor(wire.attestations.length / 2);
    text = JSON.stringify(wire);
  }
  return text;
}

function addTo(wire: Wire, { statement, signature }: Signed): void {
  switch (statement.kind) {
    case "commitment":
      wire.commitment = { observationRoot: statement.observationRoot, signature };
      break;
    case "holdings":
      wire.holdings.push({ generation: statement.generation, roots: [...statement.roots], signature });
      break;
    case "proposal":
      wire.proposals.push({ ...inViewOf(statement), holdings: statement.holdings.map(named), signature });
      break;
    case "attestation":
      wire.attestations.push({ ...inViewOf(statement), signature });
      break;
  }
}

function inViewOf({ generation, viewNumber, digest }: StatementOf<"proposal" | "attestation">) {
  return { generation, viewNumber, digest };
}

function named({ attesterId, roots, signature }: NamedHoldings) {
  return { attesterId, roots: [...roots], signature };
}
