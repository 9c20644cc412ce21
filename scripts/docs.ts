/** Writes the pages that are made: docs/api.md and docs/events.md, read off the code, and docs/guide/events.md (guide.ts). */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Api, jsonApi, v3 } from "../src/api/catalogue.ts";
import { faultStatuses } from "../src/base/faults.ts";
import { type EventType, eventKinds, hearSigners } from "../src/events/catalog.ts";
import { eventsPagePath, makeEventsPage } from "./guide.ts";

const root = join(import.meta.dirname, "..");

/** The pages that are read off the code: path from the root, and text. */
export const generatedPages: readonly { readonly path: string; readonly text: string }[] = [
  { path: "docs/api.md", text: apiPage() },
  { path: "docs/events.md", text: eventsPage() },
];

if (process.argv[1] === import.meta.filename) {
  for (const { path, text } of generatedPages) writeFileSync(join(root, path), text);
  writeFileSync(join(root, eventsPagePath), await makeEventsPage());
}

/** Whether a generated page is as the code says. */
export function isFresh({ path, text }: (typeof generatedPages)[number]): boolean {
  return readFileSync(join(root, path), "utf8") === text;
}

function apiPage(): string {
  const faults = Object.entries(faultStatuses).map(([name, status]) => `| \`${name}\` | ${status} |`);
  return `# The API

Made from the code by \`npm run docs\`; the same as an OpenAPI document is served at \`/openapi.json\`.
Every call needs an API key: HTTP Basic, the key as user name, no password. A call that is made for an account by an app brings the
app's access token instead: \`Authorization: Bearer\`; a token opens the operations of v3 that name one of its scopes. Bodies may be JSON, multipart/form-data
(objects as JSON strings or as brackets, \`signers[0][name]\`) or urlencoded.

## v3

The API of Dropbox Sign. Paths are below \`${v3.base}\`.

${tableOf(v3)}

## Events and endpoints

Countersign's own, with the same keys, bodies and errors: what happened, what became of its callbacks, and where they go. Paths are
below \`${jsonApi.base}\`. How to use it: [What you missed](guide/replay.md).

${tableOf(jsonApi)}

Parameters that have no effect here are never silently dropped: those that would change how people sign are refused with 400 and
their path; the others come back as \`warnings\`.

## Errors

\`{"error":{"error_msg":"…","error_name":"…","error_path":"signers[0][email_address]"}}\`; \`error_path\` names the guilty parameter.

| error_name | status |
|--|--|
${faults.join("\n")}
`;
}

function tableOf({ operations }: Api): string {
  const rows = operations.map(
    ({ id, on, says, faults }) => `| \`${id}\` | \`${on}\` | ${says} | ${faults.join(", ")} |`,
  );
  return `| operation | method and path | what it does | faults |\n|--|--|--|--|\n${rows.join("\n")}`;
}

function eventsPage(): string {
  const rows = Object.entries(eventKinds).map(
    ([type, { about, says }]) =>
      `| \`${type}\` | ${about === "request" ? "`signature_request`" : "none"} | ${hearSigners(type as EventType) ? "yes" : ""} | ${says} |`,
  );
  return `# Events

Made from the code by \`npm run docs\`. How they are delivered: [callbacks.md](callbacks.md).
The third column says which of them [the accounts of signers](callbacks.md#signers-with-an-account-of-their-own) are told.

| event_type | object | signers' accounts | fires when |
|--|--|--|--|
${rows.join("\n")}
`;
}
