import { Agent, type OutgoingHttpHeaders, request } from "node:http";
import { connect, type Socket } from "node:net";

/** One way to do harm: runs against a server until it is told to stop, and counts what it gets. */
export interface Attack {
  readonly name: string;
  run(target: Target): Promise<void>;
}

/** What an attack works with. All of it comes from addresses of this machine. */
export interface Target {
  readonly port: number;
  readonly signal: AbortSignal;
  /** Counts an answer by its status, or what came in its place. */
  readonly count: (outcome: string) => void;
}

const HOST = "127.0.0.1";

/** Address of one of the attackers, who are not those that the polite client has. */
const attackerAddress = (index: number): string => `127.0.1.${1 + (index % 250)}`;

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** So many clients, each of which asks again as soon as it is answered. */
export async function askGreedily(target: Target, clients: number, next: (client: number) => Ask): Promise<void> {
  const client = async (index: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: attackerAddress(index) });
    while (!target.signal.aborted) {
      const outcome = await askOnce(target, agent, next(index)).catch(
        (error: NodeJS.ErrnoException) => error.code ?? error.name,
      );
      if (!target.signal.aborted) target.count(outcome);
      // A greedy client that is refused asks again at once, as fast as a machine may.
      if (outcome !== "200") await new Promise((resolve) => setTimeout(resolve, 5));
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
}

function askOnce(
  { port, signal }: Target,
  agent: Agent,
  { method = "GET", path, headers, body }: Ask,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host: HOST, port, agent, method, path, signal, ...(headers && { headers }) }, (response) => {
      response.resume();
      response.once("end", () => resolve(String(response.statusCode)));
      response.once("error", reject);
    });
    call.once("error", reject);
    call.end(body);
  });
}

/** Keeps so many connections, each of which sends the same and then what `drip` says every so often; opened again when they are closed. */
export async function holdConnections(
  { port, signal, count }: Target,
  {
    connections,
    send,
    drip,
    everyMs = 500,
    reads = false,
  }: {
    readonly connections: number;
    readonly send: string;
    readonly drip?: string;
    readonly everyMs?: number;
    readonly reads?: boolean;
  },
): Promise<void> {
  const sockets = new Set<Socket>();
  const open = (index: number): void => {
    const socket = connect({ host: HOST, port, localAddress: attackerAddress(index % 8) });
    sockets.add(socket);
    socket.once("connect", () => {
      count("opened");
      socket.write(send);
    });
    if (reads) socket.resume();
    else socket.pause();
    const timer = drip === undefined ? undefined : setInterval(() => socket.writable && socket.write(drip), everyMs);
    socket.on("error", () => {});
    socket.once("close", () => {
      clearInterval(timer);
      sockets.delete(socket);
      if (!signal.aborted) setTimeout(() => open(index), 100);
    });
  };
  for (let index = 0; index < connections; index++) {
    open(index);
    // As fast as one machine opens them without its own queue overflowing.
    if (index % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 10));
    if (signal.aborted) break;
  }
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  for (const socket of sockets) socket.destroy();
}
