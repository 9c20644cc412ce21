import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask, faultOf, wordsOf } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { ann, bob, formOf, type NewRequest, onePage, send } from "../support/requests.ts";

const field = {
  document_index: 0,
  api_id: "f1",
  type: "text",
  required: true,
  signer: "0",
  x: 10,
  y: 10,
  width: 100,
  height: 20,
  page: 1,
};

function fields(...changes: readonly object[]): NewRequest {
  return { form_fields_per_document: changes.map((change, index) => ({ ...field, api_id: `f${index}`, ...change })) };
}

const inField = (name: string) => `form_fields_per_document[0][${name}]`;
const radio = { type: "radio", group: "g", is_checked: false };
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [n, n]));
const soon = Math.floor(Date.now() / 1000);
const day = 24 * 3600;
const url = "https://example.com/a.pdf";

/** What a request may not be, with the path that the fault names. */
const wrong: readonly (readonly [what: string, request: NewRequest, path: string])[] = [
  ["no file", { files: [], file_urls: [] }, "files"],
  ["an empty file", { files: [new Uint8Array()] }, "files[0]"],
  ["files and file_urls", { file_urls: [url] }, "file_urls"],
  ["a file_url that is no address", { files: [], file_urls: ["a.pdf"] }, "file_urls[0]"],
  ["a file_url of another scheme", { files: [], file_urls: [url, "ftp://example.com/a.pdf"] }, "file_urls[1]"],
  ["a file_url with credentials", { files: [], file_urls: ["https://me:secret@example.com/a.pdf"] }, "file_urls[0]"],
  ["a blank file_url", { files: [], file_urls: [""] }, "file_urls[0]"],
  ["no signers", { signers: undefined }, "signers"],
  ["an empty list of signers", { signers: [] }, "signers"],
  ["101 signers", { signers: Array.from({ length: 101 }, (_, n) => ({ ...ann, name: `Ann ${n}` })) }, "signers"],
  ["a signer without a name", { signers: [{ email_address: "a@b.co" }] }, "signers[0][name]"],
  ["a signer of blanks", { signers: [ann, { ...bob, name: "  " }] }, "signers[1][name]"],
  ["a name of 256 characters", { signers: [{ ...ann, name: "é".repeat(256) }] }, "signers[0][name]"],
  ["a signer without an address", { signers: [{ name: "Ann" }] }, "signers[0][email_address]"],
  ["an address that is none", { signers: [{ ...ann, email_address: "ann@" }] }, "signers[0][email_address]"],
  ["one signer twice", { signers: [ann, { ...ann, name: " Ann Lee " }] }, "signers[1][email_address]"],
  ["an order for some", { signers: [{ ...ann, order: 0 }, bob] }, "signers[1][order]"],
  ["an order that is no number", { signers: [{ ...ann, order: "first" }] }, "signers[0][order]"],
  ["a title of 256 characters", { title: "t".repeat(256) }, "title"],
  ["a subject of 256 characters", { subject: "s".repeat(256) }, "subject"],
  ["a message of 5001 characters", { message: "m".repeat(5001) }, "message"],
  ["a blank cc", { cc_email_addresses: [""] }, "cc_email_addresses[0]"],
  ["a cc that is no address", { cc_email_addresses: ["a@b.co", "nobody"] }, "cc_email_addresses[1]"],
  ["11 metadata", { metadata: keys(11) }, "metadata"],
  ["51 metadata below the top", { metadata: { a: keys(30), b: { c: [keys(20)] } } }, "metadata[b][c][0][19]"],
  ["a long key below", { metadata: { a: [{ ["k".repeat(41)]: 1 }] } }, `metadata[a][0][${"k".repeat(41)}]`],
  ["a long text below", { metadata: { a: { b: "v".repeat(1001) } } }, "metadata[a][b]"],
  ["a long list of metadata", { metadata: { a: Array.from({ length: 600 }, () => 1) } }, "metadata[a]"],
  ["a long metadata key", { metadata: { ["k".repeat(41)]: "x" } }, `metadata[${"k".repeat(41)}]`],
  ["a long metadata value", { metadata: { key: "v".repeat(1001) } }, "metadata[key]"],
  ["metadata that is a list", { metadata: ["x"] }, "metadata"],
  ["a redirect that is a script", { signing_redirect_url: "javascript:alert(1)" }, "signing_redirect_url"],
  ["a date format of one's own", { field_options: { date_format: "YYYY" } }, "field_options[date_format]"],
  ["an unknown default_type", { signing_options: { default_type: "stamp" } }, "signing_options[default_type]"],
  ["an expiry in the past", { expires_at: soon - 3600 }, "expires_at"],
  ["an expiry within a day", { expires_at: soon + day - 60 }, "expires_at"],
  ["an expiry after 90 days", { expires_at: soon + 90 * day + 3600 }, "expires_at"],
  ["an expiry in milliseconds", { expires_at: (soon + 2 * day) * 1000 }, "expires_at"],
  ["an expiry as a date", { expires_at: "2030-01-01" }, "expires_at"],
  ["an unknown client_id", { client_id: "0".repeat(32) }, "client_id"],
  ["signers and grouped_signers", { grouped_signers: [{ group: "G", signers: [ann] }] }, "grouped_signers"],
  ["an attachment of no signer", { attachments: [{ name: "ID", signer_index: 1 }] }, "attachments[0][signer_index]"],
  ["an attachment without a name", { attachments: [{ name: " ", signer_index: 0 }] }, "attachments[0][name]"],
  ["is_eid", { is_eid: true }, "is_eid"],
  ["tags and fields of the PDF", { use_preexisting_fields: true, use_text_tags: true }, "use_preexisting_fields"],
  ["a short pin", { signers: [{ ...ann, pin: "123" }] }, "signers[0][pin]"],
  [
    "a phone without its country",
    { signers: [{ ...ann, sms_phone_number: "4155550100" }] },
    "signers[0][sms_phone_number]",
  ],
  ["fields that are words", { form_fields_per_document: "fields" }, "form_fields_per_document[0]"],
  ["fields in broken JSON", { form_fields_per_document: "[{" }, "form_fields_per_document"],
  ["a field without an api_id", fields({ api_id: undefined }), inField("api_id")],
  ["an api_id twice", fields({}, { api_id: "f0" }), "form_fields_per_document[1][api_id]"],
  ["an unknown field type", fields({ type: "stamp" }), inField("type")],
  ["a merge value without a name", { custom_fields: [{ value: "x" }] }, "custom_fields[0][name]"],
  ["a merge value twice", { custom_fields: [{ name: "a" }, { name: "a" }] }, "custom_fields[1][name]"],
  [
    "a required merge value that nobody may fill",
    { custom_fields: [{ name: "a", required: true }] },
    "custom_fields[0][editor]",
  ],
  ["merge values in broken JSON", { custom_fields: "[{" }, "custom_fields"],
  ["a field of a file that is not there", fields({ document_index: 1 }), inField("document_index")],
  ["a field of a signer who is not there", fields({ signer: "1" }), inField("signer")],
  ["a field of the sender", fields({ signer: "sender" }), inField("signer")],
  ["a field on page 0", fields({ page: 0 }), inField("page")],
  ["a field without width", fields({ width: 0 }), inField("width")],
  ["a field of negative height", fields({ height: -3 }), inField("height")],
  ["a field whose x is a word", fields({ x: "left" }), inField("x")],
  ["a field neither required nor not", fields({ required: undefined }), inField("required")],
  ["a font of 50 points", fields({ font_size: 50 }), inField("font_size")],
  ["an unknown font", fields({ font_family: "comic" }), inField("font_family")],
  ["an unknown validation", fields({ validation_type: "palindrome" }), inField("validation_type")],
  ["custom_regex without one", fields({ validation_type: "custom_regex" }), inField("validation_custom_regex")],
  [
    "a broken regex",
    fields({ validation_type: "custom_regex", validation_custom_regex: "(" }),
    inField("validation_custom_regex"),
  ],
  ["a checkbox neither ticked nor not", fields({ type: "checkbox" }), inField("is_checked")],
  ["a radio button without a group", fields({ type: "radio", is_checked: false }), inField("group")],
  ["a lonely radio button", fields(radio), inField("group")],
  [
    "two radio buttons ticked",
    fields({ ...radio, is_checked: true }, { ...radio, is_checked: true }),
    inField("is_checked"),
  ],
  [
    "radio buttons of two signers",
    { signers: [ann, bob], ...fields(radio, { ...radio, signer: "1" }) },
    inField("group"),
  ],
  ["a dropdown without options", fields({ type: "dropdown" }), inField("options")],
  ["a dropdown's odd content", fields({ type: "dropdown", options: ["a"], content: "b" }), inField("content")],
  ["a link without words", fields({ type: "hyperlink", content_url: url }), inField("content")],
  [
    "a link that is a script",
    fields({ type: "hyperlink", content: "x", content_url: "javascript:1" }),
    inField("content_url"),
  ],
];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    test("what a request may not be is refused with its path, sent and embedded alike, and leaves nothing behind", async () => {
      const before = await tracesOf(house);
      for (const [what, request, path] of wrong) {
        for (const mailed of [false, true]) {
          const answer = await send(house, { mailed, ...request });
          assert.deepEqual(faultOf(answer), [400, "bad_request", path], `${what}: ${answer.bytes.toString()}`);
          assert.match(wordsOf(answer), /^.{10,}[^ ]$/);
        }
      }
      assert.deepEqual(await tracesOf(house), before);
      assert.deepEqual(house.receiver.types(), []);
    });

    test("an embedded request without a client_id is refused; a mailed one needs none", async () => {
      const answer = await send(house, { client_id: undefined });
      assert.deepEqual(faultOf(answer), [400, "bad_request", "client_id"]);
      assert.equal((await send(house, { mailed: true })).status, 200);
    });

    test("what is just within the limits is taken", async () => {
      const answer = await send(house, {
        title: "t".repeat(255),
        subject: "s".repeat(255),
        message: "m".repeat(5000),
        metadata: {
          ["k".repeat(40)]: "v".repeat(1000),
          ...keys(8),
          deep: { a: keys(24), b: { ...keys(23), text: "v".repeat(1000) } },
        },
        signers: Array.from({ length: 100 }, (_, n) => ({ ...ann, name: `Ann ${n}` })),
        expires_at: soon + 89 * day,
      });
      assert.equal(answer.status, 200, answer.bytes.toString());
    });

    test("51 files and 2001 parts are too many", async () => {
      const before = await tracesOf(house);
      const given = { client_id: house.clientId, signers: [ann] };
      const many = formOf(
        Array.from({ length: 51 }, () => onePage),
        given,
      );
      const on = "POST /signature_request/create_embedded";
      const files = await ask(house, on, { form: many });
      assert.deepEqual(faultOf(files), [400, "bad_request"]);
      assert.match(wordsOf(files), /at most 50 files/);

      const parts = formOf([onePage], given);
      for (let n = 0; n < 2001; n += 1) parts.append(`metadata[${n}]`, "x");
      assert.deepEqual(faultOf(await ask(house, on, { form: parts })), [400, "bad_request"]);
      assert.deepEqual(await tracesOf(house), before);
    });
  });
}

const [first] = grounds();

test("a file beyond 100 MB is refused while it comes, and nothing of it stays", async () => {
  assert.ok(first);
  const house = await first.open();
  try {
    const form = formOf([], { client_id: house.clientId, signers: [ann] });
    const megabyte = Buffer.alloc(1024 * 1024);
    form.append("files[0]", new Blob(Array.from({ length: 101 }, () => megabyte)), "zeros.pdf");
    const answer = await ask(house, "POST /signature_request/create_embedded", { form });

    assert.deepEqual(faultOf(answer), [400, "bad_request", "files[0]"]);
    assert.match(wordsOf(answer), /zeros\.pdf is larger than 100 MB/);
    assert.deepEqual((await tracesOf(house)).files, []);
  } finally {
    await house.close();
  }
});
