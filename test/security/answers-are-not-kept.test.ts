import assert from "node:assert/strict";
import { test } from "node:test";
import { basic } from "../support/ask.ts";
import { grounds } from "../support/house.ts";

test("no cache keeps an answer that may hold something secret", async (t) => {
  const [sqlite] = grounds();
  assert.ok(sqlite);
  const house = await sqlite.open();
  t.after(house.close);
  const headers = { authorization: basic(house.apiKey) };
  for (const path of ["/v3/account", `/v3/api_app/${house.clientId}`, "/v3/nothing", "/inbox", "/sign/x", "/files/x"]) {
    const answer = await fetch(house.url + path, { headers });
    assert.match(answer.headers.get("cache-control") ?? "", /no-store/, path);
  }
});
