/** Archives whose texts are written as they were typed, by earlier versions, are read, written to and rewritten. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { openBackend, openForWriting } from "../../src/compose/open-backend.ts";
import { verifyArchive } from "../../src/local/care/verify.ts";
import { sealRecord } from "../../src/local/store/record-check.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";

const encoder = { kind: "builtin" } as const;
const articles = Array.from({ length: 700 }, (_, index) => ({
  id: `a${index}`,
  title: `第${index}次渡口通航`,
  body: `渡口昨日重新开放，江水平静，第${index}班船载着乘客驶向对岸。${"沿江两岸的居民说，等这一天等了很久。".repeat(30)}`,
  url: `https://n.example/${index}`,
}));

/** An archive as the version before left it. */
async function makeEarlierArchive(): Promise<string> {
  const folder = createTestFolder();
  await (await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" }))[Symbol.asyncDispose]();
  const database = new DatabaseSync(join(folder, "archive.db"));
  database.exec("UPDATE setting SET value = '1' WHERE name = 'format_version'");
  sealRecord(database);
  database.close();
  await put(folder, articles);
  return folder;
}

async function put(folder: string, some: typeof articles): Promise<void> {
  await using app = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
  await app.writer.put(some);
  await app.writer.finish();
}

/** How many texts are in a code, and the format that the archive has. */
function inspect(folder: string): { coded: number; plain: number; format: string } {
  const database = new DatabaseSync(join(folder, "archive.db"), { readOnly: true });
  try {
    const count = (type: string): number =>
      Number(database.prepare("SELECT count(*) AS n FROM article WHERE typeof(body) = ?").get(type)?.n);
    const format = database.prepare("SELECT value FROM setting WHERE name = 'format_version'").get()?.value;
    return { coded: count("blob"), plain: count("text"), format: String(format) };
  } finally {
    database.close();
  }
}

test("an archive of the earlier format is written to so that the earlier version can read it", async () => {
  const folder = await makeEarlierArchive();
  await put(
    folder,
    articles.slice(0, 3).map((article) => ({ ...article, body: `${article.body}又记。` })),
  );
  assert.deepEqual(inspect(folder), { coded: 0, plain: 703, format: "1" });
  await using app = await openBackend({ folder, encoder });
  assert.equal((await app.archive.article("a2"))?.body.endsWith("又记。"), true);
});

test("compact --rewrite writes its texts anew: a smaller file, the same articles and the same answers", async () => {
  const folder = await makeEarlierArchive();
  const before = statSync(join(folder, "archive.db")).size;
  const ask = async (): Promise<unknown> => {
    await using app = await openBackend({ folder, encoder });
    const {
      snapshot: _,
      tookMs: __,
      ...result
    } = await app.search.search({ ...PLAIN_REQUEST, query: "渡口 第17班船" });
    return result;
  };
  const answer = await ask();
  const run = await runCli(["compact", "--rewrite", "--archive", folder]);
  assert.equal(run.exitCode, 0, run.stderr);
  assert.deepEqual(inspect(folder), { coded: 700, plain: 0, format: "3" });
  assert.ok(statSync(join(folder, "archive.db")).size < 0.6 * before);
  assert.deepEqual(await ask(), answer);
  assert.deepEqual(verifyArchive(folder).problems, []);
  await put(folder, articles);
  assert.deepEqual(inspect(folder), { coded: 700, plain: 0, format: "3" }, "nothing of it has changed");
});

test("an article that was damaged before is not taken for a sound one by rewriting it", async () => {
  const folder = await makeEarlierArchive();
  const database = new DatabaseSync(join(folder, "archive.db"));
  database.exec("UPDATE article SET body = replace(body, '江水', '河水') WHERE id = 'a9'");
  database.close();
  {
    await using app = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
    await app.writer.compact?.({ rewrite: true });
  }
  assert.deepEqual(inspect(folder), { coded: 699, plain: 1, format: "3" });
  assert.match(
    verifyArchive(folder)
      .problems.map(({ what }) => what)
      .join(),
    /1 article is not as it was stored: a9/,
  );
  await using app = await openBackend({ folder, encoder });
  await assert.rejects(async () => app.archive.article("a9"), { code: "archive-damaged" });
});

test("a rewrite that is stopped leaves an archive that can be used, and the next one does the rest", async () => {
  const folder = await makeEarlierArchive();
  {
    await using app = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
    const stop = new AbortController();
    const rewriting = app.writer.compact?.({ rewrite: true, signal: stop.signal });
    setImmediate(() => stop.abort());
    await rewriting?.catch(() => undefined);
  }
  const half = inspect(folder);
  assert.ok(half.coded > 0 && half.plain > 0, JSON.stringify(half));
  assert.deepEqual(verifyArchive(folder).problems, []);
  await using app = await openForWriting({ folder, encoder, timezone: "Asia/Shanghai" });
  await app.writer.compact?.({ rewrite: true });
  assert.equal(inspect(folder).plain, 0);
});

test("new archives have their texts in a code from the first article on", async () => {
  const folder = createTestFolder();
  await put(folder, articles.slice(0, 5));
  assert.deepEqual(inspect(folder), { coded: 5, plain: 0, format: "3" });
});
