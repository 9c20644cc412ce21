import { ann, bob, type Shown } from "./requests.ts";

/** A third person who signs. */
export const cleo = { name: "Cleo Park", email_address: "cleo@example.com" };

/** The group of Ann and Bob. */
export const sales = { group: "Sales", signers: [ann, bob] };
/** Ann and Bob, of whom one signs for both. */
export const grouped = { signers: undefined, grouped_signers: [sales] };
const name = { document_index: 0, page: 1, x: 72, width: 160, height: 18, required: true };
/** A signature and a text of the first group, a signature of the second. */
export const fields = [
  { ...name, api_id: "sign_0", type: "signature", signer: 0, y: 60 },
  { ...name, api_id: "note_0", type: "text", signer: 0, y: 90 },
  { ...name, api_id: "sign_1", type: "signature", signer: 1, y: 120 },
];
/** Ann and Bob, and after them a group of Cleo alone. */
export const two = {
  ...grouped,
  grouped_signers: [
    { ...sales, order: 0 },
    { group: "Law", order: 1, signers: [cleo] },
  ],
};
/** The status_code of each signature. */
export const statesOf = ({ signatures }: Shown) => signatures.map(({ status_code: code }) => code);
