import { type Static, Type } from "typebox";
import { ListInfo, Warning } from "../../src/wire/shapes.ts";
import { SignatureRequest } from "../../src/wire/signature-request.ts";
import { type Answered, ask, faultOf, readAs } from "../support/ask.ts";
import { crewOf } from "../support/crew.ts";
import { type HeardHouse, openHeardHouse } from "../support/heard-house.ts";
import type { Ground } from "../support/house.ts";
import { sign } from "../support/page.ts";
import { firstOf, makeSomebody, type Somebody } from "../support/people.ts";
import { bob, type Shown, untilState } from "../support/requests.ts";
import { knownPassword } from "../web/visitor.ts";

const List = Type.Object({
  signature_requests: Type.Array(SignatureRequest),
  list_info: ListInfo,
  warnings: Type.Optional(Type.Array(Warning)),
});

/** The operations that give out a request's document. */
export const fileDoors = ["files", "final_copy", "files_as_data_uri", "files_as_file_url"] as const;

/** What is answered of a request that is not there, and of one that is there no more. */
export const [missing, gone] = [
  [404, "not_found"],
  [410, "deleted"],
] as const;

/** Somebody without an account. */
export const cleo = { name: "Cleo Fox", email_address: "cleo@example.com" };

/** A house with a sender and two signers who have accounts, and calls of theirs. */
export type ReceivedDesk = Awaited<ReturnType<typeof openReceivedDesk>>;

/**
 * Opens it. Ann has shown that her address is hers, and has it in other letters than the sender writes. Bob has an account and has shown
 * nothing.
 */
export async function openReceivedDesk(ground: Ground) {
  const house = await openHeardHouse(ground, knownPassword);
  const annHerself = await makeSomebody(house, "Ann@Example.com");
  await crewOf(house).join(annHerself);
  const bobHimself = await makeSomebody(house, bob.email_address);
  return { house, annHerself, bobHimself, sender: await firstOf(house), ...callsOf(house, annHerself) };
}

/** The ids of a list. */
export function idsOf({ signature_requests: requests }: Static<typeof List>): readonly string[] {
  return requests.map((one) => one.signature_request_id);
}

function callsOf(house: HeardHouse, annHerself: Somebody) {
  const by = (who: Somebody, on: string, json?: object): Promise<Answered> =>
    ask(house, on, { key: who.apiKey, ...(json === undefined ? {} : { json }) });
  const get = (who: Somebody, id: string) => by(who, `GET /signature_request/${id}`);
  const list = async (parameters: Readonly<Record<string, string>> = {}, key = annHerself.apiKey) => {
    const words = new URLSearchParams({ page_size: "100", ...parameters });
    const shown: Static<typeof List> = readAs(
      List,
      await ask(house, `GET /signature_request/list?${words.toString()}`, { key }),
    );
    return shown;
  };
  const find = async (query: string) => idsOf(await list({ query }));
  const files = async (who: Somebody, id: string) =>
    Promise.all(
      fileDoors.map(async (door) => {
        const answer = await by(who, `GET /signature_request/${door}/${id}`);
        return answer.status === 200 ? 200 : faultOf(answer);
      }),
    );
  const complete = async (shown: Shown) => {
    for (const { signature_id: signatureId } of shown.signatures) await sign(house, signatureId);
    return untilState(house, { id: shown.signature_request_id, not: ["awaiting", "sealing"] });
  };
  return { by, get, list, find, files, complete };
}
