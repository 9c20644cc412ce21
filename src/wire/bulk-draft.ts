// Requests sent in bulk: what they have in common, and their rows, each told by its place when it is wrong.

import { setImmediate } from "node:timers/promises";
import { badRequest, Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { MergeValue } from "../documents/document.ts";
import { coerceInput } from "../http/input.ts";
import type { BulkDraft, BulkRow } from "../requests/bulk.ts";
import type { Template } from "../templates/template.ts";
import type { BulkSendInput } from "./bulk-input.ts";
import { readCustomFields } from "./custom-fields.ts";
import type { Asked } from "./request-draft.ts";
import type { Warning } from "./shapes.ts";
import { fieldOfColumn, readSignerFile, type SignerFile } from "./signer-file.ts";
import { readSigners } from "./signers.ts";
import { findTemplates, readTemplatedDraft, refuseStrangers, rolesOf } from "./templated-draft.ts";
import { CastSigners, listByRole } from "./templated-input.ts";

/** A bulk send that is checked to the last row. */
export type BulkReading = {
  readonly draft: BulkDraft;
  readonly rows: readonly BulkRow[];
  readonly warnings: readonly Warning[];
};

/** Which send it is: `most` rows may be asked for. */
export type BulkAsk = { readonly input: BulkSendInput; readonly isEmbedded: boolean; readonly most: number };

/** Reads a bulk send. Throws as `readTemplatedDraft`, and `bad_request` that names the rows which are wrong, and what in them: then nothing is sent. */
export async function readBulkSend(asked: Asked, { input, isEmbedded, most }: BulkAsk): Promise<BulkReading> {
  const templates = await findTemplates(asked, input.template_ids);
  const role = onlyRole(templates);
  const file = await readSignerFile(asked, input);
  const count = countRows({ input, file, most });
  const { signer_list: list = [], signer_file: _, custom_fields: common, ...shared } = input;
  const stand = { name: "Signer", email_address: "signer@example.com", role };
  const draft = await readTemplatedDraft(
    { ...asked, files: [] },
    { input: { ...shared, signers: [stand] }, isEmbedded },
  );
  const parts = draft.templates?.parts ?? [];
  const stage: Stage = { role, isEmbedded, templates, values: readCustomFields(common) };
  refuseStrangers(stage.values, { players: new Map([[role, 0]]), templates });
  const rowAt = file === null ? rowOfList(list, { asked, stage }) : rowOfFile(file, stage);
  const rows = await readRows(count, rowAt);
  return {
    draft: {
      ...draft,
      signers: [],
      options: { ...draft.options, mergeValues: [], allowReassign: false },
      templates: { ids: templates.map(({ row }) => row.template_id), parts },
    },
    rows,
    warnings: [...(file?.warnings ?? []), ...reassignWarning(draft.options.allowReassign)],
  };
}

/** The name of the templates' only role. */
function onlyRole(templates: readonly Template[]): string {
  const names = rolesOf(templates).map(({ name }) => name);
  const [name, ...others] = names;
  if (name === undefined || others.length > 0)
    throw badRequest(
      `template_ids not valid: a bulk send takes templates with one signer role, the same in all; these have ${names.join(", ")}`,
      "template_ids",
    );
  return name;
}

type Counting = { readonly input: BulkSendInput; readonly file: SignerFile | null; readonly most: number };

function countRows({ input: { signer_list: list }, file, most }: Counting): number {
  if (file !== null && list !== undefined)
    throw badRequest("Give signer_list or signer_file, not both.", "signer_file");
  if (file === null && list === undefined)
    throw badRequest("signer_list is required: give it, or signer_file.", "signer_list");
  const name = file === null ? "signer_list" : "signer_file";
  const count = file === null ? (list?.length ?? 0) : file.lines.length;
  if (count === 0) throw badRequest(`${name} not valid: it names no signer`, name);
  if (count > most)
    throw badRequest(`${name} not valid: a bulk send has at most ${most} signers, and this one has ${count}`, name);
  return count;
}

type Stage = {
  readonly role: string;
  readonly isEmbedded: boolean;
  readonly templates: readonly Template[];
  /** What fills merge fields where a row does not say otherwise, and who may edit them. */
  readonly values: readonly MergeValue[];
};

/** Reads the row at an index; its faults say where it is. */
type RowAt = (index: number) => BulkRow;

/** Reads every row before any is refused, so that several faults are mended at once; others have their turn meanwhile. */
async function readRows(count: number, rowAt: RowAt): Promise<readonly BulkRow[]> {
  const rows: BulkRow[] = [];
  const faults: Fault[] = [];
  for (let index = 0; index < count && faults.length <= limits.bulkFaultsTold; index += 1) {
    if (index % limits.bulkRowsRead === limits.bulkRowsRead - 1) await setImmediate();
    try {
      rows.push(rowAt(index));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(error);
    }
  }
  const [first] = faults;
  if (first === undefined) return rows;
  const told = faults.slice(0, limits.bulkFaultsTold).map(({ message }) => message.replace(/\.$/, ""));
  throw badRequest(`${told.join("; ")}${faults.length > told.length ? "; and more rows" : ""}`, first.path);
}

function rowOfList(
  list: NonNullable<BulkSendInput["signer_list"]>,
  { asked, stage }: { readonly asked: Asked; readonly stage: Stage },
): RowAt {
  const written = asked.keys.get("signer_list");
  return (index) => {
    const path = `signer_list[${written?.[index] ?? index}]`;
    const { signers, custom_fields: values } = list[index] ?? {};
    try {
      return readRow(stage, { signers, values: readCustomFields(values) });
    } catch (error) {
      throw placed(error, { at: path, pathOf: (inner) => `${path}[${inner.replace("[", "][").replace(/\]$/, "")}]` });
    }
  };
}

function rowOfFile({ lines }: SignerFile, stage: Stage): RowAt {
  const names = new Set(stage.templates.flatMap(({ fields }) => fields.flatMap(({ name, apiId }) => [name, apiId])));
  return (index) => {
    const line = lines[index];
    const values = (line?.fields ?? []).map(({ column, value }) => ({ name: fieldOfColumn(column, names), value }));
    try {
      return readRow(stage, {
        signers: [{ ...line?.signer, role: stage.role }],
        values: readCustomFields(values),
      });
    } catch (error) {
      throw placed(error, { at: `signer_file, line ${line?.number}`, pathOf: () => "signer_file" });
    }
  };
}

type Row = { readonly signers: unknown; readonly values: readonly MergeValue[] };

function readRow({ role, isEmbedded, templates, values: common }: Stage, { signers: raw, values }: Row): BulkRow {
  if (raw === undefined) throw badRequest("signers is required: name one signer.", "signers");
  const { signers } = coerceInput(CastSigners, { signers: listByRole(raw) });
  const [given, ...others] = signers;
  if (!given || others.length > 0)
    throw badRequest("signers not valid: a row of a bulk send has one signer", "signers");
  if (given.role !== role)
    throw badRequest(`role not valid: ${given.role} is not the signer role here, which is ${role}`, "signers[0][role]");
  const pathOf = (at: number, name: string) => `signers[${at}][${name}]`;
  const [signer] = readSigners({ signers: [given] }, { pathOf, isEmbedded, mayLack: false });
  refuseStrangers(values, { players: new Map([[role, 0]]), templates });
  if (!signer) throw badRequest("signers is required: name one signer.", "signers");
  return { signer: { ...signer, role }, mergeValues: valuesOf(values, { common, templates }) };
}

type Common = { readonly common: readonly MergeValue[]; readonly templates: readonly Template[] };

/** A row's values, with what is said for all of who may edit them; and for the other fields what is said for all. */
function valuesOf(values: readonly MergeValue[], { common, templates }: Common): readonly MergeValue[] {
  const fields = templates.flatMap((template) => template.fields);
  const idOf = ({ name }: MergeValue) =>
    fields.find((field) => field.name === name || field.apiId === name)?.apiId ?? name;
  const own = new Set(values.map(idOf));
  const said = new Map(common.map((value) => [idOf(value), value]));
  const mine = values.map((value) => {
    const { editor = value.editor, required = value.required } = said.get(idOf(value)) ?? {};
    return { ...value, editor, required };
  });
  return [...mine, ...common.filter((value) => !own.has(idOf(value)))];
}

type Placing = { readonly at: string; readonly pathOf: (inner: string) => string };

function placed(error: unknown, { at, pathOf }: Placing): unknown {
  if (!(error instanceof Fault)) return error;
  const inner = error.path ?? "signers";
  return badRequest(`${at}: ${error.message}`, pathOf(inner));
}

/** Who signs one of many requests cannot hand it over. */
function reassignWarning(isAllowed: boolean): readonly Warning[] {
  if (!isAllowed) return [];
  const words = "The template lets signers assign somebody else; a bulk send does not.";
  return [{ warning_name: "reassign_unsupported", warning_msg: words }];
}
