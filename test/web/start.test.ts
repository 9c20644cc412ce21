import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { firstHandlers } from "../../src/web/dashboard/first-handlers.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { grounds, type House } from "../support/house.ts";
import { sendAndWait } from "../support/requests.ts";
import { freePort } from "../support/server.ts";
import { until } from "../support/stage.ts";
import { knownPassword, signIn, signInWindow, type Visitor } from "./visitor.ts";

const [sqlite] = grounds();

/** The Node that runs the tests comes first: a machine's own may be too old for handler.ts. */
const bin = mkdtempSync(join(tmpdir(), "countersign-node-"));
symlinkSync(process.execPath, join(bin, "node"));
after(() => rmSync(bin, { recursive: true, force: true }));
const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };

/** The program that each language needs, and how it is asked whether it is here. */
const programs: Readonly<Record<string, readonly [string, ...string[]]>> = {
  typescript: ["node", "--version"],
  python: ["python3", "--version"],
  php: ["php", "--version"],
  ruby: ["ruby", "-e", 'require "webrick"'],
  go: ["go", "version"],
  curl: ["curl", "--version"],
};

const languages = Object.keys(firstHandlers("http://127.0.0.1:1"));

for (const language of languages) {
  const [program = "", ...asked] = programs[language] ?? [];
  const skip = spawnSync(program, asked, { env }).status === 0 ? false : `${program} is not installed`;

  describe(`the first callback, with the handler in ${language} as it stands on the page`, { skip }, () => {
    let house: House;
    let visitor: Visitor;
    let folder: string;
    let child: ChildProcess | null = null;
    before(async () => {
      assert.ok(sqlite);
      house = await sqlite.open(knownPassword);
      visitor = await signIn(house);
      folder = mkdtempSync(join(tmpdir(), "countersign-first-"));
    });
    after(async () => {
      if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
      await house.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const page = async () => (await visitor.get(`/app/start?lang=${language}`)).text;
    const steps = async () =>
      [...(await page()).matchAll(/data-live="step-\d".*?<span class="badge (\w+)">/g)].map(([, tone]) => tone);
    const preOf = (text: string, id: string) =>
      plain(new RegExp(`id="${id}"><code>(.*?)</code>`, "s").exec(text)?.[1] ?? assert.fail(`no ${id} on the page`));

    test("is received, checked and acknowledged: all three steps turn green", async () => {
      assert.deepEqual(await steps(), ["wait", "wait", "wait"]);
      const port = String(await freePort());
      const said = await start(port);
      if (language !== "curl") {
        await untilPort(Number(port));
        const form = { key: await visitor.key(), back: "start", url: `http://127.0.0.1:${port}/callbacks` };
        const saved = await visitor.post("/app/settings/url", form);
        assert.deepEqual([saved.status, saved.location], [303, "/app/start"]);
      }
      await until("the handler is there", async () => (await steps()).join() === "ok,ok,wait");
      await sendAndWait(house, { title: "Erster Vertrag: Überweisung", mailed: true });
      await until("all is green", async () => (await steps()).join() === "ok,ok,ok");
      assert.match(await page(), /It works/);
      await until("the handler says so", async () => said().includes("signature_request_sent"));
      if (language !== "curl") {
        assert.match(said(), /signature_request_sent Erster Vertrag: Überweisung/);
        await refusesForged(port);
      }
    });

    async function start(port: string): Promise<() => string> {
      const text = await page();
      const { file = "" } = firstHandlers(house.url)[language] ?? {};
      writeFileSync(join(folder, file), preOf(text, "handler").replaceAll("4000", port));
      const command = preOf(text, "run").replaceAll("4000", port).replace("…", house.apiKey);
      child = spawn("sh", ["-c", command], { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
      let said = "";
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", (bytes: Buffer) => (said += bytes));
      if (language === "curl") await until("it listens", async () => said.includes("listening"));
      return () => said;
    }

    /** What somebody else sends, who does not know the key, is not acknowledged. */
    async function refusesForged(port: string): Promise<void> {
      const body = new FormData();
      const event = { event_type: "signature_request_sent", event_time: "1", event_hash: "0".repeat(64) };
      body.set("json", JSON.stringify({ event }));
      const answer = await fetch(`http://127.0.0.1:${port}/callbacks`, { method: "POST", body });
      assert.ok(answer.status >= 400, String(answer.status));
      assert.doesNotMatch(await answer.text(), /Hello API Event Received/);
    }
  });
}

async function untilPort(port: number): Promise<void> {
  await until("the handler accepts connections", async () => {
    const socket = (await import("node:net")).connect(port, "127.0.0.1");
    const isOpen = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (!isOpen) await sleep(100);
    return isOpen;
  });
}

function plain(markup: string): string {
  return markup
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

describe("the first visit", needingChromium, () => {
  const windows = windowsOf();
  let house: House;
  before(async () => {
    assert.ok(sqlite);
    house = await sqlite.open(knownPassword);
  });
  after(async () => {
    await windows.close();
    await house.close();
  });

  test("leads to the first callback, whose trouble is told and whose steps turn green without a reload", async () => {
    const page = await windows.open();
    await page.goto(house.url);
    await page.getByLabel("E-mail").fill("admin@localhost");
    await page.getByLabel("Password").fill(knownPassword.COUNTERSIGN_PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Your first callback" }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();

    const port = await freePort();
    await page.getByLabel("Account callback URL").fill(`http://127.0.0.1:${port}/callbacks`);
    await page.getByRole("button", { name: "Save and test" }).click();
    await page.getByRole("alert").filter({ hasText: "Nothing accepted the connection" }).waitFor();
    assert.equal(await page.getByText("Done", { exact: true }).count(), 0);

    const { createServer } = await import("node:http");
    const handler = createServer((request, response) => {
      request.resume().on("end", () => response.end("Hello API Event Received"));
    }).listen(port, "127.0.0.1");
    await once(handler, "listening");
    await page.getByRole("button", { name: "Send test" }).click();
    await page.getByText("Done", { exact: true }).nth(1).waitFor();
    await sendAndWait(house, { mailed: true });
    await page.getByRole("heading", { name: "It works" }).waitFor();
    handler.close();
    await page.goto(`${house.url}/`);
    await page.getByRole("heading", { name: "Events", exact: true }).waitFor();
    await page.context().close();
  });

  test("a handler is copied with one press", async () => {
    const page = await windows.open({ permissions: ["clipboard-read", "clipboard-write"] });
    await signInWindow(page, house);
    await page.goto(`${house.url}/app/start?lang=python`);
    await page.getByRole("button", { name: "Copy" }).first().click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), firstHandlers(house.url).python?.code);
    await page.context().close();
  });
});
