/** What a feed shows again, changed, is a new edition of the article in the archive: whatever became of its GUID and its address meanwhile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSource } from "../../src/sources/check-source.ts";
import { ItemStore } from "../../src/sources/store/item-store.ts";
import { PageStore } from "../../src/sources/store/page-store.ts";
import { SourceStore } from "../../src/sources/store/source-store.ts";
import { openSourcesDatabase } from "../../src/sources/store/sources-database.ts";
import { putAll } from "../contracts/engine.ts";
import { PlainArchive } from "../engines/plain-archive.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";

interface Item {
  readonly guid: string;
  readonly path: string;
  readonly title?: string;
  readonly body: string;
  readonly day?: number;
}

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 10);

function setUp() {
  const archive = new PlainArchive({ encoder: createFakeEncoder(), timezone: "Asia/Shanghai" });
  const database = openSourcesDatabase(createTestFolder());
  let nowMs = START_MS;
  let shown: readonly Item[] = [];
  const toXml = ({ guid, path, title = "渡口恢复通航", body, day = 9 }: Item): string =>
    `<item><guid isPermaLink="false">${guid}</guid><link>https://news.test${path}</link><title>${title}</title><description>${body}</description><pubDate>${new Date(Date.UTC(2026, 0, day, 3, 17)).toUTCString()}</pubDate></item>`;
  const sources = new SourceStore(database);
  const { source } = sources.add({ kind: "feed", address: "https://news.test/feed", fullText: "never" }, nowMs);
  const show = async (...items: Item[]): Promise<void> => {
    shown = items;
    nowMs += HOUR_MS;
    await checkSource(sources.byId(source.id) ?? assert.fail("the source is gone"), {
      sources,
      items: new ItemStore(database),
      pages: new PageStore(database),
      fetcher: {
        get: async (url) => {
          const body = Buffer.from(`<rss><channel>${shown.map(toXml).join("")}</channel></rss>`);
          return { status: 200, url, headers: {}, body };
        },
      },
      assertAllowed: async () => {},
      readsPages: false,
      put: async (articles) => void (await putAll(archive, articles)),
      timezone: "Asia/Shanghai",
      clock: { nowMs: () => nowMs, steadyMs: () => nowMs, sleep: async () => {} },
      random: () => 0.5,
    });
  };
  /** Of each article what it has said, oldest first. */
  const editions = async (): Promise<string[][]> => {
    const all: string[][] = [];
    for await (const { id } of archive.articles()) {
      const list = (await archive.editions(id)) ?? [];
      all.push(
        await Promise.all(list.map(async ({ number }) => (await archive.edition(id, number))?.article.body ?? "")),
      );
    }
    return all.sort();
  };
  return { show, editions };
}

const FIRST = { guid: "g1", path: "/1.html", body: "三人受轻伤。" };

test("an item that is shown again as it was, or with other blanks and markup, is no edition; one whose text changed is", async () => {
  const { show, editions } = setUp();
  await show(FIRST);
  await show(FIRST);
  await show({ ...FIRST, body: "<![CDATA[<p>三人受轻伤。 </p>]]>" });
  assert.deepEqual(
    (await editions()).map((bodies) => bodies.length),
    [1],
  );
  await show({ ...FIRST, body: "五人受轻伤。" });
  await show({ ...FIRST, body: "五人受轻伤。" });
  assert.deepEqual(
    (await editions()).map((bodies) => bodies.at(-1)),
    ["五人受轻伤。"],
  );
  assert.deepEqual(
    (await editions()).map((bodies) => bodies.length),
    [2],
  );
});

test("a GUID that rotates and an address that moves double no article, and its changes are its editions", async () => {
  const { show, editions } = setUp();
  await show(FIRST);
  await show({ ...FIRST, guid: "g2", body: "四人受轻伤。" });
  await show({ ...FIRST, guid: "g2", path: "/moved/1.html", body: "五人受轻伤。" });
  await show({ ...FIRST, guid: "g3", path: "/moved/1.html?utm_source=feed", body: "六人受轻伤。" });
  assert.deepEqual(await editions(), [["三人受轻伤。", "四人受轻伤。", "五人受轻伤。", "六人受轻伤。"]]);
});

test("a GUID that is given out again hides no article and is no edition of the one that had it", async () => {
  const { show, editions } = setUp();
  await show(FIRST);
  await show({ guid: "g1", path: "/2.html", title: "大桥今日合龙", body: "大桥合龙。", day: 10 });
  await show({ guid: "g1", path: "/2.html", title: "大桥今日合龙", body: "大桥今天合龙。", day: 10 });
  assert.deepEqual(await editions(), [["三人受轻伤。"], ["大桥合龙。", "大桥今天合龙。"]]);
});
