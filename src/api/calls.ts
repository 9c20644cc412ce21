// The log of API calls: what was called, how it went, and the events that it led to.

import { type Static, Type } from "typebox";
import { type CallFilter, findCall, findCalls } from "../accounts/calls.ts";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { findCallEvents } from "../callbacks/call-events.ts";
import type { ApiCallRow } from "../storage/account-tables.ts";
import { Nullable } from "../wire/shapes.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { EventSummary, Limit, readSpan, renderSummary, span } from "./event-shapes.ts";
import { operation } from "./operation.ts";

const LoggedCall = Type.Object({
  call_id: Type.String({ description: "A UUID; the server's own log names a call that failed by it" }),
  called_at: Type.Number({ description: "Unix seconds, with milliseconds after the point" }),
  method: Type.String(),
  path: Type.String({ description: "Without the query string" }),
  operation: Nullable(Type.String({ description: "The operation's id; null where there is none at the address" })),
  status: Type.Integer({ description: "499: the caller hung up before the whole answer was sent" }),
  error_name: Nullable(Type.String()),
  error_message: Nullable(
    Type.String({ description: "As answered, cut; null once the data of its request is destroyed" }),
  ),
  error_path: Nullable(Type.String()),
  duration_ms: Type.Integer(),
  key_id: Type.String({ description: "The API key that it brought, or the access token" }),
  client_id: Nullable(
    Type.String({ description: "The app that called with an access token; null for a call with a key" }),
  ),
  ip: Nullable(Type.String()),
  user_agent: Nullable(Type.String()),
  bytes_in: Nullable(Type.Integer({ description: "Of the body, where its length was told" })),
  bytes_out: Nullable(Type.Integer()),
  signature_request_id: Nullable(Type.String({ description: "The request that it named or made" })),
  made_id: Nullable(Type.String({ description: "The fax, template or bulk send that it made" })),
});

export const callList = operation({
  id: "callList",
  on: "GET /calls",
  says: "Lists calls of the API by the account, newest first. One page looks through five thousand calls, so a filtered one may hold few or none and still have a next_cursor.",
  input: Type.Object({
    ...span,
    status: Type.Optional(
      Type.String({
        pattern: "^(errors|[1-5][0-9][0-9])$",
        words: "give a status such as 404, or errors",
        description: "A status, or errors: 400 and above",
      }),
    ),
    method: Type.Optional(Type.String({ maxLength: 20 })),
    path: Type.Optional(Type.String({ maxLength: limits.callPathLength, description: "A part of the path" })),
    signature_request_id: Type.Optional(Type.String()),
    key_id: Type.Optional(Type.String()),
    limit: Limit,
    cursor: Type.Optional(Type.String({ description: "next_cursor of the page before" })),
  }),
  output: Type.Object({ calls: Type.Array(LoggedCall), next_cursor: Nullable(Type.String()) }),
  faults: ["unauthorized", "bad_request"],

  async handle({ house, account }, { limit = limits.pageSizeDefault, cursor, ...asked }) {
    const { calls, before } = await findCalls(house.store, {
      accountId: account.account_id,
      filter: readFilter(asked),
      page: { limit, ...(cursor === undefined ? {} : { before: readCursor(cursor) }) },
    });
    return { calls: calls.map(show), next_cursor: writeCursor(before) };
  },
});

export const callGet = operation({
  id: "callGet",
  on: "GET /calls/{call_id}",
  says: "Answers one call with the events that it led to: those of its request from then until the next call that may have changed it.",
  input: Type.Object({ call_id: Type.String() }),
  output: Type.Object({ call: LoggedCall, events: Type.Array(EventSummary) }),
  faults: ["unauthorized", "not_found"],

  async handle({ house, account }, { call_id: callId }) {
    const call = await findCall(house.store, { accountId: account.account_id, callId });
    const { events } = await findCallEvents(house.store, call);
    return { call: show(call), events: events.map(renderSummary) };
  },
});

type Asked = {
  readonly since?: number;
  readonly until?: number;
  readonly status?: string;
  readonly method?: string;
  readonly path?: string;
  readonly signature_request_id?: string;
  readonly key_id?: string;
};

function readFilter({ status, method, path, signature_request_id, key_id, ...times }: Asked): CallFilter {
  if (path?.includes("?")) throw badRequest("path not valid: the query string is not kept.", "path");
  return {
    ...readSpan(times),
    ...(status === undefined ? {} : { status: status === "errors" ? status : Number(status) }),
    ...(method === undefined ? {} : { method: method.toUpperCase() }),
    ...(path === undefined ? {} : { path }),
    ...(signature_request_id === undefined ? {} : { requestId: signature_request_id }),
    ...(key_id === undefined ? {} : { keyId: key_id }),
  };
}

function show(row: ApiCallRow): Static<typeof LoggedCall> {
  return {
    call_id: row.call_id,
    called_at: row.called_at / 1000,
    method: row.method,
    path: row.path,
    operation: row.operation,
    status: row.status,
    error_name: row.error_name,
    error_message: row.error_message,
    error_path: row.error_path,
    duration_ms: row.duration_ms,
    key_id: row.key_id,
    client_id: row.client_id,
    ip: row.ip,
    user_agent: row.user_agent,
    bytes_in: row.bytes_in,
    bytes_out: row.bytes_out,
    signature_request_id: row.request_id,
    made_id: row.made_id,
  };
}
