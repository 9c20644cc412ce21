import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { skip, textOf } from "../documents/converting.ts";
import { docx, wordParagraph } from "../documents/office-files.ts";
import { quarters } from "../documents/picture-files.ts";
import { ask, readAs } from "../support/ask.ts";
import { eventsOf, type HeardHouse, messageOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { ann, OneRequest, onePage, send, sendAndWait } from "../support/requests.ts";

const lease = docx({ body: wordParagraph("Lease of the house") + wordParagraph("[sig|req|signer1]") });

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let bare: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
      bare = await openHeardHouse(ground, { COUNTERSIGN_SOFFICE: "/nowhere/soffice" });
    });

    after(async () => {
      await house.close();
      await bare.close();
    });

    test("a Word document with a text tag is sent, its field where the tag was printed", { skip }, async () => {
      const files = [lease, quarters(200, 100).toBuffer("image/png"), Buffer.from("And a text")];
      const shown = await sendAndWait(house, { files, mailed: true, use_text_tags: true });
      assert.deepEqual(await eventsOf(house, shown.signature_request_id), ["signature_request_sent"]);
      assert.deepEqual(
        shown.signatures.map(({ status_code }) => status_code),
        ["awaiting_signature"],
      );
      const file = await ask(house, `GET /signature_request/files/${shown.signature_request_id}`);
      assert.match(textOf(file.bytes), /Lease of the house.*And a text/);
    });

    test("where LibreOffice is missing the call answers 200, and one file_error says what to install", async () => {
      const answer = await send(bare, { files: [onePage, lease], mailed: true });
      assert.equal(answer.status, 200);
      const { signature_request_id: id } = readAs(OneRequest, answer).signature_request;
      assert.deepEqual(await eventsOf(bare, id), ["file_error"]);
      assert.match(
        messageOf(bare, id),
        /^paper-2\.pdf: .*LibreOffice.*apt-get install libreoffice-writer-nogui.*COUNTERSIGN_SOFFICE/,
      );
    });

    test("text tags in files that are no PDF are warned of at the call", async () => {
      const answer = await send(bare, {
        files: [onePage, Buffer.from("[sig|req|signer1]")],
        signers: [ann],
        use_text_tags: true,
      });
      const { warnings = [] } = readAs(OneRequest, answer);
      assert.deepEqual(
        warnings.map(({ warning_name }) => warning_name),
        ["non_pdf_text_tags"],
      );
      assert.match(warnings[0]?.warning_msg ?? "", /"paper-2\.pdf" is no PDF and will be converted/);
      const plain = await send(bare, { files: [onePage], signers: [ann], use_text_tags: true });
      assert.deepEqual(readAs(OneRequest, plain).warnings ?? [], []);
    });
  });
}
