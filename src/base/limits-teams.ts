import { minute } from "./units.ts";

/** Bounds of accounts that are made and of teams; part of `limits`. */
export const teamLimits = {
  /** How long the link lives that welcomes a new account, and that of a forgotten password. */
  welcomeLinkMs: 7 * 24 * 60 * minute,
  passwordLinkMs: 60 * minute,
  /** Letters with such a link to one address, and in what time. */
  passwordLetters: 3,
  passwordLettersMs: 60 * minute,
  invitationMs: 7 * 24 * 60 * minute,
  /** An invitation that is made again within this time sends no other letter. */
  invitationRestMs: 5 * minute,
  invitationsOpen: 500,
  /** Letters that invite one account, by whatever teams, and in what time. */
  invitationLetters: 5,
  invitationLettersMs: 60 * minute,
  invitationsShown: 500,
  teamDepth: 3,
  teamMembers: 1000,
  subTeams: 100,
  /** Requests that go to another account in one transaction. */
  transferSlice: 500,
} as const;
