import { AsyncLocalStorage } from "node:async_hooks";
import type {
  CompiledQuery,
  DatabaseConnection,
  Dialect,
  DialectAdapter,
  KyselyProps,
  QueryCompiler,
  QueryResult,
} from "kysely";
import { DefaultQueryExecutor, DummyDriver, Transaction } from "kysely";
import { assert } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import type { Db } from "./store.ts";
import type { Tables } from "./tables.ts";

/** How a database's SQL is spelled: what Kysely has to know of it. */
export type Engine = {
  readonly adapter: DialectAdapter;
  readonly compiler: QueryCompiler;
  readonly introspector: Dialect["createIntrospector"];
};

/** Sends one statement on a connection. */
export type Run = (query: CompiledQuery) => Promise<QueryResult<unknown>>;

/**
 * A handle whose statements all go through `run`. It opens no transaction, holds no connection and streams nothing:
 * `transaction`, `connection`, `destroy` and `stream` throw.
 */
export function bindDb({ engine, run }: { readonly engine: Engine; readonly run: Run }): Db {
  const connection: DatabaseConnection = {
    executeQuery: <R>(query: CompiledQuery) => run(query) as Promise<QueryResult<R>>,
    streamQuery: refuseStream,
  };
  const executor = new DefaultQueryExecutor(engine.compiler, engine.adapter, {
    provideConnection: (consumer) => consumer(connection),
  });
  return new Transaction<Tables>({ ...propsOf(engine), executor });
}

/**
 * Runs `change` on a handle that dies with it, within `limits.transactMs` unless told otherwise. A statement that failed
 * fails the whole change, even if caught: PostgreSQL has it so, and a caller must not see which database it is on.
 */
export async function runChange<T>(from: {
  readonly engine: Engine;
  readonly run: Run;
  readonly change: (tx: Db) => Promise<T>;
  readonly withinMs?: number;
}): Promise<T> {
  const scope: Scope = { open: true, failures: [] };
  const tx = bindDb({ engine: from.engine, run: guard(scope, from.run) });

  try {
    const value = await inside.run(scope, () => endWithin(from.change(tx), from.withinMs ?? limits.transactMs));
    if (scope.failures.length > 0) throw scope.failures[0];
    return value;
  } finally {
    scope.open = false;
  }
}

/** Throws when called from inside a running change: on one writer connection it would wait for itself. */
export function refuseNesting(): void {
  assert(!inside.getStore()?.open, "transact is not called inside transact");
}

type Scope = { open: boolean; readonly failures: unknown[] };

const inside = new AsyncLocalStorage<Scope>();

function guard(scope: Scope, run: Run): Run {
  return async (query) => {
    assert(scope.open, "a transaction's handle is not used after its end");
    if (scope.failures.length > 0) {
      throw new Error("An earlier statement of this transaction failed", { cause: scope.failures[0] });
    }
    try {
      return await run(query);
    } catch (error) {
      scope.failures.push(error);
      throw error;
    }
  };
}

function endWithin<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = () => reject(new Error(`A transaction did not end within ${milliseconds} ms`));
    const timer = setTimeout(late, milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Kysely wants a dialect beside the executor; only its introspector is ever asked for. */
function propsOf(engine: Engine): Omit<KyselyProps, "executor"> {
  const dialect: Dialect = {
    createAdapter: () => engine.adapter,
    createDriver: () => driver,
    createIntrospector: engine.introspector,
    createQueryCompiler: () => engine.compiler,
  };
  return { config: { dialect }, dialect, driver };
}

const driver = new DummyDriver();

function refuseStream(): never {
  throw new Error("Rows are not streamed: read them in pages");
}
