import assert from "node:assert/strict";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { ARTICLES, createTestArchive } from "../../test/fakes/test-archive.ts";
import { PLAIN_REQUEST } from "../archive/request.ts";
import { MARK_FILE } from "../local/store/commit-mark.ts";
import { createServer } from "./create-server.ts";
import { mendBackend } from "./mending-backend.ts";
import { openBackend } from "./open-backend.ts";

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
