import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf, wordsOf } from "../support/ask.ts";
import { bulkSend, makeClientTemplate, rowsOf } from "../support/bulk.ts";
import { eventsOf, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { onePage, send, sendAndWait } from "../support/requests.ts";

test("how many signers a call may have, how large a file is and how many pages a request has are settings", async () => {
  const [ground] = grounds();
  assert.ok(ground);
  const house = await openHeardHouse(ground, {
    COUNTERSIGN_BULK_ROWS: "2",
    COUNTERSIGN_FILE_MEGABYTES: "1",
    COUNTERSIGN_REQUEST_PAGES: "2",
  });
  try {
    const large = await send(house, { files: [Buffer.alloc(1024 ** 2 + 1, 32)] });
    assert.deepEqual(faultOf(large), [400, "bad_request", "files[0]"]);
    assert.match(wordsOf(large), /is larger than 1 MB\./);
    const many: readonly (readonly [files: readonly Uint8Array[], words: RegExp])[] = [
      [[Buffer.from("one\ftwo\fthree")], /: It has 3 pages; at most 2 are possible\./],
      [[onePage, onePage, onePage], /The files have together 3 pages; at most 2 are possible\./],
    ];
    for (const [files, words] of many) {
      const { signature_request_id: id } = await sendAndWait(house, { files });
      assert.deepEqual(await eventsOf(house, id), ["file_error"]);
      const { message } = await house.store.read
        .selectFrom("events")
        .select("message")
        .where("request_id", "=", id)
        .executeTakeFirstOrThrow();
      assert.match(message ?? "", words);
    }
    const template = await makeClientTemplate(house);
    const answer = await bulkSend(house, { template_ids: [template], signer_list: rowsOf(3) });
    assert.match(wordsOf(answer), /at most 2 signers/);
  } finally {
    await house.close();
  }
});
