import {
  type GetPromptResult,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { PLAIN_REQUEST } from "../archive/request.ts";
import { AppError } from "../errors.ts";
import { toFailure } from "../http/error-reply.ts";
import { dayOf } from "../text/days.ts";
import { ARTICLE_URI_TEMPLATE, fromArticleUri, toArticleUri, toShownId } from "./article-uri.ts";
import type { McpArchive, McpCaller, ToolCall } from "./context.ts";
import { createEnvelope, toLabel } from "./envelope.ts";
import { toInstructions } from "./instructions.ts";
import { PROMPTS } from "./prompts.ts";
import { toInputSchema, toOutputSchema } from "./to-schema.ts";
import { fetchTool } from "./tools/fetch.ts";
import { TOOLS } from "./tools.ts";

/** Articles that the list of resources begins with: the newest; search finds the others. */
const LISTED_ARTICLES = 20;

/** How long clients may keep lists, which change with the version alone. */
const LISTS_TTL_MS = 3_600_000;

/** An MCP server for one caller: tools that read, articles as resources, prompts. */
export async function createMcpServer(archive: McpArchive, caller: McpCaller): Promise<McpServer> {
  const server = new McpServer(
    { name: "wenxun", title: "wenxun 闻寻", version: archive.version },
    {
      capabilities: {
        tools: { listChanged: false },
        prompts: { listChanged: false },
        resources: { listChanged: false },
      },
      instructions: await toInstructions(archive, caller.mayRead),
      cacheHints: {
        "tools/list": { ttlMs: LISTS_TTL_MS, cacheScope: "private" },
        "prompts/list": { ttlMs: LISTS_TTL_MS, cacheScope: "private" },
      },
    },
  );
  const toCall = ({ mcpReq: { signal } }: ServerContext): ToolCall => ({
    ...archive,
    ...caller,
    options: {
      ...caller.options,
      signal: caller.options.signal === undefined ? signal : AbortSignal.any([caller.options.signal, signal]),
    },
    envelope: createEnvelope(),
  });
  addTools(server, caller, toCall);
  addPrompts(server);
  if (caller.mayRead) addResources(server, archive, toCall);
  return server;
}

type ToCall = (context: ServerContext) => ToolCall;

function addTools(server: McpServer, { mayRead, note }: McpCaller, toCall: ToCall): void {
  for (const { name, title, description, needs, input, output, run } of TOOLS) {
    // What somebody may not use is not there, instead of being refused.
    if (needs === "read" && !mayRead) continue;
    server.registerTool(
      name,
      {
        title,
        description,
        inputSchema: toInputSchema(input),
        outputSchema: toOutputSchema(output),
        annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
      },
      async (args, context) => {
        note?.(name, args);
        try {
          const answer = { ...(await run(args, toCall(context))) };
          return { structuredContent: answer, content: [{ type: "text", text: JSON.stringify(answer) }] };
        } catch (error) {
          const { code, message } = toFailure(error);
          return { isError: true, content: [{ type: "text", text: `${code}: ${message}` }] };
        }
      },
    );
  }
}

function addPrompts(server: McpServer): void {
  for (const { name, title, description, args, toText } of PROMPTS) {
    server.registerPrompt(
      name,
      { title, description, argsSchema: toInputSchema(args) },
      (given): GetPromptResult => ({
        description,
        // Checked by the schema: texts, and those that are optional may be absent.
        messages: [
          { role: "user", content: { type: "text", text: toText(given as Record<string, string | undefined>) } },
        ],
      }),
    );
  }
}

function addResources(server: McpServer, { search, archive }: McpArchive, toCall: ToCall): void {
  const list = async (context: ServerContext) => {
    const sought = { ...PLAIN_REQUEST, sort: "newest", limit: LISTED_ARTICLES, facetValues: 0 } as const;
    const { hits } = await search.search(sought, toCall(context).options);
    return {
      resources: hits.map(({ id, title, source = "", publishedAtMs }) => ({
        uri: toArticleUri(id),
        name: toShownId(id),
        title: toLabel(title),
        description: [toLabel(source), publishedAtMs === undefined ? "" : dayOf(publishedAtMs, archive.info.timezone)]
          .filter((part) => part !== "")
          .join(", "),
        mimeType: "application/json",
      })),
    };
  };
  server.registerResource(
    "article",
    new ResourceTemplate(ARTICLE_URI_TEMPLATE, { list }),
    {
      title: "An article",
      description: "What `fetch` answers, by the article's percent-encoded id; the list begins with the newest.",
      mimeType: "application/json",
    },
    async (uri, _variables, context) => {
      const id = fromArticleUri(uri.href);
      try {
        if (id === undefined) throw new AppError("not-found", `${uri.href} is the address of no article.`);
        const text = JSON.stringify(await fetchTool.run({ id }, toCall(context)));
        return { contents: [{ uri: uri.href, mimeType: "application/json", text }] };
      } catch (error) {
        const { code, message } = toFailure(error);
        if (code === "not-found") throw new ResourceNotFoundError(uri.href, message);
        throw new ProtocolError(ProtocolErrorCode.InternalError, `${code}: ${message}`);
      }
    },
  );
}
