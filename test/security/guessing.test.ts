import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { grounds, type House } from "../support/house.ts";

const [sqlite] = grounds();
const password = "correct horse battery staple";
let house: House;

before(async () => {
  assert.ok(sqlite);
  house = await sqlite.open({ COUNTERSIGN_URL: "http://sign.test", COUNTERSIGN_PASSWORD: password });
});

after(() => house.close());

test("the inbox of a server that others can reach asks for e-mail address and password, however it is named", async () => {
  assert.equal((await fetch(`${house.url}/inbox`)).status, 401);
  assert.equal(await statusFor("admin@localhost", password), 200);
  assert.equal(await statusFor("admin@localhost", `${password}.`), 401);
  assert.equal(await statusFor("nobody@localhost", password), 401);
  assert.equal(await statusFor("nobody@localhost", ""), 401);
});

test("a crowd of guesses is checked one at a time and mostly turned away, and the server serves others", async () => {
  await house.call("POST", "/account/create", { email_address: "new@localhost" });
  const { text_body: letter } = await house.store.read
    .selectFrom("letters")
    .select("text_body")
    .where("to_email", "=", "new@localhost")
    .executeTakeFirstOrThrow();
  const path = /http:\/\/sign\.test(\/app\/welcome\/\w+)/.exec(letter)?.[1] ?? assert.fail(letter);
  const guesses = Promise.all(Array.from({ length: 60 }, (_, index) => statusFor("admin@localhost", `${index}`)));
  assert.equal((await house.call("GET", "/account")).status, 200);
  const body = new URLSearchParams({ new: password, again: password });
  assert.equal(
    (await fetch(house.url + path, { method: "POST", body })).status,
    503,
    "a new one is hashed in its turn",
  );
  const statuses = await guesses;
  assert.deepEqual([...new Set(statuses)].toSorted(), [401, 503]);
  assert.ok(statuses.filter((status) => status === 401).length <= 21, "one is checked and twenty wait");
  assert.equal(await statusFor("admin@localhost", password), 200);
});

async function statusFor(email: string, given: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${email}:${given}`).toString("base64")}`;
  return (await fetch(`${house.url}/inbox`, { headers: { authorization } })).status;
}
