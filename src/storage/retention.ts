import { type RawBuilder, sql } from "kysely";
import { firstUuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { isBulkSendOver } from "./bulk-over.ts";
import { listenersWalk } from "./listeners.ts";
import { attemptsWalk } from "./retention-attempts.ts";
import { callsWalk } from "./retention-calls.ts";
import { payloadsWalk, testEventsWalk } from "./retention-events.ts";
import { pacesWalk } from "./retention-paces.ts";
import type { Store } from "./store.ts";
import type { Tables } from "./tables.ts";
import { type Keeping, placeAfter, type Walk } from "./walk.ts";

/** Every walk that removes rows for their age. */
export function retentionWalks(store: Store, keeping: Omit<Keeping, "requestsMs">): readonly Walk[] {
  return [
    attemptsWalk(store, keeping),
    payloadsWalk(store, keeping),
    testEventsWalk(store),
    listenersWalk(store),
    pacesWalk(store, keeping),
    callsWalk(store),
    ...sweeps(keeping).map((sweep) => sweepWalk(store, sweep)),
  ];
}

/** Rows of a table that go once a condition holds; `key` is its primary key. */
type Sweep = {
  readonly table: keyof Tables;
  readonly key: string;
  /** Where keys are UUIDs of their time: at this age at least a row may be due. */
  readonly youngestMs?: number;
  readonly restMs: number;
  readonly due: (at: number) => RawBuilder<boolean>;
};

function sweeps({ lettersMs, callsMs }: Pick<Keeping, "lettersMs" | "callsMs">): readonly Sweep[] {
  return [
    {
      table: "jobs",
      key: "job_id",
      youngestMs: limits.keptJobMs,
      restMs: 0,
      // A seal that was buried is taken up by the next start: its request waits for it.
      due: (at) => sql`((state = 'done' and next_at < ${at - limits.keptJobMs})
        or (state = 'buried' and kind <> 'complete' and next_at < ${at - limits.keptBuriedJobMs}))`,
    },
    {
      table: "letters",
      key: "letter_id",
      youngestMs: lettersMs,
      restMs: 0,
      due: (at) => sql`created_at < ${at - lettersMs} and not ${isUnderWay("letters")}`,
    },
    {
      table: "api_calls",
      key: "call_id",
      youngestMs: callsMs,
      restMs: 0,
      due: (at) => sql`call_id < ${firstUuid(at - callsMs)}`,
    },
    { table: "sign_links", key: "token_hash", restMs: limits.retentionRestMs, due: isDeadLink },
    { table: "oauth_grants", key: "grant_id", restMs: limits.retentionRestMs, due: (at) => sql`ends_at <= ${at}` },
    { table: "oauth_tokens", key: "token_hash", restMs: limits.retentionRestMs, due: (at) => sql`expires_at <= ${at}` },
    {
      table: "team_invitations",
      key: "invitation_id",
      youngestMs: limits.keptInvitationMs,
      restMs: limits.retentionRestMs,
      due: (at) => sql`expires_at < ${at - limits.keptInvitationMs}`,
    },
    {
      table: "invitation_letters",
      key: "letter_id",
      youngestMs: limits.invitationLettersMs,
      restMs: limits.retentionRestMs,
      due: (at) => sql`sent_at <= ${at - limits.invitationLettersMs}`,
    },
    { table: "drafts", key: "draft_id", restMs: limits.retentionRestMs, due: isOldDraft },
    // Whoever destroys the last request sees to it: these are of earlier versions.
    { table: "bulk_send_jobs", key: "bulk_send_job_id", restMs: limits.retentionRestMs, due: () => isBulkSendOver },
    {
      table: "identifications",
      key: "token_hash",
      restMs: 0,
      due: (at) => sql`expires_at < ${at - limits.keptDeadLinkMs}`,
    },
    { table: "sessions", key: "token_hash", restMs: 0, due: (at) => sql`expires_at <= ${at}` },
    {
      table: "replays",
      key: "replay_id",
      restMs: 0,
      due: (at) => sql`ended_at is not null and ended_at < ${at - limits.keptReplayMs}`,
    },
  ];
}

/** A link opens nothing and reports nothing any more once its request has ended; what came of it may still be looked at. */
function isDeadLink(at: number): RawBuilder<boolean> {
  return sql`not ${isUnderWay("sign_links")} and (
    (expires_at is not null and expires_at < ${at - limits.keptDeadLinkMs})
    or (expires_at is null and created_at < ${at - limits.keptEndedLinkMs} and not exists (
      select 1 from events e
      where e.request_id = sign_links.request_id and e.occurred_at >= ${at - limits.keptEndedLinkMs})))`;
}

/** A draft of a template may be opened anew by a fresh link; that of a request cannot, once its session is over. */
function isOldDraft(at: number): RawBuilder<boolean> {
  return sql`(touched_at < ${at - limits.keptTemplateDraftMs} or (touched_at < ${at - limits.keptDraftMs}
    and (kind <> 'template' or state in ('failed', 'finished'))))`;
}

function isUnderWay(table: "letters" | "sign_links"): RawBuilder<boolean> {
  return sql`exists (
    select 1 from signature_requests r
    where r.request_id = ${sql.ref(`${table}.request_id`)} and r.state in ('processing', 'held', 'awaiting', 'sealing'))`;
}

function sweepWalk(store: Store, { table, key, youngestMs, restMs, due }: Sweep): Walk {
  const id = sql.ref(key);
  return {
    name: table,
    restMs,
    step: async ({ at, after }) => {
      const young = youngestMs === undefined ? sql`` : sql`and ${id} < ${firstUuid(at - youngestMs)}`;
      const { rows } = await sql<{ id: string; due: number }>`
        select ${id} as id, case when ${due(at)} then 1 else 0 end as due
        from ${sql.table(table)} where ${id} > ${after ?? ""} ${young}
        order by ${id} limit ${limits.retentionBatch}`.execute(store.read);

      const next = placeAfter(rows, { full: limits.retentionBatch, keyOf: (row) => row.id });
      const ids = rows.filter((row) => row.due === 1).map((row) => row.id);
      if (ids.length === 0) return { removed: 0, after: next };
      const removed = await store.transact(
        async (tx) =>
          (await sql`delete from ${sql.table(table)} where ${id} in (${sql.join(ids)}) and ${due(at)}`.execute(tx))
            .numAffectedRows,
        { durability: "lazy" },
      );
      return { removed: Number(removed ?? 0), after: next };
    },
  };
}
