import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findSession } from "../accounts/sessions.ts";
import type { Clock } from "../base/clock.ts";
import { notFound } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { isLoopback } from "../http/addresses.ts";
import type { AccountRow } from "../storage/account-tables.ts";
import type { LetterRow } from "../storage/promise-tables.ts";
import type { Store } from "../storage/store.ts";
import type { CheckCredentials } from "./credentials.ts";
import { readToken } from "./dashboard/cookie.ts";
import { type Html, html } from "./html.ts";
import { sendPlain } from "./plain-page.ts";

/** What the inbox needs: `isPrivate` when only this machine can reach the server; else readers sign in. */
export type InboxDoors = {
  readonly store: Store;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly isPrivate: boolean;
  readonly checkCredentials: CheckCredentials;
};

/** Mounts the inbox that keeps mail while there is no SMTP: for development and for trying Countersign out. */
export function mountInbox(app: FastifyInstance, doors: InboxDoors): void {
  app.get("/inbox", async (request, reply) => {
    const reader = await readerOf(doors, request);
    if (reader === "nobody") return askSignIn({ request, reply });
    const letters = await doors.store.read
      .selectFrom("letters")
      .selectAll()
      .$if(reader !== "anybody", (query) =>
        query.where("account_id", "=", reader === "anybody" ? "" : reader.account_id),
      )
      .orderBy("created_at", "desc")
      .orderBy("letter_id", "desc")
      .limit(limits.inboxLetters)
      .execute();
    return sendPlain(reply, { title: "Inbox", body: renderList(letters).markup });
  });
  app.get("/inbox/:letter", async (request, reply) => {
    const reader = await readerOf(doors, request);
    if (reader === "nobody") return askSignIn({ request, reply });
    const { letter } = request.params as { readonly letter: string };
    const found = await doors.store.read
      .selectFrom("letters")
      .selectAll()
      .where("letter_id", "=", letter)
      .executeTakeFirst();
    if (!found || (reader !== "anybody" && found.account_id !== reader.account_id)) throw notFound();
    return sendPlain(reply, { title: found.subject, body: renderLetter(found).markup });
  });
}

/** A session of the dashboard, else what `curl --user` sends. */
async function readerOf(doors: InboxDoors, request: FastifyRequest): Promise<AccountRow | "anybody" | "nobody"> {
  if (doors.isPrivate && isOwnVisitor(request)) return "anybody";
  const token = readToken(request, doors.publicUrl);
  const session = token === null ? null : await findSession(doors.store.read, { token, at: doors.clock() });
  if (session !== null) return session.account;

  const [scheme = "", value = ""] = (request.headers.authorization ?? "").split(" ");
  if (!/^basic$/i.test(scheme)) return "nobody";
  const [email = "", ...password] = Buffer.from(value, "base64").toString("utf8").split(":");
  return (await doors.checkCredentials({ email, password: password.join(":") })) ?? "nobody";
}

/**
 * Whether a browser of this machine asks for this machine by name. A name of somebody's own that leads to 127.0.0.1 would let
 * their website read the mail here, and a proxy lets in the whole world.
 */
export function isOwnVisitor({ headers }: FastifyRequest): boolean {
  const isProxied = headers.forwarded !== undefined || headers["x-forwarded-for"] !== undefined;
  return !isProxied && isLoopback(URL.parse(`http://${headers.host ?? ""}`)?.hostname ?? "");
}

/** Browsers are led to the dashboard's sign-in and back; programs are asked for Basic credentials. */
function askSignIn({
  request,
  reply,
}: {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}): FastifyReply {
  const isBrowser = request.headers.accept?.includes("text/html") === true;
  if (isBrowser && request.headers.authorization === undefined)
    return reply.redirect(`/app/sign-in?next=${encodeURIComponent(request.url)}`, 303);
  return sendPlain(reply.code(401).header("www-authenticate", 'Basic realm="Countersign inbox", charset="UTF-8"'), {
    title: "Sign in",
    body: html`<h1>Sign in</h1><p>This server can be reached from elsewhere, so its inbox asks for the account’s e-mail address and password. In a browser, <a href="/app/sign-in?next=%2Finbox">sign in to the dashboard</a>.</p>`
      .markup,
  });
}

const toDashboard = html`<p><a href="/app/events">Dashboard</a></p>`;

function renderList(letters: readonly LetterRow[]): Html {
  if (letters.length === 0)
    return html`${toDashboard}<h1>Inbox</h1><p class="soft">No mail yet. Letters to signers appear here as long as no SMTP server is set: send a request with <code>POST /v3/signature_request/send</code> and look again.</p>`;
  const items = letters.map(
    (letter) =>
      html`<li><a href="/inbox/${letter.letter_id}"><strong>${letter.subject}</strong> <span class="soft">to ${whom(letter)}</span> <span class="soft">${when(letter)}</span></a></li>
`,
  );
  return html`${toDashboard}<h1>Inbox</h1><p class="soft">Mail that this server would send. Nothing leaves this machine.</p><ul class="letters">${items}</ul>`;
}

function renderLetter(letter: LetterRow): Html {
  const parts = letter.text_body.trim().split("\n\n");
  const paragraphs = parts.map((part, index) => renderPart(part, { isTheLink: index === parts.length - 2 }));
  return html`<p><a href="/inbox">Inbox</a></p><h1 dir="auto">${letter.subject}</h1>
<p class="soft">to ${whom(letter)}, ${when(letter)}</p>
<article>${paragraphs}</article>`;
}

/** The house puts its own link last but one. What a sender wrote above it never looks like that link. */
function renderPart(part: string, { isTheLink }: { readonly isTheLink: boolean }): Html {
  const [, label = "", address = ""] = /^([^\n:]+): (https?:\/\/\S+)$/.exec(part) ?? [];
  if (isTheLink && address !== "")
    return html`<p><a class="button" href="${address}">${label}</a><span class="soft address">${address}</span></p>
`;
  const lines = part.split("\n").map((line, index) => [index === 0 ? null : html`<br>`, linked(line)]);
  return html`<p dir="auto">${lines}</p>
`;
}

/** A line whose addresses can be followed. */
function linked(line: string): readonly (Html | string)[] {
  return line
    .split(/(https?:\/\/[^\s<>"']+)/)
    .map((piece, index) => (index % 2 === 1 ? html`<a href="${piece}">${piece}</a>` : piece));
}

/** "Ann Lee (ann@example.com)", or the address alone where it is all that is known. */
function whom({ to_name: name, to_email: email }: LetterRow): string {
  return name === email ? email : `${name} (${email})`;
}

function when(letter: LetterRow): string {
  return `${new Date(letter.created_at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
