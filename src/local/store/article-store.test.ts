import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createTestFolder } from "../../../test/fakes/cli.ts";
import { ArticleStore, liveArticles } from "./article-store.ts";
import { insertVersions, toStoredVersions } from "./commit-record.ts";
import { createDatabase, databasePath, openDatabase } from "./database.ts";

test("a key that is damaged so that the table is out of order does not make reading it endless", () => {
  const folder = join(createTestFolder(), "archive");
  createDatabase(folder, { encoderFingerprint: "fake", dimensions: 8, timezone: "UTC" });
  const made = openDatabase(folder, "write");
  const rest = { hash: new Uint8Array(32), title: "t", body: "b", url: undefined, sourceId: 0, categoryId: 0 };
  const ids = ["first", "second", "third"];
  const versions = ids.map((id, index) => ({ ...rest, key: index + 1, id, publishedAtMs: undefined }));
  insertVersions(made.database, toStoredVersions(made.database, versions));
  made.database.close();
  const path = databasePath(folder);
  const bytes = readFileSync(path);
  // The id is the first value of a row: before it stand the key, and a header of one byte and one for each of ten columns.
  const place = bytes.indexOf("third") - 12;
  assert.equal(bytes[place], 3);
  bytes[place] = 0;
  writeFileSync(path, bytes);

  const { database } = openDatabase(folder, "read", { evenDamaged: true });
  const read = new Set<string>();
  let rows = 0;
  for (const { id } of liveArticles(database, 2)) {
    read.add(id);
    assert.ok(++rows < 10, "the same rows come again and again");
  }
  assert.deepEqual([...read].slice(0, 2), ["first", "second"]);
  database.close();
});

test("what reads many articles does so in one transaction, which ends with it, also where it fails", () => {
  const folder = join(createTestFolder(), "archive");
  createDatabase(folder, { encoderFingerprint: "fake", dimensions: 8, timezone: "UTC" });
  const made = openDatabase(folder, "write");
  const rest = { hash: new Uint8Array(32), body: "b", url: undefined, sourceId: 0, categoryId: 0 };
  const version = (key: number) => ({ ...rest, key, id: `a${key}`, title: `t${key}`, publishedAtMs: undefined });
  insertVersions(made.database, toStoredVersions(made.database, [version(1)]));
  const { database } = openDatabase(folder, "read");
  const store = new ArticleStore(database);
  const titles = store.reading(() =>
    store.reading(() => {
      const first = store.byKey(1)?.title;
      insertVersions(made.database, toStoredVersions(made.database, [version(2)]));
      return [first, database.isTransaction, store.byKey(2)?.title];
    }),
  );
  assert.deepEqual(titles, ["t1", true, undefined]);
  assert.equal(database.isTransaction, false);
  assert.equal(store.byKey(2)?.title, "t2");
  const failing = (): never => {
    throw new Error("no");
  };
  assert.throws(() => store.reading(failing), /no/);
  assert.equal(database.isTransaction, false);
  for (const one of [database, made.database]) one.close();
});
