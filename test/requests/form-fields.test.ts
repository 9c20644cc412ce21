import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { FieldView } from "../../src/wire/session.ts";
import { line } from "../documents/papers.ts";
import { book } from "../support/book.ts";
import { eventsOf, type HeardHouse, messageOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { ann, bob, onePage, requestOf, type Shown, send, sendAndWait, signatureOf } from "../support/requests.ts";

const place = { document_index: 0, required: true, signer: "0", x: 100, y: 200, width: 160, height: 20, page: 1 };
const signature = { ...place, api_id: "sign", type: "signature" };
const twoPages = book(line(72, 700, "One"), line(72, 700, "Two"));

/** Every kind of field with every property that it has. */
const everything = [
  { ...signature, name: "Your name" },
  { ...place, api_id: "initial", type: "initials", y: 240, required: false },
  { ...place, api_id: "day", type: "date_signed", y: 280, font_family: "roboto", font_size: 9 },
  {
    ...place,
    api_id: "code",
    type: "text",
    y: 320,
    placeholder: "A000",
    validation_type: "custom_regex",
    validation_custom_regex: "A[0-9]{3}",
    validation_custom_regex_format_label: "A000",
    masked: true,
  },
  { ...place, api_id: "yes", type: "checkbox", y: 360, is_checked: true, required: false },
  { ...place, api_id: "red", type: "radio", y: 400, group: "colour", is_checked: true },
  { ...place, api_id: "blue", type: "radio", y: 440, group: "colour", is_checked: false },
  { ...place, api_id: "size", type: "dropdown", y: 480, options: ["small", "large"], content: "large" },
  { ...place, api_id: "link", type: "hyperlink", y: 520, content: "Terms", content_url: "https://example.com/terms" },
];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    async function fieldsOf(shown: Shown, signer = 0): Promise<readonly FieldView[]> {
      return (await open(await pageOf(house, signatureOf(shown, signer).signature_id))).fields;
    }

    const boxOf = ({ page, x, y, width, height }: FieldView) => [page, x, y, width, height];

    test("every kind of field is kept with all that was said of it, in reading order", async () => {
      const shown = await sendAndWait(house, { form_fields_per_document: everything.toReversed() });
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), ["signature_request_sent"]);
      const fields = await fieldsOf(shown);

      assert.deepEqual(
        fields.map(({ apiId, type, required, name }) => [apiId, type, required, name]),
        [
          ["sign", "signature", true, "Your name"],
          ["initial", "initials", false, ""],
          ["day", "date_signed", true, ""],
          ["code", "text", true, "A000"],
          ["yes", "checkbox", false, ""],
          ["red", "radio", true, ""],
          ["blue", "radio", true, ""],
          ["size", "dropdown", true, ""],
          ["link", "hyperlink", true, ""],
        ],
      );
      const byId = new Map(fields.map((field) => [field.apiId, field]));
      assert.deepEqual(byId.get("code")?.validation, { type: "custom_regex", pattern: "A[0-9]{3}", words: "A000" });
      assert.equal(byId.get("code")?.masked, true);
      assert.deepEqual(byId.get("size")?.options, ["small", "large"]);
      assert.deepEqual(byId.get("blue")?.group, { id: "colour", label: "", least: 1, most: 1 });
      assert.equal(byId.get("link")?.contentUrl, "https://example.com/terms");
      assert.equal(byId.get("day")?.fontSize, 9);
    });

    test("with page x and y are at 72 DPI and the size at 80; without it all is at 80, on through the pages", async () => {
      const old = { ...signature, page: undefined };
      const shown = await sendAndWait(house, {
        files: [twoPages],
        form_fields_per_document: [
          { ...signature, api_id: "new", page: 2, x: 90, y: 36 },
          { ...old, api_id: "old1", x: 200, y: 100 },
          { ...old, api_id: "old2", x: 100, y: 880 + 80 },
        ],
      });
      const boxes = new Map((await fieldsOf(shown)).map((field) => [field.apiId, boxOf(field)]));
      assert.deepEqual(boxes.get("new"), [2, 90, 36, 144, 18]);
      assert.deepEqual(boxes.get("old1"), [1, 90, 90, 144, 18]);
      assert.deepEqual(boxes.get("old2"), [2, 0, 72, 144, 18]);
    });

    test("document_index counts the files, and pages count in their file", async () => {
      const shown = await sendAndWait(house, {
        files: [twoPages, onePage],
        form_fields_per_document: [{ ...signature, document_index: 1, page: 1 }],
      });
      assert.equal((await fieldsOf(shown))[0]?.page, 3);
    });

    test("the legacy list of lists is read like the flat one, with its numbers for truths and signers", async () => {
      const flat = [
        { ...signature, signer: "1" },
        { ...place, api_id: "tick", type: "checkbox", is_checked: true, document_index: 1, y: 300 },
      ];
      const nested = [
        [{ ...signature, document_index: undefined, signer: 1, required: 1 }],
        [{ ...place, document_index: undefined, api_id: "tick", type: "checkbox", checked: 1, y: 300 }],
      ];
      const shown = [];
      for (const form_fields_per_document of [flat, nested]) {
        const request = await sendAndWait(house, {
          signers: [ann, bob],
          files: [onePage, onePage],
          form_fields_per_document,
        });
        shown.push([await fieldsOf(request), await fieldsOf(request, 1)]);
      }
      assert.equal(shown[0]?.[1]?.[0]?.apiId, "sign");
      assert.deepEqual(shown[1], shown[0]);
    });

    test("text tags and form fields may stand in one document; one id for both is refused by event", async () => {
      const files = [book(line(72, 700, "[text|req|signer1|Name|name]"))];
      const given = { use_text_tags: true, files };
      const shown = await sendAndWait(house, { ...given, form_fields_per_document: [signature] });
      assert.deepEqual(
        (await fieldsOf(shown)).map(({ apiId }) => apiId),
        ["name", "sign"],
      );

      const clash = await sendAndWait(house, {
        ...given,
        form_fields_per_document: [{ ...signature, api_id: "name" }],
      });
      assert.deepEqual(await eventsOf(house, clash.signature_request_id), ["signature_request_invalid"]);
      assert.match(
        messageOf(house, clash.signature_request_id),
        /The id name is used by a text tag and by a form field/,
      );
    });

    test("with neither, a page is appended where each signer signs and the day is written", async () => {
      const shown = await sendAndWait(house, { signers: [ann, bob], files: [twoPages] });
      for (const signer of [0, 1]) {
        const fields = await fieldsOf(shown, signer);
        assert.deepEqual(
          fields.map(({ type, page, required }) => [type, page, required]),
          [
            ["signature", 3, true],
            ["date_signed", 3, true],
          ],
        );
      }
      const { pages } = await open(await pageOf(house, signatureOf(shown).signature_id));
      assert.equal(pages.length, 3);
    });

    test("what the sender fills (me_now) is nobody's to sign and shows as filled", async () => {
      const shown = await sendAndWait(house, {
        form_fields_per_document: [
          signature,
          { ...place, api_id: "rent", type: "text", signer: "me_now", content: "900 €", y: 300 },
        ],
      });
      const view = await open(await pageOf(house, signatureOf(shown).signature_id));
      assert.deepEqual(
        view.fields.map(({ apiId }) => apiId),
        ["sign"],
      );
      assert.deepEqual(
        view.filled.map(({ text, page }) => [text, page]),
        [["900 €", 1]],
      );
    });

    test("a field on a page that is not there ends in one signature_request_invalid, and its signer has the blame", async () => {
      const form_fields_per_document = [
        { ...signature, page: 7 },
        { ...signature, api_id: "theirs", signer: "1", y: 90 },
      ];
      const shown = await sendAndWait(house, { signers: [ann, bob], form_fields_per_document });
      const { signature_request_id: id } = shown;
      assert.deepEqual(await eventsOf(house, id), ["signature_request_invalid"]);
      assert.deepEqual(
        shown.signatures.map(({ status_code }) => status_code),
        ["error_component_position", "awaiting_signature"],
      );
      assert.match(messageOf(house, id), /The form field sign cannot be placed: .*there is no page 7/);
    });

    test("fields that overlap or hang over the edge are no fault", async () => {
      const shown = await sendAndWait(house, {
        form_fields_per_document: [
          { ...signature, x: 530, y: 415, width: 120 },
          { ...place, api_id: "t", type: "text", x: 530, y: 415 },
        ],
      });
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), ["signature_request_sent"]);
    });

    test("empty lists are no fields: the page is appended", async () => {
      for (const form_fields_per_document of [[], [[]], "[]"]) {
        const { signature_request_id: id } = requestOf(await send(house, { form_fields_per_document }));
        assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      }
    });
  });
}
