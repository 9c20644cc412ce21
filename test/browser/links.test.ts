import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { hashOf } from "../../src/base/secrets.ts";
import { ask } from "../support/ask.ts";
import { needingChromium, surfaceOf, windowsOf } from "../support/chromium.ts";
import { eventsOf } from "../support/heard-house.ts";
import { type OpenDocument, openDocument } from "../support/host-page.ts";
import { signUrlOf } from "../support/page.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";
import { lease, openLease, openStage, type Stage, until } from "../support/stage.ts";

const unopened = ["signature_request_sent"];

describe("a signing link is refused in words", needingChromium, () => {
  const windows = windowsOf();
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
  });
  after(() => stage.close());

  const refused = async (document: OpenDocument, words: RegExp) => {
    await document.surface.getByRole("heading", { name: "This document cannot be opened" }).waitFor();
    await document.surface.getByText(words).waitFor();
    await document.heard("error");
    assert.deepEqual(await document.eventNames(), ["open", "ready", "error"]);
    return (await document.events()).at(-1)?.data as { readonly signatureId: string; readonly code: string };
  };

  test("once another browser has opened it: an error after ready, a callback, and the X still works", async () => {
    const { request, signUrl, document: own } = await openLease(stage, { page: await windows.open() });
    await own.surface.getByRole("button", { name: "Start" }).waitFor();

    const page = await windows.open();
    const options = { clientId: stage.house.clientId };
    const other = await openDocument(page, { at: stage.site.url, signUrl, options });
    const { signatureId, code } = await refused(other, /opened somewhere else already/);
    assert.deepEqual([signatureId, code], [signatureOf(request).signature_id, "sign_url_invalid"]);
    await page.locator(".x-hellosign-embedded__modal-close-button").click();
    await other.heard("close");
    assert.deepEqual(await eventsOf(stage.house, request.signature_request_id), [
      ...unopened,
      "signature_request_viewed",
      "sign_url_invalid",
    ]);
  });

  test("once it has expired", async () => {
    const request = await sendAndWait(stage.house, lease);
    const { sign_url: signUrl } = await signUrlOf(stage.house, signatureOf(request).signature_id);
    const token = new URL(signUrl).searchParams.get("token") ?? "";
    await stage.house.store.transact(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable("sign_links")
        .set({ expires_at: 1 })
        .where("token_hash", "=", hashOf(token))
        .executeTakeFirst();
      assert.equal(numUpdatedRows, 1n);
    });
    const options = { clientId: stage.house.clientId };
    const document = await openDocument(await windows.open(), { at: stage.site.url, signUrl, options });
    assert.equal((await refused(document, /This link has expired/)).code, "sign_url_expired");
  });

  test("under the client_id of another app", async () => {
    const page = await windows.open();
    const { request, document } = await openLease(stage, { page, options: { clientId: "f".repeat(32) } });
    assert.equal((await refused(document, /belongs to another app/)).code, "client_id_mismatch");
    assert.deepEqual(await eventsOf(stage.house, request.signature_request_id), unopened);
  });

  test("outside of an iframe, where it stays unopened", async () => {
    const request = await sendAndWait(stage.house, lease);
    const { sign_url: signUrl } = await signUrlOf(stage.house, signatureOf(request).signature_id);
    const page = await windows.open();
    await page.goto(`${signUrl}&client_id=${stage.house.clientId}&parent_url=${encodeURIComponent(stage.site.url)}`);
    await surfaceOf(page).getByText("This link works only inside the application that made it.").waitFor();
    assert.deepEqual(await eventsOf(stage.house, request.signature_request_id), unopened);
  });
});

describe("an app whose only domain is example.com", needingChromium, () => {
  const windows = windowsOf({ hosts: ["app.example.com", "notexample.com"] });
  const pages: Page[] = [];
  const open = async () => {
    const page = await windows.open();
    pages.push(page);
    return page;
  };
  let stage: Stage;
  before(async () => {
    stage = await openStage(windows);
    const { house } = stage;
    const { status } = await ask(house, `PUT /api_app/${house.clientId}`, { json: { domains: ["example.com"] } });
    assert.equal(status, 200);
  });
  after(() => stage.close());
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
  });

  test("has its documents signed on its subdomains", async () => {
    const at = stage.site.under("app.example.com");
    const { document } = await openLease(stage, { page: await open(), at });
    await document.surface.getByRole("button", { name: "Start" }).waitFor();
  });

  for (const { where, host, parameters, options } of [
    { where: "on another host", host: "localhost", parameters: {}, options: {} },
    { where: "on a host whose name only ends alike", host: "notexample.com", parameters: {}, options: {} },
    {
      where: "on another host by skipDomainVerification, when it is no test",
      host: "localhost",
      parameters: { test_mode: false },
      options: { skipDomainVerification: true },
    },
  ]) {
    test(`does not have them shown ${where}`, async () => {
      const page = await open();
      const blocked = page.waitForEvent("console", {
        predicate: (message) => message.text().includes("frame-ancestors"),
      });
      const { request, document } = await openLease(stage, { page, at: stage.site.under(host), parameters, options });
      await blocked;
      await until("the browser shows its own page", async () =>
        (await document.surface.frame()).url().startsWith("chrome-error:"),
      );
      assert.deepEqual(await document.eventNames(), ["open"]);
      assert.deepEqual(await eventsOf(stage.house, request.signature_request_id), unopened);
    });
  }

  test("has a test signed on any host by skipDomainVerification", async () => {
    const { document } = await openLease(stage, { page: await open(), options: { skipDomainVerification: true } });
    await document.surface.getByRole("button", { name: "Start" }).waitFor();
    assert.deepEqual(await document.eventNames(), ["open", "ready"]);
  });
});
