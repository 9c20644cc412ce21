import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { limits } from "../../src/base/limits.ts";
import { ask } from "../support/ask.ts";
import { eventsOf, type HeardHouse, openHeardHouse, tracesOf } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { requestOf, untilState } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { type Brought, contract, filled, formFor, sendForm, type Typing } from "./sending.ts";
import { knownPassword, signIn, type Visitor, visitorOf } from "./visitor.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let visitor: Visitor;
    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
      visitor = await signIn(house);
    });
    after(() => house.close());

    const send = async (typing: Typing = {}, files: readonly Brought[] = [contract]) =>
      sendForm(visitor, await formFor(visitor, { typing, files }));
    const lettersAbout = async (id: string) => {
      const rows = await house.store.read
        .selectFrom("letters")
        .select("to_email")
        .where("request_id", "=", id)
        .execute();
      return rows.map(({ to_email: to }) => to).toSorted();
    };
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

    test("a document is sent from a page as through the API: the same object, one event, one letter a signer, by the account", async () => {
      const expires = day(20);
      const { status, id, done } = await send(
        {
          signer_name: ["Ann Lee", "", "Bob Ray"],
          signer_email: ["ann@example.com", "", "bob@example.com"],
          ordered: "on",
          subject: "Your lease",
          message: "Please sign.\r\nThank you.",
          cc: "law@example.com\r\nbooks@example.com",
          expires,
          client_id: house.clientId,
        },
        [contract, { ...contract, name: "annex.pdf" }],
      );
      assert.deepEqual([status, done], [303, "sent"]);
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      assert.deepEqual(await lettersAbout(id), ["ann@example.com"]);

      const shown = requestOf(await ask(house, `GET /signature_request/${id}`));
      assert.deepEqual(
        [shown.title, shown.subject, shown.message, shown.test_mode, shown.client_id, shown.cc_email_addresses],
        [
          "Lease",
          "Your lease",
          "Please sign.\nThank you.",
          true,
          house.clientId,
          ["law@example.com", "books@example.com"],
        ],
      );
      assert.equal(shown.expires_at, (Date.parse(expires) + 86_400_000) / 1000);
      assert.deepEqual(
        shown.signatures.map(({ signer_name: name, signer_email_address: email, order }) => [name, email, order]),
        [
          ["Ann Lee", "ann@example.com", 0],
          ["Bob Ray", "bob@example.com", 1],
        ],
      );
      const created = await house.store.read
        .selectFrom("trail")
        .selectAll()
        .where("request_id", "=", id)
        .where("kind", "=", "created")
        .executeTakeFirstOrThrow();
      assert.deepEqual([created.who, created.ip], ["admin@localhost", "127.0.0.1"]);
      const { text } = await visitor.get(`/app/requests/${id}`);
      assert.match(text, /contract\.pdf<span class="under">\d+ bytes · 1 page<\/span>/);
      assert.match(text, /annex\.pdf<span class="under">\d+ bytes · 1 page<\/span>/);
      assert.match(text, /1 page to sign on added at the end/);
    });

    test("a form that comes twice, at once or later, is sent once, and leads to its one request each time", async () => {
      const form = await formFor(visitor, { typing: { title: "Once" } });
      const answers = await Promise.all([sendForm(visitor, form), sendForm(visitor, form)]);
      answers.push(await sendForm(visitor, form));
      const [id = "", ...others] = new Set(answers.map((answer) => answer.id));
      assert.deepEqual(others, []);
      assert.deepEqual(answers.map(({ done }) => done).toSorted(), ["sent", "twice", "twice"]);
      assert.match(
        (await visitor.get(`/app/requests/${id}?done=twice`)).text,
        /This form came twice\. It was sent once/,
      );
      assert.deepEqual(await eventsOf(house, id), ["signature_request_sent"]);
      assert.deepEqual(await lettersAbout(id), ["ann@example.com"]);
      const { rows } = await sql`select 1 from signature_requests where title = 'Once'`.execute(house.store.read);
      assert.equal(rows.length, 1);
    });

    const many = (count: number): Typing => ({
      signer_name: Array.from({ length: count }, (_, index) => `Signer ${index}`),
      signer_email: Array.from({ length: count }, (_, index) => `s${index}@example.com`),
    });
    const refusals: readonly (readonly [string, Typing, RegExp, (readonly Brought[])?])[] = [
      ["nobody to sign", { signer_name: "", signer_email: "" }, /Name at least one signer\./],
      ["an address that is none", { signer_email: "ann at home" }, /id="email-0-fault">Give an address such as/],
      [
        "an address without a name",
        { signer_name: " ", signer_email: "a@example.com" },
        /id="name-0-fault">Fill this in\./,
      ],
      [
        "a signer named twice",
        { signer_name: ["A", "", "A"], signer_email: ["a@b.c", "", "A@b.c"] },
        /id="email-2-fault">This signer is named twice/,
      ],
      ["more signers than there may be", many(limits.signers + 1), /A request has at most 100 signers\./],
      ["300 signers", many(300), /A request has at most 100 signers\./],
      ["an address for copies that is none", { cc: "law@example.com nobody" }, /id="cc-fault">Give an address such as/],
      [
        "a title that is too long",
        { title: "x".repeat(256) },
        /id="title-fault">It is too long: at most 255 characters\./,
      ],
      ["a title with NUL", { title: "a\0b" }, /id="title-fault">It must not contain a NUL character\./],
      ["a day that is none", { expires: "2027-02-30" }, /id="expires-fault">Give a day such as/],
      ["a day that is too near", { expires: day(0) }, /id="expires-fault">Choose one of the days/],
      ["a day that is too far", { expires: day(91) }, /id="expires-fault">Choose one of the days/],
      [
        "an app that is not there",
        { client_id: "e".repeat(32) },
        /id="client_id-fault">This account has no such API app\./,
      ],
      ["no file", {}, /id="files-fault">Choose at least one file\./, []],
      [
        "every field that is wrong",
        { signer_name: "", signer_email: "nobody", cc: "x", title: "x".repeat(256), expires: "never" },
        new RegExp(
          ["name-0", "email-0", "title", "cc", "expires", "files"].map((name) => `id="${name}-fault"`).join(".*"),
          "s",
        ),
        [],
      ],
      ["an empty file", {}, /id="files-fault">The file is empty\./, [{ name: "a.pdf", bytes: Buffer.alloc(0) }]],
      [
        "a file that is too large",
        {},
        /id="files-fault">The file a\.pdf is larger than 100 MB\./,
        [{ name: "a.pdf", bytes: Buffer.alloc(limits.fileBytes + 1) }],
      ],
    ];
    for (const [what, typing, words, files = [contract]] of refusals) {
      test(`${what} is refused beside its field; what was typed is kept, and nothing is sent`, async () => {
        const before = await tracesOf(house);
        const kept: Typing = { message: "Kept <b>& all</b>", ...typing };
        const { status, text } = await send(kept, files);
        assert.equal(status, 400, text);
        assert.match(text, words);
        assert.match(text, /Nothing was sent yet\. Choose the files again/);
        assert.match(text, /\nKept &lt;b&gt;&amp; all&lt;\/b&gt;<\/textarea>/);
        const name = [kept.signer_name ?? filled.signer_name].flat()[0]?.trim();
        assert.ok(text.includes(`name="signer_name" value="${name}"`));
        assert.deepEqual(await tracesOf(house), before);
      });
    }

    test("a file of a kind that cannot be used fails as through the API, with its reason on the request's page", async () => {
      const program = { name: "tool.pdf", bytes: Buffer.from("\x7fELF and more") };
      const { id } = await send({}, [program]);
      await untilState(house, { id, not: ["processing"] });
      assert.deepEqual(await eventsOf(house, id), ["file_error"]);
      assert.match((await visitor.get(`/app/requests/${id}`)).text, /&quot;tool\.pdf&quot; is a program\./);
    });

    test("script in names and titles stays text on every page", async () => {
      const evil = "<script>alert(1)</script>";
      const { id } = await send({ title: evil, signer_name: evil, message: evil });
      await house.quiet();
      for (const path of [`/app/requests/${id}`, `/app/requests/${id}/withdraw`, "/app/requests"]) {
        const { text } = await visitor.get(path);
        assert.equal(text.match(/<script/g)?.length, 1, path);
      }
    });

    test("without its key, from another site or by somebody without a session nothing is sent and no file is taken in", async () => {
      const before = await tracesOf(house);
      const form = await formFor(visitor);
      const post = visitor.post;
      assert.equal((await post("/app/requests/new", form, { origin: "https://evil.test" })).status, 403);
      const { status, location } = await visitorOf(house).post("/app/requests/new", form);
      assert.deepEqual([status, location], [303, "/app/sign-in"]);
      const key = await visitor.key();
      form.delete("key");
      assert.equal((await post("/app/requests/new", form)).status, 403);
      form.append("key", key);
      assert.equal((await post("/app/requests/new", form)).status, 403, "a key behind the files comes too late");
      assert.deepEqual(await tracesOf(house), before);
    });

    test("more rows keep what was typed, and send nothing", async () => {
      const before = await tracesOf(house);
      const form = await formFor(visitor, { typing: { rows: "more" }, files: [] });
      const typed = new URLSearchParams(
        [...form].map(([name, value]): [string, string] => [name, typeof value === "string" ? value : ""]),
      );
      const { status, text } = await visitor.post("/app/requests/new", typed);
      assert.deepEqual([status, text.match(/name="signer_name"/g)?.length], [200, 8]);
      assert.match(text, /name="signer_name" value="Ann Lee"/);
      assert.deepEqual(await tracesOf(house), before);
    });

    test("another account's app can neither be chosen nor named, and its requests are nowhere", async () => {
      const second = await makeSecondAccount(house);
      assert.ok(!(await visitor.get("/app/requests/new")).text.includes(second.clientId));
      assert.equal((await send({ client_id: second.clientId })).status, 400);
    });
  });
}
