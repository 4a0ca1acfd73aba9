import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, test } from "node:test";
import { createFakeEncoder } from "../../../test/fakes/encoder.ts";
import { PLAIN_REQUEST } from "../../archive/request.ts";
import { createResources } from "../../resources/registry.ts";
import { openLocalArchive } from "../local-archive.ts";
import { Reader } from "../read/reader.ts";
import { searchInThisThread } from "../search/searcher.ts";
import { articleHash } from "../store/article-hash.ts";
import { createDatabase, databasePath, segmentFolder } from "../store/database.ts";
import { sealRecord } from "../store/record-check.ts";
import { fromStored } from "../texts/stored-text.ts";
import { Writer } from "../write/writer.ts";
import { reindexArchive } from "./reindex.ts";
import { verifyArchive } from "./verify.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An archive whose words were indexed with an earlier fold, which knew nothing of what its articles say today. */
async function createOldArchive(rows: number) {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-terms-"));
  folders.push(folder);
  const encoder = createFakeEncoder();
  createDatabase(folder, {
    encoderFingerprint: encoder.fingerprint,
    dimensions: encoder.dimensions,
    timezone: "Asia/Shanghai",
  });
  const resources = createResources();
  const writer = await Writer.open({ folder, encoder, resources });
  await writer.put(
    Array.from({ length: rows }, (_, index) => ({
      id: `${index}`,
      title: `第${index}号`,
      body: "旧的说法",
      publishedAtMs: index % 3 === 0 ? undefined : index,
    })),
  );
  await writer.put([{ id: "1", title: "第1号", body: "旧的说法，后来改过" }]);
  await writer.close();
  const database = new DatabaseSync(databasePath(folder));
  const change = database.prepare("UPDATE article SET body = ?, hash = ? WHERE key = ?");
  for (const { key, id, title, body, published_ms } of database.prepare("SELECT * FROM article").all()) {
    const article = {
      id: String(id),
      title: fromStored(title),
      body: fromStored(body).replace("旧的说法", "新的计划"),
      ...(published_ms === null ? {} : { publishedAtMs: Number(published_ms) }),
    };
    change.run(article.body, articleHash(article), Number(key));
  }
  database.exec("UPDATE setting SET value = '1' WHERE name = 'fold_version'");
  sealRecord(database);
  database.close();
  return { folder, encoder, resources };
}

async function find(folder: string, resources: ReturnType<typeof createResources>, query: string) {
  const reader = await Reader.open(folder, resources);
  try {
    const { total, notices } = await searchInThisThread(reader).search(
      { ...PLAIN_REQUEST, query, mode: "keyword" },
      {},
    );
    return { total, notices };
  } finally {
    reader.close();
  }
}

for (const rows of [20, 9000]) {
  test(`an archive of ${rows} articles that an earlier fold indexed opens, says so, and is indexed anew by reindex`, async () => {
    const { folder, encoder, resources } = await createOldArchive(rows);
    assert.deepEqual(await find(folder, resources, "计划"), { total: 0, notices: ["words-outdated"] });
    assert.deepEqual(await find(folder, resources, "旧的"), { total: rows, notices: ["words-outdated"] });
    const isOutdated = async (): Promise<boolean | undefined> => {
      const archive = await openLocalArchive({ folder, resources, loadEncoder: async () => encoder });
      const { wordsOutdated } = await archive.stats();
      await archive.close();
      return wordsOutdated;
    };
    assert.equal(await isOutdated(), true);
    assert.ok((await reindexArchive({ folder, encoder, resources })) >= rows);
    assert.equal(await isOutdated(), false);
    assert.deepEqual(await find(folder, resources, "計畫"), { total: rows, notices: [] });
    assert.deepEqual(await find(folder, resources, "旧的"), { total: 0, notices: [] });
    assert.deepEqual(await find(folder, resources, "改过"), { total: 1, notices: [] });
    const { problems, leftovers } = verifyArchive(folder);
    assert.deepEqual([problems, leftovers], [[], []]);
    assert.equal(readdirSync(segmentFolder(folder)).filter((name) => name.includes("terms")).length, 0);
    assert.equal(await reindexArchive({ folder, encoder, resources }), 0, "nothing is left to do");
  });
}

test("what a killed reindex left behind is removed by the next one, and by the next writer", async () => {
  const { folder, encoder, resources } = await createOldArchive(20);
  const pieces = [
    "0000000007.seg.terms-0",
    "0000000007.seg.terms-8192",
    "0000000007.seg.terms",
    "0000000007.seg.terms.tmp",
  ];
  const leave = (): void => {
    for (const name of pieces) writeFileSync(join(segmentFolder(folder), name), "half");
  };
  leave();
  await reindexArchive({ folder, encoder, resources });
  assert.deepEqual(verifyArchive(folder).leftovers, []);
  leave();
  await (await Writer.open({ folder, encoder, resources })).close();
  assert.deepEqual(verifyArchive(folder).leftovers, []);
});
