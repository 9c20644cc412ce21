import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { line, paper } from "../documents/papers.ts";
import { runOn } from "../evidence/tools.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import { requestOf, type Shown, signatureOf, untilState } from "../support/requests.ts";
import { cast, clientAndWitness, makeTemplate, sendWith } from "../support/templates.ts";

const [signClient] = clientAndWitness;
/** One role who signs and fills in a text. */
const guardian = {
  title: "Annex",
  signer_roles: [{ name: "Client" }],
  form_fields_per_document: [
    { ...signClient, api_id: "sign_client", y: 300 },
    { ...signClient, api_id: "note", type: "text", name: "Note", y: 400 },
  ],
};

for (const ground of grounds()) {
  describe(`requests are made of templates, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let deal: string;
    let annex: string;
    before(async () => {
      house = await openHeardHouse(ground);
      deal = await makeTemplate(house, {
        message: "Sign the deal",
        subject: "Deal",
        field_options: { date_format: "DD / MM / YYYY" },
      });
      annex = await makeTemplate(house, { ...guardian, files: [paper({ content: line(72, 700, "Annex one") })] });
    });
    after(() => house.close());

    async function sent(parameters: Parameters<typeof sendWith>[1]): Promise<Shown> {
      const { signature_request_id: id } = requestOf(await sendWith(house, parameters));
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      return requestOf(await ask(house, `GET /signature_request/${id}`));
    }

    async function signAll(shown: Shown): Promise<void> {
      for (const index of shown.signatures.keys()) {
        const page = await pageOf(house, signatureOf(shown, index).signature_id);
        const view = await open(page);
        const answers = view.fields.map(({ apiId, type }) => [apiId, type === "text" ? "A note" : "Signed"] as const);
        const dated = view.fields.filter(({ type }) => type === "date_signed").map(({ apiId }) => apiId);
        const wanted = Object.fromEntries(answers.filter(([apiId]) => !dated.includes(apiId)));
        assert.equal((await page.finish(wanted)).ok, true);
      }
      await untilState(house, { id: shown.signature_request_id, not: ["awaiting", "sealing"] });
    }

    test("each role gets its signer, the words are the template's, and the object names template and roles", async () => {
      const shown = await sent({ template_ids: [deal], custom_fields: [{ name: "Company", value: "Acme Co." }] });
      assert.deepEqual(shown.template_ids, [deal]);
      assert.deepEqual([shown.title, shown.subject, shown.message], ["Agreement", "Deal", "Sign the deal"]);
      assert.deepEqual(
        shown.signatures.map(({ signer_role, signer_email_address, order }) => [
          signer_role,
          signer_email_address,
          order,
        ]),
        [
          ["Client", "ann@example.com", null],
          ["Witness", "bob@example.com", null],
        ],
      );
      assert.deepEqual(shown.custom_fields, [
        { name: "Company", type: "text", value: "Acme Co.", required: false, api_id: "company", editor: null },
      ]);
      const view = await open(await pageOf(house, signatureOf(shown).signature_id));
      assert.deepEqual(
        view.fields.map(({ apiId }) => apiId),
        ["sign_client", "day_client"],
      );
      assert.deepEqual(
        view.filled.map(({ text }) => text),
        ["Acme Co."],
      );
    });

    test("signers may come in any order, and title, subject and message are replaced by the caller's", async () => {
      const shown = await sent({
        template_ids: [deal],
        signers: cast.toReversed(),
        title: "Other",
        subject: "Other subject",
        message: "Other message",
        metadata: { a: "b" },
        signing_redirect_url: "https://example.com/done",
      });
      assert.deepEqual(
        shown.signatures.map(({ signer_role }) => signer_role),
        ["Witness", "Client"],
      );
      const view = await open(await pageOf(house, signatureOf(shown, 0).signature_id));
      assert.deepEqual(
        view.fields.map(({ apiId }) => apiId),
        ["sign_witness"],
      );
      assert.deepEqual([shown.title, shown.subject, shown.message], ["Other", "Other subject", "Other message"]);
      assert.deepEqual(shown.metadata, { a: "b" });
      assert.equal(shown.signing_redirect_url, "https://example.com/done");
    });

    test("a request of one template shares its document: nothing is prepared again", async () => {
      const shown = await sent({ template_ids: [deal] });
      const { document_blob: mine } = await house.store.read
        .selectFrom("signature_requests")
        .select("document_blob")
        .where("request_id", "=", shown.signature_request_id)
        .executeTakeFirstOrThrow();
      const { document_blob: its } = await house.store.read
        .selectFrom("templates")
        .select("document_blob")
        .where("template_id", "=", deal)
        .executeTakeFirstOrThrow();
      assert.equal(mine, its);
      const parts = await house.store.read.selectFrom("request_parts").selectAll().execute();
      assert.deepEqual(parts, []);
    });

    test("two templates and a file become one document in their order; a role of both is one signer, and same names are told apart", async () => {
      const shown = await sent({
        template_ids: [deal, annex],
        files: [paper({ content: line(72, 700, "Price list") })],
      });
      assert.deepEqual(shown.template_ids, [deal, annex]);
      assert.equal(shown.signatures.length, 2);
      const view = await open(await pageOf(house, signatureOf(shown).signature_id));
      assert.deepEqual(
        view.fields.map(({ apiId, page }) => [apiId, page]),
        [
          ["sign_client", 1],
          ["day_client", 1],
          ["sign_client_2", 2],
          ["note", 2],
        ],
      );
      await signAll(shown);
      const answer = await ask(house, `GET /signature_request/files/${shown.signature_request_id}`);
      const text = runOn(answer.bytes, "pdftotext", "-layout", "{}", "-").split("\f");
      assert.match(text[0] ?? "", /Agreement/);
      assert.match(text[1] ?? "", /Annex one/);
      assert.match(text[1] ?? "", /A note/);
      assert.match(text[2] ?? "", /Price list/);
    });

    test("a request is signed to its end, in the template's date format, by mail as well", async () => {
      const shown = await sent({ template_ids: [deal], mailed: true });
      const letters = await house.store.read
        .selectFrom("letters")
        .select(["to_email", "subject"])
        .where("request_id", "=", shown.signature_request_id)
        .execute();
      assert.deepEqual(letters.map(({ to_email: to }) => to).toSorted(), ["ann@example.com", "bob@example.com"]);
      const embedded = await sent({ template_ids: [deal] });
      await signAll(embedded);
      const done = requestOf(await ask(house, `GET /signature_request/${embedded.signature_request_id}`));
      assert.equal(done.is_complete, true);
      const day = done.response_data.find(({ api_id: id }) => id === "day_client");
      assert.match(String(day?.value), /^\d\d \/ \d\d \/ \d{4}$/);
    });
  });
}
