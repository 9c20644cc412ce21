import { beginningOf, isForOffice } from "../beginning.ts";
import type { Disarmed, DisarmOrder, Outcome, UploadedFile } from "../jobs.ts";
import type { Office } from "./office.ts";

/** Who converts: a child that makes a file harmless, and LibreOffice. */
export type Converters = {
  readonly disarm: (order: DisarmOrder) => Promise<Outcome<Disarmed>>;
  readonly office: Pick<Office, "toPdf">;
};

/** The files as the children read them: office files and HTML as PDF, the others as they are. Or why one of them cannot be. */
export async function convertFiles(
  converters: Converters,
  files: readonly UploadedFile[],
): Promise<Outcome<{ readonly files: readonly UploadedFile[] }>> {
  const converted: UploadedFile[] = [];
  for (const [index, file] of files.entries()) {
    const made = isForOffice(beginningOf(file.bytes))
      ? await convertFile(converters, file)
      : { ok: true as const, file };
    if (!made.ok) return { ...made, fault: { ...made.fault, file: index } };
    converted.push(made.file);
  }
  return { ok: true, files: converted };
}

async function convertFile(
  { disarm, office }: Converters,
  file: UploadedFile,
): Promise<Outcome<{ readonly file: UploadedFile }>> {
  const harmless = await disarm({ file });
  if (!harmless.ok) return harmless;
  const { format, bytes } = harmless;
  if (format === null) return { ok: true, file };
  const made = await office.toPdf({ format, bytes });
  if (made.ok) return { ok: true, file: { name: file.name, bytes: made.pdf } };
  const reason = `"${file.name}" cannot be used. ${made.reason}`;
  return { ok: false, why: made.why, fault: { kind: "file", file: 0, reason } };
}
