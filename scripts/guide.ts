/**
 * Writes docs/guide/events.md: one callback of every type, as a house sent it. The house is started, made to send each of
 * them, and stopped; then ids, times and addresses are put in that stay the same from run to run.
 */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openPage as openSignerPage } from "../src/cli/drive.ts";
import { openServer } from "../src/cli/server.ts";
import { type EventType, eventKinds } from "../src/events/catalog.ts";
import { line } from "../test/documents/papers.ts";
import { basic, ask as call } from "../test/support/ask.ts";
import { book } from "../test/support/book.ts";
import { prepareHeld } from "../test/support/editor.ts";
import { buyLine, faxAndWait } from "../test/support/faxes.ts";
import { type HeardHouse, openHeardHouse } from "../test/support/heard-house.ts";
import { grounds } from "../test/support/house.ts";
import { clientOf, setUpOauth } from "../test/support/oauth.ts";
import { answersTo, newTab, open, openPage, pageOf, signUrlOf } from "../test/support/page.ts";
import { type PostOffice, startPostOffice } from "../test/support/post-office.ts";
import { edit, expireNow, inDays, type NewRequest, sendAndWait, signatureOf } from "../test/support/requests.ts";
import { makeTemplate } from "../test/support/templates.ts";
import { visitorOf } from "../test/web/visitor.ts";
import { renameIds, steady } from "./guide-steady.ts";

/** Where the page is, from the root. */
export const eventsPagePath = "docs/guide/events.md";

const ada = { name: "Ada Lovelace", email_address: "ada@example.com" };
const paper = book(
  ["Bicycle loan", "[text|req|signer1|Frame number|frame_number]", "[sig|req|signer1|Sign here|borrower]"]
    .map((text, n) => line(72, 700 - 40 * n, text))
    .join(""),
);
const tagged = { title: "Bicycle loan", files: [paper], use_text_tags: true, signers: [ada] };

/** The page of one example callback for each type, as the house sends them now. */
export async function makeEventsPage(): Promise<string> {
  const payloads = await collectPayloads();
  const steadyId = renameIds();
  const parts = Object.entries(eventKinds).map(([type, { says }], index) => {
    const payload = payloads.get(type as EventType);
    assert.ok(payload, `${type} was sent`);
    return `## ${type}\n\n${says}\n\n\`\`\`json\n${JSON.stringify(steady(payload, { index, steadyId }), null, 2)}\n\`\`\`\n`;
  });
  return `# One event of every type

Made by \`node scripts/guide.ts\` from what a running server sent; only ids, times and addresses are replaced. Use them as
fixtures: every \`event_hash\` is genuine under the API key \`555…5\` (64 fives). What each event means is also in
[events.md](../events.md), how it reaches you in [callbacks.md](../callbacks.md).

${parts.join("\n")}`;
}

/** Lives through everything that can happen to a request, and answers the first callback of each type that the app heard. */
async function collectPayloads(): Promise<ReadonlyMap<EventType, object>> {
  const [ground] = grounds();
  assert.ok(ground);
  const office = await startPostOffice();
  const house = await openHeardHouse(ground, { COUNTERSIGN_SMTP_URL: office.url });
  const payloads = new Map<EventType, object>();
  try {
    for (const live of stories) {
      await live(house, office);
      await house.quiet();
      for (const { path, payload } of house.receiver.heard) {
        const type = payload.event.event_type as EventType;
        // Faxes are no app's: the account hears of them.
        const isHeard = path === "/app" || payload.transmission !== undefined;
        if (isHeard && !payloads.has(type)) payloads.set(type, hostless(payload, house));
      }
    }
  } finally {
    await house.close();
    await office.close();
  }
  return payloads;
}

const stories: readonly ((house: HeardHouse, office: PostOffice) => Promise<unknown>)[] = [
  testTheUrl,
  signIt,
  (house) => prepareHeld(house, tagged),
  declineIt,
  reassignIt,
  leaveOneOut,
  async (house) => cancelIt(house, await send(house)),
  async (house) => expireNow(house, await send(house, { expires_at: inDays(2) })),
  remindOfIt,
  bounceIt,
  destroyIt,
  (house) => fail(house, "componenterror"),
  failOfATag,
  (house) => fail(house, "unknownerror"),
  openItTwice,
  failToIdentify,
  makeTemplates,
  sendFaxes,
  makeAnAccount,
];

/** For the app, until its holder has come. */
async function makeAnAccount(house: HeardHouse, office: PostOffice): Promise<void> {
  const app = await setUpOauth(house, { clientId: house.clientId, scopes: ["account_access"] });
  const json = { email_address: ada.email_address, ...clientOf(app) };
  assert.equal((await call(house, "POST /account/create", { json })).status, 200);
  await house.quiet();
  const text = office.letters.at(-1)?.text.replaceAll(/=\r?\n/g, "") ?? "";
  const [path = ""] = /\/app\/welcome\/[0-9a-f]{64}/.exec(text) ?? [];
  const form = { new: "a password of hers", again: "a password of hers" };
  assert.equal((await visitorOf(house).post(path, form)).status, 303);
}

/** As `countersign trigger` does it. */
async function failToIdentify(house: HeardHouse): Promise<void> {
  const { title, files, use_text_tags } = tagged;
  const asked = { title, files, use_text_tags, signers: [ada], is_eid: true, test_mode: false };
  const { signature_id: signatureId } = signatureOf(await sendAndWait(house, asked));
  const server = openServer({ server: house.url, "api-key": house.apiKey });
  assert.ok(typeof server !== "string");
  const page = await openSignerPage(server, { signatureId, clientId: house.clientId });
  await page.failIdentification();
}

/** One to a line of the house, which comes in there, and one for each other ending. */
async function sendFaxes(house: HeardHouse): Promise<void> {
  const cover = { cover_page_to: "Ada Lovelace", cover_page_message: "Your bicycle is ready." };
  await faxAndWait(house, { ...cover, title: "Bicycle loan", recipient: await buyLine(house), files: [paper] });
  for (const ending of ["9907", "9901", "9902", "9903", "9904"])
    await faxAndWait(house, { ...cover, title: "Bicycle loan", recipient: `+1209555${ending}`, files: [paper] });
}

/** One that is well, and one whose file is none. */
async function makeTemplates(house: HeardHouse): Promise<void> {
  const asked = {
    title: "Bicycle loan",
    message: "Please sign for your bicycle.",
    client_id: house.clientId,
    signer_roles: [{ name: "Borrower" }],
    cc_roles: ["Workshop"],
    form_fields_per_document: undefined,
    use_text_tags: true,
  };
  await makeTemplate(house, { ...asked, files: [paper] });
  await makeTemplate(house, { ...asked, files: [Buffer.from("%PDF-1.4\nbroken\n")] });
}

async function testTheUrl(house: HeardHouse): Promise<void> {
  const callback_url = `${house.receiver.url}/app`;
  for (const url of ["", callback_url])
    assert.equal((await call(house, `PUT /api_app/${house.clientId}`, { json: { callback_url: url } })).status, 200);
}

async function send(house: HeardHouse, more: NewRequest = {}): Promise<string> {
  return (await sendAndWait(house, { ...tagged, ...more })).signature_request_id;
}

async function signIt(house: HeardHouse): Promise<void> {
  const page = await pageOf(house, signatureOf(await sendAndWait(house, tagged)).signature_id);
  const answers = answersTo(await open(page));
  assert.ok((await page.finish({ ...answers, frame_number: "WTU 1843" })).ok);
}

async function declineIt(house: HeardHouse): Promise<void> {
  const asked = { ...tagged, allow_decline: true };
  const page = await pageOf(house, signatureOf(await sendAndWait(house, asked)).signature_id);
  await open(page);
  assert.ok((await page.decline("The frame number is not mine.")).ok);
}

async function reassignIt(house: HeardHouse): Promise<void> {
  const asked = { ...tagged, allow_reassign: true };
  const page = await pageOf(house, signatureOf(await sendAndWait(house, asked)).signature_id);
  await open(page);
  const bob = { name: "Bob Ray", email: "bob@example.com" };
  assert.ok((await page.reassign({ ...bob, reason: "I am away until May." })).ok);
}

async function leaveOneOut(house: HeardHouse): Promise<void> {
  const bob = { name: "Bob Ray", email_address: "bob@example.com" };
  const id = await send(house, { signers: [ada, bob] });
  assert.equal((await edit(house, { id, ...tagged })).status, 200);
}

async function cancelIt(house: HeardHouse, id: string): Promise<void> {
  assert.equal((await call(house, `POST /signature_request/cancel/${id}`)).status, 200);
}

async function destroyIt(house: HeardHouse): Promise<void> {
  const id = await send(house);
  await cancelIt(house, id);
  const headers = { authorization: basic(house.apiKey) };
  const { status } = await fetch(`${house.url}/api/signature_requests/${id}/data`, { method: "DELETE", headers });
  assert.equal(status, 200);
}

async function remindOfIt(house: HeardHouse): Promise<void> {
  const requestId = await send(house, { mailed: true, client_id: house.clientId });
  const { status } = await call(house, `POST /signature_request/remind/${requestId}`, {
    json: { email_address: ada.email_address },
  });
  assert.equal(status, 200);
}

async function bounceIt(house: HeardHouse, office: PostOffice): Promise<void> {
  office.refuses = { code: 550, words: "No such mailbox here" };
  await send(house, { mailed: true, client_id: house.clientId });
  await house.quiet();
  office.refuses = null;
}

async function fail(house: HeardHouse, word: string): Promise<void> {
  await send(house, { test_mode: true, signers: [{ ...ada, email_address: `ada+${word}@hellosign.com` }] });
}

async function failOfATag(house: HeardHouse): Promise<void> {
  await send(house, { files: [book(line(72, 700, "[sig|req]"))] });
}

async function openItTwice(house: HeardHouse): Promise<void> {
  const { signature_id: id } = signatureOf(await sendAndWait(house, tagged));
  const { sign_url: link } = await signUrlOf(house, id);
  await open(openPage(house, { link }));
  assert.ok(!(await openPage(house, { link, tab: newTab() }).claim()).ok);
}

/** A payload as a server at the usual address would have sent it. */
function hostless(payload: object, { url }: HeardHouse): object {
  return JSON.parse(JSON.stringify(payload).replaceAll(url, "http://127.0.0.1:3000")) as object;
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(join(import.meta.dirname, "..", eventsPagePath), await makeEventsPage());
