/** A whole server over a real archive that is written to meanwhile. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { SearchReply } from "../../src/api/wire.ts";
import { openServed } from "../../src/compose/open-served.ts";
import { startSearchServer } from "../../src/compose/start-search-server.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createTestArchive } from "../fakes/test-archive.ts";

test("a search is repeated on the snapshot that its reply named, though the archive has moved on", async (t) => {
  const folder = join(createTestFolder(), "archive");
  await createTestArchive(folder);
  const server = await startSearchServer({
    open: (given) => openServed({ folder, encoder: { kind: "builtin" }, ...given }),
    host: "127.0.0.1",
    port: 0,
    token: "a-token-for-tests",
  });
  t.after(() => server.stop());
  await server.opened;
  const get = (path: string): Promise<Response> => fetch(`${server.url}${path}`);
  const search = async (parameters: string): Promise<Omit<SearchReply, "tookMs">> => {
    const response = await get(`/api/search?q=大桥&${parameters}`);
    assert.equal(response.status, 200);
    const { tookMs: _, ...reply } = (await response.json()) as SearchReply;
    return reply;
  };
  const put = async (...articles: readonly { id: string; title: string; body: string }[]): Promise<void> => {
    const headers = { authorization: "Bearer a-token-for-tests", "content-type": "application/json" };
    const body = JSON.stringify(articles);
    assert.equal((await fetch(`${server.url}/api/articles`, { method: "POST", headers, body })).status, 200);
  };

  const first = await search("");
  await put({ id: "second", title: "大桥检修", body: "大桥今夜检修。" });
  await put({ id: "bridge", title: "跨江大桥通车一年", body: "大桥通车一年，车流渐稳。" });
  const now = await search("");
  assert.notEqual(now.snapshot, first.snapshot);
  assert.notDeepEqual(now.hits, first.hits);
  assert.deepEqual(await search(`snapshot=${first.snapshot}`), first);
  assert.deepEqual(await search(`snapshot=${now.snapshot}`), now);

  const exported = await get(`/export.jsonl?q=大桥&snapshot=${first.snapshot}`);
  assert.equal(exported.headers.get("x-wenxun-snapshot"), first.snapshot);

  const gone = await get("/api/search?q=大桥&snapshot=c0");
  assert.equal(gone.status, 410);
  const { code, message } = (await gone.json()) as { code: string; message: string };
  assert.equal(code, "snapshot-gone");
  assert.match(message, /snapshot c0/);

  const { nextCursor = "" } = (await (await get("/api/v1/search?q=大桥&limit=1")).json()) as SearchReply;
  const [at, ofSearch] = Buffer.from(nextCursor, "base64url").toString().split(" ");
  const ofGone = Buffer.from(`${at} ${ofSearch} c0`).toString("base64url");
  const beyond = await get(`/api/v1/search?q=大桥&limit=1&cursor=${ofGone}`);
  assert.deepEqual(
    [beyond.status, beyond.headers.get("content-type")],
    [410, "application/problem+json; charset=utf-8"],
  );
  assert.equal(((await beyond.json()) as { code: string }).code, "snapshot-gone", "a cursor goes with its state");
});
