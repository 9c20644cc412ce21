// Requests made of templates: who plays which role, and what the templates bring along.

import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { MergeValue } from "../documents/document.ts";
import { truthOf } from "../documents/merge.ts";
import type { NewFile } from "../documents/new-file.ts";
import { coerceParameters } from "../http/input.ts";
import { partOf } from "../requests/part-of.ts";
import type { RequestPart } from "../requests/parts.ts";
import type { Draft } from "../requests/send.ts";
import { findUsableTemplate, needReady } from "../templates/find.ts";
import type { Role, Template } from "../templates/template.ts";
import { readFiles, uploadsOf } from "./draft-files.ts";
import { type Asked, readDraft } from "./request-draft.ts";
import type { SignatureRequestInput } from "./request-input.ts";
import {
  CastCopies,
  type CastCopy,
  type CastSigner,
  CastSigners,
  listByRole,
  type TemplatedRequestInput,
} from "./templated-input.ts";

/** What is asked of templates. `mayLack`: of a draft, whose sender names those who are missing. */
type TemplatedReading = {
  readonly input: TemplatedRequestInput;
  readonly isEmbedded: boolean;
  readonly mayLack?: boolean;
};

/** A checked draft of templates, and what it is made of. */
export type TemplatedDraft = {
  readonly draft: Draft & { readonly templates: NonNullable<Draft["templates"]> };
  readonly templates: readonly Template[];
  /** The roles that nobody plays yet: they come behind the draft's signers. */
  readonly free: readonly Role[];
  /** Who gets a copy in which role; nobody yet where there is no address. */
  readonly ccs: readonly { readonly role: string; readonly email?: string }[];
};

/** Makes a checked draft of what was asked. Throws as `readDraft`; `not_found` for a template that the account does not have, and as `needReady`. */
export async function readTemplatedDraft(asked: Asked, reading: TemplatedReading): Promise<Draft> {
  return (await readTemplates(asked, reading)).draft;
}

/** The same, with what it is made of. */
export async function readTemplates(
  asked: Asked,
  { input, isEmbedded, mayLack = false }: TemplatedReading,
): Promise<TemplatedDraft> {
  const templates = await findTemplates(asked, input.template_ids);
  const roles = rolesOf(templates);
  const { signers } = readCast(asked, { input, mayLack });
  const { ccs } = coerceParameters(CastCopies, { raw: { ccs: listByRole(input.ccs ?? []) }, keys: asked.keys });
  const pathOf = pathsOf(asked);
  const { players, free } = castRoles(signers, { roles, pathOf, mayLack });
  const copies = readCopies(ccs, { templates, pathOf, mayLack });
  const addresses = [...new Set(copies.flatMap(({ email }) => email ?? []))];
  const plain = asPlain(input, { templates, signers, roles, players, copies: addresses });
  const files = [...templates.flatMap(filesOf), ...(hasFiles(asked, input) ? readFiles(asked, input) : [])];
  if (files.length > limits.filesPerRequest)
    throw badRequest(
      `files not valid: with those of the templates a request may have ${limits.filesPerRequest}`,
      "files",
    );
  const places = mayLack ? { places: roles.length } : {};
  const draft = await readDraft(asked, { input: plain, isEmbedded, files, ...places });
  const { mergeValues } = draft.options;
  refuseStrangers(mergeValues, { players, templates });
  const parts = templates.map((template) => partOf(template, { signers: players, mergeValues }));
  refuseTooMuch(draft, parts);
  return {
    draft: {
      ...draft,
      options: { ...draft.options, dateFormat: templates[0]?.options.dateFormat ?? draft.options.dateFormat },
      signers: draft.signers.map((signer, index) => ({ ...signer, role: signers[index]?.role ?? "" })),
      templates: { ids: templates.map(({ row }) => row.template_id), parts },
    },
    templates,
    free,
    ccs: copies,
  };
}

function readCast(
  { keys }: Asked,
  { input, mayLack }: Pick<TemplatedReading, "input"> & { readonly mayLack: boolean },
): { readonly signers: readonly CastSigner[] } {
  const given = listByRole(input.signers);
  if (mayLack && (given === undefined || (Array.isArray(given) && given.length === 0))) return { signers: [] };
  return coerceParameters(CastSigners, { raw: { signers: given }, keys });
}

function refuseTooMuch({ attachments }: Draft, parts: readonly RequestPart[]): void {
  if (parts.reduce((sum, { fields }) => sum + fields.length, 0) > limits.fieldsPerRequest)
    throw badRequest(
      `template_ids not valid: together they have more than ${limits.fieldsPerRequest} fields`,
      "template_ids",
    );
  if (attachments.length > limits.attachmentsPerRequest)
    throw badRequest(
      `template_ids not valid: together they ask for more than ${limits.attachmentsPerRequest} files`,
      "template_ids",
    );
}

/** The templates of a request, in order; one that is named twice counts once. Faults as `readTemplatedDraft`. */
export async function findTemplates({ db, accountId }: Asked, ids: readonly string[]): Promise<readonly Template[]> {
  const templates: Template[] = [];
  for (const templateId of new Set(ids)) {
    const template = await findUsableTemplate(db, { accountId, templateId });
    needReady(template);
    templates.push(template);
  }
  return templates;
}

/** The roles of all templates: of a name that several use, the first one's order counts; one without an order makes all go at once. */
export function rolesOf(templates: readonly Template[]): readonly Role[] {
  const roles = new Map<string, Role>();
  for (const role of templates.flatMap((template) => template.roles))
    if (!roles.has(role.name)) roles.set(role.name, role);
  const all = [...roles.values()];
  return all.every(({ order }) => order !== null) ? all : all.map(({ name }) => ({ name, order: null }));
}

type PathOf = (list: "signers" | "ccs", index: number) => string;

/** The path of a role as the caller wrote it: in brackets lists may be counted from 1. */
function pathsOf({ keys }: Pick<Asked, "keys">): PathOf {
  return (list, index) => `${list}[${keys.get(list)?.[index] ?? index}][role]`;
}

type Stage = { readonly roles: readonly Role[]; readonly pathOf: PathOf; readonly mayLack: boolean };
type Played = { readonly players: ReadonlyMap<string, number>; readonly free: readonly Role[] };

/** The index of the signer of each role, and the roles that are free. Throws `bad_request` for a role that is unknown, played twice or left out. */
function castRoles(signers: readonly CastSigner[], { roles, pathOf, mayLack }: Stage): Played {
  const players = new Map<string, number>();
  for (const [index, { role }] of signers.entries()) {
    const path = pathOf("signers", index);
    if (!roles.some(({ name }) => name === role))
      throw badRequest(`role not valid: ${role} is not a signer role here; there are ${namesOf(roles)}`, path);
    if (players.has(role)) throw badRequest(`role not valid: ${role} is given to two signers`, path);
    players.set(role, index);
  }
  const left = roles.filter(({ name }) => !players.has(name));
  if (left.length > 0 && !mayLack)
    throw badRequest(
      `signers not valid: nobody is given the role ${namesOf(left)}; every role needs a signer`,
      "signers",
    );
  for (const [index, { name }] of left.entries()) players.set(name, signers.length + index);
  return { players, free: left };
}

function namesOf(roles: readonly Pick<Role, "name">[]): string {
  return roles.map(({ name }) => name).join(", ");
}

/** The addresses for the templates' cc roles. Throws `bad_request` for a role that is unknown, given twice or left out. */
function readCopies(
  ccs: readonly CastCopy[],
  { templates, pathOf, mayLack }: Omit<Stage, "roles"> & { readonly templates: readonly Template[] },
): TemplatedDraft["ccs"] {
  const roles = new Set(templates.flatMap(({ ccRoles }) => ccRoles));
  const given = new Set<string>();
  for (const [index, { role }] of ccs.entries()) {
    const path = pathOf("ccs", index);
    if (!roles.has(role)) throw badRequest(`role not valid: ${role} is not a cc role here`, path);
    if (given.has(role)) throw badRequest(`role not valid: ${role} is given twice`, path);
    given.add(role);
  }
  const left = [...roles].filter((role) => !given.has(role));
  if (left.length > 0 && !mayLack)
    throw badRequest(`ccs is required: nobody is given the cc role ${left.join(", ")}.`, "ccs");
  return [...ccs.map(({ role, email_address: email }) => ({ role, email })), ...left.map((role) => ({ role }))];
}

type Cast = {
  readonly templates: readonly Template[];
  readonly roles: readonly Role[];
  readonly signers: readonly CastSigner[];
  readonly players: ReadonlyMap<string, number>;
  readonly copies: readonly string[];
};

/** The same request as if it were asked for without templates: what is not said is said by the first template that says it. */
function asPlain(input: TemplatedRequestInput, cast: Cast): SignatureRequestInput {
  const { templates, roles, signers, players, copies } = cast;
  const { template_ids, ccs, signers: _, ...rest } = input;
  const [first] = templates;
  const said = (of: (template: Template) => string | null) => templates.map(of).find((text) => text) ?? "";
  return {
    ...rest,
    title: input.title?.trim() || said(({ row }) => row.title),
    subject: input.subject || said(({ row }) => row.subject),
    message: input.message || said(({ row }) => row.message),
    cc_email_addresses: [...copies],
    signers: signers.map(({ role, ...signer }) => ({
      ...signer,
      order: roles.find(({ name }) => name === role)?.order ?? null,
    })),
    attachments: templates.flatMap((template) =>
      template.attachments.flatMap(({ signer, name, instructions, required }) => {
        const player = players.get(template.roles[signer]?.name ?? "");
        return player === undefined ? [] : [{ signer_index: player, name, instructions, required }];
      }),
    ),
    allow_reassign: templates.every(({ options }) => options.allowReassign),
    signer_experience: input.signer_experience ?? { form_view: first?.options.formView ?? "disabled" },
  };
}

function filesOf({ files }: Template): readonly NewFile[] {
  return files.map(({ name, blob, bytes }) => ({ name, blob: blob ?? "", bytes }));
}

function hasFiles(asked: Asked, { file_urls: urls = [] }: TemplatedRequestInput): boolean {
  return uploadsOf(asked).length > 0 || urls.length > 0;
}

/** Editors are roles, and what ticks a box is a truth. Throws `bad_request` for a value that says otherwise. */
export function refuseStrangers(
  values: readonly MergeValue[],
  { players, templates }: Pick<Cast, "players"> & { readonly templates: readonly Pick<Template, "fields">[] },
): void {
  for (const [index, { name, value, editor }] of values.entries()) {
    if (editor !== null && !players.has(editor))
      throw badRequest(`editor not valid: ${editor} is not a signer role here`, `custom_fields[${index}][editor]`);
    const isTick = templates.some(({ fields }) =>
      fields.some((field) => field.type === "checkbox-merge" && (field.name === name || field.apiId === name)),
    );
    if (isTick && truthOf(value) === null)
      throw badRequest(
        'value not valid: a checkbox takes "1" or "0", "true" or "false"',
        `custom_fields[${index}][value]`,
      );
  }
}
