import { faultWords } from "../dashboard/fault-words.ts";
import { breakable, type Html, html } from "../html.ts";
import type { Parameter, Schema, Shown } from "./document.ts";
import { exampleOf } from "./example.ts";
import { choicesOf, limitWords, typeWords } from "./limits.ts";
import { curlOf, sdkClassOf, typescriptOf } from "./snippets.ts";

/** The page of one operation. */
export function renderOperation(operation: Shown): Html {
  const { id, method, path, tag, says, isOpen } = operation;
  return html`<div><p class="crumb"><a href="/docs#${id}">${tag}</a></p><div class="head"><h1>${id}</h1></div>
<p class="on"><span class="verb">${method}</span> <code>${path}</code></p></div>
<p class="lead">${says}${isOpen && " It asks for no API key."}</p>
<div class="pair even"><div class="cards">${renderParameters(operation)}${renderEvents(operation)}</div>
<div class="cards">${renderCall(operation)}${renderAnswer(operation)}</div></div>
${renderFaults(operation)}`;
}

function renderParameters({ parameters }: Shown): Html {
  const rows = parameters.flatMap((parameter) => rowsOf(parameter, 0));
  return html`<section class="card flush" aria-labelledby="parameters"><header><h2 id="parameters">Parameters</h2></header>
${rows.length === 0 ? html`<p class="empty soft">It takes none.</p>` : html`<table class="rows parameters"><thead><tr><th scope="col">Name</th><th scope="col">What it is</th></tr></thead><tbody>${rows}</tbody></table>`}</section>`;
}

function rowsOf(parameter: Parameter, depth: number): readonly Html[] {
  const { name, required, description, schema } = parameter;
  const limits = limitWords(schema);
  const choices = choicesOf(schema);
  const row = html`<tr class="deep-${Math.min(depth, 3)}"><td><code>${breakable(name)}</code>${required && html` <span class="must">required</span>`}<span class="under">${typeWords(schema)}${parameter.in !== "body" && `, in the ${parameter.in}`}</span></td>
<td>${description}${limits.length > 0 && html`<span class="under">${capital(limits.join(", "))}.</span>`}${choices.length > 0 && html`<span class="under choices">One of ${choices.map((choice, index) => html`${index > 0 && ", "}<code>${choice}</code>`)}.</span>`}</td></tr>
`;
  const inner = withinOf(schema);
  return [row, ...within(inner).flatMap((each) => rowsOf(each, depth + 1))];
}

/** The object whose members are told in rows of their own, if the value holds one. */
function withinOf(schema: Schema): Schema {
  if (schema.items !== undefined) return withinOf(schema.items);
  return schema.anyOf?.map(withinOf).find(({ properties }) => properties !== undefined) ?? schema;
}

function within({ properties = {}, required = [] }: Schema): readonly Parameter[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "body",
    required: required.includes(name),
    description: schema.description ?? "",
    schema,
  }));
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function renderCall(operation: Shown): Html {
  const sdk = sdkClassOf(operation) === null ? "In TypeScript" : "With the official SDK, in TypeScript";
  return html`<section class="card" aria-labelledby="call"><h2 id="call">A call</h2>
<h3 id="curl">With curl</h3><pre tabindex="0" aria-labelledby="curl"><code>${curlOf(operation)}</code></pre>
${operation.takesFiles && html`<p class="hint">Files that you hold go as multipart/form-data: <code>-F 'files[0]=@loan.pdf'</code>, each other parameter as a field of its own, lists and objects as JSON or as <code>signers[0][name]</code>.</p>`}
<h3 id="typescript">${sdk}</h3><pre tabindex="0" aria-labelledby="typescript"><code>${typescriptOf(operation)}</code></pre></section>`;
}

function renderAnswer({ success }: Shown): Html {
  const { status, type, schema } = success;
  const body =
    schema === null
      ? html`<p>${type === null ? "An empty body." : html`The file, as <code>${type}</code>.`}</p>`
      : html`<pre tabindex="0" aria-labelledby="answer"><code>${JSON.stringify(exampleOf(schema), null, 2)}</code></pre>`;
  return html`<section class="card" aria-labelledby="answer"><h2 id="answer">Its answer: ${status}</h2>${body}</section>`;
}

function renderEvents({ events }: Shown): Html | null {
  if (events.length === 0) return null;
  return html`<section class="card" aria-labelledby="events"><h2 id="events">Events that it may lead to</h2>
<ul class="jump">${events.map((type) => html`<li><a href="/docs/events#${type}"><code>${type}</code></a></li>`)}</ul></section>`;
}

function renderFaults({ faults }: Shown): Html {
  const words: Readonly<Record<string, string>> = faultWords;
  return html`<section class="card flush" aria-labelledby="errors"><header><h2 id="errors">Errors</h2></header>
<table class="rows"><thead><tr><th scope="col">Status</th><th scope="col">error_name</th><th scope="col">What to do</th></tr></thead><tbody>${faults.map(
    ({
      status,
      name,
    }) => html`<tr><td>${status}</td><td><a class="plain" href="/docs/errors#${name}"><code>${name}</code></a></td><td>${words[name] ?? null}</td></tr>
`,
  )}</tbody></table></section>`;
}
