import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { passkeyPlaceOf } from "../../src/web/dashboard/passkey-place.ts";
import { grounds } from "../support/house.ts";
import { startTestServer } from "../support/server.ts";
import { askToSignIn, byName, signInBy, withPasskey } from "./passkey-visitor.ts";
import { knownPassword, signIn, visitorOf } from "./visitor.ts";

const places: readonly (readonly [url: string, rpId: string, origin: string])[] = [
  ["https://sign.example.com", "sign.example.com", "https://sign.example.com"],
  ["https://sign.example.com:8443", "sign.example.com", "https://sign.example.com:8443"],
  ["http://127.0.0.1:3000", "localhost", "http://localhost:3000"],
  ["http://[::1]:3000", "localhost", "http://localhost:3000"],
  ["http://localhost:3000", "localhost", "http://localhost:3000"],
  ["http://house.localhost", "house.localhost", "http://house.localhost"],
];

describe("where passkeys are good", () => {
  for (const [url, rpId, origin] of places) {
    test(`of a house at ${url}: on ${origin}`, () => {
      assert.deepEqual(passkeyPlaceOf(url), { kind: "place", place: { rpId, origin } });
    });
  }

  for (const [url, why] of [
    ["https://192.0.2.1", /by a number \(192\.0\.2\.1\): give it a name/],
    ["https://[2001:db8::1]", /by a number/],
    ["http://sign.example.com", /need https/],
  ] as const) {
    test(`nowhere of a house at ${url}, and it says why`, () => {
      const found = passkeyPlaceOf(url);
      assert.match(found.kind === "none" ? found.why : "", why);
    });
  }
});

describe("passkeys of a house", () => {
  test("a challenge is good after a restart of the server, whose log warns of a counter that went back", async () => {
    const server = await startTestServer(knownPassword);
    try {
      const place = byName(server);
      const { authenticator } = await withPasskey(place);
      const { asked, cookie } = await askToSignIn(place);
      await server.kill();
      await server.restart();
      const form = { credential: authenticator.get(asked) };
      assert.equal((await visitorOf(place, cookie).post("/app/sign-in/passkey", form)).status, 303);

      assert.equal((await signInBy(place, { authenticator, lies: { counter: 1 } })).status, 401);
      assert.match(server.output(), /"level":40.*a passkey's counter went back: there may be a copy of it/);
      assert.doesNotMatch(server.output(), /admin@localhost.*counter went back/);
    } finally {
      await server.stop();
    }
  });

  test("a house that is reached over https has its passkeys at its own name, and cookies that go nowhere else", async () => {
    const [sqlite] = grounds();
    const house = await sqlite?.open({ ...knownPassword, COUNTERSIGN_URL: "https://sign.test" });
    assert.ok(house);
    try {
      const answer = await visitorOf(house).post("/app/sign-in/passkey/options", {}, { origin: "https://sign.test" });
      assert.equal((JSON.parse(answer.text) as { readonly rpId: string }).rpId, "sign.test");
      assert.match(
        answer.cookie ?? "",
        /^__Host-countersign_passkey=[0-9a-f]{64}; Path=\/; Max-Age=300; HttpOnly; SameSite=Lax; Secure$/,
      );
      const page = await visitorOf(house).get("/app/sign-in");
      assert.match(page.text, /data-passkey="sign-in" .*data-place="https:\/\/sign\.test" hidden/);
    } finally {
      await house.close();
    }
  });

  test("a house on its own machine that is opened by its number says that passkeys need the name, and leads there", async () => {
    const [sqlite] = grounds();
    const house = await sqlite?.open(knownPassword);
    assert.ok(house);
    try {
      const there = byName(house).url;
      const door = await visitorOf(house).get("/app/sign-in?next=%2Fapp%2Frequests");
      assert.match(door.text, /passkeys need a name instead of a number/);
      assert.ok(door.text.includes(`href="${there}/app/sign-in?next=%2Fapp%2Frequests"`), door.text);
      const page = await (await signIn(house)).get("/app/settings/sign-in");
      assert.match(page.text, /Passkeys need a name instead of a number/);
      assert.ok(page.text.includes(`href="${there}/app/settings/sign-in"`));
      for (const { text } of [door, page]) assert.doesNotMatch(text, /data-passkey/);
      const named = await visitorOf(byName(house)).get("/app/sign-in");
      assert.doesNotMatch(named.text, /instead of a number/);
      assert.match(named.text, /data-passkey="sign-in"/);
    } finally {
      await house.close();
    }
  });

  for (const url of ["http://sign.test", "https://192.0.2.1"]) {
    test(`a house at ${url} offers none, and the settings say why`, async () => {
      const [sqlite] = grounds();
      const house = await sqlite?.open({ ...knownPassword, COUNTERSIGN_URL: url });
      assert.ok(house);
      try {
        assert.equal((await visitorOf(house).post("/app/sign-in/passkey/options", {})).status, 404);
        assert.equal((await visitorOf(house).post("/app/sign-in/passkey", {})).status, 404);
        assert.doesNotMatch((await visitorOf(house).get("/app/sign-in")).text, /passkey/);
        const visitor = await signIn(house);
        assert.match(
          (await visitor.get("/app/settings/sign-in")).text,
          /this server is reached (over http|by a number)/,
        );
        const key = await visitor.key();
        assert.equal((await visitor.post("/app/settings/sign-in/passkeys/options", { key })).status, 409);
      } finally {
        await house.close();
      }
    });
  }
});
