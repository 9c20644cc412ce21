/**
 * Receives callbacks with nothing but Node: checks that each is genuine, prints one line, acknowledges it.
 *
 *   COUNTERSIGN_API_KEY=… node examples/handler.ts
 *
 * Then set http://127.0.0.1:4000/callbacks as the callback URL of your account or app.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
// In a project of your own: from "countersign/callbacks".
import {
  acknowledge,
  type CallbackPayload,
  callbackBytesMost,
  isCallbackError,
  parseCallback,
  verifyCallback,
} from "../src/receiver/callbacks.ts";

const apiKey = process.env.COUNTERSIGN_API_KEY ?? "";
const port = Number(process.env.PORT ?? 4000);

if (apiKey === "") {
  console.error("Set COUNTERSIGN_API_KEY to the account's primary API key: the server prints it at its first start.");
  process.exit(1);
}

const server = createServer((request, response) => {
  receive(request, response).catch((error: unknown) => {
    console.error("a callback could not be handled:", error);
    answer(response, { status: 500, words: "The callback could not be handled; it will be sent again." });
  });
});

server.listen(port, "127.0.0.1", () => {
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  console.log(`waiting for callbacks on http://127.0.0.1:${actual}/callbacks`);
});
process.once("SIGTERM", () => server.close());

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "POST" || request.url !== "/callbacks") {
    answer(response, { status: 404, words: "Callbacks are received by POST /callbacks." });
    return;
  }
  const body = await readBody(request);
  if (body === null) {
    answer(response, { status: 400, words: "The body is too large for a callback." });
    return;
  }
  const payload = parse(body, request.headers["content-type"]);
  if (typeof payload === "string") {
    answer(response, { status: 400, words: payload });
    return;
  }
  if (!verifyCallback(payload, apiKey)) {
    answer(response, { status: 401, words: "The event_hash was not made with our API key." });
    return;
  }
  // Store the event here, then acknowledge: what is acknowledged is not sent again. The same event may come twice.
  console.log(lineOf(payload));
  acknowledge(response);
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > callbackBytesMost) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The payload, or what is wrong with the body. */
function parse(body: Buffer, contentType: string | undefined): CallbackPayload | string {
  try {
    return parseCallback(body, contentType);
  } catch (error) {
    if (isCallbackError(error)) return error.message;
    throw error;
  }
}

function lineOf({ event, signature_request: request }: CallbackPayload): string {
  const at = new Date(Number(event.event_time) * 1000).toISOString();
  const about = request === undefined ? [] : [request.signature_request_id, JSON.stringify(request.title)];
  const message = event.event_metadata?.event_message;
  return [at, event.event_type, ...about, ...(message ? [JSON.stringify(message)] : [])].join(" ");
}

function answer(
  response: ServerResponse,
  { status, words }: { readonly status: number; readonly words: string },
): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${words}\n`);
}
