/** Whether this is the long form: `npm run torture` says so. */
export const isTorture = process.env.COUNTERSIGN_TORTURE === "1";

/** How often a scene is played. */
export const rounds = isTorture ? 10 : 1;
