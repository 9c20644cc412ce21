import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { limits } from "../../src/base/limits.ts";
import { grounds, type House } from "../support/house.ts";
import { ask, attemptsOf, deliveriesOf, failing, setUrl } from "./desk.ts";

const phrase = "Hello API Event Received";

/** An answer of a receiver, and what the attempt that met it is called. */
type Case = {
  readonly says: string;
  readonly answer: (response: ServerResponse) => void;
  readonly outcome: string;
  readonly status: number | null;
};

const cases: readonly Case[] = [
  plain("200 with the phrase", { status: 200, body: phrase, outcome: "acked" }),
  plain("200 with the phrase as JSON", { status: 200, body: `"${phrase}"`, outcome: "acked" }),
  plain("200 with the phrase within a page", { status: 200, body: `<p>\n${phrase}\n</p>`, outcome: "acked" }),
  {
    says: "200 with the phrase, and no end of the body",
    answer: (response) => void response.writeHead(200).write(phrase),
    outcome: "acked",
    status: 200,
  },
  plain("200 and nothing", { status: 200, body: "", outcome: "ack_body_missing" }),
  plain("200 and bytes that are no text", { status: 200, body: "\0\ud800\0", outcome: "ack_body_missing" }),
  plain("200 and other words", { status: 200, body: "OK", outcome: "ack_body_missing" }),
  plain("200 and the phrase in lower case", {
    status: 200,
    body: phrase.toLowerCase(),
    outcome: "ack_body_missing",
  }),
  plain("200 and a small r", { status: 200, body: "Hello API Event received", outcome: "ack_body_missing" }),
  plain("200 and the phrase beyond 64 KiB", {
    status: 200,
    body: " ".repeat(limits.outboundBodyBytes) + phrase,
    outcome: "ack_body_missing",
  }),
  {
    says: "200 and the phrase compressed",
    answer: (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(phrase)),
    outcome: "ack_body_missing",
    status: 200,
  },
  ...[201, 202, 203].map((status) => plain(`${status}`, { status, body: phrase, outcome: "http_2xx_not_200" })),
  plain("204", { status: 204, body: "", outcome: "http_2xx_not_200" }),
  ...[301, 302, 303, 307, 308].map((status) =>
    plain(`${status}`, { status, body: phrase, outcome: "redirect", headers: { location: "/elsewhere" } }),
  ),
  ...[400, 401, 404, 410, 429].map((status) => plain(`${status}`, { status, body: phrase, outcome: "http_4xx" })),
  ...[500, 502, 503].map((status) => plain(`${status}`, { status, body: phrase, outcome: "http_5xx" })),
  { says: "no answer", answer: () => undefined, outcome: "timeout_headers", status: null },
  {
    says: "200 and a body that never ends",
    answer: (response) => void response.writeHead(200).write("Hello"),
    outcome: "timeout_body",
    status: 200,
  },
  {
    says: "a connection that breaks off",
    answer: (response) => response.socket?.resetAndDestroy(),
    outcome: "reset",
    status: null,
  },
  {
    says: "words that are no HTTP",
    answer: (response) => void response.socket?.end(`${phrase}\r\n\r\n`),
    outcome: "protocol",
    status: null,
  },
];

for (const ground of grounds()) {
  describe(ground.name, { skip: ground.skip }, () => {
    let house: House;
    let mirror: Mirror;

    before(async () => {
      mirror = await startMirror();
      house = await ground.open({ COUNTERSIGN_CALLBACK_SCHEDULE: "", COUNTERSIGN_CALLBACK_TIMEOUT: "1" });
      await setUrl({ house, to: `${mirror.url}/callbacks` });
    });

    after(async () => {
      await house.close();
      await mirror.close();
    });

    test("only 200 with the phrase acknowledges; every other answer is a failure with a name", async () => {
      const asked = await Promise.all(
        cases.map(({ says: title }) => ask({ house }, { title, emails: [failing], withApp: false })),
      );
      await house.quiet();

      for (const [index, { says, outcome, status }] of cases.entries()) {
        const [delivery, ...others] = await deliveriesOf(house, asked[index]?.signature_request_id ?? "");
        const attempts = await attemptsOf(house, delivery?.delivery_id ?? "");
        assert.deepEqual(others, [], says);
        assert.equal(delivery?.state, outcome === "acked" ? "delivered" : "exhausted", says);
        assert.deepEqual(
          attempts.map((attempt) => [attempt.n, attempt.outcome, attempt.status]),
          [[1, outcome, status]],
          says,
        );
        const heard = mirror.asked.filter(({ title }) => title === says).length;
        // A kept connection that breaks before any byte of an answer is no attempt yet: it is met by one resend on a fresh one.
        assert.ok(heard === 1 || (heard === 2 && outcome === "reset"), `${says}: ${heard}`);
      }
    });

    test("a redirect is never followed", () => {
      assert.deepEqual([...new Set(mirror.asked.map(({ path }) => path))], ["/callbacks"]);
    });

    test("what the receiver said is kept with the attempt, at most 16 KiB of it", async () => {
      const rows = await house.store.read.selectFrom("attempts").select(["response_body", "url"]).execute();
      const bodies = rows.map(({ response_body: body }) => body ?? "");

      assert.ok(bodies.includes("OK"));
      assert.ok(bodies.every((body) => body.length <= limits.attemptBodyBytes));
      assert.ok(bodies.includes(" ".repeat(limits.attemptBodyBytes)));
      assert.ok(rows.every(({ url }) => url === `${mirror.url}/callbacks`));
    });

    test("an address where nobody listens, one without TLS, the server's own and a private one fail by name", async () => {
      const closed = await startMirror();
      await closed.close();
      for (const [to, outcome] of [
        [closed.url, "connect_refused"],
        [mirror.url.replace("http:", "https:"), "tls"],
        [`${house.url}/healthz`, "address_refused"],
        ["http://10.0.0.1/callbacks", "address_refused"],
        ["http://169.254.169.254/latest", "address_refused"],
      ] as const) {
        await setUrl({ house, to });
        await house.quiet();
        assert.deepEqual(await lastTest(house), { state: "exhausted", outcome, url: to, tries: 1 });
      }
    });
  });
}

type Plain = {
  readonly status: number;
  readonly body: string;
  readonly outcome: string;
  readonly headers?: Readonly<Record<string, string>>;
};

function plain(says: string, { status, body, outcome, headers = {} }: Plain): Case {
  return { says, answer: (response) => response.writeHead(status, headers).end(body), outcome, status };
}

type Mirror = {
  readonly url: string;
  readonly asked: readonly { readonly path: string; readonly title: string }[];
  readonly close: () => Promise<void>;
};

/** A receiver that answers each request as the case says that it has for a title. */
async function startMirror(): Promise<Mirror> {
  const asked: { readonly path: string; readonly title: string }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (more: string) => {
      text += more;
    });
    request.on("end", () => {
      const title = /"title":"([^"]*)"/.exec(text)?.[1] ?? "";
      asked.push({ path: request.url ?? "", title });
      const told = cases.find(({ says }) => says === title);
      if (told) told.answer(response);
      else response.end(phrase);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}

async function lastTest({ store }: House) {
  return store.read
    .selectFrom("deliveries")
    .innerJoin("attempts", "attempts.delivery_id", "deliveries.delivery_id")
    .select(["deliveries.state as state", "outcome", "attempts.url as url", "tries"])
    .where("deliveries.request_id", "is", null)
    .orderBy("attempts.started_at", "desc")
    .limit(1)
    .executeTakeFirst();
}
