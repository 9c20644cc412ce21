import type { FastifyInstance } from "fastify";
import { endSession, findSession, startPasswordSession } from "../../accounts/sessions.ts";
import { limits } from "../../base/limits.ts";
import { clearToken, readToken, writeToken } from "./cookie.ts";
import { safeNext } from "./origin.ts";
import { tryPassword } from "./password-try.ts";
import { refuseSignIn, sendSignInForm } from "./sign-in-form.ts";
import { actorOf, type Dashboard, type Routes, readForm, readQuery, refuseForeign } from "./visit.ts";

/** Mounts the sign-in with a password: a plain form that works without script. */
export function mountSignIn(scope: FastifyInstance, house: Dashboard): void {
  scope.get("/sign-in", async (request, reply) => {
    const next = safeNext(readQuery(request).get("next"));
    const token = readToken(request, house.publicUrl);
    const known = token === null ? null : await findSession(house.store.read, { token, at: house.clock() });
    if (known !== null) return reply.redirect(next, 303);
    return sendSignInForm({ house, request, reply }, { next, email: "", trouble: null, status: 200 });
  });
  scope.post("/sign-in", { bodyLimit: limits.formBytes }, async (request, reply) => {
    refuseForeign(house, request);
    const form = readForm(request);
    const email = (form.get("email") ?? "").trim();
    const door = { house, request, reply };
    const account = await tryPassword(house, { request, email, password: form.get("password") ?? "" });
    if (account === "wrong" || account === "tooMany") return refuseSignIn(door, { form, why: account });

    const token = await house.transact((work) => startPasswordSession(work, account), actorOf({ request, account }));
    if (token === null) return refuseSignIn(door, { form, why: "wrong" });
    writeToken(reply, { token, publicUrl: house.publicUrl });
    return reply.redirect(safeNext(form.get("next")), 303);
  });
}

/** Signing out, from any page. */
export const signOutRoutes: Routes = {
  pages: {},
  actions: {
    "/sign-out": async ({ house, request, reply }) => {
      const token = readToken(request, house.publicUrl);
      if (token !== null) await house.transact((work) => endSession(work, token));
      clearToken(reply, house.publicUrl);
      return reply.redirect("/app/sign-in?out=1", 303);
    },
  },
};
