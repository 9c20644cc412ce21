import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RefusalView } from "../../src/wire/session.ts";
import { ask } from "../support/ask.ts";
import { english } from "../support/english.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, type Page, pageOf } from "../support/page.ts";
import { ann, bob, requestOf, type Shown, sendAndWait, signatureOf } from "../support/requests.ts";
import { everyField, fitting, form } from "./form.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    async function ready(more: object = {}): Promise<{ readonly shown: Shown; readonly page: Page }> {
      const shown = await sendAndWait(house, { signers: [ann, bob], form_fields_per_document: everyField, ...more });
      return { shown, page: await pageOf(house, signatureOf(shown).signature_id) };
    }

    const show = async ({ signature_request_id: id }: Shown) =>
      requestOf(await ask(house, `GET /signature_request/${id}`));

    /** The fields that a refusal names; the words of each are a sentence. */
    function flawsOf(said: unknown): readonly string[] {
      const { ok, code, fields = {} } = said as RefusalView;
      assert.deepEqual([ok, code], [false, "invalid_answer"]);
      for (const words of Object.values(fields)) assert.match(english(words) ?? "", /^[A-Z].{8,}$/);
      return Object.keys(fields).toSorted();
    }

    test("autosave keeps what is half typed, wrong or not, and finish takes it with what is given last", async () => {
      const { page } = await ready();
      await open(page);
      assert.deepEqual(await page.save({ age: "4", sign: "An" }), { saved: true });
      assert.deepEqual(await page.save({ age: "old", yes: true }), { saved: true });
      const { answers } = await open(page);
      assert.deepEqual([answers.age, answers.sign, answers.yes], ["old", "An", true]);
      assert.deepEqual(flawsOf(await page.finish({ red: true })), ["age"]);
      assert.equal((await page.finish({ red: true, age: "7" })).ok, true);
    });

    test("a field of somebody else, of nobody, or of the house is not the signer's to fill", async () => {
      const { shown, page } = await ready();
      await open(page);
      for (const apiId of ["theirs", "unknown", "__proto__x"]) {
        assert.deepEqual(flawsOf(await page.save({ [apiId]: "x" })), [apiId]);
        assert.deepEqual(flawsOf(await page.finish({ ...fitting, [apiId]: "x" })), [apiId]);
      }
      // The day is the house's to write, and a link takes no answer: both are passed over.
      assert.deepEqual(await page.save({ day: "01 / 01 / 1970", link: "x" }), { saved: true });
      assert.equal((await page.finish({ ...fitting, day: "01 / 01 / 1970" })).ok, true);
      const { response_data } = await show(shown);
      assert.notEqual(response_data.find(({ api_id }) => api_id === "day")?.value, "01 / 01 / 1970");
      const { answers } = await open(await pageOf(house, signatureOf(shown, 1).signature_id));
      assert.deepEqual(answers, {});
    });

    test("a pattern of the sender's own is asked of the whole text, and one that runs away is stopped", async () => {
      const text = { type: "text", validation_type: "custom_regex", required: true };
      const { page } = await ready({
        signers: [ann],
        form_fields_per_document: form(
          {
            ...text,
            api_id: "code",
            validation_custom_regex: "A[0-9]{3}",
            validation_custom_regex_format_label: "A000",
          },
          { ...text, api_id: "wild", validation_custom_regex: "(a+)+b" },
        ),
      });
      await open(page);
      const said = (await page.finish({ code: "xA000x", wild: "a".repeat(60) })) as RefusalView;
      assert.deepEqual(flawsOf({ ...said }), ["code", "wild"]);
      assert.match(english(said.fields?.code) ?? "", /A000/);
      assert.match(english(said.fields?.wild) ?? "", /could not be checked/);
      assert.equal((await page.finish({ code: "A123", wild: "aaab" })).ok, true);
    });

    test("words stay words: what reads like a truth, and what was emptied again, is kept as it was written", async () => {
      const texts = ["1", "0", "on", "true", "False", ""];
      const fields = texts.map((_, index) => ({ api_id: `t${index}`, type: "text", required: false }));
      const { shown, page } = await ready({ signers: [ann], form_fields_per_document: form(...fields) });
      await open(page);
      const answers = Object.fromEntries(texts.map((text, index) => [`t${index}`, text]));
      await page.save({ t5: "typed" });
      await page.save(answers);
      assert.deepEqual((await open(page)).answers, answers);
      assert.deepEqual(await page.finish(answers), { ok: true, state: "signed" });
      assert.deepEqual(
        (await show(shown)).response_data.map(({ value }) => value),
        texts,
      );
    });

    test("signers' own data fills their fields where the request asks for it, and may be changed", async () => {
      const fields = form(
        { api_id: "first", type: "text", auto_fill_type: "firstName" },
        { api_id: "last", type: "text", auto_fill_type: "lastName" },
        { api_id: "mail", type: "text", auto_fill_type: "email", required: false },
      );
      const asked = { signers: [{ ...ann, name: "Ann van Lee" }], form_fields_per_document: fields };
      const { shown, page } = await ready({ ...asked, populate_auto_fill_fields: true });
      assert.deepEqual((await open(page)).answers, { first: "Ann", last: "van Lee", mail: "ann@example.com" });
      assert.equal((await page.finish({ first: "Anna" })).ok, true);
      assert.deepEqual(
        (await show(shown)).response_data.map(({ value }) => value),
        ["Anna", "van Lee", "ann@example.com"],
      );
      const plain = await ready(asked);
      assert.deepEqual((await open(plain.page)).answers, {});
    });
  });
}
