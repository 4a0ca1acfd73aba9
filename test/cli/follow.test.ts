import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { type Answer, startWebServer, type WebServer } from "../fakes/web-server.ts";

const TEXT = "记者今天上午在现场看到，许多市民一早就来到桥头，等待第一辆车驶过，气氛十分热烈，大家都很高兴。".repeat(
  10,
);

interface Site {
  titles: string[];
  status: number;
}

/** A site with a feed of whole texts, a page that names it, and a section without a feed whose articles have pages. */
const answerFor =
  (site: Site): Answer =>
  (request, response) => {
    const origin = `http://${request.headers.host}`;
    const link = (title: string): string => `${origin}/2026/${title.codePointAt(0)}${title.length}.html`;
    const items = site.titles.map(
      (title) => `<item><title>${title}</title><link>${link(title)}</link><description>${TEXT}</description></item>`,
    );
    if (site.status !== 200) response.writeHead(site.status).end();
    else if (request.url === "/feed")
      response.end(`<rss><channel><title>晨报</title>${items.join("")}</channel></rss>`);
    else if (request.url === "/")
      response.end(
        '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head><body></body></html>',
      );
    else if (request.url === "/china/")
      response.end(
        `<html><head><title>中国</title></head><body>${site.titles.map((title) => `<a href="${link(title)}">${title}</a>`).join("")}</body></html>`,
      );
    else if (request.url?.startsWith("/2026/"))
      response.end(
        `<html><head><meta charset="utf-8"><title>文章</title></head><body><h1>${site.titles[0]}</h1><article>${`<p>${TEXT}</p>`.repeat(3)}</article></body></html>`,
      );
    else response.writeHead(404).end();
  };

async function setUp() {
  const site: Site = { titles: ["跨江大桥今天上午建成通车"], status: 200 };
  const server: WebServer = await startWebServer(answerFor(site));
  const workingFolder = createTestFolder();
  const run = (...args: string[]) => runCli(args, { workingFolder, env: { WENXUN_FETCH_ALLOW: "127.0.0.1" } });
  const list = async () => JSON.parse((await run("sources", "--json")).stdout);
  return {
    site,
    server,
    workingFolder,
    run,
    list,
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

describe("following", () => {
  test("the feed that a page names is followed, its articles are found, and what comes later too", async () => {
    await using given = await setUp();
    const { run, url, site, list } = given;
    const followed = await run("follow", `${url}/`);
    assert.equal(followed.exitCode, 0, followed.stderr);
    assert.match(followed.stdout, /follows http.*\/feed \(source 1\): 1 new/);
    assert.match(followed.stdout, /is a page; this is the feed that it names/);
    assert.match((await run("search", "大桥")).stdout, /跨江大桥今天上午建成通车/);
    const again = await run("follow", `feed:${url}/feed#top`);
    assert.match(again.stdout, /follows already/);
    site.titles = ["央行今天宣布下调存款利率", ...site.titles];
    const checked = await run("sources", "check", "1");
    assert.match(checked.stdout, /1 new, 0 changed, 1 known/);
    const [source] = await list();
    assert.deepEqual([source.health, source.name, source.articles, source.kind], ["ok", "晨报", 2, "feed"]);
  });

  test("where a page has no feed its articles are followed, and their pages read", async () => {
    await using given = await setUp();
    const { run, url, list } = given;
    const followed = await run("follow", `${url}/china/`, "--name", "晚报", "--json");
    assert.equal(followed.exitCode, 0, followed.stderr);
    const [{ kind, check, remark }] = JSON.parse(followed.stdout);
    assert.deepEqual([kind, check.added], ["page", 1]);
    assert.match(remark, /1 links/);
    const found = JSON.parse((await run("search", "许多市民", "--json")).stdout);
    assert.deepEqual(
      found.hits.map((hit: { title: string; source: string }) => [hit.title, hit.source]),
      [["跨江大桥今天上午建成通车", "晚报"]],
    );
    assert.equal((await list())[0].waitingPages, 0);
  });

  test("why a source fails is said, and it is paused, resumed and removed", async () => {
    await using given = await setUp();
    const { run, url, site, list } = given;
    await run("follow", `${url}/feed`);
    site.status = 404;
    const failed = await run("sources", "check");
    assert.equal(failed.exitCode, 1);
    assert.match(failed.stdout, /failed: .*answered 404: there is nothing at this address any more/);
    const why = await run("sources", "why", "1");
    assert.match(why.stdout, /failing\n(?:.*\n)*problem {7}.*404/);
    assert.equal((await run("sources", "pause", "1")).stdout, `paused ${url}/feed\n`);
    assert.equal((await list())[0].health, "paused");
    await run("sources", "resume", `${url}/feed`);
    assert.deepEqual([(await list())[0].health, (await list())[0].problem], ["ok", null]);
    await run("sources", "remove", "1");
    assert.deepEqual(await list(), []);
    assert.match((await run("search", "大桥")).stdout, /跨江大桥/, "its articles stay");
    const unknown = await run("sources", "pause", "9");
    assert.deepEqual([unknown.exitCode, /No source is called "9"/.test(unknown.stderr)], [1, true]);
  });

  test("an OPML file adds its feeds, and a folder its files", async () => {
    await using given = await setUp();
    const { run, url, workingFolder, list } = given;
    const outlines = [1, 2, 3, 4, 5, 6].map((n) => `<outline text="源${n}" xmlUrl="${url}/feed?${n}"/>`).join("");
    const others = `<outline xmlUrl="${url}/feed?1#top"/><outline xmlUrl="ftp://old.test/feed"/>`;
    writeFileSync(join(workingFolder, "feeds.opml"), `<opml><body>${outlines}${others}</body></opml>`);
    const added = await run("follow", "feeds.opml");
    assert.match(
      added.stderr,
      /1 entry passed over, without an address that begins with http.*: ftp:\/\/old\.test\/feed/,
    );
    assert.equal(added.stdout, "6 feeds added, 0 followed already\n", added.stderr);
    assert.equal((await run("follow", "feeds.opml")).stdout, "0 feeds added, 6 followed already\n");
    mkdirSync(join(workingFolder, "incoming"));
    writeFileSync(
      join(workingFolder, "incoming", "news.jsonl"),
      JSON.stringify({ id: "a", title: "地铁开工", body: TEXT }),
    );
    await run("follow", "incoming", "--no-check");
    const folder = (await list()).find(({ kind }: { kind: string }) => kind === "folder");
    await run("sources", "check", String(folder.id));
    const second = await run("sources", "check", String(folder.id));
    assert.equal(second.exitCode, 0, second.stderr);
    assert.match((await run("search", "地铁")).stdout, /地铁开工/);
  });

  test("a backup holds what is followed, and goes on where it was", async () => {
    await using given = await setUp();
    const { run, url } = given;
    await run("follow", `${url}/feed`);
    const made = await run("backup", "copy");
    assert.equal(made.exitCode, 0, made.stderr);
    const [source] = JSON.parse((await run("sources", "--json", "--archive", "copy")).stdout);
    assert.deepEqual([source.address, source.articles], [`${url}/feed`, 1]);
    const checked = await run("sources", "check", "1", "--archive", "copy");
    assert.match(checked.stdout, /0 new, 0 changed, 1 known/, checked.stderr);
    assert.equal((await run("verify", "--archive", "copy")).exitCode, 0);
  });

  test("what cannot be followed is said with what mends it", async () => {
    await using given = await setUp();
    const { workingFolder, url, run } = given;
    const closed = await runCli(["follow", `${url}/feed`], { workingFolder });
    assert.equal(closed.exitCode, 1);
    assert.match(closed.stderr, /127\.0\.0\.1 is an address of this machine.*--fetch-allow 127\.0\.0\.1 allows it/);
    assert.ok(!existsSync(join(workingFolder, "archive")), "no empty archive is left behind");
    for (const [args, exitCode, message] of [
      [["follow"], 2, /Name what to follow/],
      [["follow", ""], 2, /is empty/],
      [["follow", "no-such-thing"], 2, /neither an address/],
      [["follow", `${url}/2026/1.html`], 1, /nothing to follow/],
      [["follow", `${url}/nowhere`], 1, /answered 404/],
      [["follow", `${url}/feed`, "--full-text", "maybe"], 2, /--full-text .* Allowed choices are auto, always, never/],
      [["follow", `${url}/feed`, "--fetch-allow", "a b/c d"], 2, /fetch-allow/],
    ] as const) {
      const { exitCode: got, stderr } = await run(...args);
      assert.match(stderr, message, args.join(" "));
      assert.equal(got, exitCode, args.join(" "));
    }
  });
});
