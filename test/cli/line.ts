import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A line to a server of this machine that can be cut. */
export type Line = {
  readonly url: string;
  /** From now on each connection is cut after so many bytes of what the server says; null: never. Open ones are cut now. */
  readonly cutAfter: (bytes: number | null) => void;
  readonly close: () => Promise<void>;
};

/** Lays a line to a port. */
export async function openLine(port: number): Promise<Line> {
  let most: number | null = null;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    const drop = () => {
      near.destroy();
      far.destroy();
    };
    let said = 0;
    open.add(near);
    near.on("data", (part) => far.write(part));
    far.on("data", (part: Buffer) => {
      near.write(most === null ? part : part.subarray(0, Math.max(0, most - said)));
      said += part.length;
      if (most !== null && said >= most) setTimeout(drop, 5);
    });
    for (const end of [near, far]) end.on("error", drop).on("close", drop);
    near.once("close", () => open.delete(near));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAfter: (bytes) => {
      most = bytes;
      cut();
    },
    close: async () => {
      cut();
      await new Promise((done) => server.close(done));
    },
  };
}
