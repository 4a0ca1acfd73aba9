import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** What stands between a client and a node, and can be shut. */
export interface ClusterDoor extends AsyncDisposable {
  /** `host:port` of the door. */
  readonly host: string;
  /** Breaks every connection off, new ones at once, as if all nodes had died. The port stays taken, so that it can be opened again. */
  shut(): void;
  open(): void;
}

/** A door before a node, at first open. */
export async function startClusterDoor(node: string): Promise<ClusterDoor> {
  const [host = "", port = ""] = node.split(":");
  const sockets = new Set<Socket>();
  let isShut = false;
  const server = createServer((inner) => {
    inner.on("error", () => inner.destroy());
    if (isShut) {
      inner.destroy();
      return;
    }
    const outer = connect(Number(port), host);
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        inner.destroy();
        outer.destroy();
      });
    }
    inner.pipe(outer).pipe(inner);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const place = server.address() as AddressInfo;
  const shut = (): void => {
    isShut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: `127.0.0.1:${place.port}`,
    shut,
    open: () => {
      isShut = false;
    },
    [Symbol.asyncDispose]: async () => {
      shut();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
