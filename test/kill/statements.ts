// What attesters signed, gathered from their own mouths and from their peers', so that a double signature shows.
import { attesterEndpoint, type DevnetAttester } from "../../scripts/devnet/attesters.ts";

/** GET /v1/epochs/{epoch}/statements (docs/wire.md); signatures are of no interest here. */
export interface Statements {
  readonly epoch: number;
  readonly attesterId: number;
  readonly commitment: { readonly observationRoot: string } | null;
  readonly holdings: readonly { readonly generation: number; readonly roots: readonly unknown[] }[];
  readonly proposals: readonly Signed[];
  readonly attestations: readonly Signed[];
}

interface Signed {
  readonly generation: number;
  readonly viewNumber: number;
  readonly digest: string;
}

const ANSWER_MS = 2_000;

/** What `attester` serves of an epoch, its own or another author's; undefined if it does not answer. */
export async function statementsOf(
  attester: DevnetAttester,
  epoch: number,
  author?: number,
): Promise<Statements | undefined> {
  const query = author === undefined ? "" : `?author=${author}`;
  try {
    const response = await fetch(`${attesterEndpoint(attester)}/v1/epochs/${epoch}/statements${query}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return response.ok ? ((await response.json()) as Statements) : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers every signed statement ever seen. */
export class StatementLog {
  /** What was signed, by what it must be unique for. */
  readonly #seen = new Map<string, Set<string>>();

  add({ epoch, attesterId, commitment, proposals, attestations }: Statements): void {
    const who = `attester ${attesterId}, epoch ${epoch}`;
    if (commitment !== null) this.#note(`commitment of ${who}`, commitment.observationRoot);
    for (const { generation, viewNumber, digest } of proposals)
      this.#note(`proposal of ${who}, generation ${generation}, view ${viewNumber}`, digest);
    for (const { generation, viewNumber, digest } of attestations)
      this.#note(`attestation of ${who}, generation ${generation}, view ${viewNumber}`, digest);
  }

  /** Statements of which there is more than one version; must be empty. */
  get doubles(): string[] {
    return [...this.#seen].filter(([, versions]) => versions.size > 1).map(([statement]) => statement);
  }

  get size(): number {
    return this.#seen.size;
  }

  #note(statement: string, version: string): void {
    const versions = this.#seen.get(statement) ?? new Set();
    versions.add(version);
    this.#seen.set(statement, versions);
  }
}

/** Asks every attester what it signed and what it holds of the others. */
export async function gather(
  log: StatementLog,
  attesters: readonly DevnetAttester[],
  epoch: number,
): Promise<void> {
  const asked = attesters.flatMap((attester) =>
    attesters.map(({ id }) => statementsOf(attester, epoch, id === attester.id ? undefined : id)),
  );
  for (const statements of await Promise.all(asked)) if (statements !== undefined) log.add(statements);
}
