import type { Answered } from "../support/ask.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { sign } from "../support/page.ts";
import { ann, bob, formOf, onePage, requestOf, signatureOf, untilState } from "../support/requests.ts";

/** Calls an operation and notes what it answered. */
type Note = (on: string, path: string, asking?: object) => Promise<Answered>;

const signature = {
  document_index: 0,
  api_id: "s",
  type: "signature",
  signer: 0,
  required: true,
  page: 1,
  x: 72,
  y: 60,
  width: 120,
  height: 30,
};

/** Asks every operation that changes a request: both edits, the update, and the removal once it is signed. */
export async function askChanges(house: HeardHouse, note: Note): Promise<void> {
  const embedded = { client_id: house.clientId, test_mode: true };
  const ready = async (answer: Answered) =>
    untilState(house, { id: requestOf(answer).signature_request_id, not: ["processing"] });
  const sent = await ready(
    await note("POST /signature_request/send", "/signature_request/send", {
      form: formOf([onePage], { signers: [bob] }),
    }),
  );
  const id = sent.signature_request_id;
  const edit = `/signature_request/edit/${id}`;
  await ready(
    await note("PUT /signature_request/edit/{signature_request_id}", edit, {
      form: formOf([onePage], { signers: [ann] }),
    }),
  );
  const editEmbedded = `/signature_request/edit_embedded/${id}`;
  const edited = await ready(
    await note("PUT /signature_request/edit_embedded/{signature_request_id}", editEmbedded, {
      form: formOf([onePage], { signers: [ann], form_fields_per_document: [signature], ...embedded }),
    }),
  );
  const json = { signature_id: signatureOf(edited).signature_id, email_address: bob.email_address, name: bob.name };
  const updated = requestOf(
    await note("POST /signature_request/update/{signature_request_id}", `/signature_request/update/${id}`, { json }),
  );
  await sign(house, signatureOf(updated).signature_id);
  await untilState(house, { id, not: ["awaiting", "sealing"] });
  await note("POST /signature_request/remove/{signature_request_id}", `/signature_request/remove/${id}`);
}
