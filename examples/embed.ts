/**
 * Signing inside a page of your own: serves embed.html, creates an embedded request with the official SDK when its button
 * is pressed, and gives the page the sign_url to open.
 *
 *   COUNTERSIGN_API_KEY=… COUNTERSIGN_CLIENT_ID=… node examples/embed.ts contract.pdf
 *
 * Open http://localhost:4001. The app must list the domain localhost; the one of the first start does.
 */
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { EmbeddedApi, HttpError, SignatureRequestApi } from "@dropbox/sign";

const base = `${(process.env.COUNTERSIGN_URL ?? "http://127.0.0.1:3000").replace(/\/$/, "")}/v3`;
const apiKey = process.env.COUNTERSIGN_API_KEY ?? "";
const clientId = process.env.COUNTERSIGN_CLIENT_ID ?? "";
const port = Number(process.env.PORT ?? 4001);
const [file = ""] = process.argv.slice(2);
const processingTries = 60;

if (apiKey === "") stop("Set COUNTERSIGN_API_KEY: the server prints it at its first start.");
if (clientId === "")
  stop("Set COUNTERSIGN_CLIENT_ID to the client_id of an app: the server prints one at its first start.");
if (!existsSync(file)) stop("Say which PDF to sign: node examples/embed.ts contract.pdf");

const requests = new SignatureRequestApi(base);
const embedded = new EmbeddedApi(base);
requests.username = apiKey;
embedded.username = apiKey;

const page = readFileSync(new URL("embed.html", import.meta.url));
const client = readFileSync(
  createRequire(import.meta.url).resolve("hellosign-embedded/umd/embedded.production.min.js"),
);

const server = createServer((request, response) => {
  const asked = `${request.method} ${request.url}`;
  if (asked === "GET /") return answer(response, { type: "text/html; charset=utf-8", body: page });
  if (asked === "GET /hellosign-embedded.js") return answer(response, { type: "text/javascript", body: client });
  if (asked === "POST /start") return startSigning(response);
  return answer(response, { status: 404, type: "text/plain", body: "There is nothing here." });
});

server.listen(port, "127.0.0.1", () => console.log(`open http://localhost:${port}`));
process.once("SIGTERM", () => server.close());

function startSigning(response: ServerResponse): void {
  createSignUrl().then(
    (signUrl) => answer(response, { type: "application/json", body: JSON.stringify({ signUrl, clientId }) }),
    (error: unknown) =>
      answer(response, { status: 502, type: "application/json", body: JSON.stringify({ error: wordsOf(error) }) }),
  );
}

async function createSignUrl(): Promise<string> {
  const created = await requests.signatureRequestCreateEmbedded({
    clientId,
    title: basename(file),
    subject: "Please sign",
    signers: [{ name: "Ada Lovelace", emailAddress: "ada@example.com" }],
    files: [createReadStream(file)],
    testMode: true,
  });
  const [signature] = created.body.signatureRequest.signatures ?? [];
  return whenProcessed(async () => {
    const { body } = await embedded.embeddedSignUrl(signature?.signatureId ?? "");
    return body.embedded.signUrl ?? "";
  });
}

/** The document is prepared behind the answer, and until it is the server says 409. A real integration waits for the callback signature_request_sent. */
async function whenProcessed<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = processingTries; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof HttpError) || error.statusCode !== 409 || left <= 0) throw error;
      await pause(500);
    }
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof HttpError) return `The server refused: ${error.body?.error?.errorMsg ?? error.message}`;
  if (error instanceof Error && "code" in error && error.code === "ECONNREFUSED") return `Nothing answers at ${base}.`;
  return error instanceof Error ? error.message : String(error);
}

type Content = { readonly status?: number; readonly type: string; readonly body: string | Buffer };

function answer(response: ServerResponse, { status = 200, type, body }: Content): void {
  response.writeHead(status, { "content-type": type }).end(body);
}

function stop(words: string): never {
  console.error(words);
  process.exit(1);
}
