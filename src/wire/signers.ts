// The people who sign, as they are named: one by one, or in groups of whom one signs for all.

import { badRequest } from "../base/faults.ts";
import { newGuid } from "../base/ids.ts";
import { limits } from "../base/limits.ts";
import { readPhone } from "../providers/sms.ts";
import type { NewSigner } from "../requests/new-signer.ts";
import type { SignatureRequestInput } from "./request-input.ts";
import { trimName } from "./trim-name.ts";

type Keys = { readonly keys: ReadonlyMap<string, readonly string[]> };
type People = Pick<SignatureRequestInput, "signers" | "grouped_signers">;

type Asking = {
  readonly input: People;
  readonly isEmbedded: boolean;
  /** A draft may name nobody, and knows no groups and no codes. */
  readonly mayLack: boolean;
};

/** Everybody who is asked to sign, the members of groups one behind the other. Throws `bad_request` with the path of the first member that does not fit. */
export function readPeople(asked: Keys, { input, isEmbedded, mayLack }: Asking): readonly NewSigner[] {
  const { signers = [], grouped_signers: groups = [] } = input;
  if (groups.length === 0) return readSigners({ signers }, { pathOf: signerPaths(asked), isEmbedded, mayLack });
  if (mayLack)
    throw badRequest("grouped_signers not valid: a draft is made for signers, not for groups", "grouped_signers");
  if (signers.length > 0) throw badRequest("Give signers or grouped_signers, not both.", "grouped_signers");
  return readGroups(groups, groupPaths(asked));
}

/** How many signers the fields of a request with these people may name: everybody in a group is one. */
export function countPlaces(signers: readonly NewSigner[]): number {
  return new Set(signers.map(({ group }, index) => group?.guid ?? index)).size;
}

/** The path of a signer's member, by the signer's index. */
type SignerPath = (index: number, name: string) => string;

/** The path of a signer's member as the caller wrote it: in brackets signers may be counted from 1. */
function signerPaths({ keys }: Keys): SignerPath {
  const written = keys.get("signers");
  return (index, name) => `signers[${written?.[index] ?? index}][${name}]`;
}

type SignerReading = { readonly pathOf: SignerPath; readonly isEmbedded: boolean; readonly mayLack: boolean };

/** The signers that are asked for. Throws `bad_request` with the path of the first member that does not fit. */
export function readSigners(
  { signers = [] }: Pick<SignatureRequestInput, "signers">,
  { pathOf, isEmbedded, mayLack }: SignerReading,
): readonly NewSigner[] {
  if (signers.length === 0 && !mayLack) throw badRequest("signers is required: name at least one signer.", "signers");
  refuseHalfOrdered(
    signers.map(({ order }) => order),
    (index) => pathOf(index, "order"),
  );
  if (mayLack) refuseCodes(signers, pathOf);
  const read = signers.map((signer, index) => ({
    name: trimName(signer.name, pathOf(index, "name")),
    email: signer.email_address,
    order: signer.order ?? null,
    pin: readPin(signer, pathOf(index, "pin")),
    sms: readSms(signer, { pathOf: (name) => pathOf(index, name), isEmbedded }),
  }));
  refuseTwice(read, (index) => pathOf(index, "email_address"));
  return read;
}

type SignerInput = NonNullable<SignatureRequestInput["signers"]>[number];

/** The editor lets the sender change who signs, so a code that was meant for one would not stay with him: better none than one that is lost. */
function refuseCodes(signers: readonly SignerInput[], pathOf: SignerPath): void {
  for (const [index, signer] of signers.entries())
    for (const name of ["pin", "sms_phone_number"] as const)
      if (signer[name])
        throw badRequest(
          `${name} not valid: a draft's signers cannot be given codes, for the sender may still change who signs; send the request by the API`,
          pathOf(index, name),
        );
}

function readPin({ pin }: Pick<SignerInput, "pin">, path: string): string | null {
  if (pin === undefined) return null;
  if (pin.trim() !== pin || pin.trim() === "")
    throw badRequest("pin not valid: it must not begin or end with a space", path);
  return pin;
}

type SmsReading = { readonly pathOf: (name: string) => string; readonly isEmbedded: boolean };

function readSms(
  { sms_phone_number: number, sms_phone_number_type: type = "authentication" }: SignerInput,
  { pathOf, isEmbedded }: SmsReading,
): NewSigner["sms"] {
  if (!number) return null;
  const phone = readPhone(number);
  if (phone === null)
    throw badRequest(
      "sms_phone_number not valid: it must be a number with its country code, such as +380441234567",
      pathOf("sms_phone_number"),
    );
  if (type !== "authentication" && type !== "delivery")
    throw badRequest("sms_phone_number_type must be authentication or delivery", pathOf("sms_phone_number_type"));
  if (type === "delivery" && isEmbedded)
    throw badRequest(
      "sms_phone_number_type must be authentication: an embedded request has no link to deliver",
      pathOf("sms_phone_number_type"),
    );
  return { phone, use: type };
}

type GroupPath = (group: number, name: string) => string;
type Groups = NonNullable<SignatureRequestInput["grouped_signers"]>;

/** The path of a group's member as the caller wrote it. */
function groupPaths({ keys }: Keys): GroupPath {
  const written = keys.get("grouped_signers");
  return (index, name) => `grouped_signers[${written?.[index] ?? index}]${name}`;
}

function readGroups(groups: Groups, pathOf: GroupPath): readonly NewSigner[] {
  refuseHalfOrdered(
    groups.map(({ order }) => order),
    (index) => pathOf(index, "[order]"),
  );
  const read = groups.flatMap(({ group, order, signers }, place) => {
    const named = { guid: newGuid(), name: trimName(group, pathOf(place, "[group]")), place };
    return signers.map((signer, index) => {
      const path = (name: string) => pathOf(place, `[signers][${index}][${name}]`);
      const { name, email_address: email } = signer;
      const pin = readPin(signer, path("pin"));
      const person = { name: trimName(name, path("name")), email, order: order ?? null, pin, sms: null, group: named };
      return { person, path };
    });
  });
  if (read.length > limits.signers)
    throw badRequest(
      `grouped_signers not valid: all together they may name at most ${limits.signers} people`,
      "grouped_signers",
    );
  const people = read.map(({ person }) => person);
  refuseTwice(people, (index) => read[index]?.path("email_address") ?? "grouped_signers");
  return people;
}

/** Throws where only some have a turn. */
function refuseHalfOrdered(orders: readonly (number | null | undefined)[], pathOf: (index: number) => string): void {
  const lacking = orders.findIndex((order) => order === undefined || order === null);
  if (lacking !== -1 && orders.some((order) => order !== undefined && order !== null))
    throw badRequest("order is required: give it to all signers or to none.", pathOf(lacking));
}

function refuseTwice(people: readonly NewSigner[], pathOf: (index: number) => string): void {
  people.forEach(({ name, email }, index) => {
    const same = people.findIndex((other) => other.name === name && other.email.toLowerCase() === email.toLowerCase());
    if (same !== index) throw badRequest("email_address not valid: this signer is named twice", pathOf(index));
  });
}
