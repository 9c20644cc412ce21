import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { limits } from "../base/limits.ts";

/** Where to connect: vetted addresses in the order to try them, and the name that a certificate must prove. */
export type Destination = {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly secure: boolean;
  readonly hostname: string;
  /** Certificates (PEM) that are trusted instead of the system's. */
  readonly ca?: string | undefined;
};

/** A socket that is connected, over TLS when asked, to one of the addresses, or why none of them is. */
export type Dialled =
  | { readonly kind: "connected"; readonly socket: Socket; readonly address: string }
  | {
      readonly kind: "failed";
      readonly code: "connect_refused" | "timeout_connect" | "tls";
      readonly message: string;
    };

/** Connects to the first address that takes the call, `limits.outboundConnectMs` for each. Never resolves a name. */
export async function dial(destination: Destination, signal: AbortSignal): Promise<Dialled> {
  let last: Dialled = { kind: "failed", code: "connect_refused", message: "There is no address to connect to." };
  for (const address of destination.addresses) {
    last = await dialOne({ destination, address }, signal);
    if (last.kind === "connected" || signal.aborted) return last;
  }
  return last;
}

type One = { readonly destination: Destination; readonly address: string };

async function dialOne({ destination, address }: One, signal: AbortSignal): Promise<Dialled> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(limits.outboundConnectMs)]);
  const plain = connect({ host: address, port: destination.port, noDelay: true });
  const trouble = await settled(plain, { event: "connect", signal: bounded });
  if (trouble !== null) return failed({ code: "connect_refused", trouble, signal: bounded });
  if (!destination.secure) return { kind: "connected", socket: plain, address };
  const { hostname, ca } = destination;
  const servername = isIP(hostname) === 0 ? hostname.replace(/\.$/, "") : "";
  const secured = connectTls({
    socket: plain,
    host: hostname,
    servername,
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
  });
  const refusal = await settled(secured, { event: "secureConnect", signal: bounded });
  if (refusal !== null) return failed({ code: "tls", trouble: refusal, signal: bounded });
  return { kind: "connected", socket: secured, address };
}

type Wait = { readonly event: "connect" | "secureConnect"; readonly signal: AbortSignal };

/** Null once the event came; otherwise the error, after the socket was destroyed. */
function settled(socket: Socket, { event, signal }: Wait): Promise<Error | null> {
  return new Promise((resolve) => {
    const abort = () => socket.destroy(new Error("no connection in time"));
    const end = (error: Error | null) => {
      signal.removeEventListener("abort", abort);
      resolve(error);
    };
    socket.once(event, () => end(null));
    socket.on("error", (error) => {
      socket.destroy();
      end(error);
    });
    socket.once("close", () => end(new Error("the connection was closed")));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

type Trouble = {
  readonly code: "connect_refused" | "tls";
  readonly trouble: Error;
  readonly signal: AbortSignal;
};

function failed({ code, trouble, signal }: Trouble): Dialled {
  const late = signal.aborted || ("code" in trouble && trouble.code === "ETIMEDOUT");
  if (late) return { kind: "failed", code: "timeout_connect", message: "No connection could be made in time." };
  const what = code === "tls" ? "The TLS connection failed" : "The connection was refused";
  return { kind: "failed", code, message: `${what}: ${trouble.message}.` };
}
