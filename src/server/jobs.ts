import { keepPasswordLink, passwordLinkKind } from "../accounts/account-links.ts";
import { stepTransfer, transferKind } from "../accounts/transfer.ts";
import { present } from "../base/assert.ts";
import { Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { stepReplay } from "../callbacks/replay.ts";
import { draftKind } from "../drafts/open.ts";
import { giveUpDraft, prepareDraft } from "../drafts/prepare.ts";
import type { Transact, Work } from "../events/work.ts";
import { giveUpFax, prepareFax } from "../fax/prepare.ts";
import { faxKind } from "../fax/send.ts";
import { lookKind, transmitKind } from "../fax/transmit.ts";
import { writeAlert } from "../mail/alert.ts";
import { mailKind } from "../mail/post.ts";
import { writeReports } from "../mail/report.ts";
import { sendLetter } from "../mail/send.ts";
import type { Smtp } from "../mail/smtp.ts";
import { sendTextMessage } from "../mail/text-message.ts";
import { type ClaimedJob, claimJobs, finishJob, type Kinds, postponeJob } from "../outbox/jobs.ts";
import { isLosing, leaseFor, renewLeases } from "../outbox/leases.ts";
import { type Loop, startLoop } from "../outbox/loop.ts";
import type { FaxProviders } from "../providers/fax.ts";
import type { SmsProvider } from "../providers/sms.ts";
import { bulkJoinKind, bulkKind } from "../requests/bulk.ts";
import { goOn, joinTemplates } from "../requests/bulk-join.ts";
import { stepBulkSend } from "../requests/bulk-step.ts";
import { destroyKind, destroyRequest } from "../requests/destroy.ts";
import { drawAhead, drawAheadKind } from "../requests/draw-ahead.ts";
import { expireRequest } from "../requests/expire.ts";
import { giveUpRequest, type Preparer, prepareRequest } from "../requests/prepare.ts";
import { remindBeforeExpiry, remindKind } from "../requests/remind.ts";
import { completeRequest } from "../signing/complete.ts";
import { declineByForce } from "../signing/decline.ts";
import { smsKind } from "../signing/gate.ts";
import type { Completer } from "../signing/sealing.ts";
import { timestampKind, timestampRequest } from "../signing/timestamp.ts";
import type { Store } from "../storage/store.ts";
import { templateKind } from "../templates/create.ts";
import { giveUpTemplate, prepareTemplate } from "../templates/prepare.ts";
import { carrierKinds, doCarrierJob, patientCarrierKinds } from "./fax-jobs.ts";
import { readAlert, readEnd, readNumber, readReport, readText, readToken } from "./job-payloads.ts";

/** What the house's own work needs. */
export type Foreman = {
  readonly store: Store;
  readonly transact: Transact;
  readonly log: Log;
  readonly workerId: string;
  readonly preparer: Preparer;
  readonly completer: Completer;
  readonly publicUrl: string;
  /** Null: mail goes to the inbox. */
  readonly smtp: Smtp | null;
  /** Null: text messages go to the inbox. */
  readonly sms: SmsProvider | null;
  readonly fax: FaxProviders;
};

/** Starts doing the jobs that changes have promised. Letters, pages drawn ahead and what fax providers are asked come beside the others: they keep none of them waiting. */
export function startWorking(foreman: Foreman): Loop {
  const many = { atOnce: limits.jobsAtOnce, slowAtOnce: limits.slowJobsAtOnce };
  const pictures = { atOnce: limits.pictureBatchesAtOnce, slowAtOnce: 0 };
  const faxes = { atOnce: limits.faxesAtOnce, slowAtOnce: limits.slowFaxesAtOnce };
  const loops = [
    startShift(foreman, { name: "jobs", kinds: { except: [drawAheadKind, mailKind, ...carrierKinds] }, ...many }),
    startShift(foreman, { name: "letters", kinds: { only: [mailKind] }, ...many }),
    startShift(foreman, { name: "pictures", kinds: { only: [drawAheadKind] }, ...pictures }),
    startShift(foreman, { name: "faxes", kinds: { only: carrierKinds }, ...faxes }),
  ];
  return {
    wake() {
      for (const loop of loops) loop.wake();
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

type Shift = {
  readonly name: string;
  readonly kinds: Kinds;
  readonly atOnce: number;
  readonly slowAtOnce: number;
};

function startShift(foreman: Foreman, { name, kinds, atOnce, slowAtOnce }: Shift): Loop {
  const { store, workerId, log } = foreman;
  const inHands = new Map<string, JobInHands>();
  return startLoop<ClaimedJob>({
    name,
    atOnce,
    slowMs: limits.slowJobMs,
    slowAtOnce,
    pollMs: limits.outboxPollMs,
    log,
    claim: async (most) => {
      const claimed = await claimJobs(store, { workerId, most, kinds });
      return claimed.filter((job) => !takesOver(inHands, job));
    },
    run: async (claimed) => {
      const job: JobInHands = { ...claimed };
      inHands.set(job.jobId, job);
      await runJob(foreman, job).finally(() => inHands.delete(job.jobId));
    },
    beat: async (jobs) => {
      const ids = jobs.map(({ jobId }) => jobId);
      await renewLeases(store, { table: "jobs", workerId, ids, leaseMs: leaseFor(store, limits.jobLeaseMs) });
    },
  });
}

/** A job under way: claimed again meanwhile (a clock that jumped ends leases), it goes on with the newer lease. */
type JobInHands = ClaimedJob & { leaseNo: number };

function takesOver(inHands: ReadonlyMap<string, JobInHands>, { jobId, leaseNo }: ClaimedJob): boolean {
  const job = inHands.get(jobId);
  if (job) job.leaseNo = leaseNo;
  return job !== undefined;
}

async function runJob(foreman: Foreman, job: ClaimedJob): Promise<void> {
  if (isLosing(job))
    foreman.log.error(
      { job: job.kind, request: job.requestId, leases: job.leaseNo, attempts: job.tries },
      "a job has lost its workers again and again; it is tried once more",
    );
  try {
    await doJob(foreman, job);
  } catch (error) {
    await postpone(foreman, { job, error });
  }
}

async function doJob(foreman: Foreman, job: ClaimedJob): Promise<void> {
  const { transact, preparer, completer } = foreman;
  const endJob = enderOf(job);
  if (carrierKinds.includes(job.kind)) return doCarrierJob({ ...foreman, blobs: preparer.blobs }, { job, endJob });
  const change = (make: (work: Work) => Promise<void>) =>
    transact(async (work) => {
      await endJob(work);
      await make(work);
    });
  switch (job.kind) {
    case "prepare":
      return prepareRequest(preparer, { job, endJob });
    case draftKind:
      return prepareDraft(preparer, { draftId: readText(job.payload, "draftId"), tries: job.tries, endJob });
    case faxKind:
      return prepareFax(preparer, { job, endJob });
    case templateKind:
      return prepareTemplate(preparer, { templateId: readText(job.payload, "templateId"), tries: job.tries, endJob });
    case bulkKind:
      return change((work) => stepBulkSend(work, { jobId: bulkSendOf(job), mailKind }));
    case bulkJoinKind:
      return joinTemplates(preparer, { jobId: bulkSendOf(job), tries: job.tries, endJob });
    case drawAheadKind:
      return drawAhead(preparer, { requestId: requestOf(job), from: readNumber(job.payload, "from"), endJob });
    case "complete":
      return completeRequest(completer, { job, endJob });
    case timestampKind:
      return timestampRequest(completer, { job, token: readToken(job.payload), endJob });
    case smsKind:
      return sendTextMessage(foreman, { job, endJob });
    case destroyKind:
      return change((work) => destroyRequest(work, requestOf(job)));
    case mailKind:
      return sendLetter({ ...foreman, blobs: completer.blobs }, { job, endJob });
    case passwordLinkKind:
      return change((work) => keepPasswordLink(work, readText(job.payload, "cipher")));
    case remindKind:
      return change((work) => remindBeforeExpiry(work, { requestId: requestOf(job), expiresAt: readEnd(job.payload) }));
    case "expire":
      return change((work) => expireRequest(work, requestOf(job)));
    case "decline":
      return change((work) =>
        declineByForce(work, { requestId: requestOf(job), signatureId: readText(job.payload, "signatureId") }),
      );
    case transferKind:
      return change((work) => stepTransfer(work, readText(job.payload, "transferId")));
    case "replay":
      return change((work) => stepReplay(work, { replayId: readText(job.payload, "replayId") }));
    case "report":
      return change((work) => writeReports(work, { ...readReport(job.payload), ...mailing(foreman) }));
    case "alert":
      return change((work) => writeAlert(work, { ...readAlert(job.payload), ...mailing(foreman) }));
    default:
      throw new Error(`No one knows how to do a job of kind ${job.kind}.`);
  }
}

/** Ends the job in the transaction of its result; throws, so that nothing of that stays, when another worker has it by now. */
function enderOf(job: ClaimedJob): (work: Work) => Promise<void> {
  return async (work) => {
    if (!(await finishJob(work.tx, job))) throw new Error("The job's lease was lost to another worker.");
  };
}

/** Where letters lead to, and the way they go. */
function mailing({ publicUrl, smtp }: Foreman) {
  return { publicUrl, way: smtp === null ? "inbox" : "smtp" } as const;
}

function requestOf(job: ClaimedJob): string {
  return present(job.requestId, "the request of a job");
}

/** What would stand still for good if it were given up: a seal that everybody has signed for, its time-stamp, a letter, a bulk send, a replay, a transfer, what a fax provider has in hands. */
const patientKinds: ReadonlySet<string> = new Set([
  "complete",
  timestampKind,
  mailKind,
  bulkKind,
  "replay",
  transferKind,
  ...patientCarrierKinds,
]);

/** A failed job waits longer each time. What fails to the end is told: a request as unknown_error, a seal in the log. */
async function postpone(
  { transact, log, preparer }: Foreman,
  { job, error }: { readonly job: ClaimedJob; readonly error: unknown },
): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const steps = limits.jobRetryMs;
  // A house that is too busy just now says nothing about the job.
  const isBusy = error instanceof Fault && error.faultName === "unavailable";
  const mostTries = patientKinds.has(job.kind) || isBusy ? limits.patientTries : limits.jobTries;
  const isLast = job.tries + 1 >= mostTries;
  const delayMs = isLast ? null : (steps[Math.min(job.tries, steps.length - 1)] ?? null);
  log[isLast ? "error" : "warn"](
    { job: job.kind, request: job.requestId, attempt: job.tries + 1, retryInMs: delayMs, err: error },
    isLast ? "a job failed for good" : "a job failed; it will be tried again",
  );
  await transact(async (work) => {
    const mine = await postponeJob(work, { jobId: job.jobId, leaseNo: job.leaseNo, delayMs, error: message });
    if (mine && isLast && job.kind === "prepare") await giveUpRequest(work, requestOf(job));
    if (mine && isLast && job.kind === draftKind)
      await giveUpDraft(work, { preparer, draftId: readText(job.payload, "draftId") });
    if (mine && isLast && [faxKind, transmitKind, lookKind].includes(job.kind)) await giveUpFax(work, requestOf(job));
    if (mine && isLast && job.kind === bulkJoinKind) await goOn(work, bulkSendOf(job));
    if (mine && isLast && job.kind === templateKind) await giveUpTemplate(work, readText(job.payload, "templateId"));
  });
}

function bulkSendOf({ payload }: ClaimedJob): string {
  return readText(payload, "bulkSendJobId");
}
