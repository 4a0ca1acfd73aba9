/** What a check does to the plan of a source. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Article } from "../../src/archive/article.ts";
import { AppError } from "../../src/errors.ts";
import type { Fetched } from "../../src/fetch/fetcher.ts";
import { type CheckOptions, checkSource } from "../../src/sources/check-source.ts";
import { MAX_INTERVAL_MS, toWaitMs } from "../../src/sources/next-check.ts";
import { readWaitingPages } from "../../src/sources/read-waiting-page.ts";
import { runSchedule } from "../../src/sources/schedule.ts";
import type { PageArticle } from "../../src/sources/source.ts";
import { ItemStore } from "../../src/sources/store/item-store.ts";
import { PageStore } from "../../src/sources/store/page-store.ts";
import { type SourceChange, SourceStore } from "../../src/sources/store/source-store.ts";
import { openSourcesDatabase } from "../../src/sources/store/sources-database.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { createVirtualClock } from "../fakes/virtual-clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FEED = "https://news.test/feed";
const LONG = "今天上午，大桥通车，许多市民到场。".repeat(40);

const toFeed = (numbers: readonly number[], body = LONG): string =>
  `<rss><channel><title>晨报</title>${numbers.map((n) => `<item><guid>g${n}</guid><title>第${n}条</title><link>https://news.test/${n}</link><description>${body}</description></item>`).join("")}</channel></rss>`;

function setUp() {
  const database = openSourcesDatabase(createTestFolder());
  const stored = new Map<string, Article>();
  let nowMs = Date.UTC(2026, 0, 1);
  let answer: Partial<Fetched> | AppError = {};
  let pages: (url: string) => Partial<Fetched> = () => ({ status: 404 });
  let putFails: AppError | undefined;
  const get = async (url: string): Promise<Fetched> => {
    const given = url === FEED || url.startsWith("https://moved.test/") ? answer : pages(url);
    if (given instanceof AppError) throw given;
    return { status: 200, url, headers: {}, body: Buffer.alloc(0), ...given };
  };
  const readPage = async (bytes: Buffer): Promise<PageArticle> => ({
    title: "页面标题",
    paragraphs: bytes.toString().split("\n"),
    source: undefined,
    publishedAtMs: undefined,
    canonicalUrl: undefined,
    nextPage: undefined,
  });
  const sources = new SourceStore(database);
  const options: CheckOptions & { readPage: typeof readPage } = {
    sources,
    items: new ItemStore(database),
    pages: new PageStore(database),
    fetcher: { get },
    assertAllowed: async () => {},
    readPage,
    readsPages: true,
    put: async (articles) => {
      if (putFails !== undefined) throw putFails;
      for (const article of articles) stored.set(article.id, article);
    },
    timezone: "Asia/Shanghai",
    clock: { nowMs: () => nowMs, steadyMs: () => nowMs, sleep: async () => {} },
    random: () => 0.5,
  };
  const { source } = sources.add({ kind: "feed", address: FEED }, nowMs);
  const get1 = () => sources.byId(source.id) ?? assert.fail("the source is gone");
  return {
    options,
    stored,
    sources,
    source: get1,
    /** Answers, checks, and tells how many minutes the next check is away. */
    check: async (next: Partial<Fetched> | AppError) => {
      answer = next;
      const report = await checkSource(get1(), options);
      return { ...report, waitMinutes: (report.source.nextCheckMs - nowMs) / MINUTE };
    },
    readPages: (answerPage: typeof pages) => {
      pages = answerPage;
      return readWaitingPages(source.id, options);
    },
    failPuts: (error: AppError | undefined) => {
      putFails = error;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const bodyOf = (text: string): Partial<Fetched> => ({ body: Buffer.from(text) });

describe("a check", () => {
  test("adapts the interval to how much is new", async () => {
    const { check } = setUp();
    assert.equal((await check(bodyOf(toFeed([1, 2, 3])))).waitMinutes, 60, "the first look says nothing of how often");
    assert.equal((await check(bodyOf(toFeed([3, 4, 5])))).waitMinutes, 30);
    assert.equal((await check({ status: 304 })).waitMinutes, 45);
    const failed = await check(new AppError("fetch-failed", "It broke off."));
    assert.deepEqual([failed.waitMinutes, failed.source.failures, failed.source.problem], [90, 1, "It broke off."]);
    const mended = await check(bodyOf(toFeed([3, 4, 5])));
    assert.deepEqual([mended.source.failures, mended.source.problem], [0, undefined]);
  });

  test("says that items were probably missed where none of them is known, and comes more often", async () => {
    const { check, source } = setUp();
    await check(bodyOf(toFeed([1, 2, 3])));
    assert.equal(source().missedMs, undefined, "at first all are new");
    const report = await check(bodyOf(toFeed([7, 8, 9])));
    assert.match(report.message ?? "", /probably missed/);
    assert.deepEqual(
      [report.waitMinutes, source().missedMs !== undefined, source().notice === report.message],
      [10, true, true],
    );
    assert.equal((await check(bodyOf(toFeed([8, 9, 10])))).message, undefined);
  });

  test("keeps to Retry-After and Cache-Control", async () => {
    const { check, source } = setUp();
    assert.equal(
      (await check({ ...bodyOf(toFeed([1])), headers: { "cache-control": "max-age=10800" } })).waitMinutes,
      180,
    );
    const later = await check({ status: 503, headers: { "retry-after": String(30 * 3600) } });
    assert.equal(later.waitMinutes, 30 * 60, "longer than a day, since it is asked for");
    assert.equal(source().askedWaitMs, 30 * HOUR);
  });

  test("ends with 410, and moves after the third permanent redirect", async () => {
    const { check, source, sources } = setUp();
    const moved = { ...bodyOf(toFeed([1])), movedTo: "https://moved.test/feed" };
    for (const address of [FEED, FEED, "https://moved.test/feed"]) {
      await check(moved);
      assert.equal(source().address, address);
    }
    await check({ ...bodyOf(toFeed([1])), movedTo: "https://moved.test/x" });
    await check(bodyOf(toFeed([1])));
    assert.equal(source().movedCount, 0, "an answer without a redirect in between counts from the start");
    const gone = await check({ status: 410 });
    assert.deepEqual([gone.source.status, sources.due(Infinity, 9).length], ["stopped", 0]);
  });

  test("a source that moves to another one's address stops instead of doubling it", async () => {
    const { check, source, sources } = setUp();
    sources.add({ kind: "feed", address: "https://moved.test/feed" }, 0);
    for (let look = 0; look < 3; look++) await check({ ...bodyOf(toFeed([1])), movedTo: "https://moved.test/feed" });
    assert.deepEqual([source().status, /source 2/.test(source().problem ?? "")], ["stopped", true]);
  });

  test("what stands in the way on this side is no failure of the source, and nothing is lost by it", async () => {
    const { check, failPuts, source, stored } = setUp();
    failPuts(new AppError("archive-locked", "Another process writes."));
    await assert.rejects(check(bodyOf(toFeed([1, 2]))), { code: "archive-locked" });
    assert.deepEqual([source().failures, source().checks, stored.size], [0, 0, 0]);
    failPuts(undefined);
    const report = await check(bodyOf(toFeed([1, 2])));
    assert.deepEqual([report.taken.added, stored.size], [2, 2]);
  });
});

describe("pages of articles", () => {
  test("short texts of a feed give way to those of their pages, titles do not", async () => {
    const { check, readPages, stored } = setUp();
    await check(bodyOf(toFeed([1], "摘要")));
    assert.equal(stored.size, 0, "an article is stored once, with its text");
    await readPages(() => bodyOf(`${LONG}\n第二段`));
    const [article] = stored.values();
    assert.deepEqual([article?.title, article?.body], ["第1条", `${LONG}\n第二段`]);
    const again = await check(bodyOf(toFeed([1], "摘要")));
    assert.deepEqual([again.taken.known, stored.size], [1, 1]);
    assert.ok(
      (stored.values().next().value?.body.length ?? 0) > 100,
      "the feed's summary does not take its place again",
    );
  });

  test("where a page cannot be read what the feed tells is stored, and it is tried again, not for ever", async () => {
    const { check, readPages, stored, pass } = setUp();
    await check(bodyOf(toFeed([1], "摘要")));
    await readPages(() => ({ status: 500 }));
    assert.deepEqual(
      [...stored.values()].map(({ body }) => body),
      ["摘要"],
    );
    pass(11 * MINUTE);
    await readPages(() => bodyOf(LONG));
    assert.deepEqual(
      [...stored.values()].map(({ body }) => body),
      [LONG],
    );

    const other = setUp();
    let asked = 0;
    await other.check(bodyOf(toFeed([1], "摘要")));
    for (let day = 0; day < 10; day++) {
      await other.readPages(() => {
        asked++;
        return { status: 500 };
      });
      other.pass(25 * HOUR);
    }
    assert.equal(asked, 5);
  });

  test("a page that robots.txt forbids is not tried again", async () => {
    const { check, readPages, stored, pass } = setUp();
    await check(bodyOf(toFeed([1], "摘要")));
    let asked = 0;
    for (let look = 0; look < 3; look++) {
      await readPages(() => {
        asked++;
        return { status: 403 };
      });
      pass(25 * HOUR);
    }
    assert.deepEqual([asked, stored.size], [1, 1]);
  });
});

test("a clock that is set back makes nothing wait for years", () => {
  const database = openSourcesDatabase(createTestFolder());
  const now = Date.UTC(2026, 0, 1);
  const sources = new SourceStore(database);
  const { source } = sources.add({ kind: "feed", address: FEED }, now);
  sources.change(source.id, { checkedMs: now, nextCheckMs: now + HOUR });
  assert.equal(sources.due(now - 300 * 24 * HOUR, 9).length, 0);
  assert.equal(sources.due(now - 300 * 24 * HOUR + HOUR, 9).length, 1);
});

test("a clock that is set forward makes nothing be asked early, however long it was to wait", async () => {
  const asked: string[] = [];
  const run = async (waitMs: number, change: SourceChange, hours: number): Promise<number> => {
    const database = openSourcesDatabase(createTestFolder());
    const clock = createVirtualClock();
    const sources = new SourceStore(database);
    const { source } = sources.add({ kind: "feed", address: FEED }, clock.nowMs());
    sources.change(source.id, {
      ...{ checkedMs: clock.nowMs(), nextCheckMs: clock.nowMs() + waitMs, steadyDueMs: clock.steadyMs() + waitMs },
      ...change,
    });
    clock.jump(40 * HOUR);
    const stop = new AbortController();
    const over = clock.sleep(hours * HOUR).then(() => stop.abort());
    asked.length = 0;
    await runSchedule({
      ...setUp().options,
      ...{ sources, items: new ItemStore(database), pages: new PageStore(database), clock, signal: stop.signal },
      fetcher: {
        get: async (url) => {
          asked.push(url);
          return { status: 304, url, headers: {}, body: Buffer.alloc(0) };
        },
      },
      lookEveryMs: HOUR,
      onError: (error) => assert.fail(String(error)),
    });
    await over;
    database.close();
    return asked.length;
  };
  const longest = toWaitMs(MAX_INTERVAL_MS, 0, 1);
  assert.ok(longest > 26 * HOUR, "a day, spread");
  assert.equal(await run(longest, { intervalMs: MAX_INTERVAL_MS }, 25), 0);
  assert.equal(await run(longest, { intervalMs: MAX_INTERVAL_MS }, 27), 1);
  // As a process that was killed while it asked has left it.
  assert.equal(await run(24 * HOUR + 2 * MINUTE, { askedWaitMs: 24 * HOUR }, 23), 0);
  // More than is ever planned: the machine was started anew, and its clock is all there is to go by.
  assert.equal(await run(39 * HOUR, { intervalMs: HOUR }, 1), 1);
});

test("of two processes one takes a source, and a killed one gives it back", () => {
  const folder = createTestFolder();
  const clock = { nowMs: () => 1000, steadyMs: () => 0 };
  const [one, two] = [new SourceStore(openSourcesDatabase(folder)), new SourceStore(openSourcesDatabase(folder))];
  one.add({ kind: "feed", address: FEED }, 0);
  const [first] = one.due(1000, 9);
  const [second] = two.due(1000, 9);
  assert.ok(first !== undefined && second !== undefined);
  assert.deepEqual([one.claim(first, clock), two.claim(second, clock)], [true, false]);
  assert.equal(two.due(1000 + 10 * MINUTE, 9).length, 0, "it may have been asked a while after it was taken");
  assert.equal(two.due(1000 + 12 * MINUTE, 9).length, 1);
});
