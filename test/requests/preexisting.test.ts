import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { degrees, PDFDocument } from "pdf-lib";
import { runOn } from "../evidence/tools.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, messageOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { ann, bob, requestOf, sendAndWait, signatureOf, untilState } from "../support/requests.ts";

/** A PDF with a form of every kind of field. */
async function formPdf({ second = "approved_signer2", turn = 0 } = {}): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([612, 792]);
  page.setRotation(degrees(turn));
  const form = pdf.getForm();
  const name = form.createTextField("tenant.name");
  name.enableRequired();
  name.addToPage(page, { x: 100, y: 700, width: 200, height: 20 });
  const city = form.createTextField("city");
  city.setText("Zagreb");
  city.addToPage(page, { x: 100, y: 650, width: 200, height: 20 });
  form.createCheckBox("pets").addToPage(page, { x: 100, y: 600, width: 16, height: 16 });
  form.createCheckBox(second).addToPage(page, { x: 140, y: 600, width: 16, height: 16 });
  const size = form.createRadioGroup("size");
  size.addOptionToPage("small", page, { x: 100, y: 560, width: 16, height: 16 });
  size.addOptionToPage("large", page, { x: 140, y: 560, width: 16, height: 16 });
  const colour = form.createDropdown("colour");
  colour.setOptions(["red", "blue"]);
  colour.addToPage(page, { x: 100, y: 520, width: 120, height: 20 });
  const fixed = form.createTextField("fixed");
  fixed.setText("As it is");
  fixed.enableReadOnly();
  fixed.addToPage(page, { x: 100, y: 480, width: 120, height: 20 });
  return pdf.save();
}

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    test("the fields of a PDF's own form become the signers', are filled in place, and keep the values", async () => {
      const shown = await sendAndWait(house, {
        signers: [ann, bob],
        files: [await formPdf()],
        use_preexisting_fields: true,
      });
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), ["signature_request_sent"]);
      const page = await pageOf(house, signatureOf(shown).signature_id);
      const { fields, answers } = await open(page);
      assert.deepEqual(
        new Map(fields.map(({ apiId, type, required }) => [apiId, `${type} ${required}`])),
        new Map([
          ["tenant.name", "text true"],
          ["city", "text false"],
          ["pets", "checkbox false"],
          ["size", "radio false"],
          ["size_2", "radio false"],
          ["colour", "dropdown false"],
        ]),
      );
      assert.equal(answers.city, "Zagreb");
      const given = { "tenant.name": "李小龙", city: "Split", pets: true, size: false, size_2: true, colour: "blue" };
      assert.deepEqual(await page.finish(given), { ok: true, state: "signed" });
      const other = await pageOf(house, signatureOf(shown, 1).signature_id);
      assert.deepEqual(
        (await open(other)).fields.map(({ apiId }) => apiId),
        ["approved_signer2"],
      );
      assert.deepEqual(await other.finish({ approved_signer2: true }), { ok: true, state: "signed" });
      await untilState(house, { id: shown.signature_request_id, not: ["awaiting", "sealing"] });

      const file = await ask(house, `GET /signature_request/files/${shown.signature_request_id}`);
      const form = (await PDFDocument.load(file.bytes)).getForm();
      assert.equal(form.getTextField("tenant.name").getText(), "李小龙");
      assert.equal(form.getTextField("city").getText(), "Split");
      assert.ok(form.getTextField("city").isReadOnly());
      assert.ok(form.getCheckBox("pets").isChecked());
      assert.equal(form.getRadioGroup("size").getSelected(), "large");
      assert.deepEqual(form.getDropdown("colour").getSelected(), ["blue"]);
      assert.equal(form.getTextField("fixed").getText(), "As it is");
      const words = runOn(file.bytes, "pdftotext", "{}", "-");
      for (const word of ["李小龙", "Split", "blue"]) assert.ok(words.includes(word), word);
      assert.doesNotMatch(words, /Zagreb/);
      const { response_data } = requestOf(await ask(house, `GET /signature_request/${shown.signature_request_id}`));
      assert.equal(response_data.find(({ api_id }) => api_id === "city")?.value, "Split");
    });

    for (const [turn, expected] of [
      [0, [100, 72, 200, 20]],
      [90, [700, 100, 20, 200]],
    ] as const)
      test(`its boxes are those of the widgets, as people see a page that is turned by ${turn}`, async () => {
        const files = [await formPdf({ turn })];
        const shown = await sendAndWait(house, { signers: [ann, bob], files, use_preexisting_fields: true });
        const { fields } = await open(await pageOf(house, signatureOf(shown).signature_id));
        const { x = 0, y = 0, width = 0, height = 0 } = fields.find(({ apiId }) => apiId === "tenant.name") ?? {};
        for (const [index, value] of [x, y, width, height].entries())
          assert.ok(Math.abs(value - (expected[index] ?? 0)) <= 1, `${x} ${y} ${width} ${height}`);
      });

    test("a field of a signer who is not there ends in one signature_request_invalid that names it", async () => {
      const files = [await formPdf({ second: "approved_signer7" })];
      const shown = await sendAndWait(house, { files, use_preexisting_fields: true });
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), ["signature_request_invalid"]);
      assert.match(
        messageOf(house, shown.signature_request_id),
        /page 1: The form field approved_signer7 is signer7's, but the request has 1 signer\./,
      );
    });

    test("without use_preexisting_fields a form stays as it is, and the document gets a signature page", async () => {
      const shown = await sendAndWait(house, { files: [await formPdf()] });
      const { fields, pages } = await open(await pageOf(house, signatureOf(shown).signature_id));
      assert.deepEqual([pages.length, fields.length], [2, 2]);
    });

    test("the forms of several files come along", async () => {
      const shown = await sendAndWait(house, {
        signers: [ann, bob],
        files: [await formPdf(), await formPdf()],
        use_preexisting_fields: true,
      });
      const events = await eventsOf(house, shown.signature_request_id);
      assert.deepEqual(events, ["signature_request_sent"]);
      const { fields } = await open(await pageOf(house, signatureOf(shown).signature_id));
      assert.equal(fields.length, 12);
    });
  });
}
