import assert from "node:assert/strict";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { ARTICLES, createTestArchive } from "../../test/fakes/test-archive.ts";
import { PLAIN_REQUEST } from "../archive/request.ts";
import { startThreads } from "../local/pool/threaded-archive.ts";
import { MARK_FILE } from "../local/store/commit-mark.ts";
import { createServer } from "./create-server.ts";
import { mendBackend } from "./mending-backend.ts";
import { openBackend } from "./open-backend.ts";

for (const threads of [0, 1])
  test(`a note of the last commit that goes while ${threads === 0 ? "one thread searches" : "threads search"} is missed by the next searches`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "wenxun-note-"));
    t.after(() => rm(folder, { recursive: true }));
    await createTestArchive(folder);
    await using backend = await openBackend({ folder, encoder: { kind: "builtin" } });
    const archive = threads === 0 ? backend.archive : startThreads(backend.archive, { threads });
    const { search } = backend.searchOver(archive);
    const notices = async () => (await search({ ...PLAIN_REQUEST, query: "大桥" })).notices;
    assert.deepEqual(await notices(), []);
    await rm(join(folder, MARK_FILE));
    let found: readonly string[] = [];
    for (const deadlineMs = Date.now() + 10_000; found.length === 0 && Date.now() < deadlineMs; await wait(200))
      found = await notices();
    assert.deepEqual(found, ["commits-unproven"]);
    if (archive !== backend.archive) await archive.close();
  });

test("a server says that it is not ready while its archive is gone, and serves what lies in its place then", async (t) => {
  const parent = await mkdtemp(join(tmpdir(), "wenxun-mending-"));
  t.after(() => rm(parent, { recursive: true }));
  const folder = join(parent, "archive");
  await createTestArchive(folder);
  await cp(folder, join(parent, "backup"), { recursive: true });
  const open = () => openBackend({ folder, encoder: { kind: "builtin" } });
  const problems: unknown[] = [];
  const first = await open();
  const backend = mendBackend(first, { reopen: open, onError: (error) => problems.push(error), lookEveryMs: 20 });
  const app = await createServer({ backend, resources: first.resources, version: "0" });
  t.after(async () => {
    await app.close();
    await backend[Symbol.asyncDispose]();
  });
  const ready = async () => (await app.inject("/readyz")).statusCode;
  const notices = async () => (await backend.search.search({ ...PLAIN_REQUEST, query: "大桥" })).notices;
  assert.equal(await ready(), 200);
  assert.deepEqual(await notices(), []);

  await rename(join(folder, "segments"), join(parent, "segments"));
  assert.equal(await ready(), 503, "segments are gone");
  await rename(join(parent, "segments"), join(folder, "segments"));
  assert.equal(await ready(), 200, "segments are back");

  await rename(folder, join(parent, "old"));
  assert.equal(await ready(), 503, "the folder is gone");
  await rm(join(parent, "backup", MARK_FILE));
  await rename(join(parent, "backup"), folder);
  for (let tries = 0; (await ready()) !== 200 && tries < 500; tries++) await wait(20);
  assert.equal(await ready(), 200, "another archive lies there");
  assert.equal((await backend.archive.stats()).articles, ARTICLES.length);
  assert.deepEqual(await notices(), ["commits-unproven"], "its last commit is unknown");
  assert.deepEqual(problems, []);
});
