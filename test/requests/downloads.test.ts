import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findTrail } from "../../src/evidence/trail.ts";
import { sha256 } from "../evidence/sealed.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;

    before(async () => {
      house = await openHeardHouse(ground);
    });

    after(() => house.close());

    const downloadsOf = async (id: string) =>
      (await findTrail(house.store.read, id))
        .filter(({ kind }) => kind === "downloaded")
        .map(({ who, facts_json }) => [who, (JSON.parse(facts_json) as { readonly document: string }).document]);

    test("every way to a document is told in the trail: who, and which file; the same again within a minute is told once", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      const get = (path: string) => ask(house, `GET /signature_request/${path}/${id}`);
      await get("files");
      const [early] = await downloadsOf(id);
      await sign(house, signatureOf(shown).signature_id);
      const events = await eventsOf(house, id);
      const { bytes: pdf } = await get("files");
      for (const path of ["files", "final_copy", "files_as_data_uri"]) await get(path);
      const { bytes } = await get("files_as_file_url");
      const { file_url: address } = JSON.parse(bytes.toString("utf8")) as { readonly file_url: string };
      await fetch(address);
      await fetch(address);
      const owner = early?.[0];
      assert.deepEqual(await downloadsOf(id), [
        [owner, early?.[1]],
        [owner, sha256(pdf)],
        ["Somebody with the link", sha256(pdf)],
      ]);
      assert.notEqual(early?.[1], sha256(pdf));
      assert.deepEqual(await eventsOf(house, id), events);
    });

    test("after a minute the same is told again; another caller's refused request is not", async () => {
      const shown = await sendAndWait(house);
      const { signature_request_id: id } = shown;
      const path = `GET /signature_request/files/${id}`;
      await ask(house, path);
      await house.store.transact((tx) =>
        tx.updateTable("trail").set({ at: 1 }).where("request_id", "=", id).where("kind", "=", "downloaded").execute(),
      );
      await ask(house, path);
      assert.equal((await downloadsOf(id)).length, 2);
      await ask({ ...house, apiKey: "9".repeat(64) }, path);
      assert.equal((await downloadsOf(id)).length, 2);
    });
  });
}
