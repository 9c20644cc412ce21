import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { zipSync } from "fflate";
import { pdfOf } from "../documents/papers.ts";
import { needing } from "../evidence/tools.ts";
import { ask, faultOf } from "../support/ask.ts";
import { book } from "../support/book.ts";
import { eventsOf, type HeardHouse, messageOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { ann, bob, type NewRequest, onePage, sendAndWait } from "../support/requests.ts";

const noPages = pdfOf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"]);
const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

function encrypted(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "countersign-locked-"));
  const [plain, locked] = [join(folder, "plain.pdf"), join(folder, "locked.pdf")];
  writeFileSync(plain, onePage);
  assert.equal(spawnSync("qpdf", ["--encrypt", "open", "own", "256", "--", plain, locked]).status, 0);
  const bytes = readFileSync(locked);
  rmSync(folder, { recursive: true });
  return bytes;
}

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    /** What became of a request that cannot be: its events, its signatures' status, and the words. */
    async function endOf(request: NewRequest) {
      const shown = await sendAndWait(house, request);
      const { signature_request_id: id } = shown;
      const events = await eventsOf(house, id);
      assert.equal(shown.has_error, true);
      assert.equal(shown.is_complete || shown.is_declined, false);
      for (const { signature_id } of shown.signatures)
        assert.deepEqual(faultOf(await ask(house, `GET /embedded/sign_url/${signature_id}`)), [409, "conflict"]);
      const statuses = shown.signatures.map(({ status_code }) => status_code);
      return { events, statuses, message: messageOf(house, id) };
    }

    for (const [what, bytes, words] of [
      ["a file that is half a PDF", onePage.subarray(0, 300), /"paper-1\.pdf" cannot be used\. /],
      ["a PDF without pages", noPages, /"paper-1\.pdf" cannot be used\. /],
      [
        "the beginning of a picture",
        png,
        /"paper-1\.pdf" cannot be used\. It is damaged: the picture cannot be decoded\./,
      ],
      [
        "an archive",
        zipSync({ "a.txt": Buffer.from("a") }),
        /is a ZIP archive\. These kinds of file can be sent: PDF, DOCX/,
      ],
      ["noise", Buffer.from([1, 2, 3, 4]), /is a file of unknown kind\./],
    ] as const) {
      test(`${what} ends in one file_error that names the file and says what it is`, async () => {
        const { events, statuses, message } = await endOf({ files: [bytes], signers: [ann, bob] });
        assert.deepEqual(events, ["file_error"]);
        assert.deepEqual(statuses, ["error_file", "error_file"]);
        assert.match(message, /^paper-1\.pdf: /);
        assert.match(message, words);
      });
    }

    test("an encrypted PDF ends in one file_error that asks to remove the password", needing("qpdf"), async () => {
      const { events, message } = await endOf({ files: [encrypted()] });
      assert.deepEqual(events, ["file_error"]);
      assert.match(message, /protected by a password\. Remove the password and send it again\./);
    });

    test("of several files the one that is wrong is named", async () => {
      const { events, message } = await endOf({ files: [onePage, Buffer.from([1, 2, 3, 4]), onePage] });
      assert.deepEqual(events, ["file_error"]);
      assert.match(message, /^paper-2\.pdf: /);
    });

    test("too many pages are told with the limit", async () => {
      const long = book(...Array.from({ length: 1001 }, () => ""));
      const { events, message } = await endOf({ files: [long, long] });
      assert.deepEqual(events, ["file_error"]);
      assert.match(message, /together 2002 pages; at most 2000 are possible/);
    });

    for (const [what, request, words] of [
      ["a signer's name in Ethiopic", { signers: [ann, { ...bob, name: "ሰላም" }] }, /"ሰላም" .*"ሰ" \(U\+1230, Ethiopic\)/],
      ["a title in Lao", { title: "ສັນຍາ" }, /"ສັນຍາ" .*Lao/],
      [
        "a name that turns the writing",
        { signers: [{ ...ann, name: "Ann\u202Eeel" }] },
        /U\+202E, invisible format characters/,
      ],
    ] as const) {
      test(`${what} is beyond this version's fonts: one file_error names text and character`, async () => {
        const { events, statuses, message } = await endOf(request);
        assert.deepEqual(events, ["file_error"]);
        assert.deepEqual(new Set(statuses), new Set(["error_file"]));
        assert.match(message, words);
      });
    }

    test("names in any of the house's writings are fine", async () => {
      const latin = ["Zoë Łuczak", "Ελένη", "Анна Ђорђевић", "Nguyễn Văn"];
      const signers = [...latin, "李明", "山田太郎", "홍길동", "محمد", "שרה", "श्री", "สมชาย", "Ann 🦊"].map((name) => ({
        ...ann,
        name,
      }));
      const { signature_request_id: id } = await sendAndWait(house, { signers, title: "Договір — עקד عقد 契約" });
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
    });

    for (const [word, event, status] of [
      ["overlayerror", "file_error", "error_file"],
      ["componenterror", "signature_request_invalid", "error_component_position"],
      ["doctagerror", "signature_request_invalid", "error_text_tag"],
      ["unknownerror", "unknown_error", "error_unknown"],
    ] as const) {
      test(`in test mode a signer's address forces ${event} (+${word}) and has the blame unless a file has, and nowhere else`, async () => {
        const signers = [ann, { ...bob, email_address: `bob+${word}@hellosign.com` }];
        const end = await endOf({ signers });
        const other = event === "file_error" ? status : "awaiting_signature";
        assert.deepEqual([end.events, end.statuses], [[event], [other, status]]);

        for (const [test_mode, email_address] of [
          [false, `bob+${word}@hellosign.com`],
          [true, `bob+${word}@example.com`],
        ] as const) {
          const plain = await sendAndWait(house, { test_mode, signers: [ann, { ...bob, email_address }] });
          assert.deepEqual(await eventsOf(house, plain.signature_request_id), ["signature_request_sent"]);
        }
      });
    }

    test("in test mode +declined declines by itself after the request was sent", async () => {
      const signers = [ann, { ...bob, email_address: "bob+declined@hellosign.com" }];
      const { signature_request_id: id } = await sendAndWait(house, { signers });
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent", "signature_request_declined"]);
      const { payload } =
        house.receiver.heard.findLast((one) => one.payload.signature_request?.signature_request_id === id) ??
        assert.fail();
      assert.equal(payload.event.event_metadata.event_message, undefined);
      assert.deepEqual(
        payload.signature_request?.signatures.map(({ status_code, decline_reason }) => [status_code, decline_reason]),
        [
          ["awaiting_signature", null],
          ["declined", null],
        ],
      );
    });
  });
}
