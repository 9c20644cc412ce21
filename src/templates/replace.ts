import type { NewFile } from "../documents/new-file.ts";
import type { Work } from "../events/work.ts";
import { createTemplate } from "./create.ts";
import { lockOwnTemplate, needReady, type TemplateAsk } from "./find.ts";

/** Other files for a template's fields. What is null is taken from the template. */
export type Replacement = {
  readonly files: readonly NewFile[];
  readonly clientId: string | null;
  readonly subject: string | null;
  readonly message: string | null;
  readonly testMode: boolean;
};

/**
 * Makes a new template of other files with the fields, roles and words of one that is ready, which stays as it is. Answers the new one's
 * id. Faults as `findOwnTemplate` and `needReady`.
 */
export async function replaceFiles(
  work: Work,
  { replacement, ...asked }: TemplateAsk & { readonly replacement: Replacement },
): Promise<string> {
  const template = await lockOwnTemplate(work, asked);
  needReady(template);
  const { row, options } = template;
  const { files, clientId, subject, message, testMode } = replacement;
  return createTemplate(work, {
    accountId: asked.accountId,
    clientId: clientId ?? row.client_id,
    testMode,
    title: row.title,
    subject: subject ?? row.subject,
    message: message ?? row.message,
    metadata: JSON.parse(row.metadata_json) as Record<string, unknown>,
    roles: template.roles,
    ccRoles: template.ccRoles,
    mergeFields: template.mergeFields,
    attachments: template.attachments.map(({ id: _, ...asked }) => asked),
    files,
    options: {
      ...options,
      useTextTags: false,
      hideTextTags: false,
      usePreexistingFields: false,
      fields: [],
      // The new files have no such widgets: a value is drawn where the field stands.
      like: { pages: template.pages, fields: template.fields.map(({ widget: _, ...field }) => field) },
    },
  });
}
