import type { FastifyReply } from "fastify";
import { Fault } from "../../base/faults.ts";
import { limits } from "../../base/limits.ts";
import { macOf } from "../../base/secrets.ts";
import { coerceInput } from "../../http/input.ts";
import { sendOnce } from "../../requests/send.ts";
import { findUsableTemplate, needReady } from "../../templates/find.ts";
import { mergeFieldsOf, type Template } from "../../templates/template.ts";
import { readTemplatedDraft } from "../../wire/templated-draft.ts";
import { TemplatedRequestInput } from "../../wire/templated-input.ts";
import { type Html, html } from "../html.ts";
import { checked, type FormFault, field, refusalNotice } from "./form-field.ts";
import { gather } from "./form-flaws.ts";
import { keyField, sendPage } from "./frame.ts";
import { refusing, wordsOf } from "./refusal.ts";
import {
  flawsOfTemplateForm,
  newTemplateForm,
  renewedTemplateForm,
  type TypedTemplate,
  templateFieldOf,
  templateParameters,
  typedTemplate,
} from "./template-form.ts";
import { actorOf, type Fields, idOf, type Visit } from "./visit.ts";

/** The form that makes a request of a template. */
export async function showTemplateSend(visit: Visit): Promise<FastifyReply> {
  const template = await findReady(visit);
  return show(visit, { template, typed: newTemplateForm(template), fault: null, status: 200 });
}

/** Makes a request of a template, as the API does; a form that comes twice is sent once, and one of the template as it was before a change is shown anew. */
export async function sendTemplate(visit: Visit, form: Fields): Promise<FastifyReply> {
  const template = await findReady(visit);
  const typed = typedTemplate(form, template);
  if (typed.asOf !== template.row.updated_at) return showChanged(visit, { template, typed });
  const found = flawsOfTemplateForm(template, typed);
  const sent = found[0] ?? (await refusing(() => send(visit, { template, typed })));
  if (sent instanceof Fault) {
    const tell = (one: Fault) => ({ field: templateFieldOf(one, { template, typed }), words: wordsOf(one) });
    const fault = gather([sent, ...found].map(tell));
    return show(visit, { template, typed, fault, status: sent.status });
  }
  return visit.reply.redirect(`/app/requests/${sent.requestId}?done=${sent.isNew ? "sent" : "twice"}`, 303);
}

async function showChanged(visit: Visit, { template, typed }: Sending): Promise<FastifyReply> {
  const requestId = idOfRequest(visit, typed);
  const sent = await visit.house.store.read
    .selectFrom("signature_requests")
    .select("request_id")
    .where("request_id", "=", requestId)
    .executeTakeFirst();
  if (sent) return visit.reply.redirect(`/app/requests/${requestId}?done=twice`, 303);
  const words =
    "The template was changed after this page was opened: its roles and merge fields may be others. Fill them in again.";
  const fault = { field: "", words };
  return show(visit, { template, typed: renewedTemplateForm(template, typed), fault, status: 409 });
}

/** What comes twice with the same form is one request. */
function idOfRequest({ house, account }: Visit, { once }: TypedTemplate): string {
  return macOf(house.secret, `sent from a page ${account.account_id} ${once}`).slice(0, 40);
}

async function findReady({ house, account, ...visit }: Visit): Promise<Template> {
  const asked = { accountId: account.account_id, templateId: idOf(visit) };
  const template = await findUsableTemplate(house.store.read, asked);
  needReady(template);
  return template;
}

type Sending = { readonly template: Template; readonly typed: TypedTemplate };

async function send(visit: Visit, { template, typed }: Sending) {
  const { house, account, request } = visit;
  const input = coerceInput(TemplatedRequestInput, templateParameters(template, typed));
  const { account_id: accountId } = account;
  const asked = { db: house.store.read, accountId, at: house.clock(), files: [], keys: new Map() };
  const draft = await readTemplatedDraft(asked, { input, isEmbedded: false });
  const requestId = idOfRequest(visit, typed);
  const entry = await house.transact((work) => sendOnce(work, { draft, requestId }), actorOf({ request, account }));
  return { requestId, isNew: entry !== null };
}

type View = Sending & { readonly fault: FormFault | null };

function show(visit: Visit, { status, ...view }: View & { readonly status: number }): FastifyReply {
  const { template, typed, fault } = view;
  const { row } = template;
  const path = `/app/templates/${row.template_id}`;
  const title = row.title || "Without a title";
  return sendPage(visit, {
    title: `${fault === null ? "Send" : "Not sent yet · Send"} ${title}`,
    place: "templates",
    status,
    body: html`<div><p class="crumb"><a href="${path}">${title}</a></p><h1>Send this template</h1></div>
${fault !== null && refusalNotice(fault, "Nothing was sent yet.")}
<form method="post" action="${path}/send" class="pair wide">${keyField(visit.formKey)}<input type="hidden" name="once" value="${typed.once}" autocomplete="off"><input type="hidden" name="as_of" value="${typed.asOf}" autocomplete="off">
<div class="cards">${renderPeople(view)}${renderValues(view)}</div>
<div class="cards">${renderLetter(view)}</div></form>`,
  });
}

type Line = {
  readonly name: string;
  readonly label: string | Html;
  readonly value: string;
  readonly most: number;
  readonly type?: "email";
};

function renderLine(fault: FormFault | null, { name, label, value, most, type }: Line): Html {
  const { marks, words } = field({ fault, name });
  const kind = type === undefined ? null : html` type="${type}" spellcheck="false"`;
  return html`<div class="stack"><label for="${name}">${label}</label><input id="${name}" name="${name}"${kind} value="${value}" maxlength="${most}" autocomplete="off"${marks}>${words}</div>`;
}

function renderPeople({ template: { roles, ccRoles }, typed, fault }: View): Html {
  const people = roles.map(({ name: role, order }, index) => {
    const person = typed.people[index] ?? { name: "", email: "" };
    const name = { name: `name-${index}`, label: "Name", value: person.name, most: limits.nameLength };
    const email = { name: `email-${index}`, label: "E-mail", value: person.email, most: limits.emailLength };
    return html`<fieldset class="role"><legend>${role}${order !== null && html` <span class="soft">turn ${order + 1}</span>`}</legend>
${renderLine(fault, name)}${renderLine(fault, { ...email, type: "email" })}</fieldset>
`;
  });
  const copies = ccRoles.map((role, index) =>
    renderLine(fault, {
      name: `cc-${index}`,
      label: html`Copy to: ${role} <span class="soft">e-mail</span>`,
      value: typed.copies[index] ?? "",
      most: limits.emailLength,
      type: "email",
    }),
  );
  return html`<section class="card" aria-labelledby="people"><h2 id="people">Who takes part</h2>${people}${copies}</section>`;
}

function renderValues({ template, typed, fault }: View): Html | null {
  const mergeFields = mergeFieldsOf(template);
  if (mergeFields.length === 0) return null;
  const lines = mergeFields.map(({ name: label, type }, index) => {
    const [name, value] = [`value-${index}`, typed.values[index] ?? ""];
    if (type === "text") return renderLine(fault, { name, label, value, most: limits.fieldValueLength });
    return html`<label class="choice"><input type="checkbox" name="${name}" value="1"${checked(value !== "")}><span>${label}</span></label>`;
  });
  return html`<section class="card" aria-labelledby="values"><h2 id="values">Values of merge fields</h2>${lines}<p class="hint">What stays empty is left empty in the document.</p></section>`;
}

function renderLetter({ typed, fault }: View): Html {
  const message = field({ fault, name: "message" });
  const tick = (name: string, { is, words }: { readonly is: boolean; readonly words: readonly [string, string] }) =>
    html`<label class="choice"><input type="checkbox" name="${name}"${checked(is)}><span>${words[0]}<span class="soft">${words[1]}</span></span></label>`;
  const optional = html` <span class="soft">(optional)</span>`;
  return html`<section class="card" aria-labelledby="letter"><h2 id="letter">What they are told</h2>
${renderLine(fault, { name: "title", label: "Title", value: typed.title, most: limits.titleLength })}
${renderLine(fault, { name: "subject", label: html`Subject of the letter${optional}`, value: typed.subject, most: limits.subjectLength })}
<div class="stack"><label for="message">Message${optional}</label><textarea id="message" name="message" rows="4" maxlength="${limits.messageLength}"${message.marks}>
${typed.message}</textarea>${message.words}</div>
${tick("test_mode", { is: typed.testMode, words: ["Test mode", "Everything works; each page of the document carries a watermark that says it is a test. Untick it to send in earnest."] })}
${tick("allow_decline", { is: typed.allowDecline, words: ["Signers may decline", "That ends the request. They say why."] })}
<div class="row"><button class="main">Send for signature</button></div></section>`;
}
