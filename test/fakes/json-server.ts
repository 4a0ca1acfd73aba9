import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface JsonRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface JsonReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is. */
  readonly body?: unknown;
  /** Cuts the connection instead. */
  readonly hangUp?: true;
}

export interface JsonServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: JsonRequest[];
  /** Connections accepted so far. */
  readonly connections: () => number;
  answer: (request: JsonRequest) => JsonReply | Promise<JsonReply>;
}

/** A foreign server for tests, on this machine: `answer` is all it knows and may be replaced at any time. */
export async function startJsonServer(answer: JsonServer["answer"], port = 0): Promise<JsonServer> {
  let connections = 0;
  const requests: JsonRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { method = "", url = "", headers } = request;
    const received = { method, path: url, headers, body: text === "" ? undefined : JSON.parse(text) };
    requests.push(received);
    const { status = 200, headers: replyHeaders, body, hangUp } = await fake.answer(received);
    if (hangUp) {
      response.destroy();
      return;
    }
    response.writeHead(status, { "content-type": "application/json", ...replyHeaders });
    response.end(typeof body === "string" ? body : JSON.stringify(body ?? null));
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;
  const fake: JsonServer = {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    connections: () => connections,
    answer,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}
