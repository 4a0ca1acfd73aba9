import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { toCandidate, toDocumentRules } from "../identify.ts";
import { ItemStore } from "./item-store.ts";
import { SourceStore } from "./source-store.ts";
import { openSourcesDatabase } from "./sources-database.ts";

test("articles are counted for the period in which a source showed them first, and no others", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "wenxun-items-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const database = openSourcesDatabase(folder);
  const items = new ItemStore(database);
  const sources = new SourceStore(database);
  for (const name of ["a", "b"]) sources.add({ kind: "feed", address: `https://${name}.test/feed` }, 0);
  const show = (sourceId: number, number: number, atMs: number): void => {
    const url = `https://news.test/${sourceId}/${number}`;
    const item = { guid: `g${number}`, url, record: {} };
    const article = { id: url, title: `第${number}条`, body: "" };
    const rules = toDocumentRules([item], {}, { sourceId, host: "news.test", timezone: "Asia/Shanghai" });
    items.settle(sourceId, items.claim(sourceId, [toCandidate(item, article, rules)], atMs));
  };
  for (const [number, atMs] of [
    [1, 99],
    [2, 100],
    [3, 109],
    [4, 110],
    [5, 129],
    [6, 130],
  ] as const)
    show(1, number, atMs);
  show(1, 3, 125);
  show(2, 1, 115);
  assert.deepEqual(
    [...items.countsByPeriod(130, 10, 3)],
    [
      [1, [2, 1, 1]],
      [2, [0, 1, 0]],
    ],
  );
  assert.deepEqual(
    items.countsSince(110),
    new Map([
      [1, 3],
      [2, 1],
    ]),
  );
  assert.deepEqual(
    items.newest(1, 110, 2).map(({ title }) => title),
    ["第6条", "第5条"],
  );
  assert.deepEqual(items.newest(2, 116, 2), []);
  sources.remove(2);
  assert.deepEqual([...items.countsSince(110).keys()], [1], "what is followed no more has no news");
  database.close();
});
