import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { AppError } from "../../src/errors.ts";
import { MACHINE_CLOCK } from "../../src/fetch/clock.ts";
import type { Fetched, FetchOptions } from "../../src/fetch/fetcher.ts";
import { FEED_SOURCE } from "../../src/sources/kinds/feed-source.ts";
import { FOLDER_SOURCE } from "../../src/sources/kinds/folder-source.ts";
import { PAGE_SOURCE } from "../../src/sources/kinds/page-source.ts";
import { SITEMAP_SOURCE } from "../../src/sources/kinds/sitemap-source.ts";
import type { CheckContext, FoundItem, SourceState } from "../../src/sources/source.ts";
import { type Place, sourceContract } from "../contracts/source.ts";
import { createTestFolder } from "../fakes/cli.ts";

const SITE = "https://news.test";
const linkOf = (title: string): string => `${SITE}/2026/${title.codePointAt(0)}${title.length}.html`;

/** A site with one address that shows titles in some form. */
function openSite(toText: (titles: readonly string[]) => string): () => Promise<Place> {
  return async () => {
    let titles: readonly string[] = [];
    let isFailing = false;
    const get = async (url: string): Promise<Fetched> =>
      isFailing
        ? { status: 503, url, headers: { "retry-after": "60" }, body: Buffer.alloc(0) }
        : { status: 200, url, headers: {}, body: Buffer.from(toText(titles)) };
    return {
      address: `${SITE}/all`,
      fetcher: { get },
      show: async (next) => {
        titles = next;
        isFailing = false;
      },
      fail: async () => {
        isFailing = true;
      },
      [Symbol.asyncDispose]: async () => {},
    };
  };
}

const toFeed = (titles: readonly string[]): string =>
  `<rss><channel><title>晨报</title>${titles.map((title) => `<item><title>${title}</title><link>${linkOf(title)}</link></item>`).join("")}</channel></rss>`;

const toNewsSitemap = (titles: readonly string[]): string => {
  const now = new Date().toISOString();
  const urls = titles.map(
    (title) =>
      `<url><loc>${linkOf(title)}</loc><n:news><n:title>${title}</n:title><n:publication_date>${now}</n:publication_date></n:news></url>`,
  );
  return `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">${urls.join("")}</urlset>`;
};

const toPage = (titles: readonly string[]): string =>
  `<html><body>${titles.map((title) => `<a href="${linkOf(title)}">${title}</a>`).join("")}</body></html>`;

/** A folder with one file for each title. */
async function openFolder(): Promise<Place> {
  const address = join(createTestFolder(), "incoming");
  return {
    address,
    fetcher: { get: () => Promise.reject(new Error("a folder asks nobody")) },
    show: async (titles) => {
      mkdirSync(address, { recursive: true });
      for (const title of titles)
        writeFileSync(
          join(address, `${title.codePointAt(0)}${title.length}.jsonl`),
          JSON.stringify({ title, body: "正文" }),
        );
    },
    fail: async () => rmSync(address, { recursive: true }),
    [Symbol.asyncDispose]: async () => {},
  };
}

sourceContract(FEED_SOURCE, openSite(toFeed));
sourceContract(SITEMAP_SOURCE, openSite(toNewsSitemap));
sourceContract(PAGE_SOURCE, openSite(toPage));
sourceContract(FOLDER_SOURCE, openFolder);

const toContext = (
  get: CheckContext["fetcher"]["get"],
  more: Partial<CheckContext> = {},
): CheckContext & { readonly found: FoundItem[]; readonly takes: number[] } => {
  const found: FoundItem[] = [];
  const takes: number[] = [];
  const take: CheckContext["take"] = async (items) => {
    found.push(...items);
    takes.push(items.length);
    return { added: items.length, changed: 0, known: 0, unusable: 0 };
  };
  return { fetcher: { get }, assertAllowed: async () => {}, clock: MACHINE_CLOCK, take, found, takes, ...more };
};

const feedAt = (state: SourceState) => ({ address: `${SITE}/feed`, state, afterwards: "keep" as const });

describe("feeds", () => {
  test("validators go back as they came; 304 keeps those that it leaves out; 410 ends it", async () => {
    const asked: (FetchOptions | undefined)[] = [];
    const answers: Partial<Fetched>[] = [
      { status: 200, headers: { etag: 'W/"a"', "last-modified": "x", "cache-control": "max-age=7200" } },
      { status: 304, headers: { etag: 'W/"b"' } },
      { status: 410 },
    ];
    const get = async (url: string, options?: FetchOptions): Promise<Fetched> => {
      asked.push(options);
      return { status: 200, url, headers: {}, body: Buffer.from(toFeed(["一"])), ...answers.shift() };
    };
    const first = await FEED_SOURCE.check(feedAt({}), toContext(get));
    assert.deepEqual(first.state, { etag: 'W/"a"', lastModified: "x" });
    assert.equal(first.askedWaitMs, 7_200_000);
    const second = await FEED_SOURCE.check(feedAt(first.state), toContext(get));
    assert.deepEqual([second.outcome, second.state], ["unchanged", { etag: 'W/"b"', lastModified: "x" }]);
    assert.deepEqual(asked[1]?.validators, first.state);
    assert.equal((await FEED_SOURCE.check(feedAt(second.state), toContext(get))).outcome, "gone");
  });

  test("what a feed asks for in its text holds as long as it says that nothing has changed", async () => {
    const body = Buffer.from(toFeed(["一"]).replace("</title>", "</title><ttl>120</ttl>"));
    const answers: Partial<Fetched>[] = [{ body }, { status: 304 }, { status: 304 }, { status: 200 }];
    const get = async (url: string): Promise<Fetched> => ({
      ...{ status: 200, url, headers: { etag: "a" }, body: Buffer.from(toFeed(["一"])) },
      ...answers.shift(),
    });
    const waits: unknown[] = [];
    let state: SourceState = {};
    while (answers.length > 0) {
      const result = await FEED_SOURCE.check(feedAt(state), toContext(get));
      waits.push(result.askedWaitMs);
      state = result.state;
    }
    assert.deepEqual(waits, [7_200_000, 7_200_000, 7_200_000, 0]);
  });

  test("one that breaks off gives what came before, and is asked for again as if it had not", async () => {
    const text = toFeed(["一", "二"]);
    const body = Buffer.from(text.slice(0, text.indexOf("二")));
    const get = async (url: string): Promise<Fetched> => ({ status: 200, url, headers: { etag: "new" }, body });
    const context = toContext(get);
    const result = await FEED_SOURCE.check(feedAt({ etag: "old" }), context);
    assert.deepEqual([context.found.length, result.state, result.isWindow], [1, { etag: "old" }, false]);
    assert.match(result.notice ?? "", /broke off/);
  });

  test("statuses are told with what they mean and when to come again", async () => {
    const answering = (status: number, headers = {}) =>
      FEED_SOURCE.check(
        feedAt({}),
        toContext(async (url) => ({ status, url, headers, body: Buffer.alloc(0) })),
      );
    await assert.rejects(answering(404), { code: "fetch-failed", message: /404: there is nothing/ });
    await assert.rejects(answering(429, { "retry-after": "120" }), { retryAfterS: 120 });
    await assert.rejects(answering(200), { code: "bad-input", message: /is empty/ });
  });
});

describe("folders", () => {
  const CLOCK_START = Date.UTC(2026, 0, 1);
  const readAny: CheckContext["readPage"] = async () => ({
    title: "网页标题",
    paragraphs: ["第一段", "第二段"],
    source: undefined,
    publishedAtMs: 0,
    canonicalUrl: `${SITE}/1`,
    nextPage: undefined,
  });
  const setUp = (afterwards: "keep" | "move") => {
    const folder = createTestFolder();
    let nowMs = CLOCK_START;
    const put = (name: string, content: string, ageMs: number): void => {
      writeFileSync(join(folder, name), content);
      utimesSync(join(folder, name), (nowMs - ageMs) / 1000, (nowMs - ageMs) / 1000);
    };
    const look = async (state: SourceState, readPage: CheckContext["readPage"] = readAny) => {
      const context = toContext(() => Promise.reject(new Error("no")), {
        clock: { ...MACHINE_CLOCK, nowMs: () => nowMs, steadyMs: () => nowMs },
        readPage,
      });
      const result = await FOLDER_SOURCE.check({ address: folder, state, afterwards }, context);
      return {
        ...result,
        titles: context.found.map(({ record }) => record.title),
        found: context.found,
        takes: context.takes,
      };
    };
    return {
      folder,
      put,
      look,
      pass: (ms: number) => {
        nowMs += ms;
      },
    };
  };
  const line = (title: string): string => `${JSON.stringify({ title, body: "正文" })}\n`;

  test("a file that is still being written is left until it stands still", async () => {
    const { put, look, pass } = setUp("keep");
    put("a.jsonl", line("一"), 1000);
    const first = await look({});
    assert.deepEqual(first.titles, []);
    pass(5000);
    put("a.jsonl", line("一") + line("二"), 0);
    const second = await look(first.state);
    assert.deepEqual(second.titles, [], "it has grown");
    pass(5000);
    const third = await look(second.state);
    assert.deepEqual(third.titles, ["一", "二"]);
    assert.deepEqual((await look(third.state)).titles, [], "never twice");
    put("a.jsonl", line("一") + line("三"), 100_000);
    assert.deepEqual((await look(third.state)).titles, ["一", "三"], "unless it changes");
  });

  test("files that were read are moved where that is asked for, and none is written over", async () => {
    const { folder, put, look } = setUp("move");
    put("a.jsonl", line("一"), 100_000);
    put("b.csv", "title,body\n二,正文\n", 100_000);
    put("notes.docx", "x", 100_000);
    put(".hidden.jsonl", line("三"), 100_000);
    const first = await look({});
    assert.deepEqual([first.titles, first.goesOn], [["一", "二"], false]);
    put("a.jsonl", line("四"), 100_000);
    assert.deepEqual((await look(first.state)).titles, ["四"]);
    assert.deepEqual(readdirSync(join(folder, "read")).sort(), ["2-a.jsonl", "a.jsonl", "b.csv"]);
    assert.ok(existsSync(join(folder, "notes.docx")));
  });

  test("a page is read for its article; what cannot be used is said and holds up nothing", async () => {
    const { folder, put, look } = setUp("keep");
    put("1.html", "<html></html>", 100_000);
    put("2.json", "{ broken", 100_000);
    const first = await look({});
    assert.deepEqual(first.found, [
      {
        url: `${SITE}/1`,
        record: { title: "网页标题", body: "第一段\n第二段", url: `${SITE}/1`, published: "1970-01-01T00:00:00.000Z" },
      },
    ]);
    assert.match(first.notice ?? "", /2\.json/);
    const third = await look(first.state);
    assert.match(third.notice ?? "", /2\.json: 1 record could not be used/, "as long as it is there");
    rmSync(join(folder, "2.json"));
    assert.deepEqual([(await look(third.state)).notice, third.titles], [undefined, []]);
  });

  test("a page that takes too much, a file that may not be read and a link hold up nothing, and no link is followed", async () => {
    const { folder, put, look } = setUp("keep");
    put("1-heavy.html", "<html></html>", 100_000);
    put("2.jsonl", line("二"), 100_000);
    symlinkSync(join(folder, "nowhere"), join(folder, "0.jsonl"));
    const elsewhere = join(createTestFolder(), "secret.jsonl");
    writeFileSync(elsewhere, line("秘密"));
    symlinkSync(elsewhere, join(folder, "1.jsonl"));
    const heavy: CheckContext["readPage"] = () => Promise.reject(new AppError("timeout", "It took more than 10 s."));
    const first = await look({}, heavy);
    assert.deepEqual(first.titles, ["二"]);
    assert.match(first.notice ?? "", /1-heavy\.html was not read: It took more than 10 s/);
    put("3.jsonl", line("三"), 100_000);
    const second = await look(first.state, heavy);
    assert.deepEqual(second.titles, ["三"]);
    const third = await look(second.state, heavy);
    assert.match((await look(third.state)).notice ?? "", /1-heavy/, "said as long as it is there");
    assert.deepEqual((await look(third.state)).titles, [], "it is not tried for ever");
    assert.deepEqual((await look(second.state)).titles, ["网页标题"], "it may be read another time");
  });

  test("a file that becomes a link after the folder was listed is not followed", async () => {
    const { folder, put, look } = setUp("keep");
    for (const name of ["1.html", "2.html"]) put(name, "<html></html>", 100_000);
    put("3.jsonl", line("三"), 100_000);
    const elsewhere = join(createTestFolder(), "secret.jsonl");
    writeFileSync(elsewhere, line("秘密"));
    const { found, notice } = await look({}, async (bytes, about) => {
      for (const name of ["2.html", "3.jsonl"]) {
        rmSync(join(folder, name));
        symlinkSync(elsewhere, join(folder, name));
      }
      return readAny(bytes, about);
    });
    assert.equal(found.length, 1);
    assert.doesNotMatch(JSON.stringify(found), /秘密/);
    assert.match(notice ?? "", /2\.html.*ELOOP.* So it is with 1 more file/s);
  });

  test("of many files some are read at a time, pages some together, and the same article twice as two editions", async () => {
    const { put, look, pass } = setUp("keep");
    for (let file = 0; file < 30; file++) put(`${file}.html`, "", 100_000);
    let page = 0;
    const readPage: CheckContext["readPage"] = async (bytes, about) => {
      pass(400);
      page++;
      return { ...(await readAny(bytes, about)), canonicalUrl: `${SITE}/${page === 2 ? 1 : page}` };
    };
    const first = await look({}, readPage);
    assert.deepEqual([first.found.length, first.takes, first.goesOn], [13, [1, 12], true]);
    const second = await look(first.state, readPage);
    const third = await look(second.state, readPage);
    assert.deepEqual([second.found.length, third.found.length, third.goesOn], [13, 4, false], "none twice");
  });

  test("a file of which something could not be used is not moved away", async () => {
    const { folder, put, look } = setUp("move");
    put("a.jsonl", `${line("一")}{ broken\n`, 100_000);
    const first = await look({});
    assert.match(first.notice ?? "", /a\.jsonl: 1 record/);
    assert.ok(existsSync(join(folder, "a.jsonl")));
    const again = await look(first.state);
    assert.deepEqual([again.titles, again.notice], [[], first.notice], "it is not read again");
  });
});
