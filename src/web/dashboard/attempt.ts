import { STATUS_CODES } from "node:http";
import { type Outcome, outcomeWords } from "../../callbacks/outcomes.ts";
import type { AttemptRow } from "../../storage/promise-tables.ts";
import { type Html, html } from "../html.ts";
import { badge } from "./words.ts";

/** How an attempt ended, as a badge: the status, and the name of the failure. */
export function renderOutcome({ status, outcome }: Pick<AttemptRow, "status" | "outcome">): Html {
  const tone = outcome === "acked" ? "ok" : "bad";
  return badge({
    tone,
    words:
      outcome === "acked"
        ? `${status ?? 200} acknowledged`
        : [status, outcome].filter((part) => part !== null).join(" "),
  });
}

/** What an attempt's end means and what to change, in words, and what came back. */
export function renderAnswer(attempt: AttemptRow): Html {
  const known = Object.hasOwn(outcomeWords, attempt.outcome) ? outcomeWords[attempt.outcome as Outcome] : null;
  const words = known === null ? `The attempt ended with ${attempt.outcome}.` : known.says;
  const isAcked = attempt.outcome === "acked";
  return html`${isAcked ? null : html`<p>${words}${known?.mend && html` <strong>${known.mend}</strong>`}</p>`}
${attempt.status === null ? renderTrouble(attempt) : html`<details><summary>What came back</summary>${renderResponse(attempt)}</details>`}`;
}

/** The words of the machine for a call that brought no answer. */
export function renderTrouble({ response_body: words }: Pick<AttemptRow, "response_body">): Html | null {
  return words ? html`<p class="hint"><code>${words}</code></p>` : null;
}

/** The answer of a receiver, as it came: status line, headers, body. */
export function renderResponse({ status, response_headers_json: headers, response_body: body }: AttemptRow): Html {
  const line = `HTTP ${status} ${STATUS_CODES[status ?? 0] ?? ""}`.trim();
  return html`<pre tabindex="0" aria-label="The answer’s head"><code>${line}
${headerLines(JSON.parse(headers ?? "{}") as Readonly<Record<string, string>>)}</code></pre>
${body ? html`<pre tabindex="0" aria-label="The answer’s body"><code>${body}</code></pre>` : html`<p class="hint">The body was empty.</p>`}`;
}

/** Headers, one a line. */
export function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}
