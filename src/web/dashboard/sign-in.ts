import type { FastifyInstance, FastifyReply } from "fastify";
import { endSession, findSession, startSession } from "../../accounts/sessions.ts";
import { limits } from "../../base/limits.ts";
import { html } from "../html.ts";
import { clearToken, readToken, writeToken } from "./cookie.ts";
import { openFailures } from "./failures.ts";
import { sendDoorPage } from "./frame.ts";
import { safeNext } from "./origin.ts";
import { actorOf, type Dashboard, type Fields, type Routes, readForm, readQuery, refuseForeign } from "./visit.ts";

/** Mounts the sign-in: a plain form that works without script. */
export function mountSignIn(scope: FastifyInstance, house: Dashboard): void {
  const failures = openFailures(house.clock);
  scope.get("/sign-in", async (request, reply) => {
    const next = safeNext(readQuery(request).get("next"));
    const token = readToken(request, house.publicUrl);
    const known = token === null ? null : await findSession(house.store.read, { token, at: house.clock() });
    if (known !== null) return reply.redirect(next, 303);
    return sendForm({ house, reply }, { next, email: "", trouble: null, status: 200 });
  });
  scope.post("/sign-in", { bodyLimit: limits.formBytes }, async (request, reply) => {
    refuseForeign(house, request);
    const form = readForm(request);
    const email = (form.get("email") ?? "").trim();
    const names = {
      forgotten: `mail ${email.toLowerCase().slice(0, limits.emailLength)}`,
      excused: `from ${request.ip}`,
    };
    if (!failures.admit([names.forgotten, names.excused])) return refuse({ house, reply, form, why: "tooMany" });
    const account = await house.checkCredentials({ email, password: form.get("password") ?? "" });
    if (account === null) return refuse({ house, reply, form, why: "wrong" });

    failures.forgive(names);
    const token = await house.transact((work) => startSession(work, account.account_id), actorOf({ request, account }));
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

const troubles = {
  wrong: { status: 401, words: "The e-mail address or the password is not right." },
  tooMany: {
    status: 429,
    words: `Too many sign-ins have failed. Wait ${limits.signInFailuresMs / 60_000} minutes, then try again.`,
  },
} as const;

type Door = { readonly house: Dashboard; readonly reply: FastifyReply };

type Refusal = Door & { readonly form: Fields; readonly why: keyof typeof troubles };

function refuse({ house, reply, form, why }: Refusal): FastifyReply {
  const { status, words } = troubles[why];
  if (status === 429) reply.header("retry-after", limits.signInFailuresMs / 1000);
  return sendForm(
    { house, reply },
    {
      next: safeNext(form.get("next")),
      email: form.get("email") ?? "",
      trouble: words,
      status,
    },
  );
}

type SignInForm = {
  readonly next: string;
  readonly email: string;
  readonly trouble: string | null;
  readonly status: number;
};

function sendForm(door: Door, { next, email, trouble, status }: SignInForm): FastifyReply {
  const said = trouble === null ? null : html`<p class="notice bad" role="alert" id="trouble">${trouble}</p>`;
  const invalid = trouble === null ? null : html` aria-describedby="trouble"`;
  return sendDoorPage(door, {
    title: "Sign in",
    status,
    body: html`<section class="card"><h1>Sign in</h1>${said}
<form method="post" action="/app/sign-in" class="stack">
<input type="hidden" name="next" value="${next}">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required maxlength="${limits.emailLength}" value="${email}"${invalid}${email === "" ? html` autofocus` : null}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${email === "" ? null : html` autofocus`}>
<button class="main">Sign in</button>
</form></section>
<p class="soft small">The account’s e-mail address and password were printed when this server was started for the first time.</p>`,
  });
}
