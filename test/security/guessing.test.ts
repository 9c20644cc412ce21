import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { grounds, type House } from "../support/house.ts";
import { until } from "../support/stage.ts";

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
  const invited = ["one@localhost", "two@localhost", "three@localhost"];
  for (const email_address of invited) await house.call("POST", "/account/create", { email_address });
  const letters = await house.store.read
    .selectFrom("letters")
    .select("text_body")
    .where("to_email", "in", invited)
    .execute();
  const statuses: number[] = [];
  let isOver = false;
  const crowd = Array.from({ length: 40 }, async (_, index) => {
    while (!isOver) statuses.push(await statusFor("admin@localhost", `${index}`));
  });
  await until("somebody is turned away", async () => statuses.includes(503));
  assert.equal((await house.call("GET", "/account")).status, 200);
  const body = new URLSearchParams({ new: password, again: password });
  const welcomed: number[] = [];
  for (const { text_body: letter } of letters) {
    const path = /http:\/\/sign\.test(\/app\/welcome\/\w+)/.exec(letter)?.[1] ?? assert.fail(letter);
    welcomed.push((await fetch(house.url + path, { method: "POST", body })).status);
  }
  isOver = true;
  await Promise.all(crowd);
  // One that comes in the moment when a place is free is lucky.
  assert.ok(welcomed.includes(503), "a new one is hashed in its turn");
  assert.deepEqual([...new Set(statuses)].toSorted(), [401, 503]);
  const turnedAway = statuses.filter((status) => status === 503).length;
  assert.ok(turnedAway > statuses.length / 2, "most are turned away");
  assert.equal(await statusFor("admin@localhost", password), 200);
});

async function statusFor(email: string, given: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${email}:${given}`).toString("base64")}`;
  return (await fetch(`${house.url}/inbox`, { headers: { authorization } })).status;
}
