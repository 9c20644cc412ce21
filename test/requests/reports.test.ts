import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ReportApi, ReportCreateRequest } from "@dropbox/sign";
import { sql } from "kysely";
import { csvLine } from "../../src/requests/report.ts";
import { ask } from "../support/ask.ts";
import { faxAndWait } from "../support/faxes.ts";
import { eventsOf, type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { bob, sendAndWait, signatureOf } from "../support/requests.ts";
import { makeSecondAccount } from "../support/second-account.ts";
import { until } from "../support/stage.ts";

const day = (at: number) => {
  const [year, month, date] = new Date(at).toISOString().slice(0, 10).split("-");
  return `${month}/${date}/${year}`;
};
const today = day(Date.now());

describe("a line of a report", () => {
  test("is CSV, and nothing in it is a formula to a spreadsheet", () => {
    assert.equal(csvLine(["a,b", 'say "x"', "two\nlines", 3]), '"a,b","say ""x""","two\nlines",3\r\n');
    for (const evil of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
      assert.ok(csvLine([evil]).replace(/^"/, "").startsWith("'"));
  });
});

for (const ground of grounds()) {
  describe(`reports on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    before(async () => {
      house = await openHeardHouse(ground);
    });
    after(() => house.close());

    const create = (asked: object) => ask(house, "POST /report/create", { json: asked });
    const letters = () =>
      house.store.read.selectFrom("letters").selectAll().where("kind", "=", "report").orderBy("letter_id").execute();
    const linkIn = (text: string) =>
      /https?:\/\/\S+\/reports\/\S+/.exec(text)?.[0] ?? assert.fail("no link in the letter");

    /** The CSV of the newest letter about a report. */
    async function csvOf(type: string): Promise<readonly string[]> {
      const before = (await letters()).length;
      const { status } = await create({ start_date: today, end_date: today, report_type: [type] });
      assert.equal(status, 200);
      await until("the letter is there", async () => (await letters()).length === before + 1);
      const answer = await fetch(linkIn((await letters()).at(-1)?.text_body ?? ""));
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get("content-type") ?? "", /^text\/csv/);
      assert.equal(answer.headers.get("cache-control"), "private, no-store");
      return (await answer.text()).trimEnd().split("\r\n");
    }

    test("on document status has one line a request of these days, as it stands when it is read", async () => {
      const request = await sendAndWait(house, { title: '=HYPERLINK("evil"), Lease' });
      const other = await sendAndWait(house, { title: "Second", signers: [bob] });
      await sign(house, signatureOf(request).signature_id);
      await eventsOf(house, request.signature_request_id);
      const lines = await csvOf("document_status");
      assert.equal(
        lines[0],
        "signature_request_id,title,status,test_mode,created_at,completed_at,expires_at,signers,signed",
      );
      const lineOf = (id: string) => lines.find((line) => line.startsWith(id)) ?? assert.fail(`no line of ${id}`);
      assert.match(
        lineOf(request.signature_request_id),
        /,"'=HYPERLINK\(""evil""\), Lease",complete,yes,.*,ann@example\.com,1$/,
      );
      assert.match(lineOf(other.signature_request_id), /,Second,awaiting,yes,.*,,,bob@example\.com,0$/);
    });

    test("on faxes has one line a transmission, without the numbers once a fax is deleted", async () => {
      const kept = await faxAndWait(house, { cover_page_to: "Jill" });
      const gone = await faxAndWait(house, { recipient: "+12095559901" });
      await ask(house, `DELETE /fax/${gone.fax_id}`);
      const [headings, ...lines] = await csvOf("fax_usage");
      assert.equal(headings, "fax_id,direction,sender,recipient,status,pages,test_mode,created_at,sent_at");
      const time = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;
      assert.equal(lines.length, 2);
      assert.match(lines[0] ?? "", new RegExp(`^${kept.fax_id},sent,,'\\+12095550100,success,2,yes,${time},${time}$`));
      assert.match(lines[1] ?? "", new RegExp(`^${gone.fax_id},sent,,,error_busy,1,yes,${time},${time}$`));
    });

    test("on user activity counts what was asked for and how it stands", async () => {
      const rows = await house.store.read.selectFrom("signature_requests").select("state").execute();
      const lines = await csvOf("user_activity");
      assert.equal(lines[0], "email_address,sent,complete,awaiting,declined,canceled,expired,failed,destroyed");
      const complete = rows.filter(({ state }) => state === "complete").length;
      const waiting = rows.filter(({ state }) => state === "awaiting").length;
      assert.deepEqual(lines.slice(1), [`admin@localhost,${rows.length},${complete},${waiting},0,0,0,0,0`]);
    });

    test("on text messages has one line a code, without the whole number", async () => {
      const request = await sendAndWait(house, {});
      const facts = JSON.stringify({ phone: "+1 ••• 55" });
      await house.store.transact((tx) =>
        sql`insert into trail (request_id, seq, at, kind, signature_id, who, facts_json)
          values (${request.signature_request_id}, 900, ${Date.now()}, 'code_sent', 'sig', 'Ann', ${facts})`.execute(
          tx,
        ),
      );
      const lines = await csvOf("sms_activity");
      assert.match(lines[1] ?? "", new RegExp(`^[^,]+Z,${request.signature_request_id},sig,'\\+1 ••• 55$`));
      assert.equal(lines.length, 2);
    });

    test("come one letter each, say so in the contract's words, and make no event", async () => {
      const before = (await letters()).length;
      const heard = house.receiver.heard.length;
      const asked = { start_date: today, end_date: today, report_type: ["user_activity", "document_status"] };
      const { status, json } = await create(asked);
      assert.equal(status, 200);
      assert.deepEqual(json, {
        report: {
          success: "Your request is being processed. You will receive an email when the report is ready.",
          ...asked,
        },
      });
      await house.quiet();
      const subjects = (await letters())
        .slice(before)
        .map(({ subject, to_email }) => [subject.split(",")[0], to_email]);
      assert.deepEqual(subjects, [
        ["Report: user activity", "admin@localhost"],
        ["Report: document status", "admin@localhost"],
      ]);
      assert.equal(house.receiver.heard.length, heard);
    });

    test("open only by their own links: another type, time or account, and a link that has ended, are 404", async () => {
      const link = linkIn((await letters()).at(-1)?.text_body ?? "");
      const second = await makeSecondAccount(house);
      const account = await house.store.read
        .selectFrom("accounts")
        .select("account_id")
        .where("email", "=", second.email)
        .executeTakeFirstOrThrow();
      const spoiled = [
        link.replace("document_status", "user_activity"),
        link.replace("document_status", "nonsense"),
        link.replace(/account=[^&]+/, `account=${account.account_id}`),
        link.replace(/since=\d+/, "since=0"),
        link.replace(/expires=\d+/, "expires=99999999999"),
        link.replace(/key=[^&]+/, ""),
        link.split("?")[0] ?? "",
      ];
      for (const url of spoiled) assert.equal((await fetch(url)).status, 404, url);
      assert.equal((await fetch(link)).status, 200);
    });

    test("are asked for by the official SDK", async () => {
      const reports = new ReportApi(`${house.url}/v3`);
      reports.username = house.apiKey;
      const { body } = await reports.reportCreate({
        startDate: today,
        endDate: today,
        reportType: [ReportCreateRequest.ReportTypeEnum.DocumentStatus],
      });
      assert.deepEqual(body.report.reportType, ["document_status"]);
      await house.quiet();
    });

    for (const [asked, path, words] of [
      [
        { start_date: "2026-11-01", end_date: today, report_type: ["user_activity"] },
        "start_date",
        /write a day as MM\/DD\/YYYY/,
      ],
      [{ start_date: "02/30/2026", end_date: today, report_type: ["user_activity"] }, "start_date", /write a day/],
      [
        { start_date: today, end_date: day(Date.now() - 86_400_000), report_type: ["user_activity"] },
        "end_date",
        /before start_date/,
      ],
      [{ start_date: "01/01/2020", end_date: "02/01/2021", report_type: ["user_activity"] }, "end_date", /12 months/],
      [{ start_date: "01/01/2010", end_date: "02/01/2010", report_type: ["user_activity"] }, "start_date", /10 years/],
      [{ start_date: today, end_date: today, report_type: ["fax_storage"] }, "report_type[0]", /./],
      [{ start_date: today, end_date: today, report_type: [] }, "report_type", /./],
      [{ end_date: today, report_type: ["user_activity"] }, "start_date", /./],
    ] as const)
      test(`are refused in words: ${JSON.stringify(asked)}`, async () => {
        const before = (await letters()).length;
        const { status, json } = await create(asked);
        const { error } = json as { readonly error: Readonly<Record<string, string>> };
        assert.deepEqual([status, error.error_name], [400, "bad_request"]);
        assert.match(error.error_path ?? "", new RegExp(path.split("[")[0] ?? ""));
        assert.match(error.error_msg ?? "", words);
        await house.quiet();
        assert.equal((await letters()).length, before);
      });
  });
}
