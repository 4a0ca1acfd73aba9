import { type Ask, type Attack, askGreedily, holdConnections } from "./attack.ts";

/** What a stranger can send to the search server. */

const GREEDY = 8;

export interface SearchInputs {
  /** Ids of the longest articles that were found. */
  readonly ids: readonly string[];
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;

/** As long as a query is read: words that no two of are the same. */
const LONG_QUERY = Array.from(
  { length: 3333 },
  (_, index) =>
    String.fromCharCode(0x4e00 + ((index * 37) % 6000)) + String.fromCharCode(0x4e00 + ((index * 91) % 6000)),
)
  .join(" ")
  .slice(0, 10_000);

const COMMON = ["中国", "经济", "报告", "北京", "发展", "公司"];

export function searchAttacks({ ids }: SearchInputs): readonly Attack[] {
  const id = (index: number): string => encodeURIComponent(ids[index % ids.length] ?? "");
  const greedy = (name: string, next: (client: number) => Ask): Attack => ({
    name,
    run: (target) => askGreedily(target, GREEDY, next),
  });
  let turn = 0;
  const common = (): string => encodeURIComponent(COMMON[turn++ % COMMON.length] ?? "");
  const call = (id: number, name: string, args: object): Ask => ({
    method: "POST",
    path: "/mcp",
    headers: { ...JSON_TYPE, accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } }),
  });
  return [
    greedy(`${GREEDY} × GET /export.csv`, () => ({ path: `/export.csv?q=${common()}` })),
    greedy(`${GREEDY} × search, offset 100,000`, () => ({
      path: `/api/v1/search?q=${common()}&limit=100&offset=${100_000 - (turn % 1000)}`,
    })),
    greedy(`${GREEDY} × search page, 10,000 characters`, () => ({
      path: `/?q=${encodeURIComponent(LONG_QUERY.slice(turn++ % 9))}`,
    })),
    greedy(`${GREEDY} × search, 10,000 quotation marks`, () => ({
      path: `/?q=${encodeURIComponent('"'.repeat(10_000 - (turn++ % 100)))}`,
    })),
    greedy(`${GREEDY} × differences of two articles`, (client) => ({
      path: `/articles/${id(turn++)}/differences/${id(turn + client + 1)}`,
    })),
    greedy(`${GREEDY} × why, 10,000 characters`, () => ({
      path: `/articles/${id(turn++)}/why?q=${encodeURIComponent(LONG_QUERY)}`,
    })),
    greedy(`${GREEDY} × article in the other script`, () => ({ path: `/articles/${id(turn++)}?script=zh-Hant` })),
    greedy(`${GREEDY} × feed`, () => ({ path: `/feed.atom?q=${common()}` })),
    greedy(`${GREEDY} × status page`, () => ({ path: "/status" })),
    greedy(`${GREEDY} × GET /export.jsonl?all=on`, () => ({ path: `/export.jsonl?q=${common()}&all=on` })),
    greedy(`${GREEDY} × trends of five queries`, () => ({
      path: `/trends?q=${common()}&vs=${common()}&vs=${common()}&vs=${common()}&vs=${common()}&measure=share&interval=week`,
    })),
    greedy(`${GREEDY} × trends.svg by source`, () => ({ path: `/trends.svg?q=${common()}&by=source&interval=day` })),
    greedy(`${GREEDY} × table of counts by source`, () => ({
      path: `/api/v1/counts?q=${common()}&q=${common()}&interval=day&by=source&values=20`,
    })),
    greedy(`${GREEDY} × table of counts as CSV`, () => ({
      path: `/api/v1/counts.csv?q=${common()}&interval=day&by=category&values=20`,
    })),
    greedy(`${GREEDY} × all sources, similar, editions`, () => {
      const dear = [
        `/facets/source?q=${common()}`,
        `/api/v1/articles/${id(turn)}/similar?limit=100`,
        `/api/v1/articles/${id(turn)}/editions`,
        `/articles/${id(turn)}?q=${common()}&hit=9000`,
      ];
      return { path: dear[turn++ % dear.length] ?? "/" };
    }),
    greedy(`${GREEDY} × GET /docs, /openapi.json, /saved`, () => ({
      path: ["/docs", "/openapi.json", "/saved"][turn++ % 3] ?? "/",
    })),
    greedy(`${GREEDY} × MCP tools`, () =>
      turn % 2 === 0
        ? call(turn, "search", { query: COMMON[turn++ % COMMON.length], limit: 50 })
        : call(turn, "count_by_date", { query: COMMON[turn++ % COMMON.length], interval: "day" }),
    ),
    greedy(`${GREEDY} × MCP, a session each`, () => ({
      method: "POST",
      path: "/mcp",
      headers: { ...JSON_TYPE, accept: "application/json, text/event-stream" },
      body: JSON.stringify({
        jsonrpc: "2.0",
        id: turn++,
        method: "initialize",
        params: {
          protocolVersion: "2025-06-18",
          capabilities: {},
          clientInfo: { name: "x".repeat(9000), version: "1" },
        },
      }),
    })),
    greedy(`${GREEDY} × headers of 60 kB`, () => {
      const list = Array.from({ length: 3000 }, (_, index) => `zh-x-${index};q=0.${index % 10}`).join(",");
      const cookies = Array.from({ length: 3000 }, (_, index) => `name-${index}=value-${index}`).join("; ");
      const tags = Array.from({ length: 2000 }, (_, index) => `W/"tag-${index}-${"x".repeat(20)}"`).join(", ");
      const ranges = `bytes=${Array.from({ length: 5000 }, (_, index) => `${index}-${index + 1}`).join(",")}`;
      const headers = [{ "accept-language": list }, { cookie: cookies }, { "if-none-match": tags }, { range: ranges }];
      return { path: `/?q=${common()}`, headers: headers[turn++ % headers.length] ?? {} };
    }),
    greedy(`${GREEDY} × keys and tokens that are guessed`, () => {
      const key = Buffer.from(`${turn++}`.padStart(24, "x")).toString("base64url");
      const guesses: readonly Ask[] = [
        { path: `/unsubscribe/${key}` },
        { method: "POST", path: `/unsubscribe/${key}`, headers: FORM_TYPE, body: "List-Unsubscribe=One-Click" },
        { method: "POST", path: "/login?to=%2F%2Fevil.example", headers: FORM_TYPE, body: `token=wx_${key}` },
        { path: "/api/v1/status", headers: { authorization: `Bearer wx_${key}` } },
        { path: `/api/v1/search?q=a&snapshot=${key}` },
      ];
      return guesses[turn % guesses.length] ?? { path: "/" };
    }),
    {
      name: "20 connections, GET /docs × 2,000 each, unread",
      run: (target) => holdConnections(target, { connections: 20, send: get("/docs").repeat(2000) }),
    },
    {
      name: "500 connections, GET /openapi.json × 20 each, unread",
      run: (target) => holdConnections(target, { connections: 500, send: get("/openapi.json").repeat(20) }),
    },
    {
      name: "2,000 half-sent heads",
      run: (target) =>
        holdConnections(target, {
          connections: 2000,
          send: "GET /?q=a HTTP/1.1\r\nHost: 127.0.0.1\r\n",
          drip: "X-More: 1\r\n",
          everyMs: 2000,
        }),
    },
    {
      name: "500 half-sent heads of 100 kB",
      run: (target) =>
        holdConnections(target, { connections: 500, send: `GET /?q=${"a".repeat(100_000)}`, drip: "a", everyMs: 1000 }),
    },
    greedy("junk: bodies, methods, targets", (client) => JUNK[(turn++ + client) % JUNK.length] ?? { path: "/" }),
  ];
}

const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded" };
const JSON_TYPE = { "content-type": "application/json" };

const JUNK: readonly Ask[] = [
  { method: "POST", path: "/", headers: JSON_TYPE, body: "[".repeat(1_000_000) },
  { method: "POST", path: "/nothing", headers: JSON_TYPE, body: `[${"{},".repeat(500_000)}{}]` },
  { method: "DELETE", path: "/api/v1/articles/x", headers: JSON_TYPE, body: "{".repeat(100_000) },
  { method: "PUT", path: "/api/v1/search", headers: { "content-type": "text/xml" }, body: "<a>".repeat(100_000) },
  { path: `/${"a/".repeat(5000)}` },
  { path: "/%2e%2e/%2e%2e/etc/passwd" },
  { path: "/articles/%00%ff" },
  { path: "/api/v1/search?limit=1e9&offset=-1&from=0000-00-00" },
  { path: `/api/v1/search?${"source=a&".repeat(5000)}` },
  { method: "OPTIONS", path: "/api/v1/articles" },
];
