import { Type } from "typebox";
import { badRequest } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { enqueue } from "../outbox/jobs.ts";
import { reportTypes } from "../requests/report.ts";
import { operation } from "./operation.ts";

const Day = Type.String({ description: "MM/DD/YYYY, inclusive, UTC" });
const Kinds = Type.Array(Type.Enum([...reportTypes]), { minItems: 1, maxItems: 2 });

export const reportCreate = operation({
  id: "reportCreate",
  on: "POST /report/create",
  example: { start_date: "11/01/2026", end_date: "11/30/2026", report_type: ["document_status"] },
  says: "Asks for reports as CSV; each comes by mail, as a link that is good for 7 days.",
  input: Type.Object({ start_date: Day, end_date: Day, report_type: Kinds }),
  output: Type.Object({
    report: Type.Object({
      success: Type.String(),
      start_date: Type.String(),
      end_date: Type.String(),
      report_type: Type.Array(Type.String()),
    }),
  }),
  faults: ["unauthorized", "bad_request"],

  async handle({ house, account, actor }, { start_date, end_date, report_type }) {
    const since = readDay(start_date, "start_date");
    const until = readDay(end_date, "end_date") + dayMs;
    refuseSpan({ since, until, at: house.clock() });
    const types = [...new Set(report_type)];
    await house.transact(
      (work) =>
        enqueue(work, {
          kind: "report",
          requestId: null,
          payload: { accountId: account.account_id, since, until, types },
        }),
      actor,
    );
    const success = "Your request is being processed. You will receive an email when the report is ready.";
    return { report: { success, start_date, end_date, report_type: types } };
  },
});

const dayMs = 86_400_000;

function readDay(text: string, path: string): number {
  const [, month, day, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text) ?? [];
  const at = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  // The 30th of February comes back as another day, so it is none.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== `${year}-${month}-${day}`)
    throw badRequest(`${path} not valid: write a day as MM/DD/YYYY, such as 09/30/2026`, path);
  return at;
}

type Span = { readonly since: number; readonly until: number; readonly at: number };

function refuseSpan({ since, until, at }: Span): void {
  if (until <= since) throw badRequest("end_date not valid: it must not be before start_date", "end_date");
  if (until - since > limits.reportSpanMs)
    throw badRequest("end_date not valid: a report covers 12 months at most", "end_date");
  if (since < at - limits.reportAgeMs)
    throw badRequest("start_date not valid: it must not be more than 10 years in the past", "start_date");
}
