/** The thread of mcp-thread.ts: speaks the protocol, and asks the one that started it for what it says of the archive. */
import { flushCompileCache } from "node:module";
import { parentPort } from "node:worker_threads";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { toArticleUrl } from "../../api/search-url.ts";
import { toLaterAnswer } from "../../threads/answer.ts";
import type { McpCaller } from "../context.ts";
import { createMcpServer } from "../create-mcp-server.ts";
import { CalledArchive } from "./called-archive.ts";
import type { FromMcpThread, McpQuestion, McpReply, ToMcpThread } from "./messages.ts";

const port = parentPort;
if (port === null) throw new Error("mcp-worker.ts runs as a worker");
const post = (message: FromMcpThread): void => port.postMessage(message);

const archive = new CalledArchive((question, call, asked) => post({ kind: "call", question, call, asked }));
const asking = new WeakMap<Request, { readonly question: number; readonly asked: McpQuestion }>();

const handler = createMcpHandler(
  ({ requestInfo }) => {
    const from = requestInfo === undefined ? undefined : asking.get(requestInfo);
    if (from === undefined) throw new Error("an MCP server was asked for without a request");
    const { question, asked } = from;
    return createMcpServer({ ...archive.of(question, asked.info), version: asked.version }, toCaller(question, asked));
  },
  {
    // Nothing that a client could be told of changes but the articles.
    maxSubscriptions: 0,
    onerror: ({ message }) => post({ kind: "problem", message }),
  },
);

const toCaller = (question: number, { mayRead, site }: McpQuestion): McpCaller => ({
  mayRead,
  options: {},
  toPage: (id) => toArticleUrl(site, id),
  note: (tool, args) => post({ kind: "tool", question, tool, args }),
});

/** Answers are short, and go back whole. */
async function answer(question: number, asked: McpQuestion): Promise<McpReply> {
  const request = new Request("http://localhost/mcp", {
    method: "POST",
    headers: asked.headers.map(([name, value]): [string, string] => [name, value]),
    body: asked.body,
  });
  asking.set(request, { question, asked });
  const response = await handler.fetch(request, { parsedBody: JSON.parse(asked.body) });
  return { status: response.status, headers: [...response.headers], body: await response.text() };
}

port.on("message", async (message: ToMcpThread) => {
  if (message.kind === "called") archive.take(message.call, message.answer);
  else
    post({
      kind: "reply",
      question: message.question,
      answer: await toLaterAnswer(() => answer(message.question, message.asked)),
    });
});
// A thread that is ended keeps nothing of what it has compiled, and the next would compile it again.
flushCompileCache();
