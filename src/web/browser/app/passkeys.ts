import { type Asked, answerOf, creationOf, requestOf } from "./passkey-json.ts";

/**
 * Forms `<form data-passkey="add | sign-in">`, hidden in the page as it is sent, ask the browser for a passkey and send its answer
 * as their field `credential`. `data-options` is where the server says what to ask for, `data-place` the one origin where
 * passkeys are good, and `data-without` the id of what stands there while there is no script.
 */
export function offerPasskeys(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    const without = document.getElementById(form.dataset.without ?? "");
    if (typeof PublicKeyCredential === "undefined") {
      if (without) without.textContent = "To add a passkey, use a browser that knows them: this one does not.";
      continue;
    }
    without?.remove();
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void askNow(form);
    });
    void offerInField(form);
  }
}

type Question = { readonly signal: AbortSignal; readonly mediation?: "conditional" };

async function askNow(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector("button");
  tell(form, "");
  if (button) button.disabled = true;
  const signal = takeTurn();
  try {
    await ask(form, { signal, asked: await fetchAsked(form) });
  } catch (error) {
    tell(form, wordsFor(form, error));
    void offerInField(form);
  }
  if (button) button.disabled = false;
}

/** Lets the browser offer passkeys beside the names for the e-mail field. Nothing is said when it does not come to that. */
async function offerInField(form: HTMLFormElement): Promise<void> {
  if (isAdding(form) || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  const signal = takeTurn();
  try {
    const asked = await fetchAsked(form);
    // A challenge does not live for ever: a page that stays open asks for the next one in time.
    const next = setTimeout(() => void offerInField(form), (asked.timeout ?? 0) * 0.8);
    signal.addEventListener("abort", () => clearTimeout(next));
    await ask(form, { signal, asked, mediation: "conditional" });
  } catch {
    // The button is still there, and says what is wrong.
  }
}

let asking = new AbortController();

/** A browser takes one question at a time: a new one ends the one before. */
function takeTurn(): AbortSignal {
  asking.abort();
  asking = new AbortController();
  return asking.signal;
}

/** What to ask for, from the server. A page whose session, or whose right to add, is over is loaded anew and says so. */
async function fetchAsked(form: HTMLFormElement): Promise<Asked> {
  const body = new URLSearchParams({ key: fieldOf(form, "key")?.value ?? "" });
  const response = await fetch(form.dataset.options ?? "", { method: "POST", body });
  if (response.ok && !response.redirected) return (await response.json()) as Asked;
  if (isAdding(form)) location.reload();
  throw new Error(`The server answered ${response.status}.`);
}

async function ask(form: HTMLFormElement, question: Question & { readonly asked: Asked }): Promise<void> {
  const { asked, ...how } = question;
  how.signal.throwIfAborted();
  const credential = isAdding(form)
    ? await navigator.credentials.create({ publicKey: creationOf(asked), signal: how.signal })
    : await navigator.credentials.get({ publicKey: requestOf(asked), ...how });
  const field = fieldOf(form, "credential");
  if (!credential || !field) return;
  field.value = answerOf(credential as PublicKeyCredential);
  form.submit();
}

function wordsFor(form: HTMLFormElement, error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "InvalidStateError") return "This device has a passkey of this account already.";
  if (name === "SecurityError") return `Passkeys are good at ${form.dataset.place ?? ""} only: open this page there.`;
  if (name !== "NotAllowedError") return "That did not work. Load this page again, and try once more.";
  return isAdding(form)
    ? "No passkey was made: it was cancelled, or it took too long."
    : "No passkey was given: it was cancelled, or there is none for this server.";
}

function tell(form: HTMLFormElement, words: string): void {
  const place = form.querySelector<HTMLElement>("[role=alert]");
  if (!place) return;
  place.textContent = words;
  place.hidden = words === "";
}

function fieldOf(form: HTMLFormElement, name: string): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>(`input[name=${name}]`);
}

function isAdding(form: HTMLFormElement): boolean {
  return form.dataset.passkey === "add";
}
