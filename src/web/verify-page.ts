import type { Part, Reason, Report, SignatureReport, TrailReport, Verdict } from "../evidence/verify/report.ts";
import { type Html, html } from "./html.ts";

/** The form that takes a file to be checked. */
export function renderForm(complaint: string | null = null): Html {
  const told = complaint !== null && html`<p class="verdict red" role="alert">${complaint}</p>`;
  return html`<h1>Check a signed document</h1>
<p class="soft">Choose a PDF that was signed here or elsewhere. You learn whether it is as it was sealed, by whom and when, and what happened on the way. The file is not kept.</p>
${told}
<form method="post" action="/verify" enctype="multipart/form-data" class="card">
<label for="document">Signed document (PDF)</label>
<input id="document" name="document" type="file" accept="application/pdf,.pdf" required>
<label for="original">The file that was sent to be signed <span class="soft">(optional, to compare)</span></label>
<input id="original" name="original" type="file">
<button>Check</button>
</form>`;
}

/** What was found out, the verdict first. `sealedAt`: when this server sealed exactly this file, ISO 8601. */
export function renderReport(
  report: Report,
  { name, sealedAt }: { readonly name: string; readonly sealedAt: string | null },
): Html {
  const { verdict, headline, reasons, signatures, parts, trail, file } = report;
  const order: readonly Reason["level"][] = ["red", "amber", "good", "note"];
  const sorted = order.flatMap((level) => reasons.filter((reason) => reason.level === level));
  const known = sealedAt !== null && html`<p>This server sealed exactly this file on ${spoken(sealedAt)}.</p>`;
  return html`<p><a href="/verify">Check another document</a></p>
<h1>${name}</h1>
<div class="verdict ${verdict}" role="status">${icons[verdict]}<div><strong>${headline}</strong>${known}</div></div>
<h2>Reasons</h2>
<ul class="reasons">${sorted.map(renderReason)}</ul>
${signatures.length > 0 && html`<h2>Signatures and time-stamps</h2>${signatures.map(renderSignature)}`}
${trail !== null && renderTrail(trail)}
${parts.length > 0 && renderParts(parts)}
<h2>The file</h2>
<dl><dt>SHA-256</dt><dd><code>${file.sha256}</code></dd><dt>Size</dt><dd>${file.bytes} bytes</dd></dl>`;
}

const marks: Readonly<Record<Reason["level"], Html>> = {
  red: html`<span class="mark red">Against</span>`,
  amber: html`<span class="mark amber">Reservation</span>`,
  good: html`<span class="mark green">In order</span>`,
  note: html`<span class="mark">Note</span>`,
};

function renderReason({ level, what, why }: Reason): Html {
  return html`<li>${marks[level]}<div><strong>${what}</strong><br>${why}</div></li>
`;
}

const kinds: Readonly<Record<SignatureReport["kind"], string>> = {
  seal: "Seal of Countersign",
  timestamp: "Time-stamp over the whole document",
  other: "Signature",
};

function renderSignature(signature: SignatureReport): Html {
  const { kind, isValid, reason, bytes, certificate, claimedTime, provenTime, authority, isAuthorityTrusted } =
    signature;
  const rows: readonly (readonly [string, Html | string | null])[] = [
    ["Verdict", isValid ? "It holds." : `It does not hold. ${reason}`],
    ["Covers", `bytes 1 to ${bytes}`],
    [
      "Time by an authority",
      provenTime === null
        ? null
        : `${spoken(provenTime)} by ${authority}${isAuthorityTrusted ? "" : ", which is not known here"}`,
    ],
    ["Time by its own word", claimedTime === null ? null : spoken(claimedTime)],
    ["Certificate", certificate === null ? null : `${certificate.subject}, issued by ${certificate.issuer}`],
    ["Valid", certificate === null ? null : `${spoken(certificate.from)} to ${spoken(certificate.to)}`],
    ["Serial number", certificate === null ? null : html`<code>${certificate.serial}</code>`],
    ["SHA-256", certificate === null ? null : html`<code>${certificate.sha256}</code>`],
  ];
  const told = rows.filter(([, value]) => value !== null);
  return html`<h3>${kinds[kind]}</h3><dl>${told.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>`;
}

function renderTrail({ title, requestId, server, originals, entries }: TrailReport): Html {
  return html`<h2>Audit trail</h2>
<dl><dt>Title</dt><dd>${title}</dd><dt>Request</dt><dd><code>${requestId}</code></dd><dt>Server</dt><dd>${server}</dd>
${originals.map(({ name, sha256 }) => html`<dt>Original</dt><dd>${name}<br><code>${sha256}</code></dd>`)}</dl>
<div class="scroll" tabindex="0" role="region" aria-label="Entries of the audit trail"><table><thead><tr><th scope="col">Time (UTC)</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">From</th></tr></thead>
<tbody>${entries.map(({ time, says, who, from }) => html`<tr><td>${spoken(time)}</td><td>${says}</td><td>${who}</td><td>${from}</td></tr>`)}</tbody></table></div>`;
}

function renderParts(parts: readonly Part[]): Html {
  const rows = parts.map(
    ({ name, from, to, isIntact }) =>
      html`<li>${isIntact ? marks.good : marks.red}<div>${name.slice(0, 1).toUpperCase() + name.slice(1)}: bytes ${from} to ${to}</div></li>`,
  );
  return html`<h2>Parts of the file</h2><ul class="reasons">${rows}</ul>`;
}

function spoken(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}`;
}

const icons: Readonly<Record<Verdict, Html>> = {
  green: html`<svg viewBox="0 0 24 24" width="32" height="32" aria-hidden="true"><circle cx="12" cy="12" r="11" fill="none" stroke="currentColor" stroke-width="2"/><path d="M7 12.5l3.5 3.5L17 9" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`,
  amber: html`<svg viewBox="0 0 24 24" width="32" height="32" aria-hidden="true"><path d="M12 2.5L22.5 21h-21z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/><path d="M12 9v6m0 2.6v.4" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"/></svg>`,
  red: html`<svg viewBox="0 0 24 24" width="32" height="32" aria-hidden="true"><path d="M8 1.5h8L22.5 8v8L16 22.5H8L1.5 16V8z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/><path d="M8 8l8 8m0-8l-8 8" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"/></svg>`,
};
