import { Type } from "typebox";
import type { NamedAccount } from "../accounts/named-account.ts";
import { findLeft, type LeftOf } from "../accounts/quotas.ts";
import { findTeammates } from "../accounts/team-members.ts";
import { badRequest, Fault } from "../base/faults.ts";
import { limits } from "../base/limits.ts";
import { buyLine, deleteLine } from "../fax/buy-line.ts";
import { addLineUser, type FaxLine, findLine, listLines, removeLineUser } from "../fax/lines.ts";
import { type AreaAsk, needFaxProvider } from "../providers/fax.ts";
import { FaxLineShape, LineInput, renderFaxLine } from "../wire/fax-line.ts";
import { ListInfo, renderListInfo } from "../wire/shapes.ts";
import { type House, operation } from "./operation.ts";
import { readPaging } from "./paging.ts";
import { provinceCodes, stateCodes } from "./regions.ts";

const Answer = Type.Object({ fax_line: FaxLineShape });
const LineNumber = Type.String({ minLength: 1, maxLength: 40, description: "The number of the fax line" });
const { country: Country, city: City } = LineInput.properties;
const AccountId = Type.Optional(Type.String({ maxLength: 64 }));
const User = Type.Object({
  number: LineNumber,
  account_id: AccountId,
  email_address: Type.Optional(Type.String({ format: "email", maxLength: limits.emailLength })),
});

export const faxLineCreate = operation({
  id: "faxLineCreate",
  on: "POST /fax_line/create",
  says: "Buys a fax number from the provider; the account that is named, or else the caller's, gets access to it.",
  input: Type.Object({ ...LineInput.properties, account_id: AccountId }),
  output: Answer,
  faults: ["unauthorized", "bad_request", "forbidden", "unavailable"],

  async handle({ house, account }, { area_code: areaCode, country, city, account_id: userId }) {
    const line = await buyLine(
      { transact: house.transact, provider: needFaxProvider(house.fax) },
      {
        accountId: account.account_id,
        userId: userId || account.account_id,
        country,
        areaCode,
        city: city?.trim() || null,
      },
    );
    return { fax_line: await show(house, line) };
  },
});

export const faxLineAreaCodeGet = operation({
  id: "faxLineAreaCodeGet",
  on: "GET /fax_line/area_codes",
  says: "Lists the area codes in which the provider has fax numbers.",
  input: Type.Object({
    country: Country,
    state: Type.Optional(Type.Enum([...stateCodes])),
    province: Type.Optional(Type.Enum([...provinceCodes])),
    city: City,
  }),
  output: Type.Object({ area_codes: Type.Array(Type.Integer()) }),
  faults: ["unauthorized", "bad_request", "forbidden", "unavailable"],

  async handle({ house }, { country, state, province, city }) {
    if (state !== undefined && country !== "US")
      throw badRequest("state not valid: only the US have states; give province with CA", "state");
    if (province !== undefined && country !== "CA")
      throw badRequest("province not valid: only CA has provinces; give state with US", "province");
    return { area_codes: [...(await askAreaCodes(house, { country, state, province, city: city || undefined }))] };
  },
});

async function askAreaCodes({ fax }: House, asked: AreaAsk): Promise<readonly number[]> {
  return needFaxProvider(fax)
    .areaCodes(asked)
    .catch((error: unknown) => {
      const words = error instanceof Error ? error.message : "";
      throw new Fault("unavailable", `The fax provider does not answer. ${words}`);
    });
}

export const faxLineGet = operation({
  id: "faxLineGet",
  on: "GET /fax_line",
  says: "Answers one fax line that the account owns or has access to.",
  input: Type.Object({ number: LineNumber }),
  output: Answer,
  faults: ["unauthorized", "bad_request", "not_found"],

  async handle({ house, account }, { number }) {
    const line = await findLine(house.store.read, { accountId: account.account_id, number });
    return { fax_line: await show(house, line) };
  },
});

export const faxLineList = operation({
  id: "faxLineList",
  on: "GET /fax_line/list",
  says: "Lists the fax lines that the account owns or has access to, newest first; with account_id those that this account has access to. show_team_lines adds those of the team: of its members, and for who looks after it of the teams below.",
  input: Type.Object({
    account_id: AccountId,
    page: Type.Optional(Type.Integer()),
    page_size: Type.Optional(Type.Integer()),
    show_team_lines: Type.Optional(Type.Boolean()),
  }),
  output: Type.Object({ fax_lines: Type.Array(FaxLineShape), list_info: ListInfo }),
  faults: ["unauthorized", "bad_request"],

  async handle({ house, account }, { account_id: of, show_team_lines: isOfTeam, ...input }) {
    const paging = readPaging(input);
    const { read } = house.store;
    const owners = isOfTeam === true ? await findTeammates(read, account) : [account];
    const accountIds = owners.map((one) => one.account_id);
    const { lines, count } = await listLines(read, { accountIds, of: of || null, ...paging });
    const leftOf = await findLeftOf(house, lines);
    return {
      fax_lines: lines.map((line) => renderFaxLine(line, leftOf)),
      list_info: renderListInfo({ ...paging, count }),
    };
  },
});

export const faxLineAddUser = operation({
  id: "faxLineAddUser",
  on: "PUT /fax_line/add_user",
  says: "Gives an account of this server access to a fax line: it may send from it, and gets what comes in. Only the owner of the line may.",
  input: User,
  output: Answer,
  faults: ["unauthorized", "bad_request", "not_found", "forbidden"],

  async handle({ house, account, actor }, { number, ...user }) {
    const asked = { accountId: account.account_id, number, named: readNamed(user) };
    return { fax_line: await show(house, await house.transact((work) => addLineUser(work, asked), actor)) };
  },
});

export const faxLineRemoveUser = operation({
  id: "faxLineRemoveUser",
  on: "PUT /fax_line/remove_user",
  says: "Takes an account's access to a fax line. Only the owner of the line may; the line stays the owner's even without access.",
  input: User,
  output: Answer,
  faults: ["unauthorized", "bad_request", "not_found", "forbidden"],

  async handle({ house, account, actor }, { number, ...user }) {
    const asked = { accountId: account.account_id, number, named: readNamed(user) };
    return { fax_line: await show(house, await house.transact((work) => removeLineUser(work, asked), actor)) };
  },
});

export const faxLineDelete = operation({
  id: "faxLineDelete",
  on: "DELETE /fax_line",
  says: "Deletes a fax line and gives its number back to the provider. Only its owner may; faxes that came in on it stay.",
  input: Type.Object({ number: LineNumber }),
  output: "nothing",
  faults: ["unauthorized", "bad_request", "not_found", "forbidden"],

  async handle({ house, account, actor }, { number }) {
    await house.transact((work) => deleteLine(work, { accountId: account.account_id, number }), actor);
  },
});

/** A line as v3 shows it, with what is left to those who have access. */
async function show(house: House, line: FaxLine): Promise<Type.Static<typeof FaxLineShape>> {
  return renderFaxLine(line, await findLeftOf(house, [line]));
}

function findLeftOf({ store, quotas, clock }: House, lines: readonly FaxLine[]): Promise<LeftOf> {
  const accountIds = [...new Set(lines.flatMap(({ users }) => users.map((user) => user.account_id)))];
  return findLeft(store.read, { quotas, at: clock(), accountIds });
}

type User = { readonly account_id?: string; readonly email_address?: string };

function readNamed({ account_id: id, email_address: email }: User): NamedAccount {
  return { id: id || null, email: email || null };
}
