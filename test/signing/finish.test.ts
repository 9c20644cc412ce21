import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RefusalView } from "../../src/wire/session.ts";
import { ask } from "../support/ask.ts";
import { english } from "../support/english.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, type Page, pageOf } from "../support/page.ts";
import { ann, bob, requestOf, type Shown, sendAndWait, signatureOf, stateOf } from "../support/requests.ts";
import { everyField, fitting } from "./form.ts";

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
      for (const words of Object.values(fields)) assert.match(english(words) ?? "", /^[A-Z].+\.$/);
      return Object.keys(fields).toSorted();
    }

    test("a form that is filled signs: values, day and state are shown, and signed is told", async () => {
      const { shown, page } = await ready({ field_options: { date_format: "YYYY - MM - DD" } });
      const { answers } = await open(page);
      assert.deepEqual(answers, { yes: false, red: false, blue: false, size: "large" });
      assert.deepEqual(await page.finish(fitting, { zone: "Pacific/Kiritimati" }), { ok: true, state: "signed" });

      const after = await show(shown);
      const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Pacific/Kiritimati" }).format(Date.now());
      assert.deepEqual(
        after.response_data.map(({ api_id, type, value, required, is_signed }) => [
          api_id,
          type,
          value,
          required,
          is_signed,
        ]),
        [
          ["sign", "signature", "Ann Lee", true, true],
          ["initial", "initials", "", false, false],
          ["day", "date_signed", day.replaceAll("-", " - "), true, undefined],
          ["age", "text", "42", true, undefined],
          ["note", "text", "", false, undefined],
          ["yes", "checkbox", true, true, undefined],
          ["red", "radio", true, true, undefined],
          ["blue", "radio", false, true, undefined],
          ["size", "dropdown", "large", true, undefined],
        ],
      );
      assert.ok(after.response_data.every(({ signature_id }) => signature_id === signatureOf(shown).signature_id));
      assert.equal(signatureOf(after).status_code, "signed");
      assert.ok(signatureOf(after).signed_at);
      assert.equal(signatureOf(after, 1).status_code, "awaiting_signature");
      assert.equal(after.is_complete, false);
      const { signature_request_id: id } = shown;
      assert.deepEqual(await eventsOf(house, id), [
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_signed",
      ]);
      assert.deepEqual(house.receiver.heard.at(-1)?.payload.signature_request, after);
      assert.equal(
        house.receiver.heard.at(-1)?.payload.event.event_metadata.related_signature_id,
        signatureOf(shown).signature_id,
      );
    });

    test("what is missing or does not fit is told field by field, and nobody has signed", async () => {
      const { shown, page } = await ready();
      await open(page);
      const { signature_request_id: id } = shown;
      for (const [answers, flaws] of [
        [{}, ["age", "red", "sign", "yes"]],
        [{ ...fitting, sign: "   " }, ["sign"]],
        [{ ...fitting, age: "old" }, ["age"]],
        [{ ...fitting, yes: false }, ["yes"]],
        [{ ...fitting, red: false }, ["red"]],
        [{ ...fitting, blue: true }, ["blue"]],
        [{ ...fitting, size: "huge" }, ["size"]],
        [{ ...fitting, size: "" }, ["size"]],
        [{ ...fitting, sign: true }, ["sign"]],
        [{ ...fitting, note: "𒀀" }, ["note"]],
        [{ ...fitting, sign: "Ann \u0007" }, ["sign"]],
      ] as const) {
        assert.deepEqual(flawsOf(await page.finish(answers)), flaws, JSON.stringify(answers));
      }
      assert.equal(await stateOf(house, id), "awaiting");
      assert.deepEqual((await show(shown)).response_data, []);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_viewed"]);
      assert.equal((await page.finish(fitting)).ok, true);
    });

    test("nobody signs under a consent that they were not shown", async () => {
      const { shown, page } = await ready();
      await open(page);
      const said = (await page.finish(fitting, { version: "2020-01" })) as RefusalView;
      assert.deepEqual([said.ok, said.code], [false, "unavailable"]);
      assert.equal(signatureOf(await show(shown)).status_code, "awaiting_signature");
    });

    test("finishing twice, or ten times at once, is signing once", async () => {
      const { shown, page } = await ready();
      await open(page);
      const said = await Promise.all(Array.from({ length: 10 }, () => page.finish(fitting)));
      for (const each of [...said, await page.finish({})]) assert.deepEqual(each, { ok: true, state: "signed" });
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), [
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_signed",
      ]);
    });

    test("after signing nothing can be changed or declined any more", async () => {
      const { shown, page } = await ready({ allow_decline: true });
      await open(page);
      await page.finish(fitting);
      const before = await show(shown);
      await page.save({ age: "43", note: "late" });
      const declined = await page.decline("too late");
      assert.ok(!declined.ok);
      assert.deepEqual(await show(shown), before);
    });

    test("a zone that is none is UTC", async () => {
      const { shown, page } = await ready();
      await open(page);
      assert.equal((await page.finish(fitting, { zone: "Mars/Olympus" })).ok, true);
      const [year, month, day] = new Date().toISOString().slice(0, 10).split("-");
      const stamped = (await show(shown)).response_data.find(({ api_id }) => api_id === "day")?.value;
      assert.equal(stamped, `${month} / ${day} / ${year}`);
    });
  });
}
