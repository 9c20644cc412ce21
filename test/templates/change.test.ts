import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Type } from "typebox";
import { line, paper } from "../documents/papers.ts";
import { ask, faultOf, read, readAs } from "../support/ask.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { onePage, requestOf } from "../support/requests.ts";
import {
  MadeTemplate,
  makeTemplate,
  OneTemplate,
  sendWith,
  shownTemplate,
  templateEventsOf,
  untilPrepared,
} from "../support/templates.ts";

const landscape = paper({ content: line(72, 400, "Wide"), mediaBox: "0 0 792 612" });

for (const ground of grounds()) {
  describe(`templates are changed, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    test("an update changes what is given and nothing else; requests made before stay as they are", async () => {
      const id = await makeTemplate(house, { cc_roles: ["Lawyer"], message: "Old words" });
      const before = await shownTemplate(house, id);
      const request = requestOf(
        await sendWith(house, { template_ids: [id], ccs: [{ role: "Lawyer", email_address: "law@example.com" }] }),
      );
      const answer = await ask(house, `POST /template/update/${id}`, {
        json: {
          title: "New title",
          message: "",
          cc_roles: [""],
          allow_reassign: true,
          form_fields: [
            { api_id: "sign_client", name: "New name" },
            { api_id: "nobody", name: "x" },
          ],
        },
      });
      const { template, warnings } = readAs(OneTemplate, answer);
      assert.deepEqual([template.title, template.message, template.cc_roles], ["New title", "", []]);
      assert.deepEqual(
        warnings?.map(({ warning_name: name, warning_msg: words }) => [name, /nobody/.test(words)]),
        [["parameter_ignored", true]],
      );
      const [document] = template.documents;
      assert.deepEqual(
        document?.form_fields.map(({ name }) => name),
        ["New name", "", ""],
      );
      assert.deepEqual(template.signer_roles, before.signer_roles);
      assert.deepEqual(await shownTemplate(house, id), template);
      assert.deepEqual((await templateEventsOf(house, id)).account, ["template_created"]);
      const kept = requestOf(await ask(house, `GET /signature_request/${request.signature_request_id}`));
      assert.deepEqual([kept.title, kept.message], ["Agreement", "Old words"]);
      const { options_json } = await house.store.read
        .selectFrom("signature_requests")
        .select("options_json")
        .where("request_id", "=", requestOf(await sendWith(house, { template_ids: [id] })).signature_request_id)
        .executeTakeFirstOrThrow();
      assert.equal((JSON.parse(options_json) as { allowReassign: boolean }).allowReassign, true);
    });

    test("other files make a new template with the same fields, and the old one stays", async () => {
      const id = await makeTemplate(house, { message: "Words" });
      const form = new FormData();
      for (const index of [0, 1])
        form.set(
          `files[${index}]`,
          new Blob([Buffer.from(paper({ content: line(72, 700, `New ${index}`) }))]),
          `new-${index}.pdf`,
        );
      form.set("subject", "New subject");
      const answer = await ask(house, `POST /template/update_files/${id}`, { form });
      const made = readAs(MadeTemplate, answer).template.template_id;
      assert.notEqual(made, id);
      assert.equal(await untilPrepared(house, made), "ready");
      assert.deepEqual((await templateEventsOf(house, made)).account, ["template_created"]);
      const [was, is] = [await shownTemplate(house, id), await shownTemplate(house, made)];
      assert.deepEqual(
        is.documents.map(({ name }) => name),
        ["new-0.pdf", "new-1.pdf"],
      );
      assert.deepEqual(is.documents[0]?.form_fields, was.documents[0]?.form_fields);
      assert.deepEqual([is.title, is.message, is.signer_roles], [was.title, "Words", was.signer_roles]);
      assert.deepEqual(
        was.documents.map(({ name }) => name),
        ["paper-1.pdf"],
      );
    });

    for (const [what, from, to, words] of [
      ["fewer pages", [onePage, onePage], [onePage], /have 1 pages.*have 2/],
      ["a page that is turned", [onePage], [landscape], /Page 1 is landscape/],
    ] as const)
      test(`new files with ${what} end in template_error`, async () => {
        const id = await makeTemplate(house, { files: from });
        const form = new FormData();
        for (const [index, bytes] of to.entries())
          form.set(`files[${index}]`, new Blob([Buffer.from(bytes)]), `${index}.pdf`);
        const answer = await ask(house, `POST /template/update_files/${id}`, { form });
        const made = readAs(MadeTemplate, answer).template.template_id;
        assert.equal(await untilPrepared(house, made), "error");
        const { account, message } = await templateEventsOf(house, made);
        assert.deepEqual(account, ["template_error"]);
        assert.match(message ?? "", words);
      });

    test("the document is given as PDF, as zip of the files, as data URI, and by a link that dies with the template", async () => {
      const id = await makeTemplate(house, { files: [onePage, landscape] });
      const pdf = await ask(house, `GET /template/files/${id}`);
      assert.deepEqual(
        [pdf.headers.get("content-type"), pdf.bytes.subarray(0, 5).toString()],
        ["application/pdf", "%PDF-"],
      );
      const zip = await ask(house, `GET /template/files/${id}?file_type=zip`);
      assert.equal(zip.headers.get("content-type"), "application/zip");
      assert.ok(zip.bytes.includes("1 paper-1.pdf") && zip.bytes.includes("2 paper-2.pdf"));
      const { data_uri } = readAs(
        Type.Object({ data_uri: Type.String() }),
        await ask(house, `GET /template/files_as_data_uri/${id}`),
      );
      assert.deepEqual(Buffer.from(data_uri.split(",")[1] ?? "", "base64"), pdf.bytes);
      const { file_url } = readAs(
        Type.Object({ file_url: Type.String(), expires_at: Type.Integer() }),
        await ask(house, `GET /template/files_as_file_url/${id}?force_download=0`),
      );
      const linked = await fetch(file_url);
      assert.match(linked.headers.get("content-disposition") ?? "", /^inline/);
      assert.deepEqual(Buffer.from(await linked.arrayBuffer()), pdf.bytes);
      const forged = new URL(file_url);
      forged.searchParams.set("download", "1");
      assert.equal((await fetch(forged)).status, 404);
      assert.equal((await fetch(file_url.replace("template_files", "files"))).status, 404);
      assert.equal((await ask(house, `POST /template/delete/${id}`)).status, 200);
      assert.deepEqual(faultOf(await read(await fetch(file_url))), [404, "not_found"]);
    });
  });
}
