import type { Progress } from "../server/backup-files.ts";

/** Shows how far something is, on a terminal only; its line is gone at the end. */
export function showProgress(what: string): Progress {
  const { stderr } = process;
  return (done, all) => {
    if (!stderr.isTTY) return;
    stderr.write(done === all ? "\r\u001b[K" : `\r${done} of ${all} ${what}`);
  };
}
