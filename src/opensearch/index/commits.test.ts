/** Which state of an archive is read: a whole one, whatever else the cluster has to do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClusterMeta } from "../../../test/fakes/cluster-meta.ts";
import { AppError } from "../../errors.ts";
import type { ClusterRequest } from "../connection/cluster-client.ts";
import { Commits, writeFirstState } from "./commits.ts";
import { indexNamesOf } from "./names.ts";

/** An archive whose points in time are numbered, and what is said of every other request. */
async function createArchive(answer: (request: ClusterRequest) => unknown = () => undefined) {
  const asked: ClusterRequest[] = [];
  const fake = createClusterMeta((request) => {
    if (request.path.includes("/_doc/")) return answer(request);
    asked.push(request);
    const own = answer(request);
    if (own !== undefined) return own;
    return request.path.endsWith("point_in_time") && request.method === "POST" ? { pit_id: `pit${asked.length}` } : {};
  });
  const { client, meta } = fake;
  await writeFirstState(meta);
  const open = (): Commits =>
    new Commits({
      client,
      meta,
      names: indexNamesOf("news"),
      archiveId: "abcd",
      check: async () => ["news-articles-000001"],
    });
  return { asked, meta, open };
}

test("a state is never opened in part, and others find it under its name", async () => {
  const { asked, open } = await createArchive();
  const snapshot = await open().newest();
  assert.equal(asked[0]?.query?.allow_partial_pit_creation, false);
  assert.deepEqual(await open().named(snapshot.name), snapshot);
});

test("where the cluster keeps too many states open, older ones are closed, and the newest is read", async () => {
  let refusals = 1;
  const older = Array.from({ length: 3 }, (_, index) => ({
    _id: `pit-c${index}-abcd`,
    _source: { pit: `old${index}` },
  }));
  const { asked, open } = await createArchive(({ method, path }) => {
    if (path.endsWith("point_in_time") && method === "POST" && refusals-- > 0)
      throw new AppError("overloaded", "The cluster keeps too many states of archives open.");
    return path.endsWith("_search") ? { hits: { hits: older } } : undefined;
  });
  await open().newest();
  const closed = asked.find(({ method }) => method === "DELETE");
  assert.deepEqual(closed?.body, { pit_id: ["old0", "old1", "old2"] });
  const kept = asked.find(({ path }) => path.endsWith("/_search"))?.body as { from: number };
  assert.ok(kept.from > 10, "the newest stay");
});

test("where fewer states have room, as of an archive of many shards, fewer stay", async () => {
  let room = 60;
  const { asked, open } = await createArchive(({ method, path, body }) => {
    if (path.endsWith("_search")) room = Math.min(room, (body as { from: number }).from);
    if (path.endsWith("point_in_time") && method === "POST" && room > 10)
      throw new AppError("overloaded", "The cluster keeps too many states of archives open.");
    return path.endsWith("_search") ? { hits: { hits: [{ _id: "pit-c1-abcd", _source: { pit: "old" } }] } } : undefined;
  });
  await open().newest();
  const kept = asked.flatMap(({ path, body }) => (path.endsWith("/_search") ? [(body as { from: number }).from] : []));
  assert.deepEqual(kept, [50, 10]);
});

test("where nothing can be written, the newest state is read all the same, though a writer left in the middle", async (t) => {
  let isFull = false;
  const { meta, open } = await createArchive(({ method, path }) => {
    if (isFull && method === "PUT" && path.includes("/_doc/")) throw new AppError("disk-full", "A disk is full.");
    return undefined;
  });
  const state = await meta.read<object>("state");
  assert.ok(state !== undefined);
  await meta.write("state", { commit: 7, settlingSinceMs: Date.now() }, state);
  isFull = true;
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 11_000 });
  assert.equal((await open().newest()).name, "c7-abcd");
});

test("what is read beside a batch is read again, so that nothing of it is passed over", async () => {
  const { open } = await createArchive();
  const [reader, writer] = [open(), open()];
  let reads = 0;
  const seen = await reader.steadily(async (lastKey) => {
    if (++reads === 1) await writer.commit(5);
    return lastKey;
  });
  assert.deepEqual([seen, reads], [5, 2]);
});

test("the largest key that was given is never given again, though its article is gone", async () => {
  const { open } = await createArchive();
  const writer = open();
  await writer.commit(9);
  const before = await writer.newestName();
  const mended: number[] = [];
  assert.equal(
    await open().catchUp(
      async () => 4,
      () => assert.fail(),
    ),
    9,
  );
  assert.equal(await writer.newestName(), before, "nothing new is seen");
  assert.equal(
    await open().catchUp(
      async () => 12,
      async (afterKey) => void mended.push(afterKey),
    ),
    12,
  );
  assert.deepEqual(mended, [9], "what was left is mended before it is seen");
  assert.notEqual(await writer.newestName(), before, "what a writer has left is a state of its own");
});
