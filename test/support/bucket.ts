import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** How the bucket behaves: as it should, or in one way that it should not; "once": at the next call alone. */
export type BucketMode = "good" | "down" | "busy once" | "cuts" | "cuts once" | "hangs" | "stalls" | "no bucket";

/** An S3-compatible bucket on this machine that checks every signature and every hash. It stands for the outside world. */
export type TestBucket = {
  /** A value for COUNTERSIGN_S3_URL. */
  readonly url: string;
  readonly objects: Map<string, { readonly bytes: Buffer; at: number }>;
  readonly set: (mode: BucketMode) => void;
  /** Called before a call is carried out, which waits for it; forgotten after `set`. */
  readonly before: (hook: (call: { readonly method: string; readonly key: string }) => Promise<void>) => void;
  /** How many calls have come in. */
  readonly calls: () => number;
  /** Calls that were refused for their signature or their hash. */
  readonly refused: readonly string[];
  readonly close: () => Promise<void>;
};

const keyId = "AKIATEST";
const secretKey = "a secret/with+signs";
const region = "eu-central-1";

/** Starts one, with the prefix `some/where` in its address. */
export async function startBucket(): Promise<TestBucket> {
  const objects: TestBucket["objects"] = new Map();
  const refused: string[] = [];
  const idle = async () => {
    // Nothing happens in between.
  };
  const state = { mode: "good" as BucketMode, calls: 0, before: idle as Parameters<TestBucket["before"]>[0] };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    state.calls += 1;
    const body = await buffer(request);
    const { mode } = state;
    if (mode.endsWith("once")) state.mode = "good";
    if (mode === "hangs") return;
    if (mode === "no bucket") return void response.writeHead(404).end("<Error><Code>NoSuchBucket</Code></Error>");
    if (mode === "down") return void response.writeHead(503).end("<Error>SlowDown</Error>");
    if (mode === "busy once") return void response.writeHead(500).end("<Error>InternalError</Error>");
    const complaint = complaintAbout(request, body);
    if (complaint !== null) {
      refused.push(complaint);
      // As AWS does, it quotes who asked.
      const words = `<Code>${complaint.split(": ").at(-1)}</Code><Message>No.</Message><AWSAccessKeyId>${keyId}</AWSAccessKeyId>`;
      return void response.writeHead(403).end(`<Error>${words}</Error>`);
    }
    const { pathname, searchParams } = new URL(request.url ?? "", `http://${host}`);
    const key = decodeURIComponent(pathname.replace(/^\/box\/?/, ""));
    await state.before({ method: request.method ?? "", key });
    if (request.method === "GET" && key === "") return void response.end(listOf(searchParams));
    const found = objects.get(key);
    if (request.method === "PUT") return put(request, response, { key, body });
    if (request.method === "DELETE") {
      objects.delete(key);
      return void response.writeHead(204).end();
    }
    if (!found) return void response.writeHead(404).end();
    response.writeHead(200, { "content-length": found.bytes.length });
    if (request.method === "HEAD") return void response.end();
    if (!["cuts", "cuts once", "stalls"].includes(mode)) return void response.end(found.bytes);
    response.write(found.bytes.subarray(0, found.bytes.length >> 1), () => {
      if (mode !== "stalls") response.destroy();
    });
  }

  function put(request: IncomingMessage, response: ServerResponse, { key, body }: { key: string; body: Buffer }): void {
    const source = request.headers["x-amz-copy-source"];
    if (typeof source !== "string") {
      objects.set(key, { bytes: body, at: Date.now() });
      return void response.end();
    }
    const from = objects.get(decodeURIComponent(source.replace(/^\/box\//, "")));
    if (!from) return void response.writeHead(404).end();
    objects.set(key, { bytes: from.bytes, at: Date.now() });
    response.end("<CopyObjectResult></CopyObjectResult>");
  }

  function listOf(query: URLSearchParams): string {
    const most = Number(query.get("max-keys") ?? 1000);
    const keys = [...objects.keys()]
      .filter((key) => key.startsWith(query.get("prefix") ?? "") && key > (query.get("start-after") ?? ""))
      .toSorted();
    const entries = keys.slice(0, most).map((key) => {
      const at = new Date(objects.get(key)?.at ?? 0).toISOString();
      return `<Contents><Key>${key}</Key><LastModified>${at}</LastModified></Contents>`;
    });
    return `<ListBucketResult><IsTruncated>${keys.length > most}</IsTruncated>${entries.join("")}</ListBucketResult>`;
  }

  return {
    url: `http://${keyId}:${encodeURIComponent(secretKey)}@${host}/box/some/where?region=${region}`,
    objects,
    refused,
    set: (mode) => {
      state.mode = mode;
      state.before = idle;
    },
    before: (hook) => {
      state.before = hook;
    },
    calls: () => state.calls,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** AWS Signature Version 4, reckoned from the published description. */
function complaintAbout({ method = "", url = "", headers }: IncomingMessage, body: Buffer): string | null {
  const told = headers["x-amz-content-sha256"];
  if (told !== "UNSIGNED-PAYLOAD" && told !== createHash("sha256").update(body).digest("hex"))
    return `${method} ${url}: XAmzContentSHA256Mismatch`;
  const [, signed = "", signature = ""] =
    /SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})/.exec(headers.authorization ?? "") ?? [];
  const time = String(headers["x-amz-date"]);
  const day = time.slice(0, 8);
  const [path = "", query = ""] = url.split("?");
  const canonical = [
    method,
    path,
    query.split("&").filter(Boolean).toSorted().join("&"),
    ...signed.split(";").map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    signed,
    String(told),
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const hmac = (key: string | Buffer, words: string) => createHmac("sha256", key).update(words).digest();
  const signing = ["s3", "aws4_request"].reduce(hmac, hmac(hmac(`AWS4${secretKey}`, day), region));
  return hmac(signing, text).toString("hex") === signature ? null : `${method} ${url}: SignatureDoesNotMatch`;
}
