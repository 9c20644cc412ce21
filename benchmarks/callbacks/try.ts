import { mkdtempSync } from "node:fs";
import { startPostgres, startRedis } from "./grounds.ts";
import { startRacer } from "./process.ts";
import { startReceiver } from "./receiver.ts";

const names = process.argv[2].split(",") as any;
const n = Number(process.argv[3] ?? 2000);
const receiver = await startReceiver();
const postgres = await startPostgres(process.env.STAT ? ["shared_preload_libraries = 'pg_stat_statements'"] : []);
const redis = await startRedis();
for (const name of names) {
  receiver.reset();
  const db = "db_" + name.replaceAll("-", "_");
  const url = await postgres.createDatabase(db);
  const { openPostgres } = await import("../../src/storage/postgres.ts");
  if (name !== "ours-postgres") {
    await (await openPostgres({ url })).close();
    const pg = (await import("pg")).default;
    const c = new pg.Client(url);
    await c.connect();
    const { accountRow, lanes } = await import("./payload.ts");
    for (let l = 0; l < lanes; l++) {
      const r = accountRow(l);
      await c.query("insert into accounts values ($1,$2,$3,$4,$5)", Object.values(r));
    }
    await c.end();
  }
  const racer = await startRacer(name, {
    ground: {
      receiverUrl: receiver.url,
      databaseUrl: url,
      redisPort: redis.port,
      folder: mkdtempSync("/tmp/bench-f-"),
    },
    flags: process.argv.slice(4),
  });
  console.log(name, racer.settings.join("; "));
  const c0 = await racer.cpu(),
    d0 = postgres.cpu(),
    r0 = redis.cpu();
  const e = await racer.enqueue(n);
  const c1 = await racer.cpu(),
    d1 = postgres.cpu(),
    r1 = redis.cpu();
  console.log(
    "  enqueue",
    Math.round((n / (e.ended - e.began)) * 1000),
    "/s; us/event: proc",
    Math.round(((c1 - c0) / n) * 1e6),
    "pg",
    Math.round(((d1 - d0) / n) * 1e6),
    "redis",
    Math.round(((r1 - r0) / n) * 1e6),
  );
  const t0 = performance.now();
  await racer.start();
  await receiver.reach(n, 60000).catch((x) => console.log(String(x)));
  const t1 = performance.now();
  await racer.stop();
  const c2 = await racer.cpu(),
    d2 = postgres.cpu(),
    r2 = redis.cpu();
  console.log(
    "  drain",
    Math.round((n / (t1 - t0)) * 1000),
    "/s; us/event: proc",
    Math.round(((c2 - c1) / n) * 1e6),
    "pg",
    Math.round(((d2 - d1) / n) * 1e6),
    "redis",
    Math.round(((r2 - r1) / n) * 1e6),
    "attempts",
    await racer.attempts(),
    "posts",
    (await receiver.ledger()).posts,
  );
  receiver.reset();
  await racer.start();
  const m0 = performance.now();
  await racer.enqueue(n);
  await receiver.reach(n, 60000).catch((x) => console.log(String(x)));
  const m1 = performance.now();
  await racer.stop();
  const c3 = await racer.cpu(),
    d3 = postgres.cpu(),
    r3 = redis.cpu();
  console.log(
    "  mixed",
    Math.round((n / (m1 - m0)) * 1000),
    "/s; us/event: proc",
    Math.round(((c3 - c2) / n) * 1e6),
    "pg",
    Math.round(((d3 - d2) / n) * 1e6),
    "redis",
    Math.round(((r3 - r2) / n) * 1e6),
    "attempts",
    await racer.attempts(),
    "posts",
    (await receiver.ledger()).posts,
  );
  if (process.env.STAT) {
    const pg = (await import("pg")).default;
    const c = new pg.Client(url);
    await c.connect();
    await c.query("create extension if not exists pg_stat_statements");
    const { rows } = await c.query(
      "select calls, round(total_exec_time)::int ms, round((mean_exec_time*1000)::numeric) us, rows, wal_bytes, left(regexp_replace(query, '\\s+', ' ', 'g'), 150) q from pg_stat_statements s join pg_database d on d.oid=s.dbid where datname=current_database() order by total_exec_time desc limit 22",
    );
    for (const r of rows)
      console.log("   ", r.calls, "calls", r.ms, "ms", r.us, "us/call", r.rows, "rows", r.wal_bytes, "walB", r.q);
    await c.end();
  }
  await racer.close();
  console.log("  wal_sync", await postgres.syncs());
}
receiver.close();
await redis.stop();
await postgres.stop();
