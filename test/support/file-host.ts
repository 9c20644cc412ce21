import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A web server of this machine that gives out files. */
export type FileHost = {
  readonly url: string;
  /** How many times each path was asked for. */
  readonly asked: Map<string, number>;
  /** What answers at a path. */
  readonly at: (path: string, listener: RequestListener) => string;
  readonly close: () => Promise<void>;
};

/** Starts a file host on a free loopback port; where nothing answers, it says 404. */
export async function startFileHost(): Promise<FileHost> {
  const listeners = new Map<string, RequestListener>();
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const listener = listeners.get(path);
    if (listener) listener(request, response);
    else response.writeHead(404).end("nothing here");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    asked,
    at: (path, listener) => {
      listeners.set(path, listener);
      return url + path;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Answers with these bytes. */
export function giving(bytes: Uint8Array): RequestListener {
  return (_, response) => {
    response.writeHead(200, { "content-type": "application/pdf" }).end(bytes);
  };
}

/** Answers with these bytes once `release` is called, and to who comes later at once. `asked` tells that the first has come. */
export function holding(bytes: Uint8Array): {
  readonly listener: RequestListener;
  readonly release: () => void;
  readonly asked: Promise<void>;
} {
  const opened = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const give = giving(bytes);
  return {
    listener: (request, response) => {
      asked.resolve();
      void opened.promise.then(() => give(request, response));
    },
    release: opened.resolve,
    asked: asked.promise,
  };
}
