// The form in which the holder of a link chooses a password.

import { checkNewPassword } from "../../accounts/password-change.ts";
import { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { type Html, html } from "../html.ts";
import { placeName } from "./password-try.ts";
import type { Door } from "./sign-in-form.ts";
import { readForm } from "./visit.ts";

/** Where the form goes, for whom, what its button says, and what was wrong before. */
export type NewPasswordForm = {
  readonly action: string;
  readonly email: string;
  readonly button: string;
  readonly fault: Fault | null;
};

/** Shows the form: the password twice, beside the address that it belongs to. */
export function renderNewPassword({ action, email, button, fault }: NewPasswordForm): Html {
  const invalid = fault && html` aria-invalid="true"`;
  const about = html` aria-describedby="${fault === null ? "hint" : "hint fault"}"`;
  return html`<form method="post" action="${action}" class="stack">
<label for="email">E-mail</label>
<input id="email" name="username" type="email" autocomplete="username" value="${email}" readonly>
<label for="new">New password</label>
<input id="new" name="new" type="password" autocomplete="new-password" required autofocus${about}${invalid}>
<label for="again">New password again</label>
<input id="again" name="again" type="password" autocomplete="new-password" required${invalid}>
${fault && html`<p class="fault" id="fault" role="alert">${fault.message}</p>`}
<p class="hint" id="hint">At least ${limits.passwordLengthLeast} characters, and not the e-mail address.</p>
<button class="main">${button}</button></form>`;
}

/**
 * The hash of the password that a form brings for the account of an address. Hashing is dear, so a network address may bring only so many
 * before one of them has set a password, as at the sign-in. Throws `bad_request` for a password that will not do, `exceeded_rate`
 * after too many, `unavailable` when too many others are waiting.
 */
export async function readNewPassword({ house, request, reply }: Door, email: string): Promise<string> {
  const form = readForm(request);
  const [password = "", again = ""] = [form.get("new"), form.get("again")];
  checkNewPassword({ email, password, again });
  if (!house.failures.admit([placeName(request)])) {
    reply.header("retry-after", limits.signInFailuresMs / 1000);
    const words = `Too many passwords came from here. Wait ${limits.signInFailuresMs / 60_000} minutes, then try again.`;
    throw new Fault("exceeded_rate", words);
  }
  return house.passwords.hashNew(password);
}
