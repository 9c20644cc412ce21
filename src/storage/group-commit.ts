import { setImmediate } from "node:timers/promises";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { refuseNesting } from "./bound.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** The queue before the one connection that writes. */
export type Writer = {
  /**
   * Runs `work` in a savepoint of its own, one caller after another, several to a commit, and resolves after COMMIT.
   * When `work` throws only its own savepoint is undone; when COMMIT fails every caller of the batch is told so.
   * An `unavailable` fault when `limits.sqliteQueue` callers wait already.
   */
  readonly transact: <T>(work: () => Promise<T>, durability: Durability) => Promise<T>;

  /** Takes no more callers; resolves when the waiting ones are answered. */
  readonly finish: () => Promise<void>;
};

type Durability = "full" | "lazy";

type Caller = {
  readonly durability: Durability;
  /** Does the work; resolves to what answers the caller, once committed. */
  readonly attempt: () => Promise<() => void>;
  readonly reject: (error: unknown) => void;
};

/** Lets callers share commits on `connection`: an fsync is dear, and the same for one as for many. */
export function openWriter(connection: SqliteConnection): Writer {
  const queue: Caller[] = [];
  let draining: Promise<void> | null = null;
  let finishing = false;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      // One turn of the loop lets callers gather, and timers and sockets live between two batches.
      await setImmediate();
      await commitBatch(connection, takeBatch(queue));
    }
    draining = null;
  }

  return {
    transact: async (work, durability) => {
      refuseNesting();
      if (finishing) throw new Error("The database is closed");
      if (queue.length >= limits.sqliteQueue)
        throw new Fault("unavailable", "The database is busy. Try again in a moment.");
      return new Promise((resolve, reject) => {
        const attempt = async () => {
          const value = await work();
          return () => resolve(value);
        };
        queue.push({ durability, attempt, reject });
        draining ??= drain();
      });
    },
    finish: async () => {
      finishing = true;
      await draining;
    },
  };
}

/** The first caller and those behind it that ask for the same durability: a lazy one must not cost an fsync. */
function takeBatch(queue: Caller[]): readonly Caller[] {
  const durability = queue[0]?.durability;
  const batch: Caller[] = [];
  const rest: Caller[] = [];
  for (const caller of queue) {
    const fits = caller.durability === durability && batch.length < limits.groupCommitCallers;
    (fits ? batch : rest).push(caller);
  }
  queue.splice(0, queue.length, ...rest);
  return batch;
}

async function commitBatch(connection: SqliteConnection, batch: readonly Caller[]): Promise<void> {
  try {
    connection.execute(
      batch[0]?.durability === "lazy" ? "pragma synchronous = normal" : "pragma synchronous = full",
      [],
    );
    connection.execute("begin immediate", []);

    const answers: (() => void)[] = [];
    for (const caller of batch) {
      const answer = await attemptInSavepoint(connection, caller);
      if (answer) answers.push(answer);
    }
    connection.execute("commit", []);
    for (const answer of answers) answer();
  } catch (error) {
    for (const caller of batch) caller.reject(error);
    if (connection.inTransaction()) connection.execute("rollback", []);
  }
}

async function attemptInSavepoint(connection: SqliteConnection, caller: Caller): Promise<(() => void) | null> {
  connection.execute("savepoint caller", []);
  try {
    const answer = await caller.attempt();
    connection.execute("release caller", []);
    return answer;
  } catch (error) {
    assertStillOpen(connection, error);
    connection.execute("rollback to caller", []);
    connection.execute("release caller", []);
    caller.reject(error);
    return null;
  }
}

/** A full disk or a failing one may end the whole transaction, those who went before included. */
function assertStillOpen(connection: SqliteConnection, cause: unknown): void {
  if (connection.inTransaction()) return;
  throw new Error("SQLite rolled the whole transaction back", { cause });
}
