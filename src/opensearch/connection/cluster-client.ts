import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@opensearch-project/opensearch";
import { AppError } from "../../errors.ts";
import type { ClusterAddress } from "./cluster-address.ts";
import { isPassing, toClusterError } from "./to-cluster-error.ts";

/** How long one request may take before it is tried elsewhere. */
const REQUEST_TIMEOUT_MS = 60_000;

/** How long reads wait for a cluster that does not answer: somebody looks at the page meanwhile. */
export const READ_PATIENCE_MS = 15_000;

/** How long writes wait for a cluster that does not answer, or has too much to do: the import goes on when it is back. */
export const WRITE_PATIENCE_MS = 5 * 60_000;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

export interface ClusterRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  readonly path: string;
  readonly body?: object | undefined;
  /** Lines of JSON, for bulk and for several searches at once; a text is one already. */
  readonly lines?: readonly (object | string)[] | undefined;
  readonly query?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Default: that of a read. */
  readonly patienceMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ClusterReply {
  readonly status: number;
  readonly body: unknown;
}

/** What the engine needs of a connection: one request at a time, each to whichever node answers. */
export interface ClusterClient {
  /**
   * Asks until a node answers; everything that is asked may be asked twice. 404 and 409 are answers.
   * @throws AppError as {@link toClusterError}.
   */
  request(request: ClusterRequest): Promise<ClusterReply>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Certificates of the authority that signed the cluster's own, in PEM. Default: those that Node.js trusts. */
  readonly ca?: string | undefined;
}

/** Connects to a cluster; nothing is asked yet. */
export function connectToCluster(
  { nodes, user, password }: ClusterAddress,
  { ca }: ConnectOptions = {},
): ClusterClient {
  const client = new Client({
    nodes: [...nodes],
    ...(user === undefined ? {} : { auth: { username: user, password: password ?? "" } }),
    ...(ca === undefined ? {} : { ssl: { ca } }),
    // Other nodes are tried here, by one rule for every failure.
    maxRetries: 0,
    requestTimeout: REQUEST_TIMEOUT_MS,
  });
  return {
    request: (request) => askPatiently(client, request),
    close: () => client.close(),
  };
}

async function askPatiently(client: Client, request: ClusterRequest): Promise<ClusterReply> {
  const { patienceMs = READ_PATIENCE_MS, signal } = request;
  const untilMs = Date.now() + patienceMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
    signal?.throwIfAborted();
    try {
      return await ask(client, request);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassing(error) || Date.now() + pauseMs > untilMs) throw toClusterError(error);
      await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch((reason: unknown) => {
        signal?.throwIfAborted();
        throw reason;
      });
    }
  }
}

async function ask(
  client: Client,
  { method, path, body, lines, query, signal }: ClusterRequest,
): Promise<ClusterReply> {
  const asking = client.transport.request(
    {
      method,
      path,
      ...(body === undefined ? {} : { body }),
      ...(lines === undefined
        ? {}
        : {
            bulkBody: `${lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n")}\n`,
          }),
      ...(query === undefined ? {} : { querystring: { ...query } }),
    },
    { ignore: [404, 409] },
  );
  const stop = (): void => void asking.abort();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const reply = await asking;
    return { status: reply.statusCode ?? 0, body: reply.body };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The body of a reply that is not to be missing. @throws AppError `archive-damaged` */
export function bodyOf({ status, body }: ClusterReply, what: string): Readonly<Record<string, unknown>> {
  if (status === 404 || typeof body !== "object" || body === null)
    throw new AppError("archive-damaged", `The cluster has no ${what} any more: its index is gone.`);
  return body as Readonly<Record<string, unknown>>;
}
