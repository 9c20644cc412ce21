import type { FastifyReply, FastifyRequest } from "fastify";
import { limits } from "../../base/limits.ts";
import { type Html, html } from "../html.ts";
import { sendDoorPage } from "./frame.ts";
import { safeNext } from "./origin.ts";
import { isAtPlace, passkeyPlaceOf } from "./passkey-place.ts";
import { tooManyWords } from "./password-try.ts";
import type { Dashboard, Fields } from "./visit.ts";

/** One request of somebody who is not signed in. */
export type Door = { readonly house: Dashboard; readonly request: FastifyRequest; readonly reply: FastifyReply };

/** What the form holds, and what went wrong before. */
export type SignInForm = {
  readonly next: string;
  readonly email: string;
  readonly trouble: string | null;
  readonly status: number;
};

const troubles = {
  wrong: { status: 401, words: "The e-mail address or the password is not right." },
  passkey: { status: 401, words: "The passkey did not sign you in. Try again, or use the password." },
  tooMany: { status: 429, words: tooManyWords },
} as const;

/** Shows the form again, and why. */
export function refuseSignIn(
  door: Door,
  { form, why }: { readonly form: Fields; readonly why: keyof typeof troubles },
) {
  const { status, words } = troubles[why];
  if (status === 429) door.reply.header("retry-after", limits.signInFailuresMs / 1000);
  return sendSignInForm(door, {
    next: safeNext(form.get("next")),
    email: form.get("email") ?? "",
    trouble: words,
    status,
  });
}

/** Shows the sign-in: a plain form that works without script, and a button for passkeys, which a script shows. */
export function sendSignInForm(door: Door, { next, email, trouble, status }: SignInForm): FastifyReply {
  const said = trouble === null ? null : html`<p class="notice bad" role="alert" id="trouble">${trouble}</p>`;
  const invalid = trouble === null ? null : html` aria-describedby="trouble"`;
  return sendDoorPage(door, {
    title: "Sign in",
    status,
    body: html`<section class="card"><h1>Sign in</h1>${said}
<form method="post" action="/app/sign-in" class="stack">
<input type="hidden" name="next" value="${next}">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username webauthn" required maxlength="${limits.emailLength}" value="${email}"${invalid}${email === "" ? html` autofocus` : null}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${email === "" ? null : html` autofocus`}>
<button class="main">Sign in</button>
<p class="hint"><a href="/app/forgot">Forgot your password?</a></p>
</form>${renderPasskeys(door, next)}</section>
<p class="soft small">The first account’s e-mail address and password were printed when this server was started for the first time.</p>`,
  });
}

function renderPasskeys({ house, request }: Door, next: string): Html | null {
  const found = passkeyPlaceOf(house.publicUrl);
  if (found.kind === "none") return null;
  const { origin } = found.place;
  if (!isAtPlace(found.place, request))
    return html`<p class="hint other">To sign in with a passkey, open <a href="${origin}/app/sign-in?next=${encodeURIComponent(next)}">${new URL(origin).host}</a>: passkeys need a name instead of a number.</p>`;
  return html`<form method="post" action="/app/sign-in/passkey" class="stack other" data-passkey="sign-in" data-options="/app/sign-in/passkey/options" data-place="${origin}" hidden>
<input type="hidden" name="next" value="${next}"><input type="hidden" name="credential">
<button>Sign in with a passkey</button><p class="fault" role="alert" hidden></p></form>`;
}
