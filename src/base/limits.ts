import { documentLimits } from "./limits-documents.ts";
import { editorLimits } from "./limits-editor.ts";
import { evidenceLimits } from "./limits-evidence.ts";
import { faxLimits } from "./limits-fax.ts";
import { oauthLimits } from "./limits-oauth.ts";
import { signInLimits } from "./limits-sign-in.ts";
import { storageLimits } from "./limits-storage.ts";
import { teamLimits } from "./limits-teams.ts";
import { kibibyte, mebibyte, minute, second } from "./units.ts";

/** Every bound of the house, in one place. Bytes, milliseconds or counts, as the name says. */
export const limits = {
  // Input
  fileBytes: 100 * mebibyte,
  filesPerRequest: 50,
  requestBytes: 200 * mebibyte,
  patternsPerRequest: 100,
  bodyBytes: 10 * mebibyte,
  pageBodyBytes: 2 * mebibyte,
  requestMs: 10 * minute,
  uploadRestBytes: 16 * mebibyte,
  uploadRestMs: 2 * second,
  rateHeader: 1_000_000,
  quotaShown: 1_000_000,
  multipartParts: 2000,
  multipartHeaderPairs: 20,
  bracketDepth: 8,
  arrayItems: 5000,
  patternMs: 50,
  runawayPatterns: 3,
  formEntries: 20_000,
  parameterNameLength: 1000,
  signers: 100,
  titleLength: 255,
  subjectLength: 255,
  templateSubjectLength: 200,
  replacedSubjectLength: 100,
  messageLength: 5000,
  passwordQueue: 20,
  passwordWaitMs: 10 * second,
  declineReasonLength: 1000,
  nameLength: 255,
  /** A sealed document that is larger is not attached to the letter that tells of it. */
  mailFileBytes: 10 * mebibyte,
  /** How many times a part of the signing page is asked for that does not come. */
  partTries: 200,
  countAfterMs: 250,
  /** Listeners of an account, and how long one is waited for that is not heard of. */
  listenersMost: 20,
  listenersClosed: 10,
  keptListenerMs: 86_400_000,
  listenerWaitMs: 20_000,
  listenerPollMs: 100,
  listenerRoom: 20,
  listenerLeaseMarginMs: 30_000,
  listenerRetryMostMs: 5000,
  commandCallMs: 60_000,
  triggerMs: 20_000,
  keyUseEveryMs: 600_000,
  keysMost: 50,
  keyToShowMs: 10 * minute,
  /** What the doctor waits for an answer, and when it warns. */
  doctorMs: 5000,
  freeMegabytes: 1024,
  clockApartMs: 2000,
  /** A signer's copy: how long its download may take, and how often and how many times is asked while it is sealed. */
  copyMs: 120_000,
  copyAskMs: 2_000,
  copyAsks: 30,
  /** How long a link lives that leads a phone to the pad. */
  phoneLinkMs: 15 * 60_000,
  phoneLookEveryMs: 1500,
  /** A drawn signature: strokes, points of all of them, and the side of its pad in CSS pixels. */
  penStrokes: 200,
  penPoints: 6000,
  penSide: 4000,
  /** An uploaded one, without its paper: pixels, and its deflated bytes in base64. */
  penPictureWidth: 800,
  penPictureHeight: 300,
  penPictureText: 600_000,
  emailLength: 254,
  urlLength: 2048,
  fieldValueLength: 10_000,
  fieldsPerRequest: 2000,
  /** Files that signers are asked to bring, and how large each may be; together, what they add to the sealed document. */
  attachmentsPerRequest: 20,
  attachmentBytes: 10 * mebibyte,
  attachmentBytesInAll: 50 * mebibyte,
  attachmentMs: 600_000,
  instructionsLength: 1000,
  dropdownOptions: 1000,
  metadataKeys: 50,
  metadataKeyLength: 40,
  metadataValueLength: 1000,
  pinLengthLeast: 4,
  pinLengthMost: 12,
  appDomains: 10,
  pageSizeDefault: 20,
  pageSizeMost: 100,
  pageMost: 1_000_000,

  ...documentLimits,
  ...editorLimits,

  // Outbound
  outboundConnectMs: 10 * second,
  outboundBodyBytes: 64 * kibibyte,
  outboundHeaderBytes: 16 * kibibyte,
  outboundAddresses: 4,
  outboundIdleLines: 256,
  outboundIdleMs: 4 * second,
  outboundIdleMostMs: 60 * second,
  attemptBodyBytes: 16 * kibibyte,
  fileUrlMs: 60 * second,
  fileUrlsMs: 2 * minute,

  // Promises kept later
  claimBatch: 64,
  jobLeaseMs: 3 * minute,
  leaseMarginMs: 30 * second,
  expiryRetryMs: 1 * minute,
  jobTries: 10,
  patientTries: 1000,
  jobsAtOnce: 8,
  slowJobMs: 3 * second,
  slowJobsAtOnce: 24,
  jobRetryMs: [1 * second, 5 * second, 30 * second, 2 * minute, 10 * minute],
  callbacksInFlight: 128,
  callbacksInFlightPerEndpoint: 10,
  slowAttemptMs: 2 * second,
  slowCallbacksInFlight: 256,
  slowCallbacksPerEndpoint: 2,
  prefetchMs: 50,
  deliveriesInHands: 512,
  knownEndpoints: 10_000,
  addresseeMs: 250,
  breakerFailures: 10,
  breakerWaitMs: 1 * second,
  breakerWaitMostMs: 30 * second,
  breakerWaits: 20,
  settleBatch: 256,
  settleRetryMs: [50, 200, 500, 1 * second, 2 * second, 4 * second],
  alertTries: 3,
  alertGatherMs: 2 * second,
  alertEveryMs: 60 * minute,
  alertCount: 1000,
  lostLeases: 10,
  lostLeaseWaitMs: 1 * minute,
  beatMs: 2 * second,
  silentWorkerMs: 10 * second,
  dueEndpoints: 1000,
  ladderSteps: 50,
  ladderStepSeconds: 30 * 24 * 3600,
  outboxPollMs: 250,
  drainMs: 30 * second,
  webhookOverlapMs: 7 * 24 * 60 * minute,

  // Events sent again, and lists of them
  replaysPerEvent: 100,
  replayEvents: 1_000_000,
  replayWindow: 1000,
  replayBatch: 100,
  replayPerMinuteDefault: 600,
  replayPerMinuteMost: 6000,
  requestEventsShown: 500,
  attemptsShown: 200,
  countedDeliveries: 1000,

  // Events and requests, searched
  /** A text that is searched for, in characters and words; of its trigrams so many are looked up. */
  searchLength: 200,
  searchWords: 10,
  searchTrigrams: 24,
  /** A text that so many requests have is looked up; one that more have is met soon on the way. */
  searchRequests: 400,
  searchCandidates: 2000,
  /** Words that one row in so many has are frequent. */
  searchOften: 20,
  /** What is kept of a request to be searched: what the other bounds let through, but for very many people in copy. */
  requestWordsLength: 200_000,
  /** A walk for a page of events looks at so many rows first, then at so many a step, at so many in all. */
  walkFirstRows: 200,
  walkStepRows: 4000,
  walkRows: 60_000,
  /** A step of so many rows first reads what another index has of its range: so many entries take no longer than a look at one row. */
  walkSetRows: 1000,
  /** A query of the list of requests: characters, terms, and parentheses in parentheses. */
  queryLength: 1000,
  queryTerms: 50,
  queryDepth: 10,
  /** So many lists are put together at once: SQLite takes 500. */
  unionTerms: 200,
  /** Of so many requests a search looks at all, and so knows how many fit. */
  searchWhole: 2000,
  /** To read so many entries of another index takes no longer than to look at one row. */
  walkEntriesPerRow: 8,

  // Reports
  reportPage: 500,
  reportSpanMs: 366 * 24 * 60 * minute,
  reportAgeMs: 3653 * 24 * 60 * minute,
  reportLinkMs: 7 * 24 * 60 * minute,

  // Links and sessions
  signUrlMs: 60 * minute,
  signSessionMs: 4 * 60 * minute,
  fileLinkMs: 24 * 60 * minute,
  mailedFileLinkMs: 90 * 24 * 60 * minute,
  remindEveryMs: 60 * minute,
  /** Before a request expires its signers are reminded so early, but for those reminded within that rest. */
  remindBeforeMs: [7 * 24 * 3_600_000, 3 * 24 * 3_600_000],
  remindRestMs: 24 * 3_600_000,
  domainCheckMs: 10 * second,
  ...signInLimits,
  ...teamLimits,
  ...oauthLimits,

  // The dashboard
  formBytes: 64 * kibibyte,
  dashboardRows: 25,
  testWaitMs: 35 * second,
  savedTestWaitMs: 2 * second,
  testPollMs: 100,
  secretOverlapMs: 24 * 60 * minute,
  shownPayloadLength: 200_000,
  liveStreams: 500,
  liveStreamsEach: 50,
  liveUnreadBytes: 16 * kibibyte,
  liveGapMs: 250,
  liveBeatMs: 15 * second,
  liveStreamMs: 30 * minute,
  endpointsShown: 100,
  listenerHereMs: 1 * minute,
  paceMs: 5 * minute,
  newsGatherMs: 25,
  newsNames: 100,

  // The signing page
  answerSaveMs: 600,
  pageCallMs: 20 * second,
  pageRetryMs: [1 * second, 2 * second, 4 * second, 8 * second],
  answerRetryMostMs: 15 * second,
  domainCheckEveryMs: 1 * second,
  patternLength: 500,
  patternValueLength: 255,

  ...storageLimits,
  ...evidenceLimits,
  ...faxLimits,
} as const;
