/** What an article said before is kept in the archive's folder: beyond the time of a search, in copies, and checked like all else. */
import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { backupArchive } from "../../src/local/care/backup.ts";
import { repairArchive } from "../../src/local/care/repair.ts";
import { verifyArchive } from "../../src/local/care/verify.ts";
import { type LocalArchive, openLocalArchive } from "../../src/local/local-archive.ts";
import { createDatabase } from "../../src/local/store/database.ts";
import { sealRecord } from "../../src/local/store/record-check.ts";
import { createResources } from "../../src/resources/registry.ts";
import { putAll, removeAll } from "../contracts/engine.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";

const encoder = createFakeEncoder();

const article = (body: string): Article => ({ id: "a", title: "渡口恢复通航", body });
const [FIRST, SECOND, THIRD] = [article("三人受轻伤。"), article("五人受轻伤。"), article("五人受伤，码头停用。")];

function createFolder(): string {
  const folder = join(createTestFolder(), "archive");
  const { fingerprint: encoderFingerprint, dimensions } = encoder;
  createDatabase(folder, { encoderFingerprint, dimensions, timezone: "Asia/Shanghai" });
  return folder;
}

async function using<T>(folder: string, use: (archive: LocalArchive) => Promise<T>): Promise<T> {
  const archive = await openLocalArchive({ folder, resources: createResources(), loadEncoder: async () => encoder });
  try {
    return await use(archive);
  } finally {
    await archive.close();
  }
}

async function bodiesOf(archive: LocalArchive): Promise<string[]> {
  const list = (await archive.editions("a")) ?? [];
  return Promise.all(list.map(async ({ number }) => (await archive.edition("a", number))?.article.body ?? ""));
}

const put = (folder: string, ...articles: Article[]): Promise<void> =>
  using(folder, async (archive) => {
    for (const one of articles) await putAll(archive, [one]);
  });

function change(folder: string, sql: string): void {
  const database = new DatabaseSync(join(folder, "archive.db"));
  database.exec(sql);
  sealRecord(database);
  database.close();
}

const formatOf = (folder: string): string => {
  const database = new DatabaseSync(join(folder, "archive.db"), { readOnly: true });
  const row = database.prepare("SELECT value FROM setting WHERE name = 'format_version'").get();
  database.close();
  return String(row?.value);
};

test("editions outlive the ten minutes for which searches need replaced texts, compacting, and are in a backup", async (t) => {
  const folder = createFolder();
  t.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2026, 0, 1) });
  await put(folder, FIRST, SECOND);
  t.mock.timers.setTime(Date.UTC(2026, 0, 9));
  await put(folder, { ...FIRST, id: "b" }, THIRD);
  t.mock.timers.setTime(Date.UTC(2026, 0, 20));
  await using(folder, async (archive) => {
    const writer = await archive.borrowWriter();
    await writer.put([{ ...FIRST, id: "c" }]);
    await writer.compact?.({ rewrite: true });
    await writer.close();
    assert.deepEqual(await bodiesOf(archive), [FIRST.body, SECOND.body, THIRD.body]);
    assert.deepEqual(
      (await archive.editions("a"))?.map(({ sinceMs }) => sinceMs),
      [undefined, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 9)],
    );
  });
  const target = join(createTestFolder(), "copy");
  await backupArchive(folder, target);
  for (const one of [folder, target]) assert.deepEqual(verifyArchive(one).problems, []);
  await using(target, async (copy) => {
    assert.deepEqual(await bodiesOf(copy), [FIRST.body, SECOND.body, THIRD.body]);
    await removeAll(copy, ["a"]);
    const database = new DatabaseSync(join(target, "archive.db"), { readOnly: true });
    assert.equal(database.prepare("SELECT count(*) AS n FROM edition").get()?.n, 0);
    database.close();
  });
});

test("an archive of the version before opens as it is, and has the next format from its first edition on", async () => {
  const folder = createFolder();
  change(folder, "DROP TABLE edition; UPDATE setting SET value = '2' WHERE name = 'format_version'");
  await put(folder, FIRST, FIRST, { ...FIRST, source: "江湾日报" });
  assert.equal(formatOf(folder), "2", "it has nothing that the version before does not know");
  assert.deepEqual(await using(folder, bodiesOf), [FIRST.body]);
  await using(folder, async (archive) => {
    assert.equal(archive.supports.editions, true);
    await putAll(archive, [SECOND]);
    assert.deepEqual(await bodiesOf(archive), [FIRST.body, SECOND.body], "also for who had it open before");
    await removeAll(archive, ["a"]);
  });
  assert.equal(formatOf(folder), "3");
  assert.deepEqual(verifyArchive(folder).problems, []);
});

test("an archive of the first format keeps none until it is rewritten, so that its version can go back to it", async () => {
  const folder = join(createTestFolder(), "archive");
  cpSync(join(import.meta.dirname, "../fixtures/archive-format-1"), folder, { recursive: true });
  await put(folder, FIRST, SECOND);
  await using(folder, async (archive) => {
    assert.equal(archive.supports.editions, false);
    assert.deepEqual(await bodiesOf(archive), [SECOND.body]);
    const writer = await archive.borrowWriter();
    await writer.compact?.({ rewrite: true });
    await writer.put([THIRD]);
    await writer.close();
    assert.deepEqual(await bodiesOf(archive), [SECOND.body, THIRD.body]);
  });
  assert.deepEqual(verifyArchive(folder).problems, []);
});

test("a damaged edition is refused, found by verify and set aside by a repair, while its article stays", async () => {
  const folder = createFolder();
  await put(folder, FIRST, SECOND, THIRD);
  change(folder, `UPDATE edition SET body = '五人受重伤。' WHERE key = 2`);
  await using(folder, async (archive) => {
    await assert.rejects(archive.edition("a", 2), { code: "archive-damaged" });
    assert.equal((await archive.edition("a", 1))?.article.body, FIRST.body);
  });
  assert.match(
    verifyArchive(folder)
      .problems.map(({ what }) => what)
      .join(),
    /1 earlier edition is not as it was stored, of a$/,
  );
  const { after, setAside, setAsideEditions } = await repairArchive({ folder, encoder, resources: createResources() });
  assert.deepEqual([after.problems, setAside, setAsideEditions], [[], 0, 1]);
  const saved = readdirSync(folder).find((name) => name.startsWith("damaged-")) ?? assert.fail("no file");
  assert.match(readFileSync(join(folder, saved), "utf8"), /五人受重伤/);
  assert.deepEqual(await using(folder, bodiesOf), [FIRST.body, THIRD.body]);
});
