import { minute } from "./units.ts";

/** Bounds of signing in to the dashboard: sessions, passwords, passkeys; part of `limits`. */
export const signInLimits = {
  sessionIdleMs: 12 * 60 * minute,
  sessionMs: 7 * 24 * 60 * minute,
  sessionTouchMs: 1 * minute,
  sessionsShown: 100,
  signInFailures: 10,
  signInFailuresMs: 15 * minute,
  signInNames: 10_000,
  /** So long after the sign-in, or after the password was given again, a passkey may be added. */
  freshSignInMs: 10 * minute,
  passwordLengthLeast: 12,
  passwordLengthMost: 1000,
  /** From the question to a passkey's answer. */
  challengeMs: 5 * minute,
  passkeysMost: 20,
  passkeyNameLength: 60,
  credentialIdLength: 1364,
} as const;
