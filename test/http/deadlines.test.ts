/**
 * Whatever a route waits for can be called off: it is told of the deadline of the request and of a client that has gone. That the client is
 * answered at the deadline itself is told by hostile-connections.test.ts.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toFollowedSearch } from "../../src/alerts/followed-search.ts";
import { previewAlert } from "../../src/alerts/preview.ts";
import { type AlertDesk, NO_ALERTS } from "../../src/api/alert-desk.ts";
import { NO_SOURCES } from "../../src/api/source-desk.ts";
import type { ReadOptions } from "../../src/archive/archive.ts";
import type { ServerOptions } from "../../src/compose/create-server.ts";
import { assetFolders } from "../../src/config/paths.ts";
import type { SearchService } from "../../src/search/search.ts";
import { createFakeBackend } from "../fakes/backend.ts";
import { startFakeServer } from "./server.ts";

const FORM = "application/x-www-form-urlencoded";
const q = "q=%E5%A4%A7%E6%A1%A5";
const tool = (name: string, args: object) => ({
  path: "POST /mcp",
  body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } }),
});
const search = { query: "大桥" };

interface Waiting {
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
}

const ROUTES: readonly Waiting[] = [
  ...[
    `/?${q}`,
    `/api/v1/search?${q}`,
    "/api/v1/suggest?q=%E5%A4%A7",
    `/api/v1/counts?${q}&interval=year&by=source`,
    `/api/v1/counts.csv?${q}&interval=year`,
    `/facets/source?${q}`,
    `/trends?${q}&vs=a`,
    `/trends.svg?${q}&by=source`,
    `/feed.atom?${q}`,
    `/feed.json?${q}`,
    `/articles/bridge?${q}&hit=1`,
    "/articles/bridge/cite/ris",
    "/articles/bridge/differences/panda",
    `/articles/bridge/why?${q}`,
    "/articles/bridge/editions/1",
    "/api/v1/articles/bridge",
    "/api/v1/articles/bridge/similar",
    "/api/v1/articles/bridge/editions",
    "/api/v1/articles/bridge/editions/1",
    `/export.csv?${q}`,
    `/export.jsonl?${q}&all=on`,
    `/follow?${q}`,
  ].map((path) => ({ path: `GET ${path}` })),
  { path: "POST /api/v1/sources", body: JSON.stringify({ url: "https://news.example/feed" }) },
  { path: "POST /sources", body: "url=https%3A%2F%2Fnews.example%2Ffeed", type: FORM },
  { path: "POST /api/v1/alerts/preview", body: JSON.stringify({ search }) },
  {
    path: "POST /api/v1/alerts",
    body: JSON.stringify({ search, channel: "webhook", address: "https://news.example/hook" }),
  },
  { path: `POST /follow?${q}`, body: "channel=mail&rhythm=daily&address=a%40news.example", type: FORM },
  tool("search", search),
  tool("fetch", { id: "bridge" }),
  tool("count_by_date", search),
  tool("similar", { id: "bridge" }),
];

for (const { path, body, type = "application/json" } of ROUTES) {
  test(`all that ${path}${body?.startsWith("{") === true ? ` ${body.slice(0, 90)}` : ""} waits for can be called off`, async (t) => {
    const asked: string[] = [];
    const deaf: string[] = [];
    const ask = <T>(what: string, options: ReadOptions | undefined, answer: () => Promise<T>): Promise<T> => {
      asked.push(what);
      if (options?.signal === undefined) deaf.push(what);
      return answer();
    };
    const app = await startFakeServer(t, {
      ...listenTo(ask),
      assetsFolder: assetFolders.web,
      token: "secret",
      // What is loaded at first use may take its time on a busy machine.
      requestTimeoutMs: 120_000,
    });
    const [method, url = "/"] = path.split(" ");
    await app.inject({
      method: method as "GET",
      url,
      headers: {
        authorization: "Bearer secret",
        accept: "application/json, text/event-stream, text/html",
        ...(body !== undefined && { "content-type": type }),
      },
      ...(body !== undefined && { payload: body }),
    });
    assert.ok(asked.length > 0, "it waited for nothing");
    assert.deepEqual(deaf, []);
  });
}

type Ask = <T>(what: string, options: ReadOptions | undefined, answer: () => Promise<T>) => Promise<T>;

/** What routes wait for, each of which says so when it is asked. */
function listenTo(ask: Ask): Pick<ServerOptions, "backend" | "sources" | "alerts"> {
  const backend = createFakeBackend();
  const service = backend.search;
  const heard: SearchService = {
    search: (request, options) =>
      // What the archive holds is counted once for all readers, and goes on for the next one.
      request.query === ""
        ? service.search(request)
        : ask(`a search for ${request.query}`, options, () => service.search(request)),
    article: (id, options) => ask(`the article ${id}`, options, () => service.article(id)),
    similar: (id, options) => ask(`articles like ${id}`, options, () => service.similar(id, options)),
    explain: (id, request, options) => ask(`the reasons for ${id}`, options, () => service.explain(id, request)),
  };
  const preview: AlertDesk["preview"] = (followed, search, asker) =>
    previewAlert(followed, { search, timezone: "Asia/Shanghai", nowMs: Date.UTC(2025, 0, 20), asker });
  return {
    backend: { ...backend, search: heard },
    sources: { ...NO_SOURCES, add: (source, options) => ask("a site", options, () => NO_SOURCES.add(source)) },
    alerts: {
      ...NO_ALERTS,
      preview,
      add: async (requested, search, asker) => {
        await preview(toFollowedSearch(requested.search), search, asker);
        return NO_ALERTS.add(requested, search);
      },
    },
  };
}
