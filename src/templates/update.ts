import type { Work } from "../events/work.ts";
import { lockOwnTemplate, needReady, type TemplateAsk } from "./find.ts";
import type { TemplateOptions } from "./template.ts";
import { wordColumns } from "./words.ts";

/** What is changed; what is not said stays. */
export type TemplateChanges = {
  readonly title?: string;
  readonly subject?: string | null;
  readonly message?: string | null;
  readonly ccRoles?: readonly string[];
  readonly allowReassign?: boolean;
  readonly formView?: TemplateOptions["formView"];
  /** New names of fields, by their api_ids. */
  readonly fieldNames?: ReadonlyMap<string, string>;
};

/** Changes a template that is ready; requests made of it before stay as they are. Answers the api_ids that no field has. Faults as `findOwnTemplate` and `needReady`. */
export async function updateTemplate(
  work: Work,
  { changes, ...asked }: TemplateAsk & { readonly changes: TemplateChanges },
): Promise<readonly string[]> {
  const template = await lockOwnTemplate(work, asked);
  needReady(template);
  const { row, files, options } = template;
  const said = {
    title: changes.title ?? row.title,
    subject: changes.subject === undefined ? row.subject : changes.subject,
    message: changes.message === undefined ? row.message : changes.message,
  };
  const names = changes.fieldNames ?? new Map<string, string>();
  const fields = template.fields.map((field) => ({ ...field, name: names.get(field.apiId) ?? field.name }));
  const metadata = JSON.parse(row.metadata_json) as Record<string, unknown>;
  await work.tx
    .updateTable("templates")
    .set({
      ...said,
      cc_roles_json: JSON.stringify(changes.ccRoles ?? template.ccRoles),
      options_json: JSON.stringify({
        ...options,
        allowReassign: changes.allowReassign ?? options.allowReassign,
        formView: changes.formView ?? options.formView,
      } satisfies TemplateOptions),
      fields_json: JSON.stringify(fields),
      ...wordColumns({ ...said, metadata, files: files.map(({ name }) => name) }),
      updated_at: work.at,
    })
    .where("template_id", "=", row.template_id)
    .execute();
  const known = new Set(fields.map(({ apiId }) => apiId));
  return [...names.keys()].filter((apiId) => !known.has(apiId));
}
