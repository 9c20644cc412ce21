import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { FieldView } from "../../src/wire/session.ts";
import { line, printedWidth } from "../documents/papers.ts";
import { ask } from "../support/ask.ts";
import { book } from "../support/book.ts";
import { eventsOf, type HeardHouse, messageOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { open, pageOf } from "../support/page.ts";
import {
  ann,
  bob,
  type NewRequest,
  onePage,
  requestOf,
  type Shown,
  send,
  sendAndWait,
  signatureOf,
  untilState,
} from "../support/requests.ts";

const tagged = { use_text_tags: true };
const both = [ann, bob];

/** One page for each list of lines, from the top. */
function written(...pages: readonly (readonly string[])[]): Uint8Array {
  return book(...pages.map((lines) => lines.map((text, n) => line(72, 700 - 40 * n, text)).join("")));
}

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

    function summary(fields: readonly FieldView[]) {
      return fields.map(({ apiId, type, page, required, name }) => [apiId, type, page, required, name]);
    }

    /** A request that fails: its one event, which shows what a GET shows; each signature's status, and the words. */
    async function failing(request: NewRequest) {
      const shown = await sendAndWait(house, request);
      const events = await eventsOf(house, shown.signature_request_id);
      const message = messageOf(house, shown.signature_request_id);
      assert.equal(shown.has_error, true);
      for (const { status_code: status, error } of shown.signatures)
        assert.equal(error ?? null, status === "awaiting_signature" ? null : message);
      const statuses = shown.signatures.map(({ status_code }) => status_code);
      const told = house.receiver.heard.findLast(
        ({ payload }) => payload.signature_request?.signature_request_id === shown.signature_request_id,
      );
      assert.deepEqual(
        told?.payload.signature_request?.signatures.map(({ status_code }) => status_code),
        statuses,
      );
      return { events, statuses, message };
    }

    test("tags of every type on several pages and files become fields of their signers, in reading order", async () => {
      const first = written(
        ["Lease", "[sig|req|signer1|Sign here|s1]", "[date|req|signer1|Signed on|d1]"],
        ["[text|noreq|signer2|E-mail|mail|email_address|email]", "[check|req|signer2|I agree|ok]"],
      );
      const second = written(["[initial|noreq|signer2|Initials|i2]", "[sig|req|signer2]"]);
      const shown = await sendAndWait(house, { ...tagged, signers: both, files: [first, second] });

      assert.deepEqual(summary(await fieldsOf(shown)), [
        ["s1", "signature", 1, true, "Sign here"],
        ["d1", "date_signed", 1, true, "Signed on"],
      ]);
      const theirs = await fieldsOf(shown, 1);
      assert.deepEqual(summary(theirs), [
        ["mail", "text", 2, false, "E-mail"],
        ["ok", "checkbox", 2, true, "I agree"],
        ["i2", "initials", 3, false, "Initials"],
        ["tag_6", "signature", 3, true, ""],
      ]);
      assert.deepEqual(theirs[0]?.validation, { type: "email_address" });
      assert.ok(!shown.has_error);
    });

    test("a field takes the place of its tag: the printed width of the span, the height of its line", async () => {
      const tag = "[text|req|signer1|Name]";
      const shown = await sendAndWait(house, { ...tagged, files: [written(["Lease", tag])] });
      const [field] = await fieldsOf(shown);
      assert.ok(field);
      assert.ok(Math.abs(field.width - printedWidth(tag)) < 0.5, `${field.width} is ${printedWidth(tag)}`);
      assert.ok(Math.abs(field.x - 72) < 0.5);
      // The baseline is at 660 of 792; a fifth of 12 points reaches below it.
      assert.ok(Math.abs(field.y + field.height - (792 - 660 + 0.2 * 12)) < 0.5);
      assert.ok(Math.abs(field.height - 12) < 0.5);
    });

    test("signerN counts from 1; from 0 where a tag says signer0; by the caller's own keys where it wrote such", async () => {
      const names = async (shown: Shown) => [
        (await fieldsOf(shown)).map(({ apiId }) => apiId),
        (await fieldsOf(shown, 1)).map(({ apiId }) => apiId),
      ];
      const fromOne = [written(["[sig|req|signer1||a]", "[sig|req|signer2||b]"])];
      assert.deepEqual(await names(await sendAndWait(house, { ...tagged, signers: both, files: fromOne })), [
        ["a"],
        ["b"],
      ]);
      const fromZero = [written(["[sig|req|signer0||a]", "[sig|req|signer1||b]"])];
      assert.deepEqual(await names(await sendAndWait(house, { ...tagged, signers: both, files: fromZero })), [
        ["a"],
        ["b"],
      ]);

      const form = new FormData();
      form.set("files[0]", new Blob([Buffer.from(written(["[sig|req|signer7||a]", "[sig|req|signer3||b]"]))]), "a.pdf");
      form.set("client_id", house.clientId);
      form.set("use_text_tags", "1");
      for (const [key, signer] of [
        ["3", bob],
        ["7", ann],
      ] as const) {
        form.set(`signers[${key}][name]`, signer.name);
        form.set(`signers[${key}][email_address]`, signer.email_address);
      }
      const { signature_request_id: id } = requestOf(
        await ask(house, "POST /signature_request/create_embedded", { form }),
      );
      const keyed = await untilState(house, { id, not: ["processing"] });
      assert.deepEqual(
        keyed.signatures.map(({ signer_name }) => signer_name),
        ["Bob Ray", "Ann Lee"],
      );
      assert.deepEqual(await names(keyed), [["b"], ["a"]]);
    });

    test("brackets that are no tags stay text, and without use_text_tags so do tags", async () => {
      const files = [written(["[1] see the annex", "[signature|req|signer1]", "[dropdown|req|signer1]", "[]"])];
      const shown = await sendAndWait(house, { ...tagged, files });
      assert.deepEqual(
        summary(await fieldsOf(shown)).map(([, type, page]) => [type, page]),
        [
          ["signature", 2],
          ["date_signed", 2],
        ],
      );

      const untagged = await sendAndWait(house, { files: [written(["[sig|oops]"])] });
      assert.deepEqual(
        (await fieldsOf(untagged)).map(({ apiId }) => apiId),
        ["signature_page_1", "signature_page_2"],
      );
      assert.deepEqual(await eventsOf(house, untagged.signature_request_id), [
        "signature_request_sent",
        "signature_request_viewed",
      ]);
    });

    test("an unknown requirement reads as req, and blanks or underscores may widen a tag", async () => {
      const shown = await sendAndWait(house, { ...tagged, files: [written(["[sig|please|signer1|A|a ____]"])] });
      assert.deepEqual(summary(await fieldsOf(shown)), [["a", "signature", 1, true, "A"]]);
    });

    const [fault, innocent] = ["error_text_tag", "awaiting_signature"];
    const bothGuilty = [fault, fault];
    for (const [what, tag, words, guilt = bothGuilty] of [
      ["too few parts", "[sig|req]", /at least three parts/],
      ["too many parts", "[sig|req|signer2|a|b||||]", /at most eight parts; this one has 9/, [innocent, fault]],
      ["of nobody", "[sig|req|tenant]", /names the signer, such as signer1; this one says "tenant"/],
      ["a signature of the sender", "[sig|req|sender]", /sig field belongs to a signer/],
      [
        "an unknown validation",
        "[text|req|signer1|Age|age|old_enough]",
        /There is no validation "old_enough"/,
        [fault, innocent],
      ],
      ["an undefined alias", "[$nobody]", /The name \$nobody is not defined/],
    ] as const) {
      test(`a malformed tag (${what}) ends in one file_error that names file, page, tag and reason, and blames the signer it names`, async () => {
        const files = [onePage, written(["Lease"], ["[sig|req|signer1]", tag])];
        const { events, statuses, message } = await failing({ ...tagged, signers: both, files });
        assert.deepEqual(events, ["file_error"]);
        assert.deepEqual(statuses, guilt);
        assert.ok(message.startsWith(`paper-2.pdf, page 2, ${tag}: `), message);
        assert.match(message, words);
      });
    }

    test("an id used twice is malformed", async () => {
      const files = [written(["[sig|req|signer1||one]"], ["[text|req|signer1||one]"])];
      const { events, message } = await failing({ ...tagged, files });
      assert.deepEqual(events, ["file_error"]);
      assert.match(message, /page 2, \[text\|req\|signer1\|\|one\]: .*one/);
    });

    test("a well-formed tag of a third signer of two ends in one signature_request_invalid", async () => {
      const files = [written(["[sig|req|signer1]", "[sig|req|signer3]"])];
      const { events, statuses, message } = await failing({ ...tagged, signers: both, files });
      assert.deepEqual(events, ["signature_request_invalid"]);
      assert.deepEqual(statuses, bothGuilty);
      assert.match(message, /page 1, \[sig\|req\|signer3\]: It names signer3, but the request has 2 signers/);
    });

    test("a request that failed gives 422 for its files, with the words of its event", async () => {
      const { signature_request_id: id } = requestOf(await send(house, { ...tagged, files: [written(["[sig|req]"])] }));
      await eventsOf(house, id);
      const answer = await ask(house, `GET /signature_request/files/${id}`);
      assert.equal(answer.status, 422);
      assert.match(JSON.stringify(answer.json), /at least three parts/);
    });

    test("COUNTERSIGN_TAG_ERROR_EVENT makes a malformed tag a signature_request_invalid, and no other failure", async () => {
      const switched = await openHeardHouse(ground, { COUNTERSIGN_TAG_ERROR_EVENT: "signature_request_invalid" });
      try {
        const eventsFor = async (files: readonly Uint8Array[]) =>
          eventsOf(switched, (await sendAndWait(switched, { ...tagged, files })).signature_request_id);
        assert.deepEqual(await eventsFor([written(["[sig|req]"])]), ["signature_request_invalid"]);
        assert.deepEqual(await eventsFor([Buffer.from("%PDF-1.7 and no more")]), ["file_error"]);
      } finally {
        await switched.close();
      }
    });
  });
}
