import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A mail server on this machine. It stands for the outside world. */
export type PostOffice = {
  /** A value for COUNTERSIGN_SMTP_URL. */
  readonly url: string;
  /** Letters as they came, headers and all, with their envelope. */
  readonly letters: { readonly from: string; readonly to: string; readonly text: string }[];
  /** What it says to recipients: null takes them; else a code and words. */
  refuses: { readonly code: number; readonly words: string } | null;
  /** A letter that has come is answered only after this; null: at once. */
  answersAfter: Promise<void> | null;
  readonly close: () => Promise<void>;
};

/** Starts one that asks for a name and a password. */
export async function startPostOffice(): Promise<PostOffice> {
  const office: Pick<PostOffice, "refuses" | "answersAfter" | "letters"> = {
    refuses: null,
    answersAfter: null,
    letters: [],
  };
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      username === "house" && password === "p@ss" ? done(null, { user: username }) : done(new Error("no")),
    onRcptTo: (_, __, done) => {
      const { refuses } = office;
      done(refuses === null ? null : Object.assign(new Error(refuses.words), { responseCode: refuses.code }));
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address).join();
        office.letters.push({ from, to, text: Buffer.concat(chunks).toString("utf8") });
        void answer(office.answersAfter, done);
      });
    },
  });
  server.on("error", () => {
    // A client that is stopped in the middle is no matter here.
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return Object.assign(office, {
    url: `smtp://house:${encodeURIComponent("p@ss")}@127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  });
}

async function answer(after: Promise<void> | null, done: () => void): Promise<void> {
  await after;
  done();
}

/** The plain text of a letter as it came: quoted-printable undone, soft line ends too. */
export function plainOf(letter: string): string {
  const [, part = ""] =
    /Content-Type: text\/plain[^\n]*\n(?:[\w-]+:[^\n]*\n)*\r?\n([\s\S]*?)\r?\n--/.exec(letter) ?? [];
  const bytes = part
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
