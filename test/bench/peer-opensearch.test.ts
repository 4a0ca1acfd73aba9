import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const ROWS = 4;
const SEARCH = { terms: ["新闻"], vector: Float32Array.of(1, 0), share: 0.1, firstDay: 5, lastDay: 7 };

/** What the node was asked, by path. */
const asked = new Map<string, string>();
let count = ROWS;

const hitsOf = (...rows: number[]) => ({ hits: { hits: rows.map((row) => ({ fields: { row: [row] } })) } });

/** As much of a node as the peer asks. */
const server = createServer(async (request, response) => {
  const path = request.url ?? "";
  asked.set(path, await read(request));
  const answers: Record<string, unknown> = {
    "/wenxun-peers/_count": { count },
    "/wenxun-peers/_msearch": { responses: [hitsOf(3, 1), hitsOf(1, 2)] },
    "/wenxun-peers/_search": hitsOf(2),
    "/wenxun-peers/_mget": { docs: [] },
  };
  response.end(JSON.stringify(answers[path]));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
process.env.WENXUN_BENCH_OPENSEARCH = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const script = "../../bench/peers/opensearch.mjs";
const { openPeer } = await import(script);

const folder = mkdtempSync(join(tmpdir(), "wenxun-bench-test-"));
writeFileSync(join(folder, "manifest.json"), JSON.stringify({ rows: ROWS, dimensions: 2 }));
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test("OpenSearch is asked for words and vectors within the days, fused, with the texts of what was found", async () => {
  const peer = await openPeer(folder);
  assert.deepEqual(await peer.hybrid(SEARCH), [1, 3, 2], "what both found is first");
  const [, words, , near] = (asked.get("/wenxun-peers/_msearch") ?? "").split("\n").filter(Boolean).map(parse);
  const within = [{ range: { day: { gte: 5, lte: 7 } } }];
  assert.deepEqual(words.query.bool, { must: [{ match: { terms: "新闻" } }], filter: within });
  assert.deepEqual(near.query.knn.vector, { vector: [1, 0], k: 100, filter: { bool: { filter: within } } });
  assert.deepEqual(parse(asked.get("/wenxun-peers/_mget")), { ids: ["1", "3", "2"] });
  assert.deepEqual(await peer.nearest({ ...SEARCH, share: 1 }), [2]);
  assert.deepEqual(parse(asked.get("/wenxun-peers/_search")).query.knn.vector, { vector: [1, 0], k: 100 });
});

test("a node that holds other articles is refused", async () => {
  count = 3;
  await assert.rejects(openPeer(folder), /holds 3 of 4 articles/);
});

const parse = (text = "") => JSON.parse(text);
