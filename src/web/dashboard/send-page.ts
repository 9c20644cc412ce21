import { limits } from "../../base/limits.ts";
import { mebibyte } from "../../base/units.ts";
import { type Html, html } from "../html.ts";
import { checked, type FormFault, field, refusalNotice } from "./form-field.ts";
import { keyField } from "./frame.ts";
import { expiryDays, type Places, type Typed } from "./send-form.ts";

type SendView = {
  readonly typed: Typed;
  readonly fault: FormFault | null;
  readonly apps: readonly (readonly [clientId: string, name: string])[];
  readonly at: number;
  readonly formKey: string;
  /** Bytes that one file may have. */
  readonly fileBytes: number;
};

/** The page that sends a document: its fields come before its files, so that a file that is refused takes nothing along. */
export function renderSendForm(view: SendView): Html {
  const { typed, fault, formKey } = view;
  return html`<div><p class="crumb"><a href="/app/requests">Requests</a></p><h1>Send a document</h1></div>
${fault !== null && refusalNotice(fault, "Nothing was sent yet. Choose the files again: a browser does not keep them.")}
<form method="post" action="/app/requests/new" enctype="multipart/form-data" class="pair wide" data-send>${keyField(formKey)}<input type="hidden" name="once" value="${typed.once}" autocomplete="off"><button class="unseen" tabindex="-1" aria-hidden="true">Send for signature</button>
<div class="cards">${renderSigners(view)}${renderLetter(view)}</div>
<div class="cards">${renderRules(view)}${renderDocuments(view)}</div></form>`;
}

function renderSigners({ typed, fault }: SendView): Html {
  const crowd = field({ fault, name: "signers" });
  return html`<section class="card" id="signers" aria-labelledby="signers-title"><header><h2 id="signers-title">Signers</h2><p class="hint">Rows that stay empty do not count.</p></header>
${crowd.words}
<div class="people" data-people data-most="${limits.signers}">${typed.signers.slice(0, limits.signers).map((_, row) => renderRow({ typed, fault, row }))}</div>
<div class="row"><button type="button" hidden data-add>Add a signer</button><button name="rows" value="more" formnovalidate formenctype="application/x-www-form-urlencoded" data-more>More rows</button></div>
<label class="choice"><input type="checkbox" name="ordered"${checked(typed.isOrdered)}><span>One after another, in this order<span class="soft">Else everybody is asked at once.</span></span></label></section>`;
}

type Row = Pick<SendView, "typed" | "fault"> & { readonly row: number };

function renderRow({ typed, fault, row }: Row): Html {
  const signer = typed.signers[row] ?? { name: "", email: "" };
  const name = field({ fault, name: `name-${row}` });
  const email = field({ fault, name: `email-${row}` });
  return html`<div class="person" role="group" aria-label="Signer ${row + 1}"><span class="nth" aria-hidden="true">${row + 1}</span>
<div class="stack"><label for="name-${row}">Name</label><input id="name-${row}" name="signer_name" value="${signer.name}" maxlength="${limits.nameLength}" autocomplete="off"${name.marks}>${name.words}</div>
<div class="stack"><label for="email-${row}">E-mail</label><input id="email-${row}" name="signer_email" type="email" value="${signer.email}" maxlength="${limits.emailLength}" autocomplete="off" spellcheck="false"${email.marks}>${email.words}</div>
<button type="button" class="quiet" hidden data-remove>Remove</button></div>
`;
}

function renderLetter({ typed, fault }: SendView): Html {
  const [title, subject, message, cc] = ["title", "subject", "message", "cc"].map((name) =>
    field({ fault, name, hint: `${name}-hint` }),
  );
  return html`<section class="card" aria-labelledby="letter"><h2 id="letter">What they are told</h2>
<div class="stack"><label for="title">Title</label><input id="title" name="title" value="${typed.title}" maxlength="${limits.titleLength}" autocomplete="off"${title?.marks}>${title?.words}<p class="hint" id="title-hint">What the document is called everywhere. Left empty, it is the subject, or the name of the first file.</p></div>
<div class="stack"><label for="subject">Subject of the letter <span class="soft">(optional)</span></label><input id="subject" name="subject" value="${typed.subject}" maxlength="${limits.subjectLength}" autocomplete="off"${subject?.marks}>${subject?.words}<p class="hint" id="subject-hint">Left empty, it is made of the title.</p></div>
<div class="stack"><label for="message">Message <span class="soft">(optional)</span></label><textarea id="message" name="message" rows="4" maxlength="${limits.messageLength}"${message?.marks}>
${typed.message}</textarea>${message?.words}<p class="hint" id="message-hint">Stands in the letter and on the signing page.</p></div>
<div class="stack"><label for="cc">Copies to <span class="soft">(optional)</span></label><textarea id="cc" name="cc" rows="2" spellcheck="false"${cc?.marks}>
${typed.cc}</textarea>${cc?.words}<p class="hint" id="cc-hint">E-mail addresses of people who do not sign, one a line. They get the signed document.</p></div></section>`;
}

function renderRules({ typed, fault, apps, at }: SendView): Html {
  const { first, last } = expiryDays(at);
  const expires = field({ fault, name: "expires", hint: "expires-hint" });
  const app = field({ fault, name: "client_id", hint: "app-hint" });
  const tick = (name: string, { is, words }: { readonly is: boolean; readonly words: readonly [string, string] }) =>
    html`<label class="choice"><input type="checkbox" name="${name}"${checked(is)}><span>${words[0]}<span class="soft">${words[1]}</span></span></label>`;
  return html`<section class="card" aria-labelledby="rules"><h2 id="rules">How</h2>
${tick("test_mode", { is: typed.testMode, words: ["Test mode", "Everything works; each page of the document carries a watermark that says it is a test. Untick it to send in earnest."] })}
${tick("allow_decline", { is: typed.allowDecline, words: ["Signers may decline", "That ends the request. They say why."] })}
${tick("allow_reassign", { is: typed.allowReassign, words: ["Signers may hand over", "To another person, who then signs in their place."] })}
<div class="stack"><label for="expires">Expires at the end of <span class="soft">(optional)</span></label><input id="expires" name="expires" type="date" value="${typed.expires}" min="${first}" max="${last}"${expires.marks}>${expires.words}<p class="hint" id="expires-hint">A day from ${first} to ${last}, in UTC. Who has not signed is reminded 7 and 3 days before.</p></div>
${apps.length > 0 && html`<div class="stack"><label for="client_id">For the app</label><select id="client_id" name="client_id"${app.marks}><option value="">None</option>${apps.map(([id, name]) => html`<option value="${id}"${id === typed.clientId ? html` selected` : null}>${name}</option>`)}</select>${app.words}<p class="hint" id="app-hint">Its colours are on the signing page, and its callback URL hears of the request too.</p></div>`}</section>`;
}

const kinds =
  ".pdf,.docx,.doc,.odt,.rtf,.xlsx,.xls,.ods,.pptx,.ppt,.odp,.txt,.html,.htm,.png,.jpg,.jpeg,.tif,.tiff,.gif,.webp";

function renderDocuments({ typed, fault, fileBytes }: SendView): Html {
  const files = field({ fault, name: "files", hint: "files-hint" });
  const place = (value: Places, words: readonly [name: string, meaning: Html]) =>
    html`<label class="choice"><input type="radio" name="places" value="${value}"${checked(value === typed.places)}><span>${words[0]}<span class="soft">${words[1]}</span></span></label>`;
  return html`<section class="card" aria-labelledby="documents"><h2 id="documents">Documents</h2>
<fieldset><legend>Where people sign</legend>
${place("tags", ["At text tags in the document", html`such as <code>[sig|req|signer1]</code>. Signers do not see them. A document without any gets a page at its end.`])}
${place("fields", ["In the form fields of a PDF", html`whose names end in <code>_signer1</code>, <code>_signer2</code> … A PDF without any gets a page at its end.`])}
${place("page", ["On a page at the end", html`with a line to sign and one for the date for each signer. The document stays as it is.`])}
${tagHelp}</fieldset>
<div class="stack"><label for="files">Files</label><input id="files" name="files" type="file" multiple required accept="${kinds}"${files.marks} data-file-bytes="${fileBytes}" data-all-bytes="${limits.requestBytes}" data-files-most="${limits.filesPerRequest}">${files.words}
<ul class="chosen" data-chosen hidden></ul>
<p class="hint" id="files-hint">PDF, DOCX, DOC, ODT, RTF, XLSX, XLS, ODS, PPTX, PPT, ODP, TXT, HTML, PNG, JPEG, TIFF, GIF and WEBP; up to ${limits.filesPerRequest} files, ${fileBytes / mebibyte} MB each and ${limits.requestBytes / mebibyte} MB together. Several are joined into one document, in this order. Office files and HTML need LibreOffice on the server.</p></div>
<div class="row"><button class="main" data-submit>Send for signature</button><p class="hint" role="status" data-sending></p></div></section>`;
}

const tagHelp = html`<details><summary>How to write text tags</summary><p class="hint">A tag stands on one line of the document, where the field is to be: its type, whether it is required, who fills it.</p>
<dl class="facts small"><dt><code>[sig|req|signer1]</code></dt><dd>the first signer signs</dd><dt><code>[initial|req|signer2]</code></dt><dd>the second signer puts initials</dd><dt><code>[date|req|signer1]</code></dt><dd>the day on which the first signer signs</dd><dt><code>[text|noreq|signer1|City]</code></dt><dd>a text, labelled City, that may stay empty</dd><dt><code>[check|noreq|signer1|I agree]</code></dt><dd>a box to tick</dd></dl>
<p class="hint">Blanks before the closing bracket make a field wider.</p></details>`;
