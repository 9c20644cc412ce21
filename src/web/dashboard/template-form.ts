// What somebody typed into the form that sends a template, and the parameters of v3 that it means.

import { Type } from "typebox";
import { badRequest, type Fault } from "../../base/faults.ts";
import { newId } from "../../base/ids.ts";
import { mergeFieldsOf, type Template } from "../../templates/template.ts";
import { CastCopies, CastSigners, TemplatedRequestInput } from "../../wire/templated-input.ts";
import { flawsIn } from "./form-flaws.ts";
import type { Fields } from "./visit.ts";

/** The form as it was typed: a person for each role, an address for each cc role, a value for each merge field, in their order. */
export type TypedTemplate = {
  /** 40 hex digits that this form was given: what comes twice with them is sent once. */
  readonly once: string;
  /** When the template that the form shows was last changed, in milliseconds: its fields stand for roles and values by their place. */
  readonly asOf: number;
  readonly people: readonly { readonly name: string; readonly email: string }[];
  readonly copies: readonly string[];
  /** Text; of a checkbox "1" where it is ticked, else nothing. */
  readonly values: readonly string[];
  readonly title: string;
  readonly subject: string;
  readonly message: string;
  readonly testMode: boolean;
  readonly allowDecline: boolean;
};

/** A new form: what it says is what the template says. */
export function newTemplateForm(template: Template): TypedTemplate {
  const { row, roles, ccRoles } = template;
  return {
    once: newId(),
    asOf: row.updated_at,
    people: roles.map(() => ({ name: "", email: "" })),
    copies: ccRoles.map(() => ""),
    values: mergeFieldsOf(template).map(() => ""),
    title: row.title,
    subject: row.subject ?? "",
    message: row.message ?? "",
    testMode: true,
    allowDecline: true,
  };
}

/** A new form of a template that was changed since this one was made: what was typed for roles and merge fields may belong to others now. */
export function renewedTemplateForm(
  template: Template,
  { once, title, subject, message, testMode, allowDecline }: TypedTemplate,
): TypedTemplate {
  return { ...newTemplateForm(template), once, title, subject, message, testMode, allowDecline };
}

/** Reads what was typed. Throws `bad_request` for a form that did not come from the page. */
export function typedTemplate(form: Fields, template: Template): TypedTemplate {
  const { roles, ccRoles } = template;
  const text = (name: string) => (form.get(name) ?? "").replaceAll("\r\n", "\n");
  const [once, asOf] = [text("once"), text("as_of")];
  if (!/^[0-9a-f]{40}$/.test(once) || !/^\d{1,15}$/.test(asOf))
    throw badRequest("This form is not whole, so nothing was sent. Open its page again.");
  return {
    once,
    asOf: Number(asOf),
    people: roles.map((_, index) => ({ name: text(`name-${index}`).trim(), email: text(`email-${index}`).trim() })),
    copies: ccRoles.map((_, index) => text(`cc-${index}`).trim()),
    values: mergeFieldsOf(template).map((_, index) => text(`value-${index}`)),
    title: text("title"),
    subject: text("subject"),
    message: text("message"),
    testMode: form.has("test_mode"),
    allowDecline: form.has("allow_decline"),
  };
}

/** The parameters of `signature_request/send_with_template` that a form means. */
export function templateParameters(template: Template, typed: TypedTemplate): Readonly<Record<string, unknown>> {
  const { row, roles, ccRoles } = template;
  const given = mergeFieldsOf(template).flatMap(({ name, type }, index) => {
    const value = typed.values[index] ?? "";
    if (type === "checkbox") return [{ name, value: value === "" ? "0" : "1" }];
    return value === "" ? [] : [{ name, value }];
  });
  return {
    template_ids: [row.template_id],
    signers: roles.map(({ name: role }, index) => ({
      role,
      name: typed.people[index]?.name,
      email_address: typed.people[index]?.email,
    })),
    ccs: ccRoles.map((role, index) => ({ role, email_address: typed.copies[index] })),
    custom_fields: given,
    title: typed.title,
    subject: typed.subject,
    message: typed.message,
    test_mode: typed.testMode,
    allow_decline: typed.allowDecline,
  };
}

/** What can be told to be wrong with a form by itself, one fault for each field. */
export function flawsOfTemplateForm(template: Template, typed: TypedTemplate): readonly Fault[] {
  return flawsIn(everyField, templateParameters(template, typed));
}

const everyField = Type.Object({
  ...TemplatedRequestInput.properties,
  ...CastSigners.properties,
  ...CastCopies.properties,
});

/** Which field of the form a fault is about: its name, with the place of its role; empty for the form as a whole. */
export function templateFieldOf(
  { path = "" }: Fault,
  { template, typed }: { readonly template: Template; readonly typed: TypedTemplate },
): string {
  const [, list = "", index = "", member = ""] = /^(\w+)\[(\d+)\]\[(\w+)\]$/.exec(path) ?? [];
  if (list === "signers") return `${member === "name" ? "name" : "email"}-${index}`;
  if (list === "ccs") return `cc-${index}`;
  if (list === "custom_fields") {
    const sent = mergeFieldsOf(template).flatMap(({ type }, at) =>
      type === "checkbox" || typed.values[at] !== "" ? [at] : [],
    );
    return `value-${sent[Number(index)] ?? 0}`;
  }
  return ["title", "subject", "message"].includes(path) ? path : "";
}
