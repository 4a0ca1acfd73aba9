import { Agent, request } from "node:http";
import { type Percentiles, percentiles, round } from "./statistics.ts";

export interface LoadFigures {
  /** Of the requests that were answered with 200, from sending to the last byte. */
  readonly ms: Percentiles;
  readonly perSecond: number;
  /** How many replies had each status; what got none counts under the error's code. */
  readonly statuses: Readonly<Record<string, number>>;
}

export interface LoadOptions {
  readonly url: string;
  /** Clients, each of which waits for a reply before it asks again. */
  readonly concurrency: number;
  /** The path to ask next; undefined ends the client. */
  readonly next: () => string | undefined | Promise<string | undefined>;
  readonly onReply?: (reply: Reply) => void;
}

export interface Reply {
  readonly path: string;
  /** Of HTTP, or the code of the error that came instead. */
  readonly status: string;
  readonly ms: number;
  readonly body: string;
}

/** Asks until `next` has nothing left. */
export async function runLoad({ url, concurrency, next, onReply }: LoadOptions): Promise<LoadFigures> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  const client = async (): Promise<void> => {
    for (let path = await next(); path !== undefined; path = await next()) {
      const startMs = performance.now();
      const { status, body } = await get(`${url}${path}`, agent).catch((error: NodeJS.ErrnoException) => ({
        status: error.code ?? error.message,
        body: "",
      }));
      const ms = performance.now() - startMs;
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === "200") times.push(ms);
      onReply?.({ path, status, ms, body });
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: concurrency }, client));
  const seconds = (performance.now() - startMs) / 1000;
  agent.destroy();
  return { ms: percentiles(times), perSecond: round(times.length / seconds, 1), statuses };
}

/** A reply, read to its end. */
function get(url: string, agent: Agent): Promise<{ status: string; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("end", () =>
        resolve({ status: String(response.statusCode), body: Buffer.concat(parts).toString("utf8") }),
      );
      response.once("error", reject);
    });
    call.once("error", reject);
    call.end();
  });
}

/** Hands out so many made paths. */
export function take(count: number, make: () => string): () => string | undefined {
  let left = count;
  return () => (left-- > 0 ? make() : undefined);
}
