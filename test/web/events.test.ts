import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, beforeEach, describe, test } from "node:test";
import type { HeardHouse } from "../support/heard-house.ts";
import { open, pageOf, sign } from "../support/page.ts";
import { acknowledge, isEvent } from "../support/receiver.ts";
import { signatureOf } from "../support/requests.ts";
import { until } from "../support/stage.ts";
import { openReader, type Reader } from "./reader.ts";
import type { Visitor } from "./visitor.ts";

const evil = `<script>alert(1)</script> "><img src=x onerror=alert(2)> &amp;`;
const broken = Buffer.from("%PDF-1.7 and nothing else");

describe("the pages of events and requests", () => {
  let house: HeardHouse;
  let visitor: Visitor;
  let read: Reader["read"];
  let told: Reader["told"];
  let eventOf: Reader["eventOf"];
  before(async () => {
    ({ house, visitor, read, told, eventOf } = await openReader());
  });
  after(() => house.close());
  beforeEach(() => {
    house.receiver.answer = acknowledge;
  });

  test("say why a file failed: on the event's page, on the request's, and in the lists", async () => {
    const { signature_request_id: id, details_url } = await told({ files: [broken] }, "file_error");
    const why = /paper-1\.pdf(?:&quot;)? cannot be used\. It is not a PDF, or too damaged to be read\./;
    const event = await read(`/app/events/${await eventOf(id, "file_error")}`);
    assert.match(event, new RegExp(`<h2>Why it failed</h2><p class="why">[^<]*${why.source}`));
    assert.equal(details_url, `${house.url}/app/requests/${id}`);
    const request = await read(`/app/requests/${id}`);
    assert.match(request, new RegExp(`<h2>Why it failed</h2><p class="why">[^<]*${why.source}`));
    assert.match(request, /Failed<\/span>/);
    assert.match(await read("/app/requests"), why);
    assert.match(await read("/app/events?type=file_error"), why);
  });

  test("show what others wrote as text: titles, messages, names, and what receivers answer", async () => {
    house.receiver.answer = () => ({ status: 500, body: evil, headers: { "x-evil": evil } });
    const { signature_request_id: id } = await told(
      { title: evil, subject: evil, signers: [{ name: evil, email_address: "ann@example.com" }] },
      "signature_request_sent",
    );
    const pages = [
      "/app/events",
      `/app/events/${await eventOf(id, "signature_request_sent")}`,
      "/app/requests",
      `/app/requests/${id}`,
      `/app/events?request=${encodeURIComponent(evil)}`,
    ];
    for (const path of pages) {
      const text = await read(path);
      assert.doesNotMatch(text, /<script>|<img src=x/i, path);
      assert.match(text, /&lt;script&gt;alert\(1\)/, path);
    }
    const message = evil;
    await house.store.transact((tx) =>
      tx
        .updateTable("signature_requests")
        .set({ state: "error", error_message: message })
        .where("request_id", "=", id)
        .execute(),
    );
    await house.store.transact((tx) =>
      tx.updateTable("events").set({ message, type: "file_error" }).where("request_id", "=", id).execute(),
    );
    for (const path of pages) assert.doesNotMatch(await read(path), /<script>|<img src=x/i, path);
  });

  test("resend an event to one URL, and count it as a new delivery beside the first", async () => {
    const { signature_request_id: id } = await told({}, "signature_request_sent");
    const eventId = await eventOf(id, "signature_request_sent");
    const first = house.receiver.heard.length;
    const page = await read(`/app/events/${eventId}`);
    const [endpoint] = [...page.matchAll(/name="endpoint" value="([^"]+)"/g)].map(([, found]) => found ?? "");
    const { status, location } = await visitor.post(`/app/events/${eventId}/resend`, {
      key: await visitor.key(),
      endpoint: endpoint ?? "",
    });
    assert.deepEqual([status, location], [303, `/app/events/${eventId}?resent=1`]);
    await until("it was heard again", async () => house.receiver.heard.length > first);
    assert.deepEqual(
      house.receiver.heard.slice(first).map(({ path, payload }) => [path, payload.event.event_type]),
      [["/account", "signature_request_sent"]],
    );
    assert.match(await read(`/app/events/${eventId}?resent=1`), /Account · sent again \(1\)/);
  });

  test("give a payload as JSON, whole, and as a curl command that a shell runs as it stands", async () => {
    const { signature_request_id: id } = await told({ title: 'Ann\'s "lease" $HOME \\ <b>' }, "signature_request_sent");
    const page = await read(`/app/events/${await eventOf(id, "signature_request_sent")}`);
    const textOf = (name: string) => {
      const markup = new RegExp(`id="${name}"><code>(.*?)</code>`, "s").exec(page)?.[1] ?? "";
      return markup
        .replace(/<[^>]+>/g, "")
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&quot;", '"')
        .replaceAll("&#39;", "'")
        .replaceAll("&amp;", "&");
    };
    const heard = house.receiver.heard.find(
      ({ path, payload }) => path === "/account" && payload.signature_request?.signature_request_id === id,
    );
    assert.deepEqual(JSON.parse(textOf("json")), heard?.payload);
    assert.match(page, /<span class="j-name">&quot;event_type&quot;<\/span>: <span class="j-string">/);
    const before = house.receiver.heard.length;
    const shell = spawn("sh", ["-c", `${textOf("curl")} -s`]);
    let said = "";
    shell.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
    await once(shell, "close");
    assert.equal(said, "Hello API Event Received");
    const [again] = house.receiver.heard.slice(before);
    assert.deepEqual([again?.path, again?.payload], ["/account", heard?.payload]);
  });

  test("filter by type, request, app and callback state, and by the states that alert letters link to", async () => {
    house.receiver.answer = ({ path }) => (path === "/app" ? { status: 500, body: "" } : acknowledge());
    const { signature_request_id: id } = await told({}, "signature_request_sent");
    const rows = async (query: string) => [...(await read(`/app/events?${query}`)).matchAll(/<tr data-key/g)].length;
    assert.equal(await rows(`request=${id}`), 1);
    assert.equal(await rows(`request=${id}&type=file_error`), 0);
    assert.equal(await rows(`request=${id}&app=${house.clientId}`), 1);
    assert.equal(await rows(`request=${id}&app=${"e".repeat(32)}`), 0);
    assert.equal(await rows(`request=${id}&state=retrying`), 1);
    assert.equal(await rows(`request=${id}&state=exhausted`), 0);
    const rest = (until: number | null) =>
      house.store.transact(async (tx) => {
        await tx.updateTable("endpoints").set({ breaker_until: until }).where("client_id", "is not", null).execute();
        await tx
          .updateTable("deliveries")
          .set({ next_at: until === null ? Date.now() + 3_600_000 : 1 })
          .where("request_id", "=", id)
          .where("state", "=", "pending")
          .execute();
      });
    const eventId = await eventOf(id, "signature_request_sent");
    await rest(Date.parse("2100-01-01T00:00:00Z"));
    const waiting = await read(`/app/events/${eventId}`);
    assert.match(waiting, /Waits until the endpoint can be reached; next try not before <time datetime="2100-01-01/);
    assert.doesNotMatch(waiting, /Next attempt/);
    await rest(null);
    assert.match(await read(`/app/events/${eventId}`), /Next attempt: /);
    await house.store.transact((tx) =>
      tx
        .updateTable("deliveries")
        .set({ state: "exhausted" })
        .where("request_id", "=", id)
        .where("state", "=", "pending")
        .execute(),
    );
    assert.match(await read("/app/events?state=exhausted"), new RegExp(id));
    assert.doesNotMatch(await read("/app/events?state=retrying"), new RegExp(id));
  });

  test("tell a request's story: who did what beside what was called back, and give its PDF", async () => {
    const request = await told({ title: "Lease" }, "signature_request_sent");
    await sign(house, signatureOf(request).signature_id);
    await house.receiver.waitFor(isEvent("signature_request_all_signed", request.signature_request_id));
    const text = await read(`/app/requests/${request.signature_request_id}`);
    const story = [
      "Signature request created",
      "signature_request_sent",
      "Document viewed",
      "signature_request_viewed",
    ];
    const rest = ["Document signed", "signature_request_signed", "Document sealed", "signature_request_all_signed"];
    const places = [...story, ...rest].map((words) => text.indexOf(words, text.indexOf("Timeline")));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.ok(
      places.every((place) => place > 0),
      text,
    );
    const [, link = ""] = /href="([^"]+)">Download the sealed PDF/.exec(text) ?? [];
    assert.match(await read(link), /^%PDF-/);
  });

  test("tell of who declined that this was the last step", async () => {
    const request = await told({ allow_decline: true }, "signature_request_sent");
    const page = await pageOf(house, signatureOf(request).signature_id);
    await open(page);
    await page.decline("Too dear.");
    const text = await read(`/app/requests/${request.signature_request_id}`);
    assert.match(text, /<td>declined <time/);
  });
});
