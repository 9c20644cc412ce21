import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../support/ask.ts";
import { bulkIdOf, bulkSend, makeClientTemplate, rowsOf } from "../support/bulk.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { requestOf } from "../support/requests.ts";
import { joinFirst, makeSecondAccount } from "../support/second-account.ts";
import { clientAndWitness, makeTemplate } from "../support/templates.ts";
import { knownPassword, signIn, type Visitor } from "./visitor.ts";

for (const ground of grounds()) {
  describe(`templates and bulk sends in the dashboard, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let visitor: Visitor;
    let key: string;
    let id: string;
    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
      visitor = await signIn(house);
      key = await visitor.key();
      id = await makeTemplate(house, {
        title: "Lease <b>",
        message: "Please sign",
        signer_roles: [
          { name: "Client", order: 0 },
          { name: "Witness", order: 1 },
        ],
        cc_roles: ["Lawyer"],
        merge_fields: [
          { name: "Company", type: "text" },
          { name: "Paid", type: "checkbox" },
        ],
        form_fields_per_document: [
          ...clientAndWitness,
          { ...clientAndWitness[3], api_id: "paid", type: "checkbox-merge", name: "Paid", y: 240, width: 18 },
        ],
      });
    });
    after(() => house.close());

    /** The hidden fields that a form was given. */
    const givenBy = (text: string) => ({
      once: /name="once" value="([0-9a-f]{40})"/.exec(text)?.[1] ?? assert.fail("no once"),
      as_of: /name="as_of" value="(\d+)"/.exec(text)?.[1] ?? assert.fail("no as_of"),
    });
    const filled = {
      "name-0": "Ann Lee",
      "email-0": "ann@example.com",
      "name-1": "Bob Ray",
      "email-1": "bob@example.com",
      "cc-0": "law@example.com",
      "value-0": "Acme Co.",
      "value-1": "1",
      title: "Our lease",
      test_mode: "on",
    };

    test("the list is searched, and says how each stands", async () => {
      const broken = await makeTemplate(house, { title: "Broken", files: [Buffer.from("%PDF-1.7")] });
      const all = (await visitor.get("/app/templates")).text;
      assert.match(all, /Lease &lt;b&gt;.*Ready.*Client, Witness/s);
      assert.match(all, /Broken.*Failed/s);
      const found = (await visitor.get("/app/templates?query=title:lease")).text;
      assert.match(found, /Lease/);
      assert.doesNotMatch(found, /Broken/);
      assert.match((await visitor.get("/app/templates?query=absent")).text, /No template fits/);
      const wrong = await visitor.get("/app/templates?query=colour:red");
      assert.equal(wrong.status, 400);
      assert.match(
        wrong.text,
        /id="query-fault">Query not valid at character 1, &quot;colour:red&quot;: there is no field/,
      );
      assert.match((await visitor.get(`/app/templates/${broken}`)).text, /Why it cannot be used/);
      assert.equal((await visitor.get(`/app/templates/${broken}/send`)).status, 422);
    });

    test("one is shown with its pages, fields, roles, merge fields, files and who has it", async () => {
      const { email } = await makeSecondAccount(house);
      await joinFirst(house, email);
      await ask(house, `POST /template/add_user/${id}`, { json: { email_address: email } });
      const { text } = await visitor.get(`/app/templates/${id}`);
      for (const words of [
        "Client",
        "Witness",
        "Lawyer",
        "Company",
        "Paid",
        "paper-1.pdf",
        email,
        "Client signs",
        "Please sign",
      ])
        assert.match(text, new RegExp(words), words);
      const picture = /<image href="([^"]+)"/.exec(text)?.[1] ?? assert.fail("no picture");
      const { status, headers } = await visitor.get(picture);
      assert.deepEqual([status, headers.get("content-type")?.split("/")[0]], [200, "image"]);
      assert.equal(text.match(/<rect /g)?.length, 5);
    });

    test("a request is made of it with its roles filled in, once however often the form comes", async () => {
      const path = `/app/templates/${id}/send`;
      const given = givenBy((await visitor.get(path)).text);
      const sent = await visitor.post(path, { key, ...given, ...filled });
      assert.equal(sent.status, 303, sent.text);
      const requestId = /requests\/(\w{40})\?done=sent/.exec(sent.location ?? "")?.[1] ?? "";
      assert.deepEqual(await eventsOf(house, requestId), ["signature_request_sent"]);
      assert.match((await visitor.post(path, { key, ...given, ...filled })).location ?? "", /done=twice/);
      const shown = requestOf(await ask(house, `GET /signature_request/${requestId}`));
      assert.deepEqual(
        [shown.title, shown.template_ids, shown.cc_email_addresses, shown.test_mode],
        ["Our lease", [id], ["law@example.com"], true],
      );
      assert.deepEqual(
        shown.signatures.map(({ signer_role: role, signer_name: name, order }) => [role, name, order]),
        [
          ["Client", "Ann Lee", 0],
          ["Witness", "Bob Ray", 1],
        ],
      );
      assert.deepEqual(
        shown.custom_fields.map((one) => Object(one).value),
        ["Acme Co.", true],
      );
    });

    test("a form that does not fit sends nothing, and marks the field", async () => {
      const path = `/app/templates/${id}/send`;
      const before = await tracesOf(house);
      for (const [name, value] of [
        ["name-0", ""],
        ["email-1", "nobody"],
        ["cc-0", ""],
        ["value-0", "x".repeat(10_001)],
      ] as const) {
        const given = givenBy((await visitor.get(path)).text);
        const refused = await visitor.post(path, { key, ...given, ...filled, [name]: value });
        assert.equal(refused.status, 400, name);
        assert.match(
          refused.text,
          new RegExp(`aria-invalid="true"[^>]*>\\s*<p class="fault" id="${name}-fault">`),
          name,
        );
        assert.match(refused.text, /value="Bob Ray"/);
      }
      const given = givenBy((await visitor.get(path)).text);
      const blank = ["name-0", "email-0", "name-1", "email-1", "cc-0"];
      const empty = Object.fromEntries(blank.map((name) => [name, ""]));
      const { text } = await visitor.post(path, { key, ...given, ...filled, ...empty });
      assert.deepEqual(
        [...text.matchAll(/id="([a-z]+-\d)-fault">Fill this in\./g)].map(([, name]) => name),
        blank,
      );
      assert.match(text, /Mend the 5 fields that are marked, the first of them: <a href="#name-0">/);
      assert.deepEqual(await tracesOf(house), before);
    });

    test("a form of the template as it was before a change sends nothing: nobody gets another's role; one that was sent before is not sent again", async () => {
      const path = `/app/templates/${id}/send`;
      const [late, twice] = [givenBy((await visitor.get(path)).text), givenBy((await visitor.get(path)).text)];
      assert.match((await visitor.post(path, { key, ...twice, ...filled })).location ?? "", /done=sent/);
      assert.equal((await ask(house, `POST /template/update/${id}`, { json: { cc_roles: ["Broker"] } })).status, 200);
      const before = await tracesOf(house);
      const refused = await visitor.post(path, { key, ...late, ...filled });
      assert.equal(refused.status, 409);
      assert.match(refused.text, /Nothing was sent yet[\s\S]*was changed after this page was opened/);
      assert.match(refused.text, /Copy to: Broker/);
      assert.doesNotMatch(refused.text, /Bob Ray|law@example\.com|Acme Co\./);
      assert.match(refused.text, /value="Our lease"/);
      assert.match((await visitor.post(path, { key, ...twice, ...filled })).location ?? "", /done=twice/);
      assert.deepEqual(await tracesOf(house), before);
      assert.equal((await visitor.post(path, { key, ...givenBy(refused.text), ...filled })).status, 303);
    });

    test("it is deleted after a question, by who made it, and its requests live on", async () => {
      const own = await makeClientTemplate(house, { title: "To delete" });
      const path = `/app/templates/${own}`;
      assert.match((await visitor.get(`${path}/delete`)).text, /Delete this template\?/);
      const { status, location } = await visitor.post(`${path}/delete`, { key });
      assert.deepEqual([status, location], [303, "/app/templates?done=deleted"]);
      assert.match((await visitor.get("/app/templates?done=deleted")).text, /The template is deleted/);
      assert.equal((await visitor.get(path)).status, 404);
    });

    test("bulk sends are listed and shown with their requests, which lead back to them", async () => {
      assert.match((await visitor.get("/app/bulk")).text, /No bulk sends yet/);
      const template = await makeClientTemplate(house);
      const job = bulkIdOf(await bulkSend(house, { template_ids: [template], signer_list: rowsOf(30), title: "Many" }));
      await house.quiet();
      assert.match((await visitor.get("/app/bulk")).text, /Many.*Sent.*30 of 30/s);
      const first = (await visitor.get(`/app/bulk/${job}`)).text;
      assert.match(first, /Client 25<.*rel="next" href="\/app\/bulk\/\w+\?page=2"/s);
      assert.match(first, /Waiting for signatures<\/span> 30/);
      const second = (await visitor.get(`/app/bulk/${job}?page=2`)).text;
      assert.match(second, /Client 26<.*Client 30</s);
      assert.doesNotMatch(second, /rel="next"/);
      const request = /\/app\/requests\/\w{40}/.exec(first)?.[0] ?? "";
      assert.match((await visitor.get(request)).text, new RegExp(`href="/app/bulk/${job}"`));
    });

    test("what is another account's is nowhere, and nothing is done to it", async () => {
      const { apiKey, clientId } = { apiKey: "7".repeat(64), clientId: "d".repeat(32) };
      const theirs = await makeClientTemplate({ ...house, apiKey, clientId });
      const sent = await bulkSend({ ...house, apiKey, clientId }, { template_ids: [theirs], signer_list: rowsOf(1) });
      await house.quiet();
      const paths = [`templates/${theirs}`, `templates/${theirs}/send`, `templates/${theirs}/delete`];
      for (const path of [...paths, `bulk/${bulkIdOf(sent)}`])
        assert.equal((await visitor.get(`/app/${path}`)).status, 404, path);
      for (const path of paths.slice(1)) assert.equal((await visitor.post(`/app/${path}`, { key })).status, 404, path);
    });
  });
}
