/** Bytes. */
export const kibibyte = 1024;
/** Bytes. */
export const mebibyte = 1024 * kibibyte;
/** Milliseconds. */
export const second = 1000;
/** Milliseconds. */
export const minute = 60 * second;
/** Milliseconds. */
export const day = 24 * 60 * minute;
