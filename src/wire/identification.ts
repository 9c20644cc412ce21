/** Where the browser returns from being identified: the path of the signing page. */
export type IdentifyRequest = { readonly returnTo: string };

/** Where the browser goes to be identified. */
export type IdentifyView = { readonly ok: true; readonly url: string };
