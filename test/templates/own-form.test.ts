import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PDFDict, PDFDocument, PDFHexString, PDFName, PDFString } from "pdf-lib";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { requestOf, signatureOf, untilState } from "../support/requests.ts";
import { clientAndWitness, makeTemplate, sendWith } from "../support/templates.ts";

/** A PDF with a text field of its own. */
async function formPdf(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([612, 792]);
  pdf.getForm().createTextField("city").addToPage(page, { x: 100, y: 650, width: 200, height: 20 });
  return pdf.save();
}

/** The value of a widget, its own or that of the field above it. */
function keptIn(widget: PDFDict): string | null {
  const parent = widget.lookupMaybe(PDFName.of("Parent"), PDFDict);
  const value = widget.get(PDFName.of("V")) ?? parent?.get(PDFName.of("V"));
  return value instanceof PDFString || value instanceof PDFHexString ? value.decodeText() : null;
}

const client = [{ role: "Client", name: "Ann Lee", email_address: "ann@example.com" }];
const signer_roles = [{ name: "Client" }];

for (const ground of grounds()) {
  describe(`templates of forms, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    test("the own form of a PDF is filled in place, also where its pages come behind another template's", async () => {
      const plain = await makeTemplate(house, {
        signer_roles,
        form_fields_per_document: [clientAndWitness[0]],
      });
      const form = await makeTemplate(house, {
        signer_roles,
        files: [await formPdf()],
        use_preexisting_fields: true,
        form_fields_per_document: undefined,
      });
      for (const template_ids of [[form], [plain, form]]) {
        const { signature_request_id: id } = requestOf(await sendWith(house, { template_ids, signers: client }));
        assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
        const shown = requestOf(await ask(house, `GET /signature_request/${id}`));
        const page = await pageOf(house, signatureOf(shown).signature_id);
        const { fields } = await open(page);
        const city = fields.find(({ apiId }) => apiId === "city");
        assert.equal(city?.page, template_ids.length);
        const answers = template_ids.length === 1 ? { city: "Split" } : { city: "Split", sign_client: "Ann Lee" };
        assert.deepEqual(await page.finish(answers), { ok: true, state: "signed" });
        await untilState(house, { id, not: ["awaiting", "sealing"] });
        const { bytes } = await ask(house, `GET /signature_request/files/${id}`);
        const done = await PDFDocument.load(bytes);
        const values = done
          .getPages()
          .flatMap(({ node }) => node.Annots()?.asArray() ?? [])
          .map((ref) => keptIn(done.context.lookup(ref, PDFDict)));
        assert.ok(values.includes("Split"), `${template_ids.length} templates: ${values.join(", ")}`);
      }
    });
  });
}
