import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { checkPassword } from "../accounts/password.ts";
import { notFound } from "../base/faults.ts";
import { type Gate, openGate } from "../base/gate.ts";
import { limits } from "../base/limits.ts";
import { isLoopback } from "../http/addresses.ts";
import { escapeHtml } from "../mail/letters.ts";
import type { LetterRow } from "../storage/promise-tables.ts";
import type { Store } from "../storage/store.ts";
import type { AccountRow } from "../storage/tables.ts";
import { plainStyle, renderPlainPage } from "./plain-page.ts";

/** What the inbox needs: `isPrivate` when only this machine can reach the server; else readers sign in. */
export type InboxDoors = { readonly store: Store; readonly isPrivate: boolean };

/** Mounts the inbox that keeps mail while there is no SMTP: for development and for trying Countersign out. */
export function mountInbox(app: FastifyInstance, house: InboxDoors): void {
  // A check of a password is dear on purpose: one at a time, so that guessing neither pays nor stops the rest of the server.
  const passwords = openGate({ atOnce: 1, most: limits.passwordQueue, waitMs: limits.passwordWaitMs });
  const doors: Desk = { ...house, passwords };
  app.get("/inbox", async (request, reply) => {
    const reader = await readerOf(doors, request);
    if (reader === "nobody") return askSignIn(reply);
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
    return sendPlain(reply, { title: "Inbox", body: renderList(letters) });
  });
  app.get("/inbox/:letter", async (request, reply) => {
    const reader = await readerOf(doors, request);
    if (reader === "nobody") return askSignIn(reply);
    const { letter } = request.params as { readonly letter: string };
    const found = await doors.store.read
      .selectFrom("letters")
      .selectAll()
      .where("letter_id", "=", letter)
      .executeTakeFirst();
    if (!found || (reader !== "anybody" && found.account_id !== reader.account_id)) throw notFound();
    return sendPlain(reply, { title: found.subject, body: renderLetter(found) });
  });
}

/** No password has it; checking one against it takes as long as against anybody's. */
const nobodysHash = `argon2id$${"A".repeat(22)}$`;

/** Sends a plain page under a policy that allows its one style and nothing else. */
export function sendPlain(reply: FastifyReply, page: { readonly title: string; readonly body: string }): FastifyReply {
  const styleHash = createHash("sha256").update(plainStyle).digest("base64");
  return reply
    .type("text/html; charset=utf-8")
    .header(
      "content-security-policy",
      `default-src 'none'; img-src 'self'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    )
    .header("referrer-policy", "no-referrer")
    .header("cache-control", "no-store")
    .send(renderPlainPage(page));
}

type Desk = InboxDoors & { readonly passwords: Gate };

async function readerOf(
  { store, isPrivate, passwords }: Desk,
  request: FastifyRequest,
): Promise<AccountRow | "anybody" | "nobody"> {
  if (isPrivate && isOwnVisitor(request)) return "anybody";
  const [scheme = "", value = ""] = (request.headers.authorization ?? "").split(" ");
  if (!/^basic$/i.test(scheme)) return "nobody";
  const [email = "", ...password] = Buffer.from(value, "base64").toString("utf8").split(":");
  const account = await store.read.selectFrom("accounts").selectAll().where("email", "=", email).executeTakeFirst();
  const hash = account?.password_hash ?? nobodysHash;
  const isRight = await passwords(() => checkPassword(password.join(":"), hash));
  return account && isRight ? account : "nobody";
}

/**
 * Whether a browser of this machine asks for this machine by name. A name of somebody's own that leads to 127.0.0.1 would let
 * their website read the mail here, and a proxy lets in the whole world.
 */
function isOwnVisitor({ headers }: FastifyRequest): boolean {
  const isProxied = headers.forwarded !== undefined || headers["x-forwarded-for"] !== undefined;
  return !isProxied && isLoopback(URL.parse(`http://${headers.host ?? ""}`)?.hostname ?? "");
}

function askSignIn(reply: FastifyReply): FastifyReply {
  return sendPlain(reply.code(401).header("www-authenticate", 'Basic realm="Countersign inbox", charset="UTF-8"'), {
    title: "Sign in",
    body: "<h1>Sign in</h1><p>This server can be reached from elsewhere, so its inbox asks for the account’s e-mail address and password.</p>",
  });
}

function renderList(letters: readonly LetterRow[]): string {
  if (letters.length === 0) {
    return `<h1>Inbox</h1><p class="soft">No mail yet. Letters to signers appear here as long as no SMTP server is set: send a request with <code>POST /v3/signature_request/send</code> and look again.</p>`;
  }
  const items = letters.map(
    (letter) =>
      `<li><a href="/inbox/${letter.letter_id}"><strong>${escapeHtml(letter.subject)}</strong> <span class="soft">to ${whom(letter)}</span> <span class="soft">${when(letter)}</span></a></li>`,
  );
  return `<h1>Inbox</h1><p class="soft">Mail that this server would send. Nothing leaves this machine.</p><ul class="letters">${items.join("\n")}</ul>`;
}

function renderLetter(letter: LetterRow): string {
  const parts = letter.text_body.trim().split("\n\n");
  const paragraphs = parts.map((part, index) => renderPart(part, { isTheLink: index === parts.length - 2 }));
  return `<p><a href="/inbox">Inbox</a></p><h1>${escapeHtml(letter.subject)}</h1>
<p class="soft">to ${whom(letter)}, ${when(letter)}</p>
<article>${paragraphs.join("\n")}</article>`;
}

/** The house puts its own link last but one. What a sender wrote above it never looks like that link. */
function renderPart(part: string, { isTheLink }: { readonly isTheLink: boolean }): string {
  const [, label = "", address = ""] = /^([^\n:]+): (https?:\/\/\S+)$/.exec(part) ?? [];
  if (isTheLink && address !== "") {
    const href = escapeHtml(address);
    return `<p><a class="button" href="${href}">${escapeHtml(label)}</a><span class="soft address">${href}</span></p>`;
  }
  const linked = escapeHtml(part).replace(/https?:\/\/[^\s<]+/g, (link) => `<a href="${link}">${link}</a>`);
  return `<p>${linked.replaceAll("\n", "<br>")}</p>`;
}

/** "Ann Lee (ann@example.com)", or the address alone where it is all that is known. */
function whom({ to_name: name, to_email: email }: LetterRow): string {
  return escapeHtml(name === email ? email : `${name} (${email})`);
}

function when(letter: LetterRow): string {
  return `${new Date(letter.created_at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
