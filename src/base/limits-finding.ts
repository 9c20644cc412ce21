/** Bounds of searches and of lists that are walked along; part of `limits`. */
export const findingLimits = {
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
  /** A page behind more requests than this passes over whole days of them. */
  listSkip: 100,
  /** Of so many requests a search looks at all, and so knows how many fit. */
  searchWhole: 2000,
  /** Of the requests that an account has received so many of the newest are put into its list. */
  receivedRequests: 1000,
  /** To read so many entries of another index takes no longer than to look at one row. */
  walkEntriesPerRow: 8,
} as const;
