import { validationNames } from "../../documents/document.ts";
import { type Html, html } from "../html.ts";

const types = [
  ["sig", "A signature."],
  ["initial", "Initials."],
  ["date", "The day of signing, filled in by itself."],
  ["text", "Something that the signer types."],
  ["check", "A box that the signer ticks."],
  ["text-merge", "A value that you give in custom_fields, or that a signer may type where you give none."],
  ["checkbox-merge", "A box that you tick in custom_fields."],
] as const;

const parts = [
  ["1", "type", "One of the types above."],
  ["2", "requirement", "req or noreq; for boxes of a definition also req1 (exactly one) or req1-2 (one or two)."],
  [
    "3",
    "who",
    "signer1 is the first signer. If any tag says signer0, counting starts at 0. Merge tags may also say sender.",
  ],
  ["4", "label", "What the signer is told. For merge tags it is the name of the value in custom_fields."],
  ["5", "id", "Your own name for the field; answers and events bring it back as api_id."],
  ["6", "validation", `For text: ${validationNames.join(", ")}.`],
  ["7", "auto-fill", "For text: firstName, lastName, name, email, company or title."],
  ["8", "link", "Read and kept; it changes nothing."],
] as const;

/** The page of text tags: how a document says by itself where its fields are. */
export function renderTags(): Html {
  return html`<div class="head"><h1>Text tags</h1></div>
<p class="lead">With <code>use_text_tags</code> the text of a document says where its fields are. A tag stands on one line; the field is as wide as the tag is printed and as high as its letters. Blanks or underscores before the closing bracket widen it.</p>
<section class="card" aria-labelledby="one"><h2 id="one">A tag</h2><pre tabindex="0" aria-labelledby="one"><code>[sig|req|signer1]
[text|noreq|signer2|Your company|company||company]
[check|req|signer1|I have read the rules|rules]</code></pre></section>
<section class="card flush" aria-labelledby="types"><header><h2 id="types">Types</h2></header>
<table class="rows"><thead><tr><th scope="col">Type</th><th scope="col">What the field holds</th></tr></thead><tbody>${types.map(([name, says]) => html`<tr><td><code>${name}</code></td><td>${says}</td></tr>`)}</tbody></table></section>
<section class="card flush" aria-labelledby="parts"><header><h2 id="parts">Parts</h2><p class="hint">between upright lines; empty ones may stand between others</p></header>
<table class="rows"><thead><tr><th scope="col">Place</th><th scope="col">Part</th><th scope="col">What it says</th></tr></thead><tbody>${parts.map(([place, name, says]) => html`<tr><td>${place}</td><td><code>${name}</code></td><td>${says}</td></tr>`)}</tbody></table></section>
<section class="card" aria-labelledby="definitions"><h2 id="definitions">Definitions and groups</h2><div class="prose"><p>A long tag fits into no narrow column. Define it once, anywhere in the document, and use its name where the field belongs.</p><pre tabindex="0" aria-labelledby="definitions"><code>[def:$sn|sig|req|signer1|Sign here]
… [$sn]</code></pre><p>A definition of type <code>check</code> that is used several times makes one group of boxes; its requirement says how many are to be ticked.</p></div></section>
<section class="card" aria-labelledby="wrong"><h2 id="wrong">What is no tag, and what is wrong</h2><div class="prose"><p>Other brackets stay text. A tag that is begun and cannot be understood ends the request with <a href="/docs/events#file_error"><code>file_error</code></a>; one that does not fit the call, such as <code>signer3</code> of two, ends it with <a href="/docs/events#signature_request_invalid"><code>signature_request_invalid</code></a>. Both name the file, the page and the tag.</p><p>With <code>hide_text_tags</code> the letters of the tags are taken out of the page.</p></div></section>`;
}
