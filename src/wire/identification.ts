/** Where the browser returns from being identified: the path of the signing page. */
export type IdentifyRequest = { readonly returnTo: string };

/** What stands in the fragment of that address once the signer is identified, before the proof. The page enters it as the gate's code. */
export const identifiedMark = "identified=";

/** Where the browser goes to be identified. */
export type IdentifyView = { readonly ok: true; readonly url: string };
