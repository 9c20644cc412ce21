import { type Html, html } from "../html.ts";

/** A command that sends a first request, to be copied into a terminal beside a PDF. */
export function firstRequest(publicUrl: string): Html {
  const command = [
    `curl ${publicUrl}/v3/signature_request/send -u "$COUNTERSIGN_API_KEY:" \\`,
    "  -F test_mode=1 -F title='My first request' \\",
    "  -F 'signers[0][name]=Ann Lee' -F 'signers[0][email_address]=ann@example.com' \\",
    "  -F 'files[0]=@contract.pdf'",
  ].join("\n");
  return html`<pre tabindex="0" aria-label="Command"><code>${command}</code></pre>
<p class="hint">Any PDF will do as <code>contract.pdf</code>. The letter to the signer appears in the <a href="/inbox">inbox</a>; what happens appears under <a href="/app/events">events</a>.</p>`;
}
