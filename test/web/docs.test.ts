import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as sdk from "@dropbox/sign";
import { jsonApi, v3 } from "../../src/api/catalogue.ts";
import { describeApi } from "../../src/api/openapi.ts";
import { faultStatuses } from "../../src/base/faults.ts";
import { eventKinds, objectMember } from "../../src/events/catalog.ts";
import { coerceInput } from "../../src/http/input.ts";
import { type CallbackPayload, verifyCallback } from "../../src/receiver/callbacks.ts";
import { type OpenApi, operationsOf } from "../../src/web/docs/document.ts";
import { exampleEvent } from "../../src/web/docs/event-page.ts";
import { exampleInput } from "../../src/web/docs/example.ts";
import { curlOf, sdkClassOf, typescriptOf } from "../../src/web/docs/snippets.ts";
import { ask } from "../support/ask.ts";
import { violationsOf } from "../support/axe.ts";
import { writtenCalls } from "../support/calls.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { grounds, type House } from "../support/house.ts";
import { knownPassword, signIn } from "./visitor.ts";

const all = [...v3.operations, ...jsonApi.operations];
const shown = operationsOf(JSON.parse(JSON.stringify(describeApi("http://127.0.0.1:3000"))) as OpenApi);

describe("the API reference", () => {
  let house: House;

  before(async () => {
    const [ground] = grounds();
    assert.ok(ground);
    house = await ground.open(knownPassword);
  });

  after(() => house.close());

  async function read(path: string): Promise<string> {
    const answer = await fetch(house.url + path);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get("content-security-policy") ?? "", /^default-src 'none'/);
    const text = await answer.text();
    assert.doesNotMatch(text, /<script|style=|undefined|\[object|NaN/, path);
    return text;
  }

  const pages = ["/docs", "/docs/events", "/docs/errors", "/docs/text-tags"];

  test("every operation stands in the list and has a page with its parameters, a call, its answer and its errors", async () => {
    const list = await read("/docs");
    for (const { id, says, faults, on } of all) {
      assert.ok(list.includes(`href="/docs/operations/${id}"`), id);
      const page = await read(`/docs/operations/${id}`);
      assert.ok(page.includes(`<h1>${id}</h1>`));
      assert.ok(page.includes(says.split("'")[0] ?? ""), id);
      for (const name of faults) assert.ok(page.includes(`/docs/errors#${name}`), `${id}: ${name}`);
      for (const [, name = ""] of on.matchAll(/\{(\w+)\}/g))
        assert.ok(page.replaceAll("<wbr>", "").includes(`<code>${name}</code>`), id);
    }
  });

  test("every link within it leads somewhere, and every anchor to its place", async () => {
    const texts = new Map<string, string>();
    const open = async (path: string) => texts.get(path) ?? texts.set(path, await read(path)).get(path) ?? "";
    for (const page of [...pages, ...all.map(({ id }) => `/docs/operations/${id}`)]) {
      for (const [, link = ""] of (await open(page)).matchAll(/href="((?:\/docs|#)[^"]*)"/g)) {
        const [path = "", anchor] = link.split("#");
        const text = await open(path === "" ? page : path);
        if (anchor !== undefined) assert.ok(text.includes(`id="${anchor}"`), `${page}: ${link}`);
      }
    }
  });

  test("a search finds operations by name, path, parameter and words, without a script; what is asked is only text", async () => {
    for (const [query, id] of [
      ["cancel", "signatureRequestCancel"],
      ["/api_app client", "apiAppGet"],
      ["CALLBACK_URL account", "accountUpdate"],
      ["withdraws", "signatureRequestCancel"],
    ] as const) {
      const text = await read(`/docs?q=${encodeURIComponent(query)}`);
      assert.ok(text.includes(`/docs/operations/${id}"`), query);
      assert.ok(!text.includes('/docs/operations/keyList"'), query);
    }
    const text = await read(`/docs?q=${encodeURIComponent('"><b>nothing')}`);
    assert.match(text, /Nothing fits\./);
    assert.ok(!text.includes("<b>"));
    await read("/docs?q=a&q=b");
    assert.equal((await fetch(`${house.url}/docs/operations/nothing`)).status, 404);
  });

  test("every event and every error has its place, with what it carries and what to do", async () => {
    const events = await read("/docs/events");
    for (const [type, { says }] of Object.entries(eventKinds)) {
      assert.ok(events.includes(`id="${type}"`), type);
      assert.ok(events.includes(says.split("'")[0] ?? ""), type);
    }
    const errors = await read("/docs/errors");
    for (const name of Object.keys(faultStatuses)) assert.ok(errors.includes(`<tr id="${name}">`), name);
  });

  test("the hash of every example event is genuine under the key that the page names", () => {
    for (const [type, { about }] of Object.entries(eventKinds)) {
      const json = exampleEvent(type as keyof typeof eventKinds, { about, at: 1_760_000_000_000 });
      const payload = JSON.parse(json) as CallbackPayload;
      assert.ok(verifyCallback(payload, "5".repeat(64)), type);
      const member = about === "nothing" ? null : objectMember(type);
      for (const one of ["signature_request", "template", "transmission", "account"])
        assert.equal(one in payload, one === member, type);
    }
  });

  test("every example is taken by its operation's schema, and every call of the SDK by the SDK's own method", () => {
    for (const operation of shown) {
      const { input } = all.find(({ id }) => id === operation.id) ?? assert.fail(operation.id);
      const inPath = operation.parameters.filter((parameter) => parameter.in === "path").map(({ name }) => [name, "x"]);
      const given = { ...exampleInput(operation), ...Object.fromEntries(inPath) };
      assert.doesNotThrow(() => coerceInput(input, given), operation.id);
      assert.ok(curlOf(operation).includes(operation.url.split("{")[0] ?? ""), operation.id);
      const name = sdkClassOf(operation);
      if (!operation.isV3 || name === null) continue;
      const api = (sdk as unknown as Record<string, { readonly prototype: Record<string, unknown> }>)[name];
      assert.equal(typeof api?.prototype[operation.id], "function", `${name}.${operation.id}`);
      assert.ok(typescriptOf(operation).includes(`api.${operation.id}(`));
    }
  });

  test("the dashboard leads to it: from its foot, and from a call that was refused to the error and the operation", async () => {
    const visitor = await signIn(house);
    assert.match((await visitor.get("/app/events")).text, /href="\/docs"/);
    await ask(house, "GET /signature_request/nothing");
    const call = (await writtenCalls(house)).find(({ status }) => status === 404);
    const { text } = await visitor.get(`/app/calls/${call?.call_id}`);
    assert.match(text, /href="\/docs\/errors#not_found"/);
    assert.match(text, /href="\/docs\/operations\/signatureRequestGet"/);
  });

  describe("in a browser", needingChromium, () => {
    const windows = windowsOf();

    for (const [name, options] of [
      ["desktop", { viewport: { width: 1200, height: 900 } }],
      ["phone, dark", { viewport: { width: 360, height: 740 }, colorScheme: "dark" }],
    ] as const)
      test(`it is for everybody, without script: ${name}`, async () => {
        const page = await windows.open({ ...options });
        for (const path of [
          ...pages,
          "/docs?q=cancel",
          "/docs/operations/signatureRequestSend",
          "/docs/operations/eventList",
        ]) {
          await page.goto(house.url + path);
          assert.deepEqual(await violationsOf(page), [], path);
          const wider = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
          assert.ok(wider === false, `nothing of ${path} is wider than the window`);
          if (process.env.SHOTS)
            await page.screenshot({ path: `${process.env.SHOTS}/${name}-${path.replaceAll(/\W/g, "_")}.png` });
        }
        await page.goto(`${house.url}/docs`);
        await page.getByRole("searchbox").fill("withdraw");
        await page.keyboard.press("Enter");
        await page.getByRole("link", { name: "signatureRequestCancel" }).click();
        await page.getByRole("heading", { name: "signatureRequestCancel" }).waitFor();
      });
  });
});
