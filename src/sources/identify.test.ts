import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTestFolder } from "../../test/fakes/cli.ts";
import { toCandidate, toDocumentRules } from "./identify.ts";
import type { FoundAbout, FoundItem } from "./source.ts";
import { ItemStore } from "./store/item-store.ts";
import { openSourcesDatabase } from "./store/sources-database.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AT_NOON = 43_260_000;

interface Shown {
  readonly guid?: string;
  readonly path?: string;
  readonly title?: string;
  readonly body?: string;
  readonly day?: number;
  /** Of the day, in ms; default: a moment that is no full hour. */
  readonly atMs?: number;
  readonly isDated?: boolean;
}

/** A feed as it is shown time after time; gives the ids of the articles that its items were taken for, and what was news. */
function createFeed() {
  const database = openSourcesDatabase(createTestFolder());
  const items = new ItemStore(database);
  return (shown: readonly Shown[], { sourceId = 1, ...about }: FoundAbout & { readonly sourceId?: number } = {}) => {
    const found: FoundItem[] = shown.map(({ guid, path, title = "大桥通车" }) => ({
      guid,
      url: path === undefined ? undefined : `https://news.test${path}`,
      record: { title },
    }));
    const rules = toDocumentRules(found, about, { sourceId, host: "news.test", timezone: "Asia/Shanghai" });
    const candidates = found.map((item, index) => {
      const { title = "大桥通车", body = "今天上午", day = 1, atMs = AT_NOON, isDated = true } = shown[index] ?? {};
      const article = { id: "", title, body, url: item.url, ...(isDated && { publishedAtMs: day * DAY + atMs }) };
      return toCandidate(item, article, rules);
    });
    const claimed = items.claim(sourceId, candidates, 0);
    items.settle(sourceId, claimed);
    return claimed.map(({ article, what }) => [article.id, what] as const);
  };
}

describe("identity of items", () => {
  test("a GUID that rotates doubles nothing: the address tells", () => {
    const show = createFeed();
    const [[id] = []] = show([{ guid: "a", path: "/1" }]);
    assert.deepEqual(show([{ guid: "b", path: "/1" }]), [[id, "known"]]);
    assert.deepEqual(show([{ guid: "c", path: "/1", body: "更正" }]), [[id, "changed"]]);
    assert.deepEqual(show([{ path: "/1", body: "更正" }]), [[id, "known"]]);
  });

  test("a GUID that is given out again hides nothing", () => {
    const show = createFeed();
    const [[first] = []] = show([{ guid: "a", path: "/1" }]);
    const [[second, what] = []] = show([{ guid: "a", path: "/2", title: "另一条", day: 3 }]);
    assert.notEqual(second, first);
    assert.equal(what, "added");
    assert.deepEqual(show([{ guid: "a", path: "/1" }]), [[first, "known"]], "both stay apart afterwards");
    assert.deepEqual(show([{ guid: "a", path: "/2", title: "另一条", day: 3 }]), [[second, "known"]]);
  });

  test("one GUID for all items of a feed identifies none of them", () => {
    const show = createFeed();
    const two = [
      { guid: "0", path: "/1", title: "一" },
      { guid: "0", path: "/2", title: "二" },
    ];
    const first = show(two);
    assert.deepEqual(
      first.map(([, what]) => what),
      ["added", "added"],
    );
    assert.deepEqual(
      show([...two].reverse()).map(([id]) => id),
      first.map(([id]) => id).reverse(),
    );
  });

  test("one address for all items, the front page say, identifies none of them", () => {
    const show = createFeed();
    const shown = [
      { guid: "a", path: "/live", title: "一" },
      { guid: "b", path: "/live", title: "二" },
    ];
    assert.equal(new Set(show(shown).map(([id]) => id)).size, 2);
    const root = createFeed();
    const [[first] = []] = root([{ guid: "a", path: "/", title: "一", day: 1 }]);
    const [[second] = []] = root([{ guid: "b", path: "/", title: "二", day: 1 }]);
    assert.notEqual(first, second);
  });

  test("an address that is given out again, on another day with another title, is another article", () => {
    const show = createFeed();
    const [[first] = []] = show([{ guid: "a", path: "/today", title: "周一要闻", day: 1 }]);
    const [[second, what] = []] = show([{ guid: "b", path: "/today", title: "周三要闻", day: 3 }]);
    assert.deepEqual([first === second, what], [false, "added"]);
  });

  test("an article that moves keeps its id, and one that is edited too", () => {
    const show = createFeed();
    const [[id] = []] = show([{ guid: "a", path: "/1" }]);
    assert.deepEqual(show([{ guid: "a", path: "/2024/1" }]), [[id, "changed"]]);
    assert.deepEqual(show([{ guid: "a", path: "/2024/1", title: "大桥今天通车" }]), [[id, "changed"]]);
    assert.deepEqual(show([{ guid: "a", path: "/2024/1", title: "大桥今天通车", day: 9 }]), [[id, "changed"]]);
  });

  test("where GUID and address both rotate the content tells, unless it tells nothing", () => {
    const show = createFeed();
    const [[id] = []] = show([{ guid: "a", path: "/1?s=1" }]);
    assert.deepEqual(show([{ guid: "b", path: "/1?s=2" }]), [[id, "known"]]);
    assert.equal(show([{ guid: "c", path: "/1?s=3", day: 2 }])[0]?.[1], "added", "the same title on another day");
  });

  test("two items of one title and one time, each at its own new address, are two articles", () => {
    const show = createFeed();
    const one = { guid: "a", path: "/1", title: "简讯" };
    const two = { guid: "b", path: "/2", title: "简讯" };
    assert.equal(new Set(show([one, two]).map(([id]) => id)).size, 2);
    const later = createFeed();
    const [[first] = []] = later([one]);
    assert.deepEqual(
      later([two, one]).map(([id, what]) => [id === first, what]),
      [
        [false, "added"],
        [true, "known"],
      ],
    );
  });

  test("an item of a full hour whose GUID and address are new each time is one article", () => {
    const show = createFeed();
    const at = { atMs: 9 * HOUR };
    const [[id] = []] = show([{ guid: "a", path: "/1?s=1", ...at }]);
    assert.deepEqual(show([{ guid: "b", path: "/1?s=2", ...at }]), [[id, "known"]]);
    assert.deepEqual(show([{ guid: "c", path: "/1?s=3", body: "更正", ...at }]), [[id, "changed"]]);
  });

  test("items of a day alone are one article only where title and text are the same", () => {
    for (const atMs of [0, -8 * HOUR]) {
      const show = createFeed();
      const [[id] = []] = show([{ guid: "a", path: "/1?s=1", atMs }]);
      assert.deepEqual(show([{ guid: "b", path: "/1?s=2", atMs }]), [[id, "known"]], "as before");
      assert.equal(show([{ guid: "c", path: "/1?s=3", body: "晚上的那一场", atMs }])[0]?.[1], "added");
      assert.equal(show([{ guid: "d", path: "/1?s=4", atMs: atMs + DAY }])[0]?.[1], "added", "on another day");
    }
  });

  test("items without GUID, address and date are one article as long as their words are the same", () => {
    const show = createFeed();
    const bare = [
      { title: "甲", isDated: false },
      { title: "乙", isDated: false },
    ];
    const ids = show(bare).map(([id]) => id);
    assert.equal(new Set(ids).size, 2);
    assert.deepEqual(
      show(bare).map(([id, what]) => [ids.includes(id), what]),
      [
        [true, "known"],
        [true, "known"],
      ],
    );
    assert.equal(show([{ title: "丙", isDated: false }])[0]?.[1], "added");
  });

  test("tracking parameters make no other address", () => {
    const show = createFeed();
    const [[id] = []] = show([{ path: "/1?utm_source=rss" }]);
    assert.deepEqual(show([{ path: "/1/?utm_source=weibo#top", body: "更正" }])[0], [id, "changed"]);
  });

  test("feeds that count their items stay apart; those of one site share an article, and the longer text stays", () => {
    const show = createFeed();
    const counting = (path: string): readonly Shown[] => [{ guid: "1", path, title: path }];
    const [[a] = []] = show(counting("/a"), { sourceId: 1 });
    const [[b] = []] = show(counting("/b"), { sourceId: 2 });
    assert.notEqual(a, b);
    const long = [{ guid: "tag:news.test,2026:9", path: "/9", body: "今天上午，大桥通车。" }];
    const short = [{ guid: "tag:news.test,2026:9", path: "/9", body: "今天" }];
    const [[id] = []] = show(long, { sourceId: 1 });
    assert.deepEqual(show(short, { sourceId: 2 }), [[id, "known"]]);
    assert.deepEqual(show(long, { sourceId: 1 }), [[id, "known"]], "they do not take turns");
    assert.deepEqual(show([{ ...long[0], body: "今天上午十点，大桥正式通车。" }], { sourceId: 2 }), [[id, "changed"]]);
  });

  test("an item twice in one document is one article", () => {
    const show = createFeed();
    assert.equal(
      show([
        { guid: "a", path: "/1" },
        { guid: "a", path: "/1" },
      ]).length,
      1,
    );
  });

  test("ids are those of an import where they are unique in the world, and told apart where not", () => {
    const show = createFeed();
    assert.equal(show([{ guid: "https://news.test/?p=1", path: "/1" }])[0]?.[0], "https://news.test/?p=1");
    assert.equal(show([{ guid: "17", path: "/17", title: "十七" }])[0]?.[0], "news.test:17");
    assert.match(show([{ path: "/18", title: "十八" }])[0]?.[0] ?? "", /^url-/);
    assert.match(show([{ title: "十九" }])[0]?.[0] ?? "", /^text-/);
  });
});

test("an item whose date is taken for one of the future, while the clock is behind, is known by that date all the same", () => {
  const rules = toDocumentRules([], {}, { sourceId: 1, host: "news.test", timezone: "Asia/Shanghai" });
  const item: FoundItem = { guid: undefined, url: undefined, record: { title: "大桥通车" } };
  const article = { id: "", title: "大桥通车", body: "今天上午", publishedAtMs: 5 * DAY + AT_NOON };
  const { publishedAtMs, ...undated } = article;
  const { contentKey } = toCandidate(item, article, rules);
  assert.notEqual(contentKey, undefined);
  assert.equal(toCandidate(item, undated, rules, publishedAtMs).contentKey, contentKey);
  assert.notEqual(toCandidate(item, undated, rules).contentKey, contentKey);
});
