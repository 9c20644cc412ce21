import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Type } from "typebox";
import { ListInfo } from "../../src/wire/shapes.ts";
import { TemplateShape } from "../../src/wire/template.ts";
import { ask, faultOf, readAs, wordsOf } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { clientAndWitness, makeTemplate } from "../support/templates.ts";

const Listed = Type.Object({ templates: Type.Array(TemplateShape), list_info: ListInfo });

for (const ground of grounds()) {
  describe(`templates are listed, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const list = async (query: string, key?: string) =>
      readAs(Listed, await ask(house, `GET /template/list?${query}`, key === undefined ? {} : { key }));
    const titles = async (query: string) =>
      (await list(`query=${encodeURIComponent(query)}`)).templates.map(({ title }) => title).toSorted();

    test("a list goes newest first, page by page, and a query finds by words and fields", async () => {
      const before = (await list("")).list_info.num_results;
      const field = { form_fields_per_document: [clientAndWitness[0]] };
      const ids: string[] = [];
      for (const [title, more] of [
        ["Übung am See", { message: "Für alle", test_mode: false, ...field }],
        ["Lease 100%", { metadata: { deal: "Zebra" }, ...field }],
        ["Lease of a boat", { message: "Zebra", ...field }],
      ] as const)
        ids.push(await makeTemplate(house, { title, ...more }));
      const first = await list("page_size=2");
      assert.deepEqual(
        first.templates.map(({ template_id: id }) => id),
        [ids[2], ids[1]],
      );
      assert.deepEqual([first.list_info.num_results, first.list_info.page_size], [before + 3, 2]);
      assert.equal((await list("page_size=2&page=2")).templates[0]?.template_id, ids[0]);
      assert.deepEqual((await list("page=999")).templates, []);

      const day = new Date().toISOString().slice(0, 10);
      for (const [query, found] of [
        ["lease", ["Lease 100%", "Lease of a boat"]],
        ["zebra", ["Lease 100%", "Lease of a boat"]],
        ["metadata:zebra", ["Lease 100%"]],
        ["message:zebra", ["Lease of a boat"]],
        ["title:ÜBUNG", ["Übung am See"]],
        ['"of a boat"', ["Lease of a boat"]],
        ["100%", ["Lease 100%"]],
        ["title:lease AND zebra AND boat", ["Lease of a boat"]],
        ["title:übung OR title:boat", ["Lease of a boat", "Übung am See"]],
        ["title:Übung test_mode:false", ["Übung am See"]],
        ["title:Übung test_mode:true", []],
        [`title:boat created:${day}`, ["Lease of a boat"]],
        ["title:boat created:[2020-01-01 TO 2020-12-31]", []],
        [`title:boat created:[2020-01-01 TO ${day}]`, ["Lease of a boat"]],
        ["title:boat owner:admin@", ["Lease of a boat"]],
        ["title:boat owner:nobody", []],
        ["title:boat owner:me", ["Lease of a boat"]],
        ["title:boat -owner:me", []],
        ['title:boat owner:"me"', []],
        ["(title:lease OR title:übung) AND NOT zebra", ["Übung am See"]],
        ["title:(boat OR übung) -message:zebra", ["Übung am See"]],
        ["title:boat filename:paper-1", ["Lease of a boat"]],
      ] as const)
        assert.deepEqual(await titles(query), found, query);
      for (const query of ["subject:x", "created:yesterday", "test_mode:maybe", "title:x AND", "x".repeat(1001)]) {
        const answer = await ask(house, `GET /template/list?query=${encodeURIComponent(query)}`);
        assert.deepEqual(faultOf(answer), [400, "bad_request", "query"], wordsOf(answer));
      }
      assert.deepEqual(faultOf(await ask(house, "GET /template/list?page_size=101")), [
        400,
        "bad_request",
        "page_size",
      ]);
    });
  });
}
