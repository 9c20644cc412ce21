import type { Answered } from "../support/ask.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { formOf, onePage } from "../support/requests.ts";
import { joinFirst, makeSecondAccount } from "../support/second-account.ts";
import { cast, clientAndWitness, templateIdOf, untilPrepared } from "../support/templates.ts";

/** Calls an operation and notes what it answered. */
type Note = (on: string, path: string, asking?: object) => Promise<Answered>;

/** Asks every operation of templates, and makes requests of one. */
export async function askTemplates(house: HeardHouse, note: Note): Promise<void> {
  const [signature] = clientAndWitness;
  const form = formOf([onePage], {
    test_mode: true,
    title: "Lease",
    message: "Please sign.",
    metadata: { a: 1 },
    signer_roles: [
      { name: "Client", order: 0 },
      { name: "Witness", order: 1 },
    ],
    cc_roles: ["Lawyer"],
    merge_fields: [{ name: "Company", type: "text" }],
    attachments: [{ name: "Passport", signer_index: 0, instructions: "Both sides", required: true }],
    form_field_groups: [{ group_id: "g", group_label: "One of them", requirement: "require_1" }],
    form_fields_per_document: [
      ...clientAndWitness,
      { ...signature, api_id: "t", type: "text", validation_type: "numbers_only", y: 240 },
      { ...signature, api_id: "c", type: "checkbox", is_checked: true, group: "g", y: 280 },
      { ...signature, api_id: "m", type: "text", signer: "me_now", content: "Filled", y: 320 },
    ],
  });
  const id = templateIdOf(await note("POST /template/create", "/template/create", { form }));
  await untilPrepared(house, id);
  const { email: email_address } = await makeSecondAccount(house);
  await joinFirst(house, email_address);
  for (const verb of ["add_user", "remove_user"])
    await note(`POST /template/${verb}/{template_id}`, `/template/${verb}/${id}`, { json: { email_address } });
  await note("POST /template/update/{template_id}", `/template/update/${id}`, { json: { title: "Lease 2" } });
  await note("GET /template/{template_id}", `/template/${id}`);
  await note("GET /template/list", "/template/list");
  for (const kind of ["files", "files_as_data_uri", "files_as_file_url"])
    await note(`GET /template/${kind}/{template_id}`, `/template/${kind}/${id}`);
  await note("GET /template/files/{template_id}", `/template/files/${id}?file_type=zip`);
  const ccs = [{ role: "Lawyer", email_address: "law@example.com" }];
  const custom_fields = [{ name: "Company", value: "Acme" }];
  const json = { template_ids: [id], signers: cast, ccs, custom_fields, client_id: house.clientId, test_mode: true };
  for (const way of ["send", "create_embedded"])
    await note(`POST /signature_request/${way}_with_template`, `/signature_request/${way}_with_template`, { json });
  const again = formOf([onePage], { subject: "Other" });
  const other = `/template/update_files/${id}`;
  const made = templateIdOf(await note("POST /template/update_files/{template_id}", other, { form: again }));
  await untilPrepared(house, made);
  await note("POST /template/delete/{template_id}", `/template/delete/${made}`);
}
