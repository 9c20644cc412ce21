import { assert } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import { appendFaxEvent } from "../events/append.ts";
import type { Transact, Work } from "../events/work.ts";
import { type ClaimedJob, enqueue } from "../outbox/jobs.ts";
import type { FaxProvider, FaxProviders, FaxStanding } from "../providers/fax.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { FaxTransmissionRow } from "../storage/fax-tables.ts";
import type { Store } from "../storage/store.ts";
import { type Fax, failings } from "./fax.ts";
import { findFax, findFaxAccounts } from "./find.ts";
import { receiveAtHome } from "./receive.ts";

/** The kinds of the jobs that hand a fax to its provider, and that ask how it stands there. */
export const transmitKind = "fax_transmit";
/** See `transmitKind`. */
export const lookKind = "fax_look";

/** What faxes are transmitted with. */
export type Carrying = {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly transact: Transact;
  readonly fax: FaxProviders;
};

type Asked = { readonly job: ClaimedJob; readonly endJob: (work: Work) => Promise<void> };

/**
 * Hands a transmission to its provider, under its own name: a job that runs twice, because its process died between the two, hands
 * over the same fax. Throws when the provider does not take it.
 */
export async function transmitFax(carrying: Carrying, { job, endJob }: Asked): Promise<void> {
  const open = await findOpen(carrying, job);
  if (open === null || !(await carrying.transact((work) => noteCarrier(work, open)))) {
    await carrying.transact(endJob);
    return;
  }
  const { fax, transmission, provider } = open;
  const standing = await provider.send({
    id: transmission.transmission_id,
    from: fax.row.sender,
    to: transmission.recipient,
    pages: fax.row.pages ?? 0,
    document: await carrying.blobs.read(fax.row.document_blob ?? ""),
  });
  await carrying.transact(async (work) => {
    await endJob(work);
    await work.tx
      .updateTable("fax_transmissions")
      .set({ sent_at: work.at })
      .where("transmission_id", "=", transmission.transmission_id)
      .where("sent_at", "is", null)
      .execute();
    await settle(work, { ...open, standing, looks: 0 });
  });
}

/** Writes down who gets it, before they get it: what is deleted meanwhile may have gone out. False: it has ended. */
async function noteCarrier({ tx }: Work, { transmission, provider }: Open): Promise<boolean> {
  const noted = await tx
    .updateTable("fax_transmissions")
    .set({ carrier: provider.kind })
    .where("transmission_id", "=", transmission.transmission_id)
    .where("status", "=", "transmitting")
    .executeTakeFirst();
  return noted.numUpdatedRows === 1n;
}

/**
 * Asks how a transmission stands and writes it down; one that is still under way is asked after again, until `limits.faxGiveUpMs` after it was
 * handed over. Throws while the provider does not answer, before that time.
 */
export async function lookAtFax(carrying: Carrying, { job, endJob }: Asked): Promise<void> {
  const open = await findOpen(carrying, job);
  if (open === null) {
    await carrying.transact(endJob);
    return;
  }
  const { transmission, provider } = open;
  const { looks = 0 }: { readonly looks?: number } = Object(job.payload);
  const said = await provider
    .look({ id: transmission.transmission_id, to: transmission.recipient })
    .catch((error: unknown) => ({ state: "silent" as const, error }));
  await carrying.transact(async (work) => {
    const isLate = work.at - (transmission.sent_at ?? work.at) > limits.faxGiveUpMs;
    if (said.state === "silent" && !isLate) throw said.error;
    await endJob(work);
    const isUnderWay = said.state === "transmitting" || said.state === "on_hold";
    const standing = said.state === "silent" || (isUnderWay && isLate) ? neverTold : said;
    await settle(work, { ...open, standing, looks: looks + 1 });
  });
}

const neverTold: FaxStanding = {
  state: "failed",
  why: "unknown",
  words: "The provider did not say within a day how this fax went.",
};

type Open = { readonly fax: Fax; readonly transmission: FaxTransmissionRow; readonly provider: FaxProvider };

/** Null when it has ended, or its fax is deleted. */
async function findOpen({ store, fax: providers }: Carrying, job: ClaimedJob): Promise<Open | null> {
  const { transmissionId }: { readonly transmissionId?: unknown } = Object(job.payload);
  assert(typeof transmissionId === "string", "a fax on its way names its transmission");
  const fax = await findFax(store.read, job.requestId ?? "");
  const transmission = fax?.transmissions.find((one) => one.transmission_id === transmissionId);
  if (!fax || transmission?.status !== "transmitting" || fax.row.state !== "ready") return null;
  const provider = fax.row.test_mode === 1 ? providers.tests : providers.real;
  if (provider === null) throw new Error("COUNTERSIGN_FAX_URL is not set any more, but a fax waits for it.");
  return { fax, transmission, provider };
}

type Settling = Open & {
  readonly standing: FaxStanding;
  /** How often it was asked after. */
  readonly looks: number;
};

async function settle(work: Work, settling: Settling): Promise<void> {
  const { standing } = settling;
  if (standing.state === "on_hold") await putOnHold(work, { ...settling, words: standing.words });
  if (standing.state === "transmitting") await takeOffHold(work, settling);
  if (standing.state === "transmitting" || standing.state === "on_hold") return lookAgain(work, settling);
  return end(work, { ...settling, standing });
}

async function putOnHold(
  work: Work,
  { fax, transmission, words }: Settling & { readonly words: string | null },
): Promise<void> {
  const held = await work.tx
    .updateTable("fax_transmissions")
    .set({ on_hold: 1, message: words })
    .where("transmission_id", "=", transmission.transmission_id)
    .where("status", "=", "transmitting")
    .where("on_hold", "=", 0)
    .executeTakeFirst();
  if (held.numUpdatedRows === 1n) await tell(work, { faxId: fax.row.fax_id, type: "fax_on_hold", words });
}

/** It goes on: if it is put off once more, that is told once more. */
async function takeOffHold(work: Work, { transmission }: Settling): Promise<void> {
  await work.tx
    .updateTable("fax_transmissions")
    .set({ on_hold: 0, message: null })
    .where("transmission_id", "=", transmission.transmission_id)
    .where("status", "=", "transmitting")
    .where("on_hold", "=", 1)
    .execute();
}

async function lookAgain(work: Work, { fax, transmission, provider, looks }: Settling): Promise<void> {
  const { lookMs } = provider;
  const delayMs = lookMs[Math.min(looks, lookMs.length - 1)] ?? 0;
  const payload = { transmissionId: transmission.transmission_id, looks };
  await enqueue(work, { kind: lookKind, requestId: fax.row.fax_id, payload, delayMs });
}

type Ended = Extract<FaxStanding, { state: "sent" | "failed" }>;

async function end(
  work: Work,
  { fax, transmission, provider, standing }: Settling & { readonly standing: Ended },
): Promise<void> {
  const isSent = standing.state === "sent";
  const { status, event } = isSent ? ({ status: "success", event: "fax_sent" } as const) : failings[standing.why];
  const words = isSent ? null : standing.words;
  const ended = await work.tx
    .updateTable("fax_transmissions")
    .set({ status, message: words, ended_at: work.at, on_hold: 0 })
    .where("transmission_id", "=", transmission.transmission_id)
    .where("status", "=", "transmitting")
    .executeTakeFirst();
  if (ended.numUpdatedRows !== 1n) return;
  if (event !== null) await tell(work, { faxId: fax.row.fax_id, type: event, words });
  if (isSent && provider.kind === "development") await receiveAtHome(work, { fax, to: transmission.recipient });
}

type Telling = {
  readonly faxId: string;
  readonly type: Parameters<typeof appendFaxEvent>[1]["type"];
  readonly words: string | null;
};

async function tell(work: Work, { faxId, type, words }: Telling): Promise<void> {
  const accountIds = await findFaxAccounts(work.tx, faxId);
  await appendFaxEvent(work, { type, faxId, accountIds, ...(words === null ? {} : { message: words }) });
}
