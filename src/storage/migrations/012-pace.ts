import type { Statement } from "../statement.ts";

/** How attempts went, endpoint by endpoint, five minutes by five minutes: what charts are drawn from. */
export const statements: readonly Statement[] = [
  // One row for each worker, so that no two ever write the same. The latencies are counts of attempts that took at most so many milliseconds.
  `create table paces (
    endpoint_id text not null, at bigint not null, worker_id text not null,
    delivered bigint not null, failed bigint not null, exhausted bigint not null,
    within_50 bigint not null, within_100 bigint not null, within_250 bigint not null, within_500 bigint not null,
    within_1000 bigint not null, within_2500 bigint not null, within_5000 bigint not null, within_10000 bigint not null,
    within_30000 bigint not null, beyond bigint not null,
    primary key (endpoint_id, at, worker_id))`,
  `create index paces_age on paces (at)`,
  `insert into paces
    select d.endpoint_id, a.started_at - a.started_at % 300000, 'before',
      sum(case when a.outcome = 'acked' then 1 else 0 end), sum(case when a.outcome <> 'acked' then 1 else 0 end),
      sum(case when d.state = 'exhausted' and d.tries = a.n then 1 else 0 end),
      sum(case when a.duration_ms <= 50 then 1 else 0 end),
      sum(case when a.duration_ms > 50 and a.duration_ms <= 100 then 1 else 0 end),
      sum(case when a.duration_ms > 100 and a.duration_ms <= 250 then 1 else 0 end),
      sum(case when a.duration_ms > 250 and a.duration_ms <= 500 then 1 else 0 end),
      sum(case when a.duration_ms > 500 and a.duration_ms <= 1000 then 1 else 0 end),
      sum(case when a.duration_ms > 1000 and a.duration_ms <= 2500 then 1 else 0 end),
      sum(case when a.duration_ms > 2500 and a.duration_ms <= 5000 then 1 else 0 end),
      sum(case when a.duration_ms > 5000 and a.duration_ms <= 10000 then 1 else 0 end),
      sum(case when a.duration_ms > 10000 and a.duration_ms <= 30000 then 1 else 0 end),
      sum(case when a.duration_ms > 30000 then 1 else 0 end)
    from attempts a join deliveries d on d.delivery_id = a.delivery_id
    group by d.endpoint_id, a.started_at - a.started_at % 300000`,
];
