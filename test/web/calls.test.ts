import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { writeCalls } from "../../src/accounts/write-calls.ts";
import { limits } from "../../src/base/limits.ts";
import { destroy } from "../requests/secret-lease.ts";
import { ask } from "../support/ask.ts";
import { bulkIdOf, bulkSend, makeClientTemplate, rowsOf } from "../support/bulk.ts";
import { accountOf, callAt, callHouse, writtenCalls } from "../support/calls.ts";
import { faxAndWait } from "../support/faxes.ts";
import type { HeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sendAndWait } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { openReader, type Reader } from "./reader.ts";
import { knownPassword, signIn, type Visitor } from "./visitor.ts";

describe("the pages of API calls", () => {
  let house: HeardHouse;
  let visitor: Visitor;
  let read: Reader["read"];
  before(async () => {
    ({ house, visitor, read } = await openReader());
  });
  after(() => house.close());

  const linksIn = (text: string) =>
    [...text.matchAll(/class="plain" href="\/app\/calls\/([^"]+)"/g)].map(([, id]) => id ?? "");
  async function everyPage(start: string): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let path: string | undefined = start; path !== undefined; ) {
      const text = await read(path);
      ids.push(...linksIn(text));
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll("&amp;", "&");
    }
    return ids;
  }

  test("teach a first call where there is none yet", async () => {
    const [ground] = grounds();
    const fresh = await (ground ?? assert.fail("there is a ground")).open(knownPassword);
    try {
      const { text } = await (await signIn(fresh)).get("/app/calls");
      assert.match(text, new RegExp(`curl ${fresh.url}/v3/account -u`));
    } finally {
      await fresh.close();
    }
  });

  test("list each call once, with its status and why it was refused, through more than a page", async () => {
    const account_id = await accountOf(house);
    const many = Array.from({ length: limits.dashboardRows + 5 }, (_, n) =>
      callAt(Date.parse("2026-01-01T00:00:00Z") + n * 1000, { account_id, path: `/v3/many/${n}` }),
    );
    await writeCalls(house.store, many);
    await ask(house, "POST /signature_request/send", { json: { signers: [{ name: "Ann <b>" }] } });
    const all = await writtenCalls(house);
    const met = (await everyPage("/app/calls")).filter((id) => all.some(({ call_id }) => call_id === id));
    assert.deepEqual(met, all.map(({ call_id: id }) => id).toReversed());
    const text = await read("/app/calls?status=400");
    assert.match(text, /bad_request: email_address is required\./);
    assert.match(text, /badge bad">400/);
  });

  test("filter by status, method, path, request, key and time, and the form says what is shown", async () => {
    const account_id = await accountOf(house);
    const at = Date.parse("2026-02-01T10:00:00Z");
    const request_id = "e".repeat(40);
    const one = callAt(at, {
      account_id,
      method: "DELETE",
      path: "/v3/only/this",
      status: 410,
      request_id,
      key_id: "f".repeat(16),
    });
    await writeCalls(house.store, [one, callAt(at + 60_000, { account_id }), callAt(at - 60_000, { account_id })]);
    const time = "from=2026-02-01T10:00&to=2026-02-01T10:01";
    for (const query of [
      "status=410",
      "method=DELETE&path=ONLY",
      `request=${request_id}`,
      "api_key=ffffffffffffffff",
      time,
    ])
      assert.deepEqual(linksIn(await read(`/app/calls?${query}`)), [one.call_id], query);
    assert.deepEqual(linksIn(await read(`/app/calls?status=errors&${time}`)), [one.call_id]);
    assert.deepEqual(linksIn(await read(`/app/calls?status=200&${time}`)), []);
    const shown = await read(`/app/calls?status=410&method=DELETE&path=a%22b&api_key=ffffffffffffffff&${time}`);
    for (const part of [
      '<option value="410" selected>',
      '<option value="DELETE" selected>',
      '<option value="ffffffffffffffff" selected>Revoked: ffffffffffffffff',
      'value="a&quot;b"',
      'value="2026-02-01T10:00"',
      'value="2026-02-01T10:01"',
    ])
      assert.ok(shown.includes(part), part);
    assert.match(shown, /No call fits/);
    for (const nonsense of ["status=x", "from=yesterday", "method=LOOK", "before=x", "status=1000"])
      assert.ok(linksIn(await read(`/app/calls?${nonsense}`)).length > 1, nonsense);
  });

  test("a call's page shows all that is known, what the error means, and the events that it led to", async () => {
    const { signature_request_id: id } = await sendAndWait(house, { mailed: true });
    await ask(house, `POST /signature_request/cancel/${id}`, { headers: { "user-agent": "shop <1>" } });
    await ask(house, `POST /signature_request/cancel/${id}`);
    await house.quiet();
    const calls = await writtenCalls(house);
    const [refused, canceled] = calls.filter(({ operation }) => operation === "signatureRequestCancel").toReversed();
    const made = calls.findLast(({ operation }) => operation === "signatureRequestSend");
    assert.ok(refused && canceled && made);
    const pageOfMade = await read(`/app/calls/${made.call_id}`);
    assert.match(pageOfMade, /signature_request_sent<\/a>/);
    assert.match(pageOfMade, /Account: delivered/);
    assert.doesNotMatch(pageOfMade, /signature_request_canceled/);
    assert.ok(pageOfMade.includes(`href="/app/calls/${canceled.call_id}"`), "it leads to the call that ended it");
    const pageOfCanceled = await read(`/app/calls/${canceled.call_id}`);
    assert.match(pageOfCanceled, /signature_request_canceled<\/a>/);
    assert.match(pageOfCanceled, /No later call has changed it/);
    const [, eventId] = /href="\/app\/events\/([0-9a-f-]{36})">signature_request_canceled/.exec(pageOfCanceled) ?? [];
    assert.deepEqual(
      linksIn(await read(`/app/events/${eventId}`)),
      [canceled.call_id],
      "and the event leads back to it",
    );
    for (const part of ["shop &lt;1&gt;", id, "First key", canceled.key_id, "signatureRequestCancel"])
      assert.ok(pageOfCanceled.includes(part), part);
    const pageOfRefused = await read(`/app/calls/${refused.call_id}`);
    assert.ok(pageOfRefused.includes(String(refused.error_message).replaceAll("'", "&#39;")));
    assert.match(pageOfRefused, /it was refused, so it changed nothing/);
  });

  test("a call that made a fax, a template or a bulk send leads to it and to its events", async () => {
    const fax = await faxAndWait(house, { title: "Sent <by> call" });
    const template = await makeClientTemplate(house, { title: "Made by call" });
    const job = bulkIdOf(await bulkSend(house, { template_ids: [template], signer_list: rowsOf(1) }));
    await house.quiet();
    const calls = await writtenCalls(house);
    for (const [operation, place, type] of [
      ["faxSend", `/app/faxes/${fax.fax_id}`, "fax_sent"],
      ["templateCreate", `/app/templates/${template}`, "template_created"],
      ["signatureRequestBulkCreateEmbeddedWithTemplate", `/app/bulk/${job}`, null],
    ] as const) {
      const call = calls.findLast((one) => one.operation === operation);
      const page = await read(`/app/calls/${call?.call_id}`);
      assert.ok(page.includes(`href="${place}"`), operation);
      if (type !== null) assert.match(page, new RegExp(`${type}</a>`));
      assert.doesNotMatch(page, /None/);
    }
  });

  test("the page of a request shows its newest calls, also once its data is destroyed, without what they quoted", async () => {
    const { signature_request_id: id } = await sendAndWait(house, { mailed: true });
    const json = { email_address: "nobody@example.com" };
    for (let n = 0; n < limits.requestCallsShown; n += 1)
      await ask(house, `POST /signature_request/remind/${id}`, { json });
    await ask(house, `POST /signature_request/cancel/${id}`);
    const about = (await writtenCalls(house)).filter(({ request_id: one }) => one === id).toReversed();
    const text = await read(`/app/requests/${id}`);
    assert.deepEqual(
      linksIn(text),
      about.slice(0, limits.requestCallsShown).map(({ call_id: one }) => one),
    );
    assert.ok(text.includes(`href="/app/calls?request=${id}"`));
    await destroy(house, id);
    await house.quiet();
    await writtenCalls(house);
    const left = linksIn(await read(`/app/requests/${id}`));
    assert.equal(left.length, limits.requestCallsShown);
    const refused = about.find(({ error_name: name }) => name !== null);
    const page = await read(`/app/calls/${refused?.call_id}`);
    assert.match(page, /What was answered is not kept any more/);
    assert.match(page, /bad_request/);
  });

  test("another account's calls are nowhere, and a call about somebody else's request does not show with it", async () => {
    const second = await makeSecondAccount(house);
    const { signature_request_id: id } = await sendAndWait(house);
    const other = { ...house, apiKey: second.apiKey };
    await ask(other, `GET /signature_request/${id}`);
    await callHouse(other, "GET /v3/theirs/alone");
    const theirs = (await writtenCalls(house))
      .filter(({ path }) => path === "/v3/theirs/alone" || path.endsWith(id))
      .filter(({ status }) => status === 404);
    assert.equal(theirs.length, 2);
    for (const { call_id: one } of theirs) assert.equal((await visitor.get(`/app/calls/${one}`)).status, 404);
    assert.doesNotMatch(await read("/app/calls?path=theirs"), /theirs\/alone/);
    const shown = linksIn(await read(`/app/requests/${id}`));
    assert.ok(theirs.every(({ call_id: one }) => !shown.includes(one)));
    assert.equal((await visitor.get("/app/calls/nothing")).status, 404);
  });

  test("a visitor who is not signed in is led to the sign-in", async () => {
    for (const path of [
      "/app/calls",
      "/app/settings/keys",
      "/app/settings/certificate",
      "/app/settings/certificate.pem",
    ]) {
      const { status, headers } = await fetch(house.url + path, { redirect: "manual" });
      assert.deepEqual([status, headers.get("location")], [303, `/app/sign-in?next=${encodeURIComponent(path)}`]);
    }
  });
});
