/**
 * Kills the front end that follows a feed and tells of its articles, again and again: `kill -9` of the process that holds the lease, while a feed
 * publishes and another front end stands ready. Counts articles that were not stored, messages that did not come and articles that were told of
 * under two names, and how long nobody led.
 *
 *     node bench/cluster-leaders.ts [KILLS] [HOSTS]       default 6; HOSTS of a cluster that runs, else one is started
 *
 * Needs Java and Maven where a cluster is to be started.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildHome } from "../test/cluster/build-home.ts";
import { startCluster } from "../test/cluster/start-cluster.ts";
import { startWebServer } from "../test/fakes/web-server.ts";
import { startWebhookReceiver } from "../test/fakes/webhook-receiver.ts";

const kills = Number(process.argv[2] ?? 6);
/** How often something is published: seldom enough that articles are told of one by one, of which there are 20 in an hour at most. */
const PUBLISHED_EVERY_MS = 12_000;
/** Items that the feed shows. */
const SHOWN = 80;
/** How long a leader leads before it is killed. */
const LEADS_FOR_MS = 8000;
const LAST_WAIT_MS = 240_000;

const launcher = join(import.meta.dirname, "..", "bin", "wenxun.mjs");
const folder = mkdtempSync(join(tmpdir(), "wenxun-leaders-"));
await using cleaning = new AsyncDisposableStack();
cleaning.defer(() => rmSync(folder, { recursive: true, force: true }));
const hosts = process.argv[3] ?? cleaning.use(await startCluster({ home: buildHome(), nodes: 3 })).hosts.join(",");
const node = `http://${hosts.split(",")[0]}`;
const prefix = `leaders-${Date.now()}`;
const archive = `opensearch+http://${hosts}/${prefix}`;
const startedMs = Date.now();
const log = (text: string): void => console.log(`${((Date.now() - startedMs) / 1000).toFixed(1)} s  ${text}`);

/** Letters in an order that no other item has, so that none is a copy of another. */
const fillerOf = (index: number): string =>
  Array.from({ length: 300 }, (_, at) =>
    String.fromCodePoint(0x4e00 + ((index * 3571 + at * (89 + index)) % 20_000)),
  ).join("");

let published = 0;
const toItem = (index: number): string =>
  `<item><title>渡口第${index}号通告</title><link>https://news.test/${index}</link><pubDate>${new Date(startedMs + index * 1000).toUTCString()}</pubDate><description>${fillerOf(index)}</description></item>`;
await using site = await startWebServer((_, response) => {
  const first = Math.max(1, published - SHOWN + 1);
  const items = Array.from({ length: published - first + 1 }, (_, index) => toItem(published - index));
  response.end(`<rss><channel><title>江城早报</title>${items.join("")}</channel></rss>`);
});
await using hooks = await startWebhookReceiver();

async function wenxun(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [launcher, ...args, "--archive", archive], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`wenxun ${args.join(" ")} ended with ${code}.`);
}

const ALLOW = ["--fetch-allow", "127.0.0.1"];
const feed = `http://127.0.0.1:${site.port}/feed.xml`;
published = 1;
await wenxun("follow", feed, "--full-text", "never", ...ALLOW);
await wenxun("alerts", "add", "渡口", "--mode", "keyword", "--webhook", hooks.address, ...ALLOW);
log("a feed and a search are followed");

const frontEnds: ChildProcess[] = [];
const start = (index: number): void => {
  frontEnds[index] = spawn(
    process.execPath,
    [launcher, "serve", "--archive", archive, "--port", "0", "--fetch-allow", "127.0.0.1"],
    { cwd: folder, stdio: ["ignore", "ignore", "inherit"] },
  );
};
cleaning.defer(async () => {
  for (const child of frontEnds) {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    child.kill("SIGTERM");
    await gone;
  }
});

/** The process that holds a lease now. */
async function leaderOf(name: string): Promise<number | undefined> {
  const reply = await fetch(`${node}/${prefix}-meta/_doc/${name}`);
  const { _source: held } = (await reply.json()) as { _source?: { pid: number; expiresAtMs: number } };
  return held !== undefined && held.expiresAtMs > Date.now() ? held.pid : undefined;
}

/** Waits until a front end that lives leads; how long that took. */
async function untilLed(name: string): Promise<number> {
  const beganMs = Date.now();
  for (;;) {
    const pid = await leaderOf(name);
    if (pid !== undefined && frontEnds.some((child) => child.pid === pid && child.signalCode === null))
      return Date.now() - beganMs;
    await sleep(200);
  }
}

let isOver = false;
const publishing = (async (): Promise<void> => {
  while (!isOver) {
    published++;
    await sleep(PUBLISHED_EVERY_MS);
  }
})();
// A feed is looked at every ten minutes at most: here it is, again and again, asked for by hand.
const hastening = (async (): Promise<void> => {
  while (!isOver) {
    await wenxun("sources", "resume", "1").catch(() => undefined);
    await sleep(4000);
  }
})();

start(0);
start(1);
await untilLed("following");
await untilLed("alerts");
const gapsMs: number[] = [];
for (let kill = 0; kill < kills; kill++) {
  await sleep(LEADS_FOR_MS);
  const name = kill % 2 === 0 ? "following" : "alerts";
  const pid = await leaderOf(name);
  const victim = frontEnds.findIndex((child) => child.pid === pid);
  if (victim < 0) throw new Error(`nobody that is known leads: ${pid}`);
  const child = frontEnds[victim] as ChildProcess;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
  log(`killed front end ${victim + 1}, which led ${name}`);
  start(victim);
  const gapMs = await untilLed(name);
  gapsMs.push(gapMs);
  log(`${name} is led again after ${(gapMs / 1000).toFixed(1)} s`);
}
isOver = true;
await Promise.all([publishing, hastening]);
const expected = Array.from({ length: published }, (_, index) => `渡口第${index + 1}号通告`);
const idsByTitle = (): Map<string, Set<string>> => {
  const ids = new Map<string, Set<string>>();
  for (const { headers, body } of hooks.posts)
    for (const { title } of JSON.parse(body).data.articles as { title: string }[])
      ids.set(title, (ids.get(title) ?? new Set()).add(headers["webhook-id"] ?? ""));
  return ids;
};
// The first was there before anybody followed the search; of many in an hour several are told of together, a minute after the last.
const told = expected.slice(1);
for (const untilMs = Date.now() + LAST_WAIT_MS; Date.now() < untilMs; await sleep(4000)) {
  await wenxun("sources", "resume", "1");
  const ids = idsByTitle();
  if (told.every((title) => ids.has(title))) break;
}
await fetch(`${node}/${prefix}-articles/_refresh`, { method: "POST" });
const count = (await (await fetch(`${node}/${prefix}-articles/_count`)).json()) as { count: number };
const ids = idsByTitle();
const missed = told.filter((title) => !ids.has(title));
const doubled = [...ids].filter(([, held]) => held.size > 1).map(([title]) => title);
const repeats = hooks.posts.length - new Set(hooks.posts.map(({ headers }) => headers["webhook-id"])).size;
log(
  `${published} published, ${count.count} stored; ${told.length} to be told of, ${missed.length} missed, ${doubled.length} under two names; ` +
    `${hooks.posts.length} messages, ${repeats} of them once more under the same name; longest time without a leader ${(Math.max(...gapsMs) / 1000).toFixed(1)} s`,
);
for (const title of [...missed, ...doubled].slice(0, 10)) console.log(`  ${title}`);
process.exitCode = missed.length + doubled.length > 0 || count.count !== published ? 1 : 0;
