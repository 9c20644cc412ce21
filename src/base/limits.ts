const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const second = 1000;
const minute = 60 * second;

/** Every bound of the house, in one place. Bytes, milliseconds or counts, as the name says. */
export const limits = {
  // Input
  fileBytes: 100 * mebibyte,
  filesPerRequest: 50,
  bodyBytes: 10 * mebibyte,
  multipartParts: 2000,
  multipartHeaderPairs: 20,
  bracketDepth: 8,
  arrayItems: 5000,
  formEntries: 20_000,
  parameterNameLength: 1000,
  signers: 100,
  titleLength: 255,
  subjectLength: 255,
  messageLength: 5000,
  nameLength: 255,
  emailLength: 254,
  urlLength: 2048,
  fieldValueLength: 10_000,
  fieldsPerRequest: 2000,
  dropdownOptions: 1000,
  metadataKeys: 50,
  metadataKeyLength: 40,
  metadataValueLength: 1000,
  pinLengthLeast: 4,
  pinLengthMost: 12,
  appDomains: 10,
  pageSizeDefault: 20,
  pageSizeMost: 100,

  // Documents
  pagesPerRequest: 2000,
  pictureWidths: [900, 1600],
  pictureSide: 16_000,
  picturePixels: 16_000_000,
  picturesPrepared: 2,
  pageSidePoints: 200_000,
  documentJobMs: 60 * second,
  documentChildCpuSeconds: 120,
  documentChildDataBytes: 2048 * mebibyte,
  documentChildIdleMs: 60 * second,
  documentChildJobs: 200,
  documentChildren: 2,
  documentQueue: 200,
  documentWaitMs: 2 * minute,
  documentChildHighWaterBytes: 768 * mebibyte,
  documentChildWordsBytes: 4 * kibibyte,

  // Outbound
  outboundConnectMs: 10 * second,
  outboundBodyBytes: 64 * kibibyte,
  outboundHeaderBytes: 16 * kibibyte,
  attemptBodyBytes: 16 * kibibyte,
  fileUrlMs: 60 * second,

  // Promises kept later
  claimBatch: 64,
  jobLeaseMs: 3 * minute,
  leaseMarginMs: 30 * second,
  expiryRetryMs: 1 * minute,
  jobTries: 10,
  jobRetryMs: [1 * second, 5 * second, 30 * second, 2 * minute, 10 * minute],
  callbacksInFlight: 64,
  callbacksInFlightPerEndpoint: 10,
  lostLeases: 10,
  ladderSteps: 50,
  ladderStepSeconds: 30 * 24 * 3600,
  outboxPollMs: 250,
  drainMs: 30 * second,

  // Links and sessions
  signUrlMs: 60 * minute,
  signSessionMs: 4 * 60 * minute,
  fileLinkMs: 24 * 60 * minute,
  remindEveryMs: 60 * minute,
  domainCheckMs: 10 * second,

  // The signing page
  answerSaveMs: 600,
  pageCallMs: 20 * second,
  pageRetryMs: [1 * second, 2 * second, 4 * second, 8 * second],
  answerRetryMostMs: 15 * second,
  domainCheckEveryMs: 1 * second,
  declineReasonLength: 1000,
  patternLength: 500,
  patternValueLength: 255,

  // Storage
  groupCommitCallers: 64,
  sqliteBusyMs: 5 * second,
  sqliteStatements: 500,
  sqliteWalBytes: 64 * mebibyte,
  transactMs: 30 * second,
  migrationMs: 30 * minute,
  postgresConnections: 10,
  postgresReadConnections: 10,
  postgresConnectMs: 10 * second,
  postgresStatementMs: 25 * second,
  postgresRetries: 5,
  inboxLetters: 200,
  blobHeadBytes: 1024,
  blobLeftoverMs: 60 * minute,
} as const;
