import type { FastifyInstance, FastifyRequest } from "fastify";
import { type ChallengeUse, isGoodChallenge, makeChallenge, spendChallenge } from "../../accounts/challenges.ts";
import { requestOptions } from "../../accounts/passkey-options.ts";
import {
  type PasskeyPlace,
  type PasskeyUse,
  type Proof,
  proveKnown,
  type Refusal,
  readAnswer,
} from "../../accounts/passkey-proof.ts";
import { findByCredential, usePasskey } from "../../accounts/passkeys.ts";
import { startSession } from "../../accounts/sessions.ts";
import { notFound } from "../../base/faults.ts";
import { newKey } from "../../base/ids.ts";
import { limits } from "../../base/limits.ts";
import type { AccountRow, PasskeyRow } from "../../storage/account-tables.ts";
import { readBrowserMark, writeBrowserMark, writeToken } from "./cookie.ts";
import { safeNext } from "./origin.ts";
import { passkeyPlaceOf } from "./passkey-place.ts";
import { placeName } from "./password-try.ts";
import { refuseSignIn } from "./sign-in-form.ts";
import { actorOf, type Dashboard, readForm, refuseForeign } from "./visit.ts";

/**
 * Mounts the sign-in with a passkey: `options`, which a script asks for and which writes nothing, and a form that brings what the
 * authenticator has answered. A browser's challenges are its own: a cookie says which browser it is.
 */
export function mountPasskeySignIn(scope: FastifyInstance, house: Dashboard): void {
  scope.post("/sign-in/passkey/options", { bodyLimit: limits.formBytes }, async (request, reply) => {
    refuseForeign(house, request);
    const place = placeOf(house);
    const holder = readBrowserMark(request, house.publicUrl) ?? newKey();
    writeBrowserMark(reply, { token: holder, publicUrl: house.publicUrl });
    const challenge = makeChallenge(house.secret, { ...useOf(place, holder), at: house.clock() });
    return reply.send(requestOptions({ challenge, place }));
  });
  scope.post("/sign-in/passkey", { bodyLimit: limits.formBytes }, async (request, reply) => {
    refuseForeign(house, request);
    const form = readForm(request);
    const door = { house, request, reply };
    if (!house.failures.admit([placeName(request)])) return refuseSignIn(door, { form, why: "tooMany" });

    const proof = await prove(house, { request, text: form.get("credential") ?? "" });
    const token = proof.kind === "refused" ? proof : await begin(house, { request, proven: proof.value });
    if (typeof token !== "string") {
      house.log.info({ request: request.id, why: token.why }, "a sign-in with a passkey was refused");
      return refuseSignIn(door, { form, why: "passkey" });
    }
    house.failures.forgive({ forgotten: null, excused: placeName(request) });
    house.log.info({ request: request.id }, "signed in with a passkey");
    writeToken(reply, { token, publicUrl: house.publicUrl });
    return reply.redirect(safeNext(form.get("next")), 303);
  });
}

type Proven = {
  readonly account: AccountRow;
  readonly passkey: PasskeyRow;
  readonly challenge: string;
  readonly use: PasskeyUse;
};

type Answered = { readonly request: FastifyRequest; readonly text: string };

/** Everything that can be said without writing; the reasons are for the log alone. */
async function prove(house: Dashboard, { request, text }: Answered): Promise<Proof<Proven>> {
  const place = placeOf(house);
  const holder = readBrowserMark(request, house.publicUrl);
  const answer = readAnswer(text);
  if (answer === null) return refused("the answer cannot be read");
  const { challenge } = answer;
  const at = house.clock();
  if (holder === null || !isGoodChallenge(house.secret, { ...useOf(place, holder), challenge, at }))
    return refused("the challenge has expired, or was not this browser’s");
  const known = await findByCredential(house.store.read, answer.id);
  if (known === null) return refused("the passkey is not known");
  const proof = await proveKnown(answer, { ...known, place });
  return proof.kind === "refused" ? proof : { kind: "proven", value: { ...known, challenge, use: proof.value } };
}

type Beginning = { readonly request: FastifyRequest; readonly proven: Proven };

/** Spends the challenge, notes the use, and starts the session: all of it, or a refusal. */
async function begin(house: Dashboard, { request, proven }: Beginning) {
  const { account, passkey, challenge, use } = proven;
  const begun = await house.transact(async (work) => {
    if (!(await spendChallenge(work, challenge))) return refused("the challenge was answered before");
    const used = await usePasskey(work, { passkeyId: passkey.passkey_id, use });
    return used === "used" ? startSession(work, account.account_id) : refused(used);
  }, actorOf({ request, account }));
  if (typeof begun !== "string" && begun.why === "counter went back")
    house.log.warn(
      { request: request.id, passkey: passkey.passkey_id, had: passkey.counter, came: use.counter },
      "a passkey's counter went back: there may be a copy of it, so it was refused",
    );
  return begun;
}

function useOf({ rpId }: PasskeyPlace, holder: string): ChallengeUse {
  return { purpose: "sign-in", holder, rpId };
}

function placeOf({ publicUrl }: Pick<Dashboard, "publicUrl">): PasskeyPlace {
  const found = passkeyPlaceOf(publicUrl);
  if (found.kind === "none") throw notFound();
  return found.place;
}

function refused(why: string): Refusal {
  return { kind: "refused", why };
}
