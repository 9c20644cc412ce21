import { X509Certificate } from "node:crypto";
import type { FastifyReply } from "fastify";
import { limits } from "../../base/limits.ts";
import { type Html, html } from "../html.ts";
import { sendPage } from "./frame.ts";
import type { Sealing, Visit } from "./visit.ts";
import { count, time } from "./words.ts";

/** What this server seals with: the certificate, that of test mode, and the time-stamps. */
export async function showCertificate(visit: Visit): Promise<FastifyReply> {
  const sealing = await visit.house.sealing();
  const at = visit.house.clock();
  const certificate = new X509Certificate(sealing.certificatePem);
  return sendPage(visit, {
    title: "Certificate · Settings",
    place: "settings",
    setting: "certificate",
    body: html`<div class="head"><h1>Certificate</h1><p class="soft small">All times are UTC.</p></div>
${renderEnd(certificate, { at, isGiven: sealing.isGiven })}
<section class="card" aria-labelledby="seal"><header><h2 id="seal">What documents are sealed with</h2><a class="button" href="/app/settings/certificate.pem">Download (PEM)</a></header>
<p>${sealing.isGiven ? html`Given by the settings: a certificate of your own seals.` : html`Made by this server at its first start: it vouches for itself, so nobody trusts it who was not told to. A certificate of your own can seal instead: <code>COUNTERSIGN_SEAL_P12</code>, or <code>COUNTERSIGN_SEAL_CERT</code> and <code>COUNTERSIGN_SEAL_PRIVATE_KEY</code>.`}</p>
${renderFacts(certificate)}</section>
<div class="pair even">${renderTimeStamps(sealing)}${renderTrust()}</div>
<section class="card" aria-labelledby="test"><header><h2 id="test">In test mode</h2><a class="button" href="/app/settings/certificate-test.pem">Download (PEM)</a></header>
<p>Requests with <code>test_mode</code> are sealed with a certificate that says TEST, always this server’s own. What it seals binds nobody.</p>
${renderFacts(new X509Certificate(sealing.testCertificatePem))}</section>`,
  });
}

/** A certificate as PEM, never its key. */
export async function downloadCertificate({ house, reply }: Visit, which: "real" | "test"): Promise<FastifyReply> {
  const { certificatePem, testCertificatePem } = await house.sealing();
  const name = which === "real" ? "countersign.pem" : "countersign-test.pem";
  return reply
    .type("application/x-pem-file")
    .header("content-disposition", `attachment; filename="${name}"`)
    .send(which === "real" ? certificatePem : testCertificatePem);
}

const day = 86_400_000;

type Ending = { readonly at: number; readonly isGiven: boolean };

function renderEnd({ validToDate: end }: X509Certificate, { at, isGiven }: Ending): Html | null {
  const days = Math.floor((end.getTime() - at) / day);
  if (end.getTime() - at >= limits.certificateEndsMs) return null;
  const mend = isGiven
    ? "Bring a new one and start the server with it."
    : "Set a certificate of your own and start the server with it.";
  return days < 0
    ? html`<div class="notice bad"><p>The certificate ended on ${time(end.getTime())}. Seals made since then are told to be no good. ${mend} What was sealed before keeps its seal.</p></div>`
    : html`<div class="notice wait"><p>The certificate ends in ${count(days, ["day", "days"])}. ${mend} What was sealed before keeps its seal.</p></div>`;
}

function renderFacts(certificate: X509Certificate): Html {
  const { subject, issuer, serialNumber, fingerprint256, validFromDate, validToDate } = certificate;
  return html`<dl class="facts"><dt>Subject</dt><dd>${oneLine(subject)}</dd>
<dt>Issuer</dt><dd>${issuer === subject ? "itself" : oneLine(issuer)}</dd>
<dt>Serial number</dt><dd class="id">${serialNumber}</dd>
<dt>Valid from</dt><dd>${time(validFromDate.getTime())}</dd>
<dt>Valid to</dt><dd>${time(validToDate.getTime())}</dd>
<dt>Fingerprint (SHA-256)</dt><dd class="id">${fingerprint256}</dd></dl>`;
}

function oneLine(name: string): string {
  return name.split("\n").join(", ");
}

function renderTimeStamps({ timeStamps }: Sealing): Html {
  return html`<section class="card" aria-labelledby="stamps"><h2 id="stamps">Time-stamps</h2>
${
  timeStamps === null
    ? html`<p>No time-stamp authority is set, so seals are PAdES B-B: the time of signing is this server’s word.</p><p class="hint">Set <code>COUNTERSIGN_TSA_URL</code> for B-T, and B-LTA soon after: the time is then an authority’s word, and the seal can be checked in years.</p>`
    : html`<p>Seals are PAdES B-T when the authority at <code>${timeStamps}</code> answers at once, and B-LTA soon after: the time is its word, and the seal can be checked in years. While it does not answer they are B-B, and the time-stamp comes later.</p>`
}</section>`;
}

function renderTrust(): Html {
  return html`<section class="card" aria-labelledby="trust"><h2 id="trust">For those who check</h2>
<p>Acrobat: open a sealed document, choose “Show Signer’s Certificate” in the properties of its signature, compare the fingerprint, and choose “Add to Trusted Certificates” on the tab “Trust”.</p>
<p>Without Acrobat: <a href="/verify">/verify</a> on this server trusts this certificate, and <code>countersign verify lease.pdf --trust countersign.pem</code> anywhere else.</p></section>`;
}
