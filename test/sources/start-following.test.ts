/** What a server does with what an archive follows. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { openSourceDesk } from "../../src/compose/source-desk.ts";
import { startFollowing } from "../../src/compose/start-following.ts";
import { createFetcher } from "../../src/fetch/create-fetcher.ts";
import { createTestFolder } from "../fakes/cli.ts";
import { startWebServer } from "../fakes/web-server.ts";
import { MemoryWriter } from "../fakes/writer.ts";

const BODY = "今天上午，大桥通车，许多市民到场。".repeat(40);
const FEED = `<rss><channel><title>晨报</title><item><title>大桥通车</title><link>https://news.test/1</link><description>${BODY}</description></item></channel></rss>`;
const SETTINGS = {
  fetchAllow: [],
  fetchContact: undefined,
  fetchTimeoutMs: 5000,
  fetchMaxBytes: 1_000_000,
  timezone: "Asia/Shanghai",
};

test("a server looks at what is added while it runs, and stops when it is told to", async () => {
  await using site = await startWebServer((_, response) => response.end(FEED));
  const fetcher = createFetcher({ userAgent: "test", allow: ["127.0.0.1"], gapMs: 0 });
  const folder = join(createTestFolder(), "archive");
  const writer = new MemoryWriter();
  const problems: unknown[] = [];
  const following = startFollowing({
    ...SETTINGS,
    folder,
    fetcher,
    archive: () => ({ borrowWriter: async () => writer }),
    onError: (error) => problems.push(error),
    lookEveryMs: 20,
  });
  await using desk = openSourceDesk({ ...SETTINGS, folder, fetcher });
  await desk.add({ url: `http://127.0.0.1:${site.port}/feed` });
  for (let wait = 0; wait < 500 && writer.articles.size === 0; wait++) await setTimeout(20);
  await following[Symbol.asyncDispose]();
  await fetcher.close();
  assert.deepEqual(problems, []);
  assert.deepEqual(
    [...writer.articles.values()].map(({ title }) => title),
    ["大桥通车"],
  );
});
