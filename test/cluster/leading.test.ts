/** Searches and sources that are followed in a cluster: by one front end at a time, each article told of once, and nothing passed over. */
import assert from "node:assert/strict";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { toFollowedSearch } from "../../src/alerts/followed-search.ts";
import { addAlert } from "../../src/alerts/request-alert.ts";
import { alertsPath } from "../../src/alerts/store/alerts-database.ts";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { startAlertHost } from "../../src/compose/alert-host.ts";
import { startOneAtATime } from "../../src/compose/one-at-a-time.ts";
import { openBackend, openForWriting } from "../../src/compose/open-backend.ts";
import { openClusterLead } from "../../src/compose/open-cluster.ts";
import { openSourceDesk } from "../../src/compose/source-desk.ts";
import { startFollowing } from "../../src/compose/start-following.ts";
import { watchCluster } from "../../src/compose/watch-cluster.ts";
import { createFetcher } from "../../src/fetch/create-fetcher.ts";
import type { ClusterArchive } from "../../src/opensearch/cluster-archive.ts";
import { ALERTS_LEAD, FOLLOWING_LEAD } from "../../src/opensearch/lead/leads.ts";
import { createResources } from "../../src/resources/registry.ts";
import { sourcesPath } from "../../src/sources/store/sources-database.ts";
import { testWatchedContract, type Watched, type WatchedEngine } from "../contracts/watched-archive.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import { startWebServer } from "../fakes/web-server.ts";
import { startWebhookReceiver } from "../fakes/webhook-receiver.ts";
import { addressOf, clusterEngine, takePrefix, WITHOUT_CLUSTER } from "./cluster-engine.ts";

const watchedCluster: WatchedEngine = {
  name: "a cluster",
  // What was replaced leaves no trace.
  knowsReplaced: false,
  create: async () => {
    const encoder = createFakeEncoder();
    const { archive, reopen } = await clusterEngine.create({ encoder, timezone: "Asia/Shanghai" });
    const toWatched = async (opened: ClusterArchive): Promise<Watched> => ({
      watched: watchCluster(opened),
      writer: await opened.borrowWriter(),
    });
    const first = await toWatched(archive);
    let last = first;
    return {
      ...first,
      encoder,
      reopen: async () => {
        await first.writer.close();
        last = await toWatched(await reopen());
        return last;
      },
      [Symbol.asyncDispose]: () => last.writer.close(),
    };
  },
};

if (WITHOUT_CLUSTER === false) testWatchedContract(watchedCluster);

/** Two that are no copies of each other. */
const BODIES = [
  "今天上午，渡口恢复通航，许多市民到场。".repeat(20),
  "大雾散去之后，第二班轮渡载着菜农和学生离岸。".repeat(20),
];
const SETTINGS = {
  fetchAllow: ["127.0.0.1"],
  fetchContact: undefined,
  fetchTimeoutMs: 5000,
  fetchMaxBytes: 1_000_000,
  smtp: undefined,
  mailFrom: undefined,
  timezone: "Asia/Shanghai",
};

async function until(isDone: () => boolean, what: string): Promise<void> {
  for (const giveUpMs = Date.now() + 20_000; !isDone(); await sleep(20))
    if (Date.now() > giveUpMs) throw new Error(`${what} did not happen`);
}

test("of two front ends one looks at feeds and tells of articles, and where it ends the other goes on", {
  skip: WITHOUT_CLUSTER,
}, async () => {
  let issue = 1;
  await using site = await startWebServer((_, response) =>
    response.end(
      `<rss><channel><title>晨报</title><item><title>渡口第${issue}次通航</title><link>https://news.test/${issue}</link><description>${BODIES[issue - 1]}</description></item></channel></rss>`,
    ),
  );
  await using hooks = await startWebhookReceiver();
  await using cleaning = new AsyncDisposableStack();
  const prefix = takePrefix();
  const workingFolder = createTestFolder();
  const folder = join(workingFolder, `wenxun-${prefix}`);
  const cluster = { address: addressOf(prefix) };
  const resources = cleaning.use(createResources());
  const backendOptions = { folder, cluster, encoder: { kind: "builtin" }, resources } as const;
  const made = await openForWriting({ ...backendOptions, timezone: "Asia/Shanghai" });
  await made.writer.put([{ id: "old", title: "渡口旧闻", body: "渡口旧闻的消息", source: "甲报" }]);
  await made[Symbol.asyncDispose]();
  const backend = cleaning.use(await openBackend(backendOptions));
  const problems: unknown[] = [];
  const onError = (error: unknown): void => void problems.push(error);
  const fetcher = createFetcher({ userAgent: "test", allow: ["127.0.0.1"], gapMs: 0 });
  cleaning.defer(() => fetcher.close());

  const startFrontEnd = async () => {
    const lead = await openClusterLead(cluster, folder);
    const { claim: folderClaim } = lead;
    const hosted = { ...SETTINGS, folder, folderClaim, backend: backendOptions, onError };
    const shared = { lead, onError, lookEveryMs: 50 };
    const begun = { following: 0, alerts: 0 };
    const running = [
      startOneAtATime({
        ...shared,
        name: FOLLOWING_LEAD,
        file: sourcesPath(folder),
        start: () => {
          begun.following++;
          const archive = () => backend.archive;
          return startFollowing({ ...SETTINGS, folder, fetcher, archive, onError, lookEveryMs: 20 });
        },
      }),
      startOneAtATime({
        ...shared,
        name: ALERTS_LEAD,
        file: alertsPath(folder),
        start: () => {
          begun.alerts++;
          return startAlertHost({ ...hosted, works: true, lookEveryMs: 50 });
        },
      }),
    ];
    let stopping: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      stopping ??= Promise.all(running.map((one) => one[Symbol.asyncDispose]())).then(() =>
        lead[Symbol.asyncDispose](),
      );
      return stopping;
    };
    cleaning.defer(stop);
    const desk = openSourceDesk({ ...SETTINGS, folder, folderClaim, fetcher });
    const alertHost = startAlertHost({ ...hosted, works: false });
    cleaning.use(desk);
    cleaning.use(alertHost);
    return { begun, desk, alertHost, stop };
  };
  const one = await startFrontEnd();
  const other = await startFrontEnd();
  assert.equal(one.begun.following + other.begun.following, 0, "where nothing is followed nobody leads");

  const alerting = await other.alertHost.openToAdd();
  const search = toFollowedSearch({ ...PLAIN_REQUEST, query: "渡口", mode: "keyword" });
  await addAlert({ search, channel: "webhook", address: hooks.address }, alerting);
  await one.desk.add({ url: `http://127.0.0.1:${site.port}/feed` });
  const toldOf = (): string[] =>
    hooks.posts.flatMap(({ body }) => JSON.parse(body).data.articles.map(({ title }: { title: string }) => title));
  await until(() => hooks.posts.length > 0, "the first message");
  await until(() => one.begun.following + other.begun.following === 1, "one that follows");
  await until(() => one.begun.alerts + other.begun.alerts === 1, "one that tells");

  await until(() => one.desk.list()[0]?.lastSuccess !== null, "the end of the first check");

  const [leader, rest] = one.begun.following === 1 ? [one, other] : [other, one];
  await leader.stop();
  issue = 2;
  rest.desk.checkSoon(1);
  await until(() => toldOf().includes("渡口第2次通航"), "the second message");
  await sleep(300);
  assert.deepEqual(toldOf(), ["渡口第1次通航", "渡口第2次通航"]);
  assert.equal(rest.begun.following, 1);
  assert.deepEqual(problems, []);

  const elsewhere = join(createTestFolder(), "beside");
  await using stranger = await openClusterLead(cluster, elsewhere);
  await using strange = openSourceDesk({ ...SETTINGS, folder: elsewhere, folderClaim: stranger.claim, fetcher });
  await assert.rejects(strange.add({ url: `http://127.0.0.1:${site.port}/other` }), /stands in another folder/);

  const run = async (where: string, ...args: readonly string[]) =>
    runCli([...args, "--archive", cluster.address], { workingFolder: where });
  const listed = await run(workingFolder, "sources", "--json");
  assert.equal((JSON.parse(listed.stdout) as readonly object[]).length, 1, listed.stderr);
  const paused = await run(workingFolder, "alerts", "pause", "1");
  assert.deepEqual([paused.exitCode, paused.stdout], [0, "paused 1: 渡口\n"], paused.stderr);
  const refused = await run(createTestFolder(), "follow", `http://127.0.0.1:${site.port}/other`, "--no-check");
  assert.equal(refused.exitCode, 1);
  assert.ok(refused.stderr.includes(folder) && refused.stderr.includes(hostname()), refused.stderr);
});
