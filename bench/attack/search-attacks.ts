import { type Ask, type Attack, askGreedily, holdConnections } from "./attack.ts";

/** What a stranger can send to the search server, and what whoever holds its token can. */

const GREEDY = 8;

export interface SearchInputs {
  /** Ids of the longest articles that were found. */
  readonly ids: readonly string[];
  readonly token: string;
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

export function searchAttacks({ ids, token }: SearchInputs): readonly Attack[] {
  const id = (index: number): string => encodeURIComponent(ids[index % ids.length] ?? "");
  const greedy = (name: string, next: (client: number) => Ask): Attack => ({
    name,
    run: (target) => askGreedily(target, GREEDY, next),
  });
  let turn = 0;
  const common = (): string => encodeURIComponent(COMMON[turn++ % COMMON.length] ?? "");
  const put = (body: Buffer): Ask => ({
    method: "POST",
    path: "/api/v1/articles",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body,
  });
  const emptyRecords = Buffer.from(`[${"{},".repeat(2_600_000)}{}]`);
  const nested = Buffer.from("[".repeat(500_000));
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
    {
      name: "200 bodies that dribble to POST /api/v1/articles (token)",
      run: (target) =>
        holdConnections(target, {
          connections: 200,
          send: `POST /api/v1/articles HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
          drip: "1\r\n[\r\n",
          everyMs: 1000,
        }),
    },
    { name: "POST [{},{},…] of 7.8 MB (token)", run: (target) => askGreedily(target, 2, () => put(emptyRecords)) },
    { name: "POST [ × 500,000 (token)", run: (target) => askGreedily(target, 2, () => put(nested)) },
    greedy("junk: bodies, methods, targets", (client) => JUNK[(turn++ + client) % JUNK.length] ?? { path: "/" }),
  ];
}

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
