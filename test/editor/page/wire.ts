/** The editor's visit without its picture, over a wire to a real house that a test can cut and stop. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { openVisit } from "../../../src/web/browser/editor/course.ts";
import type { Draft } from "../../../src/web/browser/editor/draft.ts";
import { prepareVisit, type Visit } from "../../../src/web/browser/editor/visit.ts";
import { type Asked, embeddedDraft } from "../../support/editor.ts";
import type { House } from "../../support/house.ts";

/** What happens to calls on their way. */
type Wire = {
  /** Whether no call comes through. */
  isCut: boolean;
  /** The calls that have reached the house, such as `PUT draft`, in their order. */
  readonly calls: string[];
  /** Lets the next call of this kind reach the house and be answered only when that is allowed. */
  readonly stop: (on: string, at: "before" | "after") => Stop;
  /** Lets the next call of this kind reach the house, and loses the answer. */
  readonly lose: (on: string) => void;
};

/** A call that is stopped on its way: `reached` once it is there. */
type Stop = { readonly reached: Promise<void>; readonly go: () => void };

type Caught = { readonly on: string; readonly before: () => Promise<void>; readonly after: () => Promise<void> };

/** Puts the page's calls on a wire to this house. */
export function layWire({ url }: Pick<House, "url">): Wire {
  const send = globalThis.fetch;
  const caught: Caught[] = [];
  const wire: Wire = {
    isCut: false,
    calls: [],
    stop: (on, at) => {
      const [reached, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const wait = async () => {
        reached.resolve();
        await open.promise;
      };
      const pass = async () => {};
      caught.push({ on, before: at === "before" ? wait : pass, after: at === "after" ? wait : pass });
      return { reached: reached.promise, go: open.resolve };
    },
    lose: (on) => {
      caught.push({ on, before: async () => {}, after: () => Promise.reject(new TypeError("The answer is lost.")) });
    },
  };
  globalThis.fetch = async (path, given) => {
    const address = path instanceof Request ? path.url : path.toString();
    if (!address.startsWith("/editor-api/")) return send(path, given);
    const on = `${given?.method} ${address.replace("/editor-api/", "")}`;
    const at = caught.findIndex((one) => one.on === on);
    const [stop] = at === -1 ? [] : caught.splice(at, 1);
    if (wire.isCut) throw new TypeError("The wire is cut.");
    await stop?.before();
    wire.calls.push(on);
    const answer = await send(`${url}${address}`, { ...given, keepalive: false });
    await stop?.after();
    return answer;
  };
  const kept = new Map<string, string>();
  const sessionStorage = { getItem: (key: string) => kept.get(key) ?? null, setItem: kept.set.bind(kept) };
  Object.defineProperty(globalThis, "sessionStorage", { value: sessionStorage });
  return wire;
}

/** A visit that has opened a draft, what its host hears, and the draft's token. */
export type Opened = { readonly visit: Visit; readonly heard: readonly string[]; readonly token: string };

/** Drafts a request of Ann, and opens it in the app's iframe. */
export async function openDraft(house: House, asked: Asked = {}): Promise<Opened> {
  const { claim_url: link } = await embeddedDraft(house, asked);
  return openAgain(house, new URL(link).searchParams.get("token") ?? "");
}

/** The same tab, loaded anew. */
export async function openAgain({ clientId }: House, token: string): Promise<Opened> {
  const facts = { token, clientId, isFramed: true, isEmbedded: true, skipsDomainCheck: false, signatureId: "" };
  const opening = { ...facts, parentOrigin: "http://localhost:9000", redirectUrl: null };
  const visit = prepareVisit(opening as unknown as Visit["opening"], () => {});
  const heard: string[] = [];
  // They have met already.
  visit.host = { post: ({ type }) => heard.push(type), proveOrigin: () => Promise.resolve(true) };
  visit.isInitialized = true;
  await openVisit(visit);
  return { visit, heard, token };
}

/** The draft that the page shows, with another title. */
export function titled({ view: { stage } }: Visit, title: string): Draft {
  assert.ok(stage.kind === "editing");
  const { subject, message, signers, ccs, mergeFields, fields } = stage.draft;
  return { title, subject, message, signers, ccs, mergeFields, fields };
}

/** Waits until something is so. Rejects after a minute. */
export async function until(words: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < end, `within a minute: ${words}`);
    await sleep(20);
  }
}
