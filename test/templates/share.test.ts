import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Type } from "typebox";
import { blobColumns, findNamed } from "../../src/storage/orphans.ts";
import { ListInfo } from "../../src/wire/shapes.ts";
import { TemplateShape } from "../../src/wire/template.ts";
import { line, paper } from "../documents/papers.ts";
import { type Answered, ask, faultOf, readAs } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { requestOf, untilState } from "../support/requests.ts";
import { joinFirst, makeSecondAccount, type SecondAccount } from "../support/second-account.ts";
import { makeTemplate, OneTemplate, sendWith, templateEventsOf } from "../support/templates.ts";

const Listed = Type.Object({ templates: Type.Array(TemplateShape), list_info: ListInfo });

for (const ground of grounds()) {
  describe(`templates are shared and deleted, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let other: SecondAccount;
    before(async () => {
      house = await openHeardHouse(ground);
      other = await makeSecondAccount(house);
    });
    after(() => house.close());

    const asOther = () => ({ key: other.apiKey });
    const list = async (query: string, key?: string) =>
      readAs(Listed, await ask(house, `GET /template/list?${query}`, key === undefined ? {} : { key }));

    test("who has a template by sharing uses it and sees it, and does not change it; when it is taken back it is a 404", async () => {
      const id = await makeTemplate(house);
      const share = (verb: string, json: object, key?: string): Promise<Answered> =>
        ask(house, `POST /template/${verb}/${id}`, { json, ...(key === undefined ? {} : { key }) });
      const theirs = () => sendWith(house, { template_ids: [id], client_id: other.clientId, key: other.apiKey });
      assert.deepEqual(faultOf(await theirs()), [404, "not_found"]);
      const strange = await share("add_user", { email_address: other.email });
      assert.deepEqual(faultOf(strange), [403, "forbidden"]);
      assert.match(strange.bytes.toString(), /members of your team only/);
      await joinFirst(house, other.email);
      const { template } = readAs(OneTemplate, await share("add_user", { email_address: other.email }));
      assert.deepEqual(
        template.accounts.map(({ email_address: email }) => email),
        ["admin@localhost", other.email],
      );
      assert.deepEqual(readAs(OneTemplate, await share("add_user", { email_address: other.email })).template, template);

      const seen = readAs(OneTemplate, await ask(house, `GET /template/${id}`, asOther())).template;
      assert.deepEqual([seen.is_creator, seen.can_edit], [false, false]);
      assert.deepEqual(
        (await list("", other.apiKey)).templates.map(({ template_id: one }) => one),
        [id],
      );
      const made = requestOf(await theirs());
      assert.equal(made.requester_email_address, other.email);
      for (const on of [
        `POST /template/delete/${id}`,
        `POST /template/update/${id}`,
        `POST /template/update_files/${id}`,
      ])
        assert.deepEqual(faultOf(await ask(house, on, { json: {}, ...asOther() })), [403, "forbidden"], on);
      assert.deepEqual(faultOf(await share("remove_user", { email_address: other.email }, other.apiKey)), [
        403,
        "forbidden",
      ]);

      const accountId = seen.accounts[0]?.account_id;
      for (const [verb, json, path] of [
        ["add_user", {}, "account_id"],
        ["add_user", { email_address: "nobody@example.com" }, "email_address"],
        ["add_user", { account_id: "0".repeat(40), email_address: other.email }, "account_id"],
        ["remove_user", { account_id: accountId }, "account_id"],
        ["remove_user", { email_address: "nobody@example.com" }, "email_address"],
      ] as const)
        assert.deepEqual(faultOf(await share(verb, json)), [400, "bad_request", path]);
      await house.store.transact((tx) => tx.deleteFrom("team_members").where("role", "=", "Member").execute());
      const still = readAs(OneTemplate, await share("add_user", { email_address: other.email })).template;
      assert.equal(still.accounts.length, 2, "who leaves the team keeps what was shared");
      const left = readAs(OneTemplate, await share("remove_user", { email_address: other.email.toUpperCase() }));
      assert.deepEqual(left.template.accounts.length, 1);
      assert.deepEqual(faultOf(await ask(house, `GET /template/${id}`, asOther())), [404, "not_found"]);
      assert.deepEqual(faultOf(await theirs()), [404, "not_found"]);
    });

    test("a deleted template is gone for everybody, and requests made of it live on, signed or waiting", async () => {
      const id = await makeTemplate(house);
      const { signature_request_id: requestId } = requestOf(await sendWith(house, { template_ids: [id] }));
      const answer = await ask(house, `POST /template/delete/${id}`);
      assert.deepEqual([answer.status, answer.bytes.length], [200, 0]);
      for (const on of [
        `GET /template/${id}`,
        `POST /template/delete/${id}`,
        `POST /template/update/${id}`,
        `GET /template/files/${id}`,
      ])
        assert.deepEqual(faultOf(await ask(house, on)), [404, "not_found"], on);
      assert.deepEqual(faultOf(await sendWith(house, { template_ids: [id] })), [404, "not_found"]);
      assert.deepEqual(await eventsOf(house, requestId), ["signature_request_sent"]);
      const shown = requestOf(await ask(house, `GET /signature_request/${requestId}`));
      assert.deepEqual(shown.template_ids, [id]);
      assert.equal((await ask(house, `GET /signature_request/files/${requestId}`)).status, 200);
      assert.deepEqual((await templateEventsOf(house, id)).account, ["template_created"]);
    });

    test("destroying a request leaves its template's documents named, and deleting the template lets them go", async () => {
      const own = paper({ content: line(72, 700, `Only here ${Date.now()}`) });
      const id = await makeTemplate(house, { files: [own] });
      const { document_blob: hash } = await house.store.read
        .selectFrom("templates")
        .select("document_blob")
        .where("template_id", "=", id)
        .executeTakeFirstOrThrow();
      assert.ok(hash);
      const { signature_request_id: requestId } = requestOf(await sendWith(house, { template_ids: [id] }));
      await untilState(house, { id: requestId, not: ["processing"] });
      await ask(house, `POST /signature_request/cancel/${requestId}`);
      const gone = await fetch(`${house.url}/api/signature_requests/${requestId}/data`, {
        method: "DELETE",
        headers: { authorization: `Basic ${Buffer.from(`${house.apiKey}:`).toString("base64")}` },
      });
      assert.ok(gone.ok, String(gone.status));
      assert.ok((await findNamed(house.store.read, [hash])).has(hash));
      assert.equal((await ask(house, `GET /template/files/${id}`)).status, 200);
      const again = requestOf(await sendWith(house, { template_ids: [id] }));
      assert.deepEqual(await eventsOf(house, again.signature_request_id), ["signature_request_sent"]);
      await ask(house, `POST /template/delete/${id}`);
      assert.ok((await findNamed(house.store.read, [hash])).has(hash), "the waiting request names it");
      await ask(house, `POST /signature_request/cancel/${again.signature_request_id}`);
      await fetch(`${house.url}/api/signature_requests/${again.signature_request_id}/data`, {
        method: "DELETE",
        headers: { authorization: `Basic ${Buffer.from(`${house.apiKey}:`).toString("base64")}` },
      });
      assert.deepEqual([...(await findNamed(house.store.read, [hash]))], []);
    });

    test("every column of a template that names a blob is looked at before one is removed", async () => {
      for (const [table, column] of [
        ["template_files", "blob"],
        ["templates", "document_blob"],
        ["request_parts", "document_blob"],
      ] as const)
        assert.ok(
          blobColumns.some((one) => one.table === table && one.column === column),
          `${table}.${column}`,
        );
    });
  });
}
