import type { FastifyReply } from "fastify";
import { findApp } from "../../accounts/apps.ts";
import { orderings, pauseEndpoint, resumeEndpoint, setOrdering, testEndpoint } from "../../accounts/endpoint-state.ts";
import { credentialsOf, type EndpointOwner, findEndpoint, setCallbackUrl, shownUrl } from "../../accounts/endpoints.ts";
import { type EndpointOf, readWebhookSecret, rotateWebhookSecret } from "../../accounts/webhook-secret.ts";
import { pause, steadyClock } from "../../base/clock.ts";
import { badRequest, Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { findEvent } from "../../callbacks/log.ts";
import type { Work } from "../../events/work.ts";
import { showApp } from "./app.ts";
import { refusing, wordsOf } from "./refusal.ts";
import { type Refused, showSettings } from "./settings.ts";
import { actorOf, type Fields, type Visit } from "./visit.ts";

/** Sets the callback URL; a changed one is tested, and how that went is shown when it ends soon. */
export async function saveUrl(visit: Visit, form: Fields): Promise<FastifyReply> {
  const owner = await ownerOf(visit, form);
  const url = typedUrl(form);
  const saved = await refusing(() =>
    visit.house.transact(
      async (work) => setCallbackUrl(work, { owner, url: await keepCredentials(work, { owner, typed: url }) }),
      actorOf(visit),
    ),
  );
  if (saved instanceof Fault) return refuse(visit, { owner, typed: url, fault: saved });
  const done = url === "" ? "cleared" : "saved";
  if (saved === null) return back(visit, { owner, form, query: { done } });
  await awaitTest(visit, { owner, eventId: saved, waitMs: limits.savedTestWaitMs });
  return back(visit, { owner, form, query: { done, test: saved }, place: "#test" });
}

/** Sends a test and waits for its one attempt, `limits.testWaitMs` at most. */
export async function sendTest(visit: Visit, form: Fields): Promise<FastifyReply> {
  const owner = await ownerOf(visit, form);
  const typed = typedUrl(form);
  const endpoint = await findEndpoint(visit.house.store.read, owner);
  const stored = shownUrl(endpoint);
  if (endpoint === null || stored === null || stored !== typed)
    return refuse(visit, { owner, typed, fault: unsaved(typed) });

  const of = { accountId: owner.accountId, endpointId: endpoint.endpoint_id };
  const sent = await refusing(() => visit.house.transact((work) => testEndpoint(work, of), actorOf(visit)));
  if (sent instanceof Fault) return refuse(visit, { owner, typed, fault: sent });
  await awaitTest(visit, { owner, eventId: sent, waitMs: limits.testWaitMs });
  return back(visit, { owner, form, query: { test: sent }, place: "#test" });
}

/** Pauses an endpoint. */
export function pauseIt(visit: Visit, form: Fields): Promise<FastifyReply> {
  return change(visit, { form, query: { done: "paused" }, make: pauseEndpoint });
}

/** Resumes an endpoint; what was held is sent, or with `held` = skip, skipped. */
export function resumeIt(visit: Visit, form: Fields): Promise<FastifyReply> {
  const held = form.get("held") === "skip" ? "skip" : "send";
  const query = { done: held === "skip" ? "skipped" : "resumed" };
  return change(visit, { form, query, make: (work, of) => resumeEndpoint(work, { ...of, held }) });
}

/** Changes the order in which an endpoint is served. */
export function changeOrder(visit: Visit, form: Fields): Promise<FastifyReply> {
  const ordering = orderings.find((one) => one === form.get("ordering"));
  if (ordering === undefined) throw badRequest("ordering not valid: choose best_effort or strict");
  const make = (work: Work, of: EndpointOf) => setOrdering(work, { ...of, ordering });
  return change(visit, { form, query: { done: "ordered" }, make });
}

/** Shows the signing secret; an endpoint without one gets it. */
export function revealSecret(visit: Visit, form: Fields): Promise<FastifyReply> {
  return change(visit, { form, query: { reveal: "1" }, place: "#secret", make: readWebhookSecret });
}

/** Makes a new signing secret; the one before signs too for `overlap` hours. */
export function rotateSecret(visit: Visit, form: Fields): Promise<FastifyReply> {
  const overlapMs = Number(form.get("overlap") ?? "") * hourMs;
  const make = (work: Work, of: EndpointOf) => rotateWebhookSecret(work, { ...of, overlapMs });
  return change(visit, { form, query: { done: "rotated", reveal: "1" }, place: "#secret", make });
}

const hourMs = 3_600_000;

/** The account, or the app that the form names. Throws `not_found` for an app that is not the account's. */
async function ownerOf({ house, account }: Visit, form: Fields): Promise<EndpointOwner> {
  const { account_id: accountId } = account;
  const clientId = form.get("app") ?? null;
  if (clientId !== null) await findApp(house.store.read, { accountId, clientId });
  return { accountId, clientId };
}

function typedUrl(form: Fields): string {
  return (form.get("url") ?? "").trim();
}

/**
 * Stars stand for the credentials that are kept, so that a path can be changed without writing them again. They are never
 * carried to another host. Throws `bad_request` where stars stand for nothing.
 */
async function keepCredentials(
  work: Work,
  { owner, typed }: { readonly owner: EndpointOwner; readonly typed: string },
): Promise<string> {
  const url = URL.parse(typed);
  if (url?.username !== "***" || url.password !== "***") return typed;
  const known = await findEndpoint(work.tx, owner);
  if (typed === shownUrl(known)) return typed;
  const kept = known === null ? null : credentialsOf(known, work.secret);
  if (known === null || kept === null || URL.parse(known.url ?? "")?.origin !== url.origin)
    throw badRequest("Write the user name and the password again: the stars stand for those of another host");
  const colon = kept.indexOf(":");
  const [user, password] = [kept.slice(0, colon), kept.slice(colon + 1)].map(encodeURIComponent);
  return typed.replace("://***:***@", `://${user}:${password}@`);
}

function unsaved(typed: string): Fault {
  return new Fault(
    "bad_request",
    typed === ""
      ? "Set a callback URL first: saving it sends a test by itself."
      : "This URL is not saved yet. Save it: that sends a test by itself.",
  );
}

type Refusal = { readonly owner: EndpointOwner; readonly typed: string; readonly fault: Fault };

function refuse(visit: Visit, { owner, typed, fault }: Refusal): Promise<FastifyReply> {
  const refused: Refused = { typed, fault: wordsOf(fault), status: fault.status };
  return owner.clientId === null ? showSettings(visit, refused) : showApp(visit, { clientId: owner.clientId, refused });
}

type Changing = {
  readonly form: Fields;
  readonly query: Readonly<Record<string, string>>;
  readonly place?: string;
  readonly make: (work: Work, of: EndpointOf) => Promise<unknown>;
};

async function change(visit: Visit, { form, query, place, make }: Changing): Promise<FastifyReply> {
  const owner = await ownerOf(visit, form);
  const endpoint = await findEndpoint(visit.house.store.read, owner);
  if (endpoint === null) throw new Fault("conflict", "No callback URL was ever set here: set one first.");
  const of = { accountId: owner.accountId, endpointId: endpoint.endpoint_id };
  await visit.house.transact((work) => make(work, of), actorOf(visit));
  return back(visit, { owner, form, query, ...(place === undefined ? {} : { place }) });
}

type Back = {
  readonly owner: EndpointOwner;
  readonly form: Fields;
  readonly query: Readonly<Record<string, string>>;
  readonly place?: string;
};

/** To the settings that were changed, or to the first steps, where the form stood there. */
function back({ reply }: Visit, { owner, form, query, place = "" }: Back): FastifyReply {
  if (form.get("back") === "start") return reply.redirect("/app/start", 303);
  const path = owner.clientId === null ? "/app/settings" : `/app/settings/apps/${owner.clientId}`;
  return reply.redirect(`${path}?${new URLSearchParams(query).toString()}${place}`, 303);
}

type Awaiting = { readonly owner: EndpointOwner; readonly eventId: string; readonly waitMs: number };

/** Resolves once the attempt of a test has ended, or the wait is over. */
async function awaitTest({ house }: Visit, { owner, eventId, waitMs }: Awaiting): Promise<void> {
  const { accountId } = owner;
  const until = steadyClock() + waitMs;
  while (steadyClock() < until) {
    const { deliveries } = await findEvent(house.store, { accountId, eventId });
    if (deliveries.every(({ tries, state }) => tries > 0 || state !== "pending")) break;
    await pause(limits.testPollMs);
  }
}
