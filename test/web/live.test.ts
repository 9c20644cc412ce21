import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { ask } from "../support/ask.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { acknowledge, isEvent } from "../support/receiver.ts";
import { sendAndWait, signatureOf } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { knownPassword, signIn, signInWindow, visitorOf } from "./visitor.ts";

const [sqlite] = grounds();

describe("live pages", needingChromium, () => {
  const windows = windowsOf();
  let house: HeardHouse;
  before(async () => {
    assert.ok(sqlite);
    house = await openHeardHouse(sqlite, { ...knownPassword, COUNTERSIGN_CALLBACK_SCHEDULE: "3600" });
  });
  beforeEach(() => {
    house.receiver.answer = acknowledge;
  });
  after(async () => {
    await windows.close();
    await house.close();
  });

  /** A window that is signed in and whose page is being told of changes; it must not be loaded again from here on. */
  async function watch(path: string): Promise<Page> {
    const page = await windows.open();
    await signInWindow(page, house);
    await page.goto(house.url + path);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.evaluate("window.sameAsBefore = true");
    return page;
  }

  const isSame = (page: Page) => page.evaluate("window.sameAsBefore === true");

  test("an event shows itself in the list, and how its callbacks went, without a reload", async () => {
    house.receiver.answer = ({ path }) => (path === "/app" ? { status: 500, body: "" } : acknowledge());
    const page = await watch("/app/events");
    const { signature_request_id: id } = await sendAndWait(house, { title: "Seen at once" });
    const row = page.getByRole("row").filter({ hasText: "Seen at once" });
    await row.getByText("Account: delivered").waitFor();
    await row.getByText("App “First app”: retrying").waitFor();
    await row.getByRole("link", { name: "signature_request_sent" }).waitFor();
    assert.equal(await row.locator(`a[href="/app/requests/${id}"]`).count(), 1);
    assert.equal(await isSame(page), true);
    await page.context().close();
  });

  test("a filter holds for what comes", async () => {
    const page = await watch("/app/events?type=signature_request_viewed");
    const request = await sendAndWait(house, { title: "Only when viewed" });
    await house.receiver.waitFor(isEvent("signature_request_sent", request.signature_request_id));
    await sign(house, signatureOf(request).signature_id);
    const rows = page.getByRole("row").filter({ hasText: "Only when viewed" });
    await rows.first().waitFor();
    assert.equal(await rows.count(), 1);
    await rows.getByText("signature_request_viewed").waitFor();
    await page.context().close();
  });

  test("what the reader does is left alone: the focus, and what was opened", async () => {
    house.receiver.answer = () => ({ status: 500, body: "Not now" });
    const { signature_request_id: id } = await sendAndWait(house, {});
    await house.receiver.waitFor(isEvent("signature_request_sent", id));
    const { event_id } = await house.store.read
      .selectFrom("events")
      .select("event_id")
      .where("request_id", "=", id)
      .executeTakeFirstOrThrow();
    const page = await watch(`/app/events/${event_id}`);
    const answer = page.getByText("What came back").first();
    await answer.click();
    house.receiver.answer = acknowledge;
    const again = await signIn(house);
    const text = (await again.get(`/app/events/${event_id}`)).text;
    const endpoint = /name="endpoint" value="([^"]+)"/.exec(text)?.[1] ?? "";
    await again.post(`/app/events/${event_id}/resend`, { key: await again.key(), endpoint });
    await page.getByText("Account · sent again (1)").waitFor();
    await page.getByText("200 acknowledged").waitFor();
    assert.equal(await page.locator("details[open]").filter({ hasText: "What came back" }).count(), 1);
    assert.equal(await answer.evaluate((element) => element === element.ownerDocument.activeElement), true);
    assert.equal(await isSame(page), true);
    await page.context().close();
  });

  test("a request's page follows it to its end, its state too", async () => {
    const request = await sendAndWait(house, {
      title: "Followed",
      signers: [{ name: "A", email_address: "a@x.test" }],
    });
    const page = await watch(`/app/requests/${request.signature_request_id}`);
    await page.getByText("Waiting for signatures").waitFor();
    await ask(house, `POST /signature_request/cancel/${request.signature_request_id}`);
    await page.getByText("Withdrawn", { exact: true }).waitFor();
    await page.getByRole("link", { name: "signature_request_canceled" }).waitFor();
    assert.equal(await isSame(page), true);
    await page.context().close();
  });

  test("a reader can pause the page, and go on with what came meanwhile", async () => {
    const page = await watch("/app/events");
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused", { exact: true }).waitFor();
    const watcher = await watch("/app/events");
    await sendAndWait(house, { title: "Missed at first" });
    await watcher.getByText("Missed at first").waitFor();
    assert.equal(await page.getByText("Missed at first").count(), 0);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText("Missed at first").waitFor();
    assert.equal(await isSame(page), true);

    // While nobody knows yet whether the page is live, no button without a word stands there.
    let letThrough = () => {};
    const held = new Promise<void>((resolve) => (letThrough = resolve));
    await page.route("**/app/live", async (route) => {
      await held;
      await route.continue();
    });
    const asked = page.waitForRequest("**/app/live");
    await page.reload();
    await asked;
    assert.equal(await page.locator("[data-live-bar]").isVisible(), false);
    letThrough();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await Promise.all([page.context().close(), watcher.context().close()]);
  });

  test("screen readers are told, not too often, that something is new", async () => {
    const page = await watch("/app/events");
    await sendAndWait(house, { title: "Said aloud" });
    await page
      .getByRole("status")
      .filter({ hasText: /new entr/ })
      .waitFor();
    await page.context().close();
  });
});

describe("the stream of changes", () => {
  let house: HeardHouse;
  before(async () => {
    assert.ok(sqlite);
    house = await openHeardHouse(sqlite, knownPassword);
  });
  after(() => house.close());

  async function follow(cookie: string): Promise<{ readonly said: () => Promise<string>; readonly end: () => void }> {
    const over = new AbortController();
    const answer = await fetch(`${house.url}/app/live`, { headers: { cookie }, signal: over.signal });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/event-stream/);
    assert.ok(answer.body);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    return { said: async () => (await reader.read()).value ?? "", end: () => over.abort() };
  }

  test("is for those who are signed in, and says nothing but that something has changed", async () => {
    const stranger = await visitorOf(house).get("/app/live");
    assert.deepEqual([stranger.status, stranger.location], [303, "/app/sign-in?next=%2Fapp%2Flive"]);
    const { cookie } = await signIn(house);
    const { said, end } = await follow(cookie);
    assert.equal(await said(), "retry: 3000\n\n:\n\n");
    await sendAndWait(house, { title: "Private words" });
    assert.match(await said(), /^(event: change\ndata:\n\n)+$/);
    end();
  });

  test("tells nobody of another account's changes", async () => {
    const second = await makeSecondAccount(house);
    const { cookie } = await signIn(house);
    const { said, end } = await follow(cookie);
    await said();
    await house.quiet();
    await sendAndWait({ ...house, ...second }, {});
    await house.quiet();
    const next = said();
    assert.equal(await Promise.race([next, house.quiet().then(() => "nothing")]), "nothing");
    await sendAndWait(house, {});
    assert.match(await next, /change/);
    end();
  });

  test("is no sign that somebody is there: a page that only keeps itself live does not keep its session from ending", async () => {
    const { cookie } = await signIn(house);
    const seenAt = async () =>
      (
        await house.store.read
          .selectFrom("sessions")
          .select("seen_at")
          .orderBy("created_at", "desc")
          .executeTakeFirstOrThrow()
      ).seen_at;
    const long = Date.now() - 3_600_000;
    await house.store.transact((tx) => tx.updateTable("sessions").set({ seen_at: long }).execute());
    const { said, end } = await follow(cookie);
    await said();
    end();
    const again = await visitorOf(house, cookie).get("/app/events", { "countersign-live": "1" });
    assert.equal(again.status, 200);
    assert.equal(await seenAt(), long);
    assert.equal((await visitorOf(house, cookie).get("/app/events")).status, 200);
    assert.ok((await seenAt()) > long);
  });

  test("is not kept up for more pages of an account than a bound", async () => {
    const { cookie } = await signIn(house);
    const streams = [];
    for (let n = 0; n < 50; n += 1) streams.push(await follow(cookie));
    const refused = await visitorOf(house, cookie).get("/app/live");
    assert.equal(refused.status, 503);
    for (const { end } of streams) end();
  });

  test("ends when the server closes, which waits for no open page", async () => {
    assert.ok(sqlite);
    const other = await sqlite.open(knownPassword);
    const { cookie } = await signIn(other);
    const answer = await fetch(`${other.url}/app/live`, { headers: { cookie } });
    const closing = other.close();
    // No sign of life comes any more: the stream ends at once, not when the server's patience does.
    assert.equal(await answer.text(), "retry: 3000\n\n:\n\n");
    await closing;
    await assert.rejects(fetch(`${other.url}/healthz`));
  });
});
