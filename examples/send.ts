/**
 * Sends a PDF for signature with the official SDK, waits until it is signed, and saves the sealed PDF.
 *
 *   COUNTERSIGN_API_KEY=… node examples/send.ts contract.pdf "Ada Lovelace" ada@example.com
 *
 * Without SMTP the invitation is in the server's inbox: open http://127.0.0.1:3000/inbox to sign.
 */
import { createReadStream, existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SignatureRequestApi, type SignatureRequestResponse } from "@dropbox/sign";

const base = process.env.COUNTERSIGN_URL ?? "http://127.0.0.1:3000";
const apiKey = process.env.COUNTERSIGN_API_KEY ?? "";
const [file = "", name = "", emailAddress = ""] = process.argv.slice(2);
const pollMs = 2000;
const waitMs = 60 * 60 * 1000;

if (apiKey === "") stop("Set COUNTERSIGN_API_KEY: the server prints it at its first start.");
if (emailAddress === "") stop("Say what to send and to whom: node examples/send.ts contract.pdf NAME E-MAIL");
if (!existsSync(file)) stop(`There is no file ${file}.`);

const requests = new SignatureRequestApi(`${base.replace(/\/$/, "")}/v3`);
requests.username = apiKey;

try {
  const requestId = await send();
  const request = await untilOver(requestId);
  if (request.isDeclined) stop(`${emailAddress} declined.`);
  if (request.hasError) stop("The request could not be processed: see its page on the dashboard for why.");
  const sealed = await requests.signatureRequestFiles(requestId, "pdf");
  const target = `signed-${basename(file)}`;
  await writeFile(target, sealed.body);
  console.log(`signed: ${target}`);
} catch (error) {
  stop(wordsOf(error));
}

async function send(): Promise<string> {
  const sent = await requests.signatureRequestSend({
    title: basename(file),
    subject: "Please sign",
    message: "This came from examples/send.ts.",
    signers: [{ name, emailAddress }],
    files: [createReadStream(file)],
    testMode: true,
  });
  const requestId = sent.body.signatureRequest.signatureRequestId ?? "";
  console.log(`sent: request ${requestId}, waiting for ${emailAddress}`);
  return requestId;
}

/** The request once nobody is waited for any more. A real integration receives callbacks instead: see handler.ts. */
async function untilOver(requestId: string): Promise<SignatureRequestResponse> {
  const until = Date.now() + waitMs;
  while (Date.now() < until) {
    const { signatureRequest } = (await requests.signatureRequestGet(requestId)).body;
    if (signatureRequest.isComplete || signatureRequest.isDeclined || signatureRequest.hasError)
      return signatureRequest;
    await pause(pollMs);
  }
  return stop("Nobody signed within an hour.");
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "ECONNREFUSED")
    return `Nothing answers at ${base}: start the server, or set COUNTERSIGN_URL.`;
  const body = "body" in error ? error.body : undefined;
  const told = typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
  const words = typeof told === "object" && told !== null && "errorMsg" in told ? told.errorMsg : undefined;
  return typeof words === "string" ? `The server refused: ${words}` : error.message;
}

function stop(words: string): never {
  console.error(words);
  process.exit(1);
}
