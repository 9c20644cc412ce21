import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { keyIdOf } from "../../src/accounts/keys.ts";
import { limits } from "../../src/base/limits.ts";
import { hashOf, macOf } from "../../src/base/secrets.ts";
import { findWord } from "../requests/secret-lease.ts";
import { ask } from "../support/ask.ts";
import { violationsOf } from "../support/axe.ts";
import { needingChromium, windowsOf } from "../support/chromium.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sendAndWait } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { knownPassword, type PageAnswer, signIn, signInWindow, type Visitor } from "./visitor.ts";

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let visitor: Visitor;
    let key: string;
    before(async () => {
      house = await openHeardHouse(ground, knownPassword);
      visitor = await signIn(house);
      key = await visitor.key();
    });
    after(() => house.close());

    const rows = () => house.store.read.selectFrom("api_keys").selectAll().execute();
    const idOf = (made: string) => keyIdOf({ key_hash: hashOf(made) });
    const keyIn = ({ text }: PageAnswer) =>
      /<pre id="new-key"[^>]*><code>([0-9a-f]{64})<\/code>/.exec(text)?.[1] ?? null;
    const statusOf = async (apiKey: string) => (await ask({ ...house, apiKey }, "GET /account")).status;

    /** Makes a key; answers it and the address of the page that showed it. */
    async function make(name: string): Promise<{ readonly made: string; readonly at: string }> {
      const answer = await visitor.post("/app/settings/keys", { key, name });
      assert.equal(answer.status, 303, answer.text);
      const at = answer.location ?? "";
      const page = await visitor.get(at);
      assert.equal(page.headers.get("cache-control"), "no-store");
      return { made: keyIn(page) ?? assert.fail(page.text), at };
    }

    test("a new key is shown once, is in no address and nowhere in clear, and a reload makes no other", async () => {
      const { made, at } = await make("Billing <b>");
      assert.ok(!at.includes(made));
      assert.deepEqual(await findWord(house, made), []);
      const count = (await rows()).length;
      const again = await visitor.get(at);
      assert.equal(keyIn(again), null);
      assert.ok(!again.text.includes(made));
      assert.match(again.text, /was shown already and cannot be shown again/);
      assert.match(again.text, /Billing &lt;b&gt;/);
      assert.equal((await rows()).length, count);
      assert.equal(await statusOf(made), 200);
      assert.equal(keyIn(await visitor.get("/app/settings/keys")), null);
    });

    test("of two who ask for it at once one is shown the key", async () => {
      const { location } = await visitor.post("/app/settings/keys", { key, name: "Twice" });
      const pages = await Promise.all([visitor.get(location ?? ""), visitor.get(location ?? "")]);
      assert.equal(pages.filter((page) => keyIn(page) !== null).length, 1);
    });

    test("a key that nobody has looked at within ten minutes is not shown any more", async () => {
      const { location } = await visitor.post("/app/settings/keys", { key, name: "Late" });
      await house.store.transact((tx) =>
        tx
          .updateTable("api_keys")
          .set({ created_at: Date.now() - limits.keyToShowMs - 1000 })
          .where("name", "=", "Late")
          .execute(),
      );
      assert.equal(keyIn(await visitor.get(location ?? "")), null);
    });

    test("keys that were made elsewhere are never shown", async () => {
      for (const id of [idOf(house.apiKey), "0".repeat(16), "x"])
        assert.equal(keyIn(await visitor.get(`/app/settings/keys?new=${id}`)), null);
    });

    test("a name is needed and may not be endless; what was typed stays", async () => {
      const count = (await rows()).length;
      for (const name of ["", "  ", "n".repeat(limits.nameLength + 1)]) {
        const { status, text } = await visitor.post("/app/settings/keys", { key, name });
        assert.equal(status, 400);
        assert.match(text, /role="alert"/);
        assert.ok(text.includes(`name="name" value="${name.trim()}"`));
      }
      assert.equal((await rows()).length, count);
    });

    test("forms of other sites and of earlier sign-ins make, revoke and change nothing", async () => {
      const before = await rows();
      const id = idOf(house.apiKey);
      for (const path of ["", `/${id}/rotate`, `/${id}/primary`, `/${id}/revoke`]) {
        assert.equal((await visitor.post(`/app/settings/keys${path}`, { key: "0".repeat(64), name: "x" })).status, 403);
        const foreign = { origin: "https://elsewhere.example" };
        assert.equal((await visitor.post(`/app/settings/keys${path}`, { key, name: "x" }, foreign)).status, 403);
      }
      assert.deepEqual(await rows(), before);
    });

    test("a revoked key answers 401 at once; it is asked first, and says when the key was used", async () => {
      const { made } = await make("short-lived");
      assert.equal(await statusOf(made), 200);
      const question = await visitor.get(`/app/settings/keys/${idOf(made)}/revoke`);
      assert.match(question.text, /answered 401 from that moment on/);
      assert.match(question.text, /It was last used around/);
      assert.equal(await statusOf(made), 200);
      const done = await visitor.post(`/app/settings/keys/${idOf(made)}/revoke`, { key });
      assert.equal(await statusOf(made), 401);
      assert.match((await visitor.get(done.location ?? "")).text, /Revoked\. It opens nothing any more/);
      assert.equal((await visitor.get(`/app/settings/keys/${idOf(made)}/revoke`)).status, 404);
    });

    test("the primary key cannot be revoked, and the page says what to do", async () => {
      const id = idOf(house.apiKey);
      const { text } = await visitor.get(`/app/settings/keys/${id}/revoke`);
      assert.match(text, /Make another key primary first/);
      assert.doesNotMatch(text, /<button[^>]*>Revoke it/);
      assert.equal((await visitor.post(`/app/settings/keys/${id}/revoke`, { key })).status, 409);
      assert.equal(await statusOf(house.apiKey), 200);
    });

    test("a key that was made primary signs the next callback; before, the page warns of it", async () => {
      const { made } = await make("Next");
      const question = await visitor.get(`/app/settings/keys/${idOf(made)}/primary`);
      assert.match(question.text, /Handlers that verify <code>event_hash<\/code> need this key from then on/);
      const done = await visitor.post(`/app/settings/keys/${idOf(made)}/primary`, { key });
      assert.match((await visitor.get(done.location ?? "")).text, /callbacks are signed with that key/);
      const { signature_request_id: id } = await sendAndWait(house);
      const heard = await house.receiver.waitFor(
        ({ payload }) => payload.signature_request?.signature_request_id === id,
      );
      const { event_time: time, event_type: type, event_hash: hash } = heard.payload.event;
      assert.equal(hash, macOf(made, time + type));
      await visitor.post(`/app/settings/keys/${idOf(house.apiKey)}/primary`, { key });
    });

    test("to rotate makes a key of the same name, shown once, beside the old one, and says what is left to do", async () => {
      const { made: old } = await make("Rotated");
      const question = await visitor.get(`/app/settings/keys/${idOf(old)}/rotate`);
      assert.match(question.text, /The old one goes on until you revoke it/);
      const answer = await visitor.post(`/app/settings/keys/${idOf(old)}/rotate`, { key });
      const page = await visitor.get(answer.location ?? "");
      const made = keyIn(page) ?? assert.fail(page.text);
      assert.deepEqual([await statusOf(old), await statusOf(made)], [200, 200]);
      assert.deepEqual(
        (await rows())
          .filter(({ name }) => name === "Rotated")
          .map(({ key_hash: hash }) => hash)
          .toSorted(),
        [hashOf(old), hashOf(made)].toSorted(),
      );
      assert.ok(page.text.includes(`href="/app/settings/keys/${idOf(old)}/revoke"`));
      assert.doesNotMatch(page.text, /make it primary/);
      const primary = await visitor.post(`/app/settings/keys/${idOf(house.apiKey)}/rotate`, { key });
      assert.match((await visitor.get(primary.location ?? "")).text, /make it primary/);
    });

    test("another account's keys are nowhere, and nothing can be done to them", async () => {
      const second = await makeSecondAccount(house);
      const id = idOf(second.apiKey);
      assert.ok(!(await visitor.get("/app/settings/keys")).text.includes(id));
      for (const action of ["primary", "rotate", "revoke"]) {
        assert.equal((await visitor.get(`/app/settings/keys/${id}/${action}`)).status, 404);
        assert.equal((await visitor.post(`/app/settings/keys/${id}/${action}`, { key })).status, 404);
      }
      assert.equal(await statusOf(second.apiKey), 200);
    });

    test("fifty keys are enough: the form says so", async () => {
      let answer = await visitor.post("/app/settings/keys", { key, name: "many" });
      for (let n = 0; answer.status === 303 && n < limits.keysMost; n += 1)
        answer = await visitor.post("/app/settings/keys", { key, name: "many" });
      assert.equal(answer.status, 400);
      assert.match(answer.text, /at most 50 API keys: revoke one first/);
    });
  });
}

test(
  "where there is a script and a clipboard, a button copies the new key, on a page that axe-core finds nothing wrong with",
  needingChromium,
  async () => {
    const [ground] = grounds();
    const windows = windowsOf();
    const house = await (ground ?? assert.fail("there is a ground")).open(knownPassword);
    try {
      const page = await windows.open({ permissions: ["clipboard-read", "clipboard-write"] });
      await signInWindow(page, house);
      await page.goto(`${house.url}/app/settings/keys`);
      await page.getByLabel("Name").fill("Copied");
      await page.getByRole("button", { name: "Make key" }).click();
      await page.getByRole("button", { name: "Copy" }).click();
      await page.getByRole("button", { name: "Copied" }).waitFor();
      const shown = await page.locator("#new-key").textContent();
      assert.match(shown ?? "", /^[0-9a-f]{64}$/);
      assert.equal(await page.evaluate("navigator.clipboard.readText()"), shown);
      assert.deepEqual(await violationsOf(page), []);
      await page.setViewportSize({ width: 360, height: 740 });
      assert.ok(Number(await page.evaluate("document.documentElement.scrollWidth")) <= 360);
    } finally {
      await windows.close();
      await house.close();
    }
  },
);
