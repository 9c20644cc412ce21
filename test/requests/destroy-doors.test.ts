import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { english } from "../support/english.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { openPage, sign } from "../support/page.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { knownPassword, signIn } from "../web/visitor.ts";
import { callBeside, completeSecret, destroy, sendSecret } from "./secret-lease.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
    });

    after(() => house.close());

    const doorsOf = (id: string) => [
      `GET /signature_request/${id}`,
      `GET /signature_request/files/${id}`,
      `GET /signature_request/files/${id}?file_type=zip`,
      `GET /signature_request/final_copy/${id}`,
      `GET /signature_request/files_as_data_uri/${id}`,
      `GET /signature_request/files_as_file_url/${id}`,
      `POST /signature_request/cancel/${id}`,
    ];

    test("every door of the API says that it is gone; to another account there never was one", async () => {
      const { id, signer } = await completeSecret(house);
      await destroy(house, id);
      const other = { ...house, apiKey: (await makeSecondAccount(house)).apiKey };
      for (const on of doorsOf(id)) {
        const { status, bytes } = await ask(house, on);
        assert.equal(status, 410, on);
        assert.match(bytes.toString(), /"This resource has been deleted\."/);
        assert.equal((await ask(other, on)).status, 404, on);
      }
      const json = { email_address: signer.email_address };
      assert.equal((await ask(house, `POST /signature_request/remind/${id}`, { json })).status, 410);
      for (const on of [`DELETE /signature_requests/${id}/data`, `GET /signature_requests/${id}/export`]) {
        assert.equal((await callBeside(house, on)).status, 410, on);
        assert.equal((await callBeside(other, on)).status, 404, on);
      }
      const list = await ask(house, "GET /signature_request/list?page_size=100");
      assert.ok(!list.bytes.toString().includes(id));
    });

    test("another account cannot destroy or export it", async () => {
      const { id } = await completeSecret(house);
      const stranger = { ...house, apiKey: "9".repeat(64) };
      const other = { ...house, apiKey: "7".repeat(64) };
      for (const on of [`DELETE /signature_requests/${id}/data`, `GET /signature_requests/${id}/export`]) {
        assert.equal((await callBeside(stranger, on)).status, 401, on);
        assert.equal((await callBeside(other, on)).status, 404, on);
      }
      assert.equal((await ask(house, `GET /signature_request/${id}`)).status, 200);
    });

    test("links that were handed out open nothing any more: file, pages, signing, which says why", async () => {
      const { id, link, page, view, word } = await completeSecret(house);
      const [picture, text] = [view.pages[0]?.pictures[0]?.url ?? "", view.pages[0]?.textUrl ?? ""];
      for (const path of [picture, text]) assert.equal((await fetch(house.url + path)).status, 200, path);
      const { bytes } = await ask(house, `GET /signature_request/files_as_file_url/${id}`);
      const { file_url: fileUrl } = JSON.parse(bytes.toString()) as { readonly file_url: string };
      assert.equal((await fetch(fileUrl)).status, 200);
      await destroy(house, id);

      assert.equal((await fetch(fileUrl)).status, 410);
      for (const path of [picture, text]) assert.equal((await fetch(house.url + path)).status, 404, path);
      for (const refused of [await openPage(house, { link }).claim(), await page.save({}), await page.finish({})]) {
        assert.ok("code" in refused && refused.code === "request_destroyed", JSON.stringify(refused));
        assert.match(english(refused.says) ?? "", /not kept here any more/);
      }
      assert.ok(!(await (await fetch(link)).text()).includes(word));
    });

    test("no sign URL is made for it", async () => {
      const shown = await sendAndWait(house);
      const { signature_id: signatureId } = signatureOf(shown);
      await sign(house, signatureId);
      await house.quiet();
      await destroy(house, shown.signature_request_id);
      assert.equal((await ask(house, `GET /embedded/sign_url/${signatureId}`)).status, 410);
    });

    test("from the dashboard it is asked once more, and the tombstone is shown", async () => {
      const { id, word } = await completeSecret(house);
      const visitor = await signIn(house);
      const page = await visitor.get(`/app/requests/${id}`);
      assert.match(page.text, new RegExp(`href="/app/requests/${id}/export"`));
      const question = await visitor.get(`/app/requests/${id}/destroy`);
      assert.match(question.text, /Nobody can bring them back/);
      assert.equal((await visitor.post(`/app/requests/${id}/destroy`, { key: "0".repeat(64) })).status, 403);
      assert.equal((await ask(house, `GET /signature_request/${id}`)).status, 200);
      const done = await visitor.post(`/app/requests/${id}/destroy`, { key: await visitor.key() });
      assert.equal(done.location, `/app/requests/${id}`);
      const left = await visitor.get(`/app/requests/${id}`);
      assert.match(left.text, /The data of this request was destroyed/);
      assert.match(left.text, /signature_request_destroyed/);
      await house.quiet();
      for (const path of [`/app/requests/${id}`, "/app/requests", `/app/events?request=${id}`, "/inbox"])
        assert.ok(!(await visitor.get(path)).text.includes(word), path);
      for (const path of ["destroy", "document", "export"])
        assert.ok([404, 410].includes((await visitor.get(`/app/requests/${id}/${path}`)).status), path);
    });

    test("of one that is under way the dashboard offers the export, and nothing to destroy", async () => {
      const { id } = await sendSecret(house);
      const { text } = await (await signIn(house)).get(`/app/requests/${id}`);
      assert.match(text, new RegExp(`href="/app/requests/${id}/export"`));
      assert.doesNotMatch(text, new RegExp(`href="/app/requests/${id}/destroy"`));
    });

    test("a copy of the sealed file is still recognised at /verify", async () => {
      const { id, pdf } = await completeSecret(house);
      await destroy(house, id);
      const form = new FormData();
      form.set("document", new Blob([new Uint8Array(pdf)]), "it.pdf");
      const text = await (await fetch(`${house.url}/verify`, { method: "POST", body: form })).text();
      assert.match(text, /This server sealed exactly this file on/);
    });
  });
}
