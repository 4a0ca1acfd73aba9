import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import type { McpArchive } from "./context.ts";
import { createMcpServer } from "./create-mcp-server.ts";

export interface StdioOptions {
  readonly archive: McpArchive;
  readonly input: AsyncIterable<Buffer>;
  /** Takes the protocol and nothing else. */
  readonly write: (text: string) => void;
  /** Told of what is no message. */
  readonly onProblem: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Serves one client, line by line, until its input ends or the signal fires. */
export async function serveMcpOverStdio({ archive, input, write, onProblem, signal }: StdioOptions): Promise<void> {
  const source = Readable.from(input, { objectMode: false });
  const sink = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      write(text);
      done();
    },
  });
  const handle = serveStdio(() => createMcpServer(archive, { mayRead: true, options: {} }), {
    transport: new StdioServerTransport(source, sink),
    maxSubscriptions: 0,
    onerror: (error) => onProblem(error.message),
  });
  const ended = new AbortController();
  source.once("close", () => ended.abort());
  const over = AbortSignal.any([signal, ended.signal]);
  if (!over.aborted) await once(over, "abort");
  await handle.close();
}
