import assert from "node:assert/strict";
import { readdirSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { line, paper } from "../documents/papers.ts";
import { needing, runOn } from "../evidence/tools.ts";
import { type FileHost, giving, startFileHost } from "../support/file-host.ts";
import { startTestServer } from "../support/server.ts";
import { type Aftermath, type Die, goThrough } from "./ordeal.ts";
import { chanceOf, seedOfRun, tellAtRandom } from "./random.ts";
import { canceled, declined, formOf, malformed, refused, signedByTwo, type Teller } from "./stories.ts";

const document = paper({ content: line(72, 700, "From an address") });

/** Deaths in a request's life, in the order in which they come. */
const moments = [
  "create answered",
  "child at work on the files",
  "held: signature_request_sent at /account",
  "acknowledged: signature_request_sent at /app",
  "sign_url answered",
  "claim answered",
  "held: signature_request_viewed at /app",
  "answers saved",
  "finish answered",
  "held: signature_request_signed at /account",
  "child at work on the seal",
  "held: signature_request_all_signed at /app",
  "acknowledged: signature_request_all_signed at /account",
  "held: signature_request_downloadable at /account",
  "send answered",
  "half of the file fetched",
  "remind answered",
  "held: signature_request_remind at /account",
  "cancel answered",
  "held: signature_request_canceled at /app",
  "decline answered",
  "held: signature_request_declined at /account",
  "create of a malformed tag answered",
  "held: file_error at /account",
  "acknowledged: file_error at /app",
  "refusal answered",
  "half of a body sent",
];

describe("on SQLite", () => {
  const sealed: Uint8Array[] = [];

  test("what was answered 200 survives SIGKILL at every step of a request's life", async () => {
    const tell = (host: FileHost) => async (teller: Teller, die: Die) => {
      const fileUrl = hostFile(host, { teller, die });
      await signedByTwo(12)(teller, "signed by two");
      await canceled(fileUrl)(teller, "canceled");
      await declined(teller, "declined");
      await malformed(teller, "malformed");
      await refused(teller, "no signer");
      await breakOff(teller, die);
    };
    const aftermath = await withFiles((host) => goThrough({ databaseUrl: null, moments, tell: tell(host) }));

    sealed.push(...aftermath.sealed);
    assert.equal(aftermath.kills.size, moments.length + 1);
    assertRepeated(aftermath);
  });

  test("what was answered 200 survives SIGKILL at any moment", async () => {
    const seed = seedOfRun();
    console.log(`COUNTERSIGN_TEST_SEED=${seed} repeats this run`);
    const aftermath = await withFiles((host) => {
      const fileUrl = host.at("/paper.pdf", giving(document));
      const tell = (teller: Teller) => tellAtRandom(teller, { seed, kills: 9, lanes: 3, fileUrl });
      return goThrough({ databaseUrl: null, moments: [], tell });
    });

    sealed.push(...aftermath.sealed);
    assert.equal(aftermath.kills.get("at random"), 9);
  });

  test("a file that was completed between deaths is sealed, whole and once", needing("pdfsig"), () => {
    assert.ok(sealed.length >= 2);
    for (const file of sealed) {
      const told = runOn(file, "pdfsig", "-nocert", "{}");
      assert.equal(told.match(/Signature #/g)?.length, 1, told);
      assert.match(told, /Signature Validation: Signature is Valid\./);
      assert.match(told, /Total document signed/);
    }
  });

  test("a first start that dies at any moment leaves a folder from which the next one starts", async () => {
    const seed = seedOfRun();
    const chance = chanceOf(seed);
    const server = await startTestServer();
    try {
      for (let round = 0; round < 4; round += 1) {
        await server.kill();
        for (const name of readdirSync(server.dataFolder)) rmSync(join(server.dataFolder, name), { recursive: true });
        for (const share of [chance(), chance()]) {
          server.launch();
          await sleep(share * 900);
          await server.kill();
        }
        await server.restart();
        const answers = [await server.call("GET", "/account"), await server.call("GET", `/api_app/${server.clientId}`)];
        assert.deepEqual(
          answers.map(({ status }) => status),
          [200, 200],
          `COUNTERSIGN_TEST_SEED=${seed}`,
        );
      }
    } finally {
      await server.stop();
    }
  });
});

async function withFiles<T>(use: (host: FileHost) => Promise<T>): Promise<T> {
  const host = await startFileHost();
  try {
    return await use(host);
  } finally {
    await host.close();
  }
}

/** A file that dies half way when that moment is asked for, and is given whole otherwise. */
function hostFile(host: FileHost, { teller, die }: { readonly teller: Teller; readonly die: Die }): string {
  const give = async (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "application/pdf", "content-length": document.length });
    response.write(document.subarray(0, document.length / 2));
    if (!(await die.now("half of the file fetched"))) return response.end(document.subarray(document.length / 2));
    await teller.victim.up();
    return response.destroy();
  };
  return host.at("/paper.pdf", (_, response) => void give(response));
}

/** Sends half of the body of a creating call; the server dies over it. */
async function breakOff({ victim }: Teller, die: Die): Promise<void> {
  await victim.up();
  const { server } = victim;
  const form = formOf(victim, { name: "half a body", to: "create_embedded", files: [document], tries: 1 });
  const whole = new Response(form);
  const type = whole.headers.get("content-type") ?? "";
  const body = Buffer.from(await whole.arrayBuffer());
  const head = [
    "POST /v3/signature_request/create_embedded HTTP/1.1",
    `Host: 127.0.0.1:${server.port}`,
    `Authorization: Basic ${Buffer.from(`${server.apiKey}:`).toString("base64")}`,
    `Content-Type: ${type}`,
    `Content-Length: ${body.length}`,
  ];
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => undefined);
  const closed = new Promise((done) => socket.once("close", done));
  await new Promise<void>((sent) =>
    socket.write(
      Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body.subarray(0, body.length - 200)]),
      () => sent(),
    ),
  );
  // Long enough for the server to have read it: what matters is only that the call was never answered.
  await sleep(100);
  await die.now("half of a body sent");
  await closed;
  await victim.up();
}

/** The deaths were felt: something was under way, and came again. */
function assertRepeated({ arrivals }: Aftermath): void {
  const unanswered = arrivals.filter(({ answer }) => answer === "none");
  assert.ok(unanswered.length > 0);
  const copies = arrivals.length - new Set(arrivals.map(({ deliveryId }) => deliveryId)).size;
  assert.ok(copies >= unanswered.length);
}
