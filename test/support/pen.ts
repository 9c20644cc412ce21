import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { RefusalView, SessionView } from "../../src/wire/session.ts";

/** A signer without a browser: what the signing page's script says to the server. */
export type Pen = {
  /** Types something into every field that takes words, and saves it. */
  readonly save: () => Promise<void>;
  /** Agrees and signs. */
  readonly finish: () => Promise<void>;
  readonly decline: (reason: string) => Promise<void>;
};

/** A link, and in whose hands it is opened. */
export type Opening = {
  /** The base of the server. */
  readonly url: string;
  /** What `embedded/sign_url` answered, or the link of a mail. */
  readonly link: string;
  readonly clientId?: string;
  /** The tab's own secret: the same again is a reload. */
  readonly tab?: string;
};

/** Opens a signing link as its page does. Rejects when the server refuses. */
export async function openPen({ url, link, clientId, tab = newTab() }: Opening): Promise<Pen> {
  const { searchParams, pathname } = new URL(link);
  const token = searchParams.get("token");
  const claim =
    token === null
      ? { kind: "mail", token: pathname.split("/").at(-1), tab }
      : { kind: "embedded", token, tab, clientId, parentOrigin: "http://localhost:9000" };
  const session = await say<SessionView>(url, { method: "POST", path: "/sign-api/claim", body: claim });
  const bearer = { authorization: `Bearer ${session.session}` };
  const answers = answersTo(session);
  return {
    save: async () => {
      await say(url, { method: "PUT", path: "/sign-api/answers", body: { answers }, headers: bearer });
    },
    finish: async () => {
      const { hands } = session;
      const body = { answers, hands, consentVersion: session.consent.version, timeZone: "Europe/Berlin" };
      await say(url, { method: "POST", path: "/sign-api/finish", body, headers: bearer });
    },
    decline: async (reason) => {
      await say(url, { method: "POST", path: "/sign-api/decline", body: { reason }, headers: bearer });
    },
  };
}

/** 64 random hex digits, as a tab makes them for itself. */
export function newTab(): string {
  return randomBytes(32).toString("hex");
}

type Saying = {
  readonly method: string;
  readonly path: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
};

async function say<T>(url: string, { method, path, body, headers = {} }: Saying): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const heard = (await response.json()) as T | RefusalView;
  assert.equal(response.status, 200, `${path}: ${JSON.stringify(heard)}`);
  assert.ok(!isRefusal(heard), `${path} was refused: ${JSON.stringify(heard)}`);
  return heard;
}

function isRefusal(heard: unknown): heard is RefusalView {
  return typeof heard === "object" && heard !== null && "ok" in heard && heard.ok === false;
}

function answersTo({ fields, signer }: SessionView): Readonly<Record<string, string | boolean>> {
  const wanted = fields.filter(({ type }) => type === "signature" || type === "initials" || type === "text");
  return Object.fromEntries(wanted.map(({ apiId, type }) => [apiId, type === "text" ? "some words" : signer.name]));
}
