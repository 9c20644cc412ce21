import type { FastifyReply } from "fastify";
import { type ChallengeUse, isGoodChallenge, makeChallenge, spendChallenge } from "../../accounts/challenges.ts";
import { creationOptions } from "../../accounts/passkey-options.ts";
import { type NewPasskey, type PasskeyPlace, type Proof, proveNew, readAnswer } from "../../accounts/passkey-proof.ts";
import { addPasskey, keepWebauthnId, listPasskeys, removePasskey } from "../../accounts/passkeys.ts";
import { changePassword, checkNewPassword } from "../../accounts/password-change.ts";
import { confirmSession, endOneSession, endOtherSessions } from "../../accounts/sessions.ts";
import { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { passkeyPlaceOf } from "./passkey-place.ts";
import { isFresh } from "./passkeys.ts";
import { tooManyWords, tryPassword } from "./password-try.ts";
import { refusing } from "./refusal.ts";
import { type SignInRefusal, showSignIn } from "./sign-in-settings.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";

/** Answers, as JSON, what the browser needs to make a passkey. Throws `forbidden` when the sign-in is too long ago. */
export async function offerPasskey(visit: Visit): Promise<FastifyReply> {
  if (!isFresh(visit)) throw new Fault("forbidden", "Give your password again first.");
  const { house, account, sessionHash, reply } = visit;
  const place = placeOf(visit);
  const { account_id: accountId } = account;
  const webauthnId = await house.transact((work) => keepWebauthnId(work, accountId));
  const challenge = makeChallenge(house.secret, { ...useOf(place, sessionHash), at: house.clock() });
  const known = await listPasskeys(house.store.read, accountId);
  return reply.send(creationOptions({ challenge, place, account, webauthnId, known }));
}

/** Adds the passkey that the browser has made. */
export async function savePasskey(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { house, request } = visit;
  const name = (form.get("name") ?? "").trim() || "Passkey";
  const proof = await prove(visit, form);
  if (proof.kind === "refused") {
    house.log.info({ request: request.id, why: proof.why }, "a passkey was refused");
    return refuse(visit, { of: "passkey", words: "The passkey was not added. Try once more.", status: 400 });
  }
  const fault = await refusing(() => add(visit, { name, ...proof.value }));
  return fault instanceof Fault ? refuse(visit, refusalOf("passkey", fault)) : back(visit, "added");
}

/** Removes a passkey. */
export async function removeIt(visit: Visit): Promise<FastifyReply> {
  const passkeyId = idOf(visit);
  await visit.house.transact((work) => removePasskey(work, { accountId: visit.account.account_id, passkeyId }));
  return back(visit, "removed");
}

/** Takes the password once more, so that a passkey can be added. */
export async function confirmIt(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { house, account, request } = visit;
  const tried = await tryPassword(house, { request, email: account.email, password: form.get("password") ?? "" });
  if (tried === "wrong") return refuse(visit, { of: "confirm", words: "The password is not right.", status: 401 });
  if (tried === "tooMany") return refuse(visit, { of: "confirm", ...wrongs.tooMany });
  await house.transact((work) => confirmSession(work, visit.sessionHash));
  return back(visit, "confirmed");
}

/** Changes the password, which ends all other sessions. */
export async function changeIt(visit: Visit, form: Fields): Promise<FastifyReply> {
  const { house, account, request, sessionHash } = visit;
  const [current = "", password = "", again = ""] = ["current", "new", "again"].map((name) => form.get(name));
  const tried = await tryPassword(house, { request, email: account.email, password: current });
  if (tried === "wrong" || tried === "tooMany") return refuse(visit, { of: "password", ...wrongs[tried] });
  const fault = await refusing(async () => checkNewPassword({ email: account.email, password, again }));
  if (fault instanceof Fault) return refuse(visit, refusalOf("password", fault));

  const passwordHash = await house.passwords.hashNew(password);
  const change = { account: tried, passwordHash, sessionHash };
  const isChanged = await house.transact((work) => changePassword(work, change), actorOf(visit));
  return isChanged ? back(visit, "changed") : refuse(visit, { of: "password", ...wrongs.wrong });
}

/** Signs another session out. */
export async function endSessionOf(visit: Visit, form: Fields): Promise<FastifyReply> {
  const one = { accountId: visit.account.account_id, sessionId: form.get("session") ?? "" };
  await visit.house.transact((work) => endOneSession(work, one));
  return back(visit, "ended");
}

/** Signs all other sessions out. */
export async function endOthers(visit: Visit): Promise<FastifyReply> {
  const { house, account, sessionHash } = visit;
  await house.transact((work) => endOtherSessions(work, { accountId: account.account_id, sessionHash }));
  return back(visit, "others");
}

const wrongs = {
  wrong: { words: "The current password is not right.", status: 401 },
  tooMany: { words: tooManyWords, status: 429 },
} as const;

type Made = { readonly made: NewPasskey; readonly challenge: string };

async function prove(visit: Visit, form: Fields): Promise<Proof<Made>> {
  const { house, sessionHash } = visit;
  const place = placeOf(visit);
  const answer = readAnswer(form.get("credential") ?? "");
  if (answer === null) return { kind: "refused", why: "the answer cannot be read" };
  const { challenge } = answer;
  const at = house.clock();
  // It was handed out to this very session while its sign-in was fresh: that is not asked again.
  if (!isGoodChallenge(house.secret, { ...useOf(place, sessionHash), challenge, at }))
    return { kind: "refused", why: "the challenge has expired, or was not this session’s" };
  const proof = await proveNew(answer, place);
  return proof.kind === "refused" ? proof : { kind: "proven", value: { made: proof.value, challenge } };
}

async function add(visit: Visit, { name, made, challenge }: Made & { readonly name: string }): Promise<void> {
  const { house, account } = visit;
  await house.transact(async (work) => {
    if (!(await spendChallenge(work, challenge)))
      throw new Fault("conflict", "This passkey was sent already. Look at the list, and try once more.");
    await addPasskey(work, { accountId: account.account_id, name, made });
  }, actorOf(visit));
}

function refusalOf(of: SignInRefusal["of"], { message, status }: Fault): SignInRefusal {
  return { of, words: message, status };
}

function refuse(visit: Visit, refusal: SignInRefusal): Promise<FastifyReply> {
  if (refusal.status === 429) visit.reply.header("retry-after", limits.signInFailuresMs / 1000);
  return showSignIn(visit, refusal);
}

function back({ reply }: Visit, done: string): FastifyReply {
  return reply.redirect(`/app/settings/sign-in?done=${done}`, 303);
}

function useOf({ rpId }: PasskeyPlace, holder: string): ChallengeUse {
  return { purpose: "add", holder, rpId };
}

function placeOf({ house }: Visit): PasskeyPlace {
  const found = passkeyPlaceOf(house.publicUrl);
  if (found.kind === "none") throw new Fault("conflict", found.why);
  return found.place;
}
