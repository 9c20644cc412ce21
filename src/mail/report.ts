import { limits } from "../base/limits.ts";
import type { Work } from "../events/work.ts";
import type { Report } from "../requests/report.ts";
import { makeReportLink } from "../requests/report-link.ts";
import { note } from "./letters.ts";
import { type MailWay, post } from "./post.ts";

/** Reports that were asked for, and where their letters go. */
export type Reports = Omit<Report, "type"> & {
  readonly types: readonly Report["type"][];
  readonly publicUrl: string;
  readonly way: MailWay;
};

/** Writes to an account a letter for each report, with a link that gives it as CSV for `limits.reportLinkMs`. */
export async function writeReports(work: Work, { types, publicUrl, way, ...report }: Reports): Promise<void> {
  const { accountId, since, until } = report;
  const account = await work.tx
    .selectFrom("accounts")
    .select("email")
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  if (!account) return;
  const days = `${dayOf(since)} to ${dayOf(until - 1)}`;
  for (const type of types) {
    const link = makeReportLink(
      { publicUrl, secret: work.secret },
      { ...report, type, expiresAt: work.at + limits.reportLinkMs },
    );
    const letter = note({
      subject: `Report: ${names[type]}, ${days}`,
      paragraphs: [
        `The report on ${names[type]} from ${days} (UTC) is ready.`,
        `It is read from the server when you open the link, so it shows how things stand then. Whoever has the link can read it; it is good for ${limits.reportLinkMs / 86_400_000} days.`,
      ],
      action: { button: "Download the CSV file", link },
      end: "You get this mail because a report was asked for with an API key of your account.",
    });
    const to = { name: account.email, email: account.email };
    await post(work, { accountId, requestId: null, signatureId: null, kind: "report", to, letter, way });
  }
}

const names: Readonly<Record<Report["type"], string>> = {
  user_activity: "user activity",
  document_status: "document status",
  sms_activity: "text messages",
  fax_usage: "faxes",
};

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
