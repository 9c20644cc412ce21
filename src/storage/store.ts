import type { Kysely, RawBuilder } from "kysely";
import type { Tables } from "./tables.ts";

/** Reads and writes rows: inside `transact` the open transaction, as `Store.read` the committed state. */
export type Db = Kysely<Tables>;

/** How a transaction is committed. */
export type TransactOptions = {
  /**
   * `full` (the default): the commit is on the disk before anybody is answered. `lazy`: a crash of the machine
   * may lose it (claims and settlements: a lost one only redelivers).
   */
  readonly durability?: "full" | "lazy";
  /** Whose connections it takes; `callers` is the default. */
  readonly lane?: Lane;
  /** Milliseconds that it may take; `limits.transactMs` unless said. */
  readonly withinMs?: number;
};

/**
 * Who waits for a transaction: callers for their answer, jobs for what they have done, or workers for their leases (claims, signs of
 * life, settlements of callbacks). Each lane has connections of its own on PostgreSQL, so that none takes another's.
 */
export type Lane = "callers" | "jobs" | "leases";

/** Hints from process to process that there is work. One that is lost costs no more than a poll. */
export type Wakes = {
  /** Tells the other processes on this database which loops have work. */
  readonly announce: (loops: ReadonlySet<string>) => void;
  /** Calls `hear` with the name of a loop that another process announced. */
  readonly onAnnounced: (hear: (loop: string) => void) => void;
  readonly close: () => Promise<void>;
};

/** The database, one protocol over two: node:sqlite and PostgreSQL. */
export type Store = {
  readonly kind: "sqlite" | "postgres";

  /**
   * Runs `change` in one transaction and resolves after COMMIT; when it throws, nothing of it stays and the error
   * comes out. Nothing but store calls may be awaited inside. `change` may run again after a serialization failure,
   * so it must not touch anything but `tx`. On SQLite callers share a commit, each in a savepoint of its own. An
   * `unavailable` fault when the database is too busy: its queue is full, or a row that somebody holds was not to be had.
   */
  readonly transact: <T>(change: (tx: Db) => Promise<T>, options?: TransactOptions) => Promise<T>;

  /** Reads committed rows, never waiting for a writer. */
  readonly read: Db;

  /** The database's own clock, as an SQL expression of UTC milliseconds: due times are reckoned in nothing else. */
  readonly now: RawBuilder<number>;

  /**
   * Where an event that is being written stands among all events, as an SQL expression. Positions below `horizon` are final: no
   * event below it can still commit, so that a reader who goes on from a position below the horizon skips nothing.
   */
  readonly position: RawBuilder<number>;

  /** The first position that is not final yet, as an SQL expression. */
  readonly horizon: RawBuilder<number>;

  /** Null where one process is all there is. */
  readonly wakes: Wakes | null;

  /** Throws unless the database answers and every migration is done. */
  readonly ready: () => Promise<void>;

  /** Lets transactions that run finish, then closes. */
  readonly close: () => Promise<void>;
};
