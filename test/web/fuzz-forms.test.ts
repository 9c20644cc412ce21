import assert from "node:assert/strict";
import { test } from "node:test";
import { grounds } from "../support/house.ts";
import { sendAndWait } from "../support/requests.ts";
import { knownPassword, signIn } from "./visitor.ts";

const pages = [
  "/app/requests/new",
  "/app/callbacks/replay",
  "/app/faxes/lines",
  "/app/settings",
  "/app/settings/apps",
  "/app/settings/keys",
  "/app/settings/sign-in",
];

/** What is typed into every field but the session's key, one after the other. */
const junk = [
  "",
  "a\u0000b",
  "\ud800",
  "x".repeat(20_000),
  "-1",
  "1e400",
  "99999999999999999999",
  "'; drop table accounts; --",
  "[1,{",
  "__proto__",
  "\u202e\u2028<b>",
  "02/30/2026",
  "http://[::1",
];

for (const ground of grounds())
  test(`every form of the dashboard takes junk with words, and is there again, on ${ground.name}`, {
    skip: ground.skip,
  }, async (t) => {
    const house = await ground.open(knownPassword);
    t.after(house.close);
    const { signature_request_id: id } = await sendAndWait(house, { mailed: true });
    const visitor = await signIn(house);
    let posts = 0;
    const app = `/app/settings/apps/${house.clientId}`;
    for (const page of [...pages, `/app/requests/${id}`, app, `${app}/brand`]) {
      const { status, text } = await visitor.get(page);
      assert.equal(status, 200, page);
      for (const { action, names } of formsOf(text)) {
        for (const value of junk) {
          const form = new URLSearchParams({ key: await visitor.key() });
          for (const name of names) form.append(name, value);
          const answer = await visitor.post(action, form);
          assert.ok(answer.status < 500, `${action} with ${JSON.stringify(value.slice(0, 20))}: ${answer.status}`);
          assert.doesNotMatch(answer.text, /\bat async |node_modules|SQLITE_|invalid byte sequence/);
          posts += 1;
        }
      }
      assert.equal((await visitor.get(page)).status, 200, page);
    }
    assert.ok(posts > 60, `${posts} forms were sent`);
  });

/** The forms of a page that change something, but for the one that signs out: where each goes and what it asks. */
function formsOf(text: string): readonly { readonly action: string; readonly names: readonly string[] }[] {
  return [...text.matchAll(/<form[^>]*method="post"[^>]*>.*?<\/form>/gs)].flatMap(([form]) => {
    const action = /action="([^"]+)"/.exec(form)?.[1] ?? "";
    const names = [...form.matchAll(/ name="([^"]+)"/g)].map(([, name = ""]) => name).filter((name) => name !== "key");
    return action === "" || action.endsWith("/sign-out") ? [] : [{ action, names: [...new Set(names)] }];
  });
}
