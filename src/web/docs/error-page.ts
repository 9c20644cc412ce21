import { faultStatuses } from "../../base/faults.ts";
import { faultWords } from "../dashboard/fault-words.ts";
import { type Html, html } from "../html.ts";
import type { Shown } from "./document.ts";

const example = {
  error: {
    error_msg: "email_address is required.",
    error_path: "signers[0][email_address]",
    error_name: "bad_request",
  },
};

/** The page of all errors: status, meaning, what to do, and which calls may answer so. */
export function renderErrors(operations: readonly Shown[]): Html {
  const names = Object.keys(faultStatuses) as (keyof typeof faultStatuses)[];
  return html`<div class="head"><h1>Errors</h1></div>
<p class="lead">A call that is refused changes nothing. It answers with the status of the table and one error: its name, which programs can go by, words for people, and where one parameter is guilty its path.</p>
<section class="card" aria-labelledby="shape"><h2 id="shape">What an error looks like</h2><pre tabindex="0" aria-labelledby="shape"><code>${JSON.stringify(example, null, 2)}</code></pre></section>
<section class="card flush" aria-labelledby="names"><header><h2 id="names">All errors</h2></header>
<table class="rows"><thead><tr><th scope="col">error_name</th><th scope="col">Status</th><th scope="col">What it means, and what to do</th></tr></thead><tbody>${names.map(
    (
      name,
    ) => html`<tr id="${name}"><td><code>${name}</code></td><td>${faultStatuses[name]}</td><td>${faultWords[name]}${renderSources(operations, name)}</td></tr>
`,
  )}</tbody></table></section>`;
}

/** Which operations answer with it, where they are few enough to say something. */
function renderSources(operations: readonly Shown[], name: string): Html | null {
  const some = operations.filter(({ faults }) => faults.some((fault) => fault.name === name));
  if (some.length === 0) return null;
  if (some.length > operations.length / 2) return html`<span class="under">Most operations may answer so.</span>`;
  return html`<span class="under">${some.map(({ id }, index) => html`${index > 0 && ", "}<a href="/docs/operations/${id}">${id}</a>`)}</span>`;
}
