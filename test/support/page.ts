import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Static, Type } from "typebox";
import type {
  AnswerValue,
  FinishedView,
  GateView,
  Hands,
  ReassignRequest,
  RefusalView,
  SessionView,
} from "../../src/wire/session.ts";
import { ask, readAs } from "./ask.ts";
import type { House } from "./house.ts";

type Answers = Readonly<Record<string, AnswerValue>>;
type Claimed = SessionView | GateView | RefusalView;

/** A tab of a browser at a signing link: what its page's script may say, and what the server says to it. */
export type Page = {
  readonly claim: (more?: { readonly locale?: string }) => Promise<Claimed>;
  readonly enter: (code: string) => Promise<Claimed>;
  readonly sendCode: () => Promise<GateView | RefusalView>;
  readonly save: (answers: Answers) => Promise<{ readonly saved: true } | RefusalView>;
  readonly finish: (
    answers: Answers,
    agreed?: { readonly version?: string; readonly zone?: string; readonly hands?: Hands },
  ) => Promise<FinishedView | RefusalView>;
  readonly decline: (reason: string) => Promise<FinishedView | RefusalView>;
  readonly reassign: (to: ReassignRequest) => Promise<FinishedView | RefusalView>;
  readonly token: string;
  readonly tab: string;
};

/** How a page comes to be: its link, and what it says of itself. */
export type PageAsk = {
  readonly link: string;
  readonly tab?: string;
  readonly clientId?: string | undefined;
  readonly parentOrigin?: string | null;
};

/** Opens a tab at a link: nothing is said to the server yet. */
export function openPage(house: Pick<House, "url" | "clientId">, asked: PageAsk): Page {
  const { link, tab = newTab(), parentOrigin = "http://localhost:9000" } = asked;
  const clientId = "clientId" in asked ? asked.clientId : house.clientId;
  const { searchParams, pathname } = new URL(link);
  const mailed = pathname.startsWith("/sign/");
  const token = (mailed ? pathname.split("/").at(-1) : searchParams.get("token")) ?? "";
  const post = <T>(method: string, path: string, body: object) =>
    say<T>(house.url, { method, path, body, bearer: `${token}.${tab}` });

  // What the page shows is what its signer agrees to.
  let consentVersion = "none";
  let shownHands: Hands = {};
  const note = (said: SessionView | GateView | RefusalView) => {
    if (!("consent" in said)) return;
    consentVersion = said.consent.version;
    shownHands = said.hands;
  };
  const framed = mailed ? {} : { clientId, parentOrigin };
  return {
    token,
    tab,
    async claim(more = {}) {
      const kind = mailed ? "mail" : "embedded";
      const said = await post<SessionView | GateView>("POST", "/sign-api/claim", {
        kind,
        token,
        tab,
        ...framed,
        ...more,
      });
      note(said);
      return said;
    },
    async enter(code) {
      const said = await post<SessionView | GateView>("POST", "/sign-api/code", { code });
      note(said);
      return said;
    },
    sendCode: () => post("POST", "/sign-api/code/send", {}),
    save: (answers) => post("PUT", "/sign-api/answers", { answers }),
    finish: (answers, { version = consentVersion, zone = "Europe/Berlin", hands = shownHands } = {}) =>
      post("POST", "/sign-api/finish", { answers, hands, consentVersion: version, timeZone: zone }),
    decline: (reason) => post("POST", "/sign-api/decline", { reason }),
    reassign: (to) => post("POST", "/sign-api/reassign", to),
  };
}

const SignUrl = Type.Object({ embedded: Type.Object({ sign_url: Type.String(), expires_at: Type.Integer() }) });

/** What `embedded/sign_url` answers for a signature. */
export async function signUrlOf(house: House, signatureId: string): Promise<Static<typeof SignUrl>["embedded"]> {
  return readAs(SignUrl, await ask(house, `GET /embedded/sign_url/${signatureId}`)).embedded;
}

/** A tab at a fresh embedded link of a signature. */
export async function pageOf(house: House, signatureId: string, asked: Partial<PageAsk> = {}): Promise<Page> {
  const { sign_url: link } = await signUrlOf(house, signatureId);
  return openPage(house, { link, ...asked });
}

/** Claims, and expects that the page opens. */
export async function open(page: Page): Promise<SessionView> {
  const view = await page.claim();
  assert.ok(view.ok && view.state !== "gate", JSON.stringify(view));
  return view;
}

/** Signs all the way: every field gets an answer that fits it. */
export async function sign(house: House, signatureId: string): Promise<void> {
  const page = await pageOf(house, signatureId);
  assert.deepEqual(await page.finish(answersTo(await open(page))), { ok: true, state: "signed" });
}

/** An answer for every signature, initials and required text of a page. */
export function answersTo({ fields, signer }: SessionView): Answers {
  const wanted = fields.filter(({ type }) => type === "signature" || type === "initials" || type === "text");
  return Object.fromEntries(wanted.map(({ apiId, type }) => [apiId, type === "text" ? "words" : signer.name]));
}

/** 64 random hex digits, as a tab makes them for itself. */
export function newTab(): string {
  return randomBytes(32).toString("hex");
}

/** The link of the newest letter to an address about a request. */
export async function mailedLinkOf(
  { store }: Pick<House, "store">,
  { requestId, to }: { readonly requestId: string; readonly to: string },
): Promise<string> {
  const until = Date.now() + 30_000;
  for (;;) {
    const letter = await store.read
      .selectFrom("letters")
      .select("text_body")
      .where("request_id", "=", requestId)
      .where("to_email", "=", to)
      .orderBy("letter_id", "desc")
      .executeTakeFirst();
    const link = /https?:\/\/\S+/.exec(letter?.text_body ?? "")?.[0];
    if (link) return link;
    assert.ok(Date.now() < until, `a letter to ${to} came`);
    await sleep(10);
  }
}

type Saying = { readonly method: string; readonly path: string; readonly body: object; readonly bearer: string };

async function say<T>(url: string, { method, path, body, bearer }: Saying): Promise<T | RefusalView> {
  const response = await fetch(url + path, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${bearer}` },
    body: JSON.stringify(body),
  });
  const heard = await response.text();
  assert.equal(response.status, 200, heard);
  return JSON.parse(heard) as T | RefusalView;
}
