import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Type } from "typebox";
import { FaxLineShape } from "../../src/wire/fax-line.ts";
import { ListInfo } from "../../src/wire/shapes.ts";
import { ask, faultOf, readAs } from "../support/ask.ts";
import { crewOf } from "../support/crew.ts";
import { buyLine, faxAndWait, faxEventsOf, OneFax, OneLine, statusOf } from "../support/faxes.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import { grounds } from "../support/house.ts";
import { formOf, onePage } from "../support/requests.ts";
import { makeSecondAccount, type SecondAccount } from "../support/second-account.ts";

const Listed = Type.Object({ fax_lines: Type.Array(FaxLineShape), list_info: ListInfo });
const Codes = Type.Object({ area_codes: Type.Array(Type.Integer()) });
const Made = Type.Object({ fax_id: Type.String() });

for (const ground of grounds()) {
  describe(`fax lines, on ${ground.name}`, { skip: ground.skip }, () => {
    let house: HeardHouse;
    let other: SecondAccount;
    before(async () => {
      house = await openHeardHouse(ground);
      other = await makeSecondAccount(house);
    });
    after(() => house.close());

    const asOther = () => ({ key: other.apiKey });
    const get = (number: string, asking: object = {}) =>
      ask(house, `GET /fax_line?${new URLSearchParams({ number }).toString()}`, asking);
    const emailsOf = ({ accounts }: Type.Static<typeof FaxLineShape>) => accounts.map(({ email_address: one }) => one);

    test("area codes are narrowed by state, province and city; what does not go together is named", async () => {
      const codes = async (query: string) =>
        readAs(Codes, await ask(house, `GET /fax_line/area_codes?${query}`)).area_codes;
      assert.deepEqual((await codes("country=US&state=CA")).slice(0, 3), [209, 213, 310]);
      assert.deepEqual(await codes("country=US&city=San+Francisco"), [415]);
      assert.deepEqual(await codes("country=US&state=NY&city=San+Francisco"), []);
      assert.deepEqual(await codes("country=CA&province=SK"), [306, 639]);
      assert.deepEqual(await codes("country=UK&city=London"), [20]);
      assert.ok((await codes("country=US")).length > 250);
      const faults = [
        ["", "country"],
        ["country=FR", "country"],
        ["country=US&state=XX", "state"],
        ["country=US&province=ON", "province"],
        ["country=CA&state=CA", "state"],
      ] as const;
      for (const [query, path] of faults)
        assert.deepEqual(
          faultOf(await ask(house, `GET /fax_line/area_codes?${query}`)),
          [400, "bad_request", path],
          query,
        );
    });

    test("a line is bought in its area, is seen by its number in any writing, and is deleted by its owner only", async () => {
      const number = await buyLine(house, { country: "UK", area_code: 20, city: "London" });
      assert.match(number, /^\+4420\d{8}$/);
      const [line] = readAs(Listed, await ask(house, "GET /fax_line/list?page_size=1")).fax_lines;
      assert.deepEqual([line?.number, line && emailsOf(line)], [number, ["admin@localhost"]]);
      for (const written of [number, number.slice(1), ` ${number.slice(0, 5)} ${number.slice(5)}`])
        assert.deepEqual(readAs(OneLine, await get(written)).fax_line, line, written);

      const gone = await ask(house, "DELETE /fax_line", { json: { number }, ...asOther() });
      assert.deepEqual(faultOf(gone), [404, "not_found"]);
      const { status, bytes } = await ask(house, "DELETE /fax_line", { json: { number } });
      assert.deepEqual([status, bytes.length], [200, 0]);
      assert.deepEqual(faultOf(await get(number)), [404, "not_found"]);
      await house.quiet();
    });

    test("what cannot be bought is refused, and nothing of it is left", async () => {
      const create = (json: object) => ask(house, "POST /fax_line/create", { json });
      const good = { area_code: 209, country: "US" };
      const faults = [
        [{ ...good, area_code: 999 }, "area_code"],
        [{ ...good, city: "Nowhere" }, "area_code"],
        [{ ...good, country: "FR" }, "country"],
        [{ country: "US" }, "area_code"],
        [{ ...good, account_id: "0".repeat(40) }, "account_id"],
      ] as const;
      const before = readAs(Listed, await ask(house, "GET /fax_line/list")).list_info.num_results;
      for (const [json, path] of faults) assert.deepEqual(faultOf(await create(json)), [400, "bad_request", path]);
      const { rows } = { rows: await house.store.read.selectFrom("fax_lines").select("number").execute() };
      assert.equal(rows.length, before);
    });

    test("users come and go by their owner's word; who has access sees the line and cannot change it", async () => {
      const number = await buyLine(house);
      const change = (verb: string, json: object, asking: object = {}) =>
        ask(house, `PUT /fax_line/${verb}`, { json: { number, ...json }, ...asking });
      assert.deepEqual(faultOf(await get(number, asOther())), [404, "not_found"]);
      const email = { email_address: other.email };
      const shared = readAs(OneLine, await change("add_user", email)).fax_line;
      assert.deepEqual(emailsOf(shared), ["admin@localhost", other.email]);
      assert.deepEqual(emailsOf(readAs(OneLine, await change("add_user", email)).fax_line), emailsOf(shared));

      assert.deepEqual(emailsOf(readAs(OneLine, await get(number, asOther())).fax_line), emailsOf(shared));
      const theirs = readAs(Listed, await ask(house, "GET /fax_line/list", asOther()));
      assert.deepEqual(
        theirs.fax_lines.map((line) => line.number),
        [number],
      );
      for (const verb of ["add_user", "remove_user"])
        assert.deepEqual(faultOf(await change(verb, email, asOther())), [403, "forbidden"], verb);
      const refused = await ask(house, "DELETE /fax_line", { json: { number }, ...asOther() });
      assert.deepEqual(faultOf(refused), [403, "forbidden"]);

      const theirId = shared.accounts.find((one) => one.email_address === other.email)?.account_id ?? "";
      const ofThem = readAs(Listed, await ask(house, `GET /fax_line/list?account_id=${theirId}`));
      assert.deepEqual(
        ofThem.fax_lines.map((line) => line.number),
        [number],
      );
      const left = readAs(OneLine, await change("remove_user", { account_id: theirId, ...email })).fax_line;
      assert.deepEqual(emailsOf(left), ["admin@localhost"]);
      const faults = [
        [{}, "account_id"],
        [email, "email_address"],
        [{ account_id: "nobody" }, "account_id"],
        [{ email_address: "no" }, "email_address"],
      ] as const;
      for (const [json, path] of faults)
        assert.deepEqual(faultOf(await change("remove_user", json)), [400, "bad_request", path], path);
      assert.deepEqual(faultOf(await change("add_user", {})), [400, "bad_request", "account_id"]);
    });

    test("a fax to a line of this server comes in there, for everybody with access, each told once", async () => {
      const number = await buyLine(house);
      const from = await buyLine(house);
      await ask(house, "PUT /fax_line/add_user", { json: { number, email_address: other.email } });
      const sent = await faxAndWait(house, { recipient: number, sender: from, title: "From line to line" });
      assert.deepEqual(await faxEventsOf(house, sent.fax_id), ["fax_sent"]);
      assert.deepEqual([statusOf(sent), sent.transmissions[0]?.sender], ["success", from]);

      const heard = house.receiver.heard.filter(({ payload }) => payload.event.event_type === "fax_received");
      const id = heard[0]?.payload.transmission?.fax_id ?? "";
      assert.equal(heard.length, 1);
      assert.deepEqual(await faxEventsOf(house, id), ["fax_received", "fax_received"]);
      for (const asking of [{}, asOther()]) {
        const { fax } = readAs(OneFax, await ask(house, `GET /fax/${id}`, asking));
        assert.deepEqual([fax.sender, fax.transmissions[0]?.recipient], [from, number]);
        assert.equal((await ask(house, `GET /fax/files/${id}`, asking)).status, 200);
      }
      assert.deepEqual(faultOf(await ask(house, `DELETE /fax/${id}`, asOther())), [403, "forbidden"]);
      const letters = await house.store.read
        .selectFrom("letters")
        .select("to_email")
        .where("kind", "=", "fax_received")
        .where("request_id", "=", id)
        .orderBy("to_email")
        .execute();
      assert.deepEqual(
        letters.map((letter) => letter.to_email),
        ["admin@localhost", other.email],
      );
    });

    test("what a provider brings is read, told once, and is one however often it is brought", async () => {
      const number = await buyLine(house);
      const bring = async (more: object = {}, asking: object = {}) => {
        const form = formOf([onePage], { id: "in-1", to: number, from: "+442071234567", ...more });
        const { url } = house;
        return ask({ ...house, url }, "POST /../api/faxes/received", { form, ...asking });
      };
      const { fax_id: id } = readAs(Made, await bring());
      assert.equal(readAs(Made, await bring()).fax_id, id);
      assert.deepEqual(await faxEventsOf(house, id), ["fax_received"]);
      const { fax } = readAs(OneFax, await ask(house, `GET /fax/${id}`));
      assert.deepEqual([fax.sender, fax.title], ["+442071234567", "A fax from +442071234567"]);
      assert.equal((await ask(house, `DELETE /fax/${id}`)).status, 204);
      assert.equal(readAs(Made, await bring()).fax_id, id, "what is deleted does not come back");
      assert.deepEqual(faultOf(await ask(house, `GET /fax/${id}`)), [404, "not_found"]);
      assert.deepEqual(faultOf(await bring({ id: "in-2", from: "x" })), [400, "bad_request", "from"]);
      assert.deepEqual(faultOf(await bring({ id: "in-2", to: "+12095550188" })), [404, "not_found"]);
      assert.deepEqual(faultOf(await bring({ id: "in-2" }, asOther())), [404, "not_found"]);
    });

    test("while a line is deleted, shared and brought a fax at once, each call is answered, and its number is given back once", async () => {
      for (let round = 0; round < 5; round += 1) {
        const number = await buyLine(house);
        const form = formOf([onePage], { id: `at-once-${round}`, to: number });
        const json = { number, email_address: other.email };
        const [brought, shared, ...deleted] = await Promise.all([
          ask(house, "POST /../api/faxes/received", { form }),
          ask(house, "PUT /fax_line/add_user", { json }),
          ask(house, "DELETE /fax_line", { json: { number } }),
          ask(house, "DELETE /fax_line", { json: { number } }),
        ]);
        assert.deepEqual(deleted.map(({ status }) => status).toSorted(), [200, 404]);
        for (const { status } of [brought, shared]) assert.ok(status === 200 || status === 404, `${status}`);
        const released = await house.store.read
          .selectFrom("jobs")
          .select("job_id")
          .where("kind", "=", "fax_line_release")
          .where("payload_json", "like", `%${number}%`)
          .execute();
        assert.equal(released.length, 1);
      }
      await house.quiet();
    });

    test("with show_team_lines a list has the lines of the team too, and those of the teams below for who looks after it", async () => {
      const crew = crewOf(house);
      const { boss, id } = await crew.ownTeam();
      const below = await crew.subTeam(boss, id, "Below");
      const people = [boss, await crew.member(boss), await crew.member(boss, "Member", below)];
      for (const { apiKey } of people) await buyLine({ ...house, apiKey });
      const seen = (query: string) =>
        Promise.all(
          people.map(async ({ apiKey: key }) => {
            const answer = await ask(house, `GET /fax_line/list?page_size=100${query}`, { key });
            return readAs(Listed, answer).fax_lines.flatMap(emailsOf).toSorted();
          }),
        );
      const [one, two, three] = people.map(({ email }) => email);
      assert.deepEqual(await seen(""), [[one], [two], [three]]);
      assert.deepEqual(await seen("&show_team_lines=false"), [[one], [two], [three]]);
      assert.deepEqual(await seen("&show_team_lines=true"), [[one, two, three], [one, two], [three]]);
      const alone = await ask(house, "GET /fax_line/list?show_team_lines=1", asOther());
      assert.deepEqual(alone.json, (await ask(house, "GET /fax_line/list", asOther())).json);
    });

    test("lines are paged, newest first", async () => {
      const all = readAs(Listed, await ask(house, "GET /fax_line/list?page_size=100"));
      const pages = await Promise.all(
        all.fax_lines.map((_, index) => ask(house, `GET /fax_line/list?page_size=1&page=${index + 1}`)),
      );
      assert.deepEqual(
        pages.flatMap((page) => readAs(Listed, page).fax_lines),
        all.fax_lines,
      );
      assert.deepEqual(readAs(Listed, await ask(house, "GET /fax_line/list?page=9")).fax_lines, []);
      const created = all.fax_lines.map((line) => line.created_at);
      assert.deepEqual(
        created,
        created.toSorted((a, b) => b - a),
      );
      assert.deepEqual(faultOf(await ask(house, "GET /fax_line/list?page_size=0")), [400, "bad_request", "page_size"]);
    });
  });
}
