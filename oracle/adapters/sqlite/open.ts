import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { OracleError } from "../../domain/errors.ts";

export interface OpenOptions {
  /** Statements that build version 1, 2, … of the schema; only ever appended to. */
  readonly migrations: readonly string[];
  /** Whether a power cut, too, must not lose what a call returned from. */
  readonly fullSync: boolean;
  /** Whether a second process is shut out while this one has the file open. */
  readonly exclusive?: boolean;
}

const SQLITE_BUSY = 5;

/**
 * Opens (or creates) a database in write-ahead mode and brings its schema up to date.
 * @throws OracleError state-locked if another process has an exclusive file open, state-newer if a newer version of
 * the oracle wrote it, state-unreadable otherwise.
 */
export function openDatabase(file: string, options: OpenOptions): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(file);
    if (options.exclusive === true) database.exec("PRAGMA locking_mode = EXCLUSIVE");
    else database.exec("PRAGMA busy_timeout = 5000");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(`PRAGMA synchronous = ${options.fullSync ? "FULL" : "NORMAL"}`);
    migrate(database, file, options.migrations);
    return database;
  } catch (cause) {
    throw asOracleError(cause, file);
  }
}

/** Prepares each statement once: preparing costs more than running it. */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const prepared = this.#database.prepare(sql);
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}

/** Runs `work` in one transaction: all of it is durable, or none. */
export function transact<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

function migrate(database: DatabaseSync, file: string, migrations: readonly string[]): void {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
  if (version > migrations.length)
    throw new OracleError(
      "state-newer",
      `${file} was written by a newer oracle: run that one, or restore a backup`,
      {
        context: { file, version, known: migrations.length },
      },
    );
  transact(database, () => {
    for (const statements of migrations.slice(version)) database.exec(statements);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function asOracleError(cause: unknown, file: string): OracleError {
  if (cause instanceof OracleError) return cause;
  const locked = cause instanceof Error && "errcode" in cause && cause.errcode === SQLITE_BUSY;
  if (locked)
    return new OracleError(
      "state-locked",
      `${file} is in use: stop the other oracle that uses this directory`,
      {
        cause,
        context: { file },
        retryable: true,
      },
    );
  return new OracleError(
    "state-unreadable",
    `${file} cannot be used: check the path, its rights and the disk`,
    {
      cause,
      context: { file },
    },
  );
}
