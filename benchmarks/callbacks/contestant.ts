import type { Order } from "./payload.ts";

/** Where a contestant works. */
export type Ground = {
  readonly receiverUrl: string;
  /** The address of a database of its own with the house's tables, or null. */
  readonly databaseUrl: string | null;
  readonly redisPort: number | null;
  /** A folder of its own. */
  readonly folder: string;
};

/** Whoever is measured: it takes events in a transaction with a business change, and delivers them. */
export type Contestant = {
  /** Commits the business change and the event; resolves after the commit. */
  readonly enqueue: (order: Order) => Promise<void>;
  /** Begins to deliver. */
  readonly start: () => Promise<void>;
  /** Takes no more, finishes and writes down what is under way. */
  readonly stop: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** Attempts that are written down. */
  readonly attempts: () => Promise<number>;
  /** Only ours: puts so many due deliveries of one endpoint into the database, whose URL is this. */
  readonly crowd?: (crowd: { readonly count: number; readonly url: string }) => Promise<void>;
};

/** The names of all, as they are asked for. */
export type ContestantName =
  | "ours-sqlite"
  | "ours-postgres"
  | "graphile-worker"
  | "pg-boss"
  | "bullmq"
  | "limit"
  | "bare";

/** A contestant module: what it is set to, and how it begins. */
export type Contesting = {
  /** Settings that matter, each in a few words, printed with the results. */
  readonly settings: readonly string[];
  readonly open: (ground: Ground) => Promise<Contestant>;
};

/** How many posts may be under way at once, the same for all. */
export const postsAtOnce = 64;

/** How many transactions a producer has open at once, the same for all. */
export const producersAtOnce = 64;

/** Connections of a pool to PostgreSQL, the same for all. */
export const connections = 10;
