/** How large documents may be, as the operator has it. */
export type DocumentBounds = {
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Pages of all files of a request or template together. */
  readonly pages: number;
};
