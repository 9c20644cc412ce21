import type { Answered } from "../support/ask.ts";
import { buyLine } from "../support/faxes.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { formOf, onePage } from "../support/requests.ts";

/** Calls an operation and notes what it answered. */
type Note = (on: string, path: string, asking?: object) => Promise<Answered>;

/** Asks every operation of faxes and fax lines. */
export async function askFaxes(house: HeardHouse, note: Note): Promise<void> {
  await note("GET /fax_line/area_codes", "/fax_line/area_codes?country=US&state=CA");
  const json = { area_code: 209, country: "US" };
  await note("POST /fax_line/create", "/fax_line/create", { json });
  const number = await buyLine(house);
  for (const verb of ["remove_user", "add_user"])
    await note(`PUT /fax_line/${verb}`, `/fax_line/${verb}`, { json: { number, email_address: "admin@localhost" } });
  await note("GET /fax_line", `/fax_line?number=${encodeURIComponent(number)}`);
  await note("GET /fax_line/list", "/fax_line/list");

  const cover = { cover_page_to: "Jill", cover_page_from: "Ann", cover_page_message: "A fax", title: "Lease" };
  const form = formOf([onePage], { test_mode: true, recipient: number, sender: number, ...cover });
  const { json: made } = await note("POST /fax/send", "/fax/send", { form });
  const { fax_id: id } = (made as { fax: { fax_id: string } }).fax;
  await house.quiet();
  await note("GET /fax/{fax_id}", `/fax/${id}`);
  await note("GET /fax/files/{fax_id}", `/fax/files/${id}`);
  await note("GET /fax/list", "/fax/list");
  await note("DELETE /fax/{fax_id}", `/fax/${id}`);
  await note("DELETE /fax_line", "/fax_line", { json: { number } });
}
