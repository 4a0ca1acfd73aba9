/** What is wrong with a cluster is named, with what mends it, and a sound one is called sound. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError } from "../../errors.ts";
import { FOLD_VERSION } from "../../text/fold.ts";
import { parseClusterAddress } from "../connection/cluster-address.ts";
import type { ClusterClient } from "../connection/cluster-client.ts";
import { toIndexMeta } from "../index/index-body.ts";
import { isPassed } from "./check-disks.ts";
import type { ClusterFinding } from "./cluster-finding.ts";
import { examineCluster } from "./examine-cluster.ts";

const MADE = { encoderFingerprint: "static-1", dimensions: 64, timezone: "UTC", createdAtMs: 0, archiveId: "abcd" };
const META = toIndexMeta(MADE);

const NOW_MS = 1_700_000_000_000;

const toIndex = (meta: object, engine = "lucene"): object => ({
  "news-articles-000001": {
    mappings: { _meta: { wenxun: meta }, properties: { vector: { method: { engine } } } },
    settings: { index: { number_of_replicas: "1" } },
  },
});

const DISK = { node: "n1", "disk.used": "50", "disk.total": "100" };

const SOUND: Readonly<Record<string, unknown>> = {
  "/": { version: { distribution: "opensearch", number: "2.19.1" } },
  "/_nodes/plugins": { nodes: { a: { name: "n1", roles: ["data"], plugins: [{ name: "opensearch-knn" }] } } },
  "/_nodes/http": { nodes: { a: { name: "n1", version: "2.19.1" }, b: { name: "n2", version: "2.19.1" } } },
  "/_nodes/stats/jvm": { nodes: { a: { name: "n1", jvm: { mem: { heap_used_percent: 50 } } } } },
  "/_cat/health": [{ epoch: String(NOW_MS / 1000) }],
  "/_cat/allocation": [DISK, { node: "UNASSIGNED" }],
  "/_cluster/settings": { persistent: {}, transient: {}, defaults: {} },
  "/news-articles": toIndex(META),
  "/_cluster/health/news-articles,news-meta": {
    status: "green",
    number_of_data_nodes: 2,
    indices: { "news-articles-000001": { status: "green", number_of_replicas: 1 } },
  },
  "/news-articles,news-meta/_settings": { "news-articles-000001": { settings: {} } },
  "/_cat/shards/news-articles,news-meta": [
    { index: "news-articles-000001", shard: "0", prirep: "r", state: "UNASSIGNED" },
    { index: "news-articles-000001", shard: "1", prirep: "p", state: "STARTED" },
  ],
  "/_cluster/allocation/explain": { allocate_explanation: "a node has left" },
  "/_snapshot": { nightly: { type: "fs" } },
};

/** The same archive by years, in indices with so many articles. */
const byYears = (counts: Readonly<Record<string, number>>, more: object = {}): Case => {
  const names = Object.keys(counts).map((part) => `news-articles-000001-${part}`);
  const meta = toIndexMeta({ ...MADE, partition: "year" });
  return {
    answers: {
      "/news-articles": Object.fromEntries(names.map((name) => [name, Object.values(toIndex(meta))[0]])),
      "/news-articles-000001-*": Object.fromEntries(names.map((name) => [name, {}])),
      "/_cat/indices/news-articles": Object.entries(counts).map(([part, count]) => ({
        index: `news-articles-000001-${part}`,
        pri: "2",
        "docs.count": String(count),
      })),
      "/_cluster/health": { number_of_data_nodes: 2 },
      ...more,
    },
  };
};

interface Case {
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly address?: string;
  readonly encoder?: string;
}

async function examine({ answers = {}, address = "opensearch+https://a,b/news", encoder = "static-1" }: Case) {
  const all = { ...SOUND, ...answers };
  const client: ClusterClient = {
    request: async ({ path }) => {
      const body = all[path];
      if (body instanceof AppError) throw body;
      return { status: body === undefined ? 404 : 200, body };
    },
    close: async () => {},
  };
  const findings: ClusterFinding[] = [];
  const options = { client, address: parseClusterAddress(address), encoderFingerprint: encoder, nowMs: () => NOW_MS };
  for await (const finding of examineCluster(options)) findings.push(finding);
  return findings;
}

const health = (status: string, more: object = {}): Readonly<Record<string, unknown>> => ({
  "/_cluster/health/news-articles,news-meta": { status, number_of_data_nodes: 2, ...more },
});

const CASES: readonly (readonly [code: string, level: string, says: RegExp, Case])[] = [
  ["not-encrypted", "warning", /password/, { address: "opensearch+http://u:p@search1,search2/news" }],
  ["one-host", "warning", /one node/, { address: "opensearch+https://a/news" }],
  [
    "unauthorized",
    "fault",
    /password/,
    { answers: { "/": new AppError("unauthorized", "The cluster does not know this user with this password.") } },
  ],
  [
    "unavailable",
    "fault",
    /answers/,
    { answers: { "/": new AppError("unavailable", "No node of the cluster answers.") } },
  ],
  [
    "archive-version",
    "fault",
    /2\.4\.0/,
    { answers: { "/": { version: { distribution: "opensearch", number: "2.4.0" } } } },
  ],
  [
    "archive-version",
    "fault",
    /opensearch-knn/,
    { answers: { "/_nodes/plugins": { nodes: { a: { name: "n1", roles: ["data"], plugins: [] } } } } },
  ],
  ["archive-version", "fault", /not made by wenxun/, { answers: { "/news-articles": toIndex({}) } }],
  ["archive-damaged", "fault", /faiss/, { answers: { "/news-articles": toIndex(META, "faiss") } }],
  ["archive-missing", "fault", /prefix news/, { answers: { "/news-articles": undefined } }],
  [
    "words-outdated",
    "warning",
    /another version/,
    { answers: { "/news-articles": toIndex({ ...META, foldVersion: FOLD_VERSION - 1 }) } },
  ],
  ["encoder-changed", "warning", /static-1.*other-2/, { encoder: "other-2" }],
  [
    "mixed-versions",
    "warning",
    /2\.19\.1, 3\.1\.0/,
    {
      answers: {
        "/_nodes/http": { nodes: { a: { name: "n1", version: "2.19.1" }, b: { name: "n2", version: "3.1.0" } } },
      },
    },
  ],
  [
    "heap-full",
    "warning",
    /95 %/,
    { answers: { "/_nodes/stats/jvm": { nodes: { a: { name: "n1", jvm: { mem: { heap_used_percent: 95 } } } } } } },
  ],
  [
    "clocks-apart",
    "warning",
    /30 s|31 s|29 s/,
    { answers: { "/_cat/health": [{ epoch: String(NOW_MS / 1000 + 30) }] } },
  ],
  [
    "disk-filling",
    "warning",
    /n1 is 91 %.*moves some away/,
    { answers: { "/_cat/allocation": [{ ...DISK, "disk.used": "91" }] } },
  ],
  ["disk-full", "fault", /n1 is 96 %/, { answers: { "/_cat/allocation": [{ ...DISK, "disk.used": "96" }] } }],
  [
    "watermarks-off",
    "warning",
    /disks/,
    {
      answers: { "/_cluster/settings": { defaults: { "cluster.routing.allocation.disk.threshold_enabled": "false" } } },
    },
  ],
  ["shards-missing", "fault", /000001 0 \(copy\): a node has left/, { answers: health("red") }],
  ["copies-missing", "warning", /nothing is lost/, { answers: health("yellow") }],
  ["one-node", "warning", /One node/, { answers: health("green", { number_of_data_nodes: 1 }) }],
  [
    "no-copies",
    "warning",
    /news-articles-000001/,
    { answers: health("green", { indices: { "news-articles-000001": { number_of_replicas: 0 } } }) },
  ],
  [
    "blocked",
    "fault",
    /index\.blocks\.write/,
    {
      answers: {
        "/news-articles,news-meta/_settings": {
          "news-articles-000001": { settings: { "index.blocks.write": "true" } },
        },
      },
    },
  ],
  [
    "disk-full",
    "fault",
    /nearly full/,
    {
      answers: {
        "/news-articles,news-meta/_settings": {
          "news-articles-000001": { settings: { "index.blocks.read_only_allow_delete": "true" } },
        },
      },
    },
  ],
  [
    "blocked",
    "fault",
    /whole cluster/,
    { answers: { "/_cluster/settings": { persistent: { "cluster.blocks.read_only": "true" } } } },
  ],
  [
    "part-left-out",
    "fault",
    /000001-1999 is a part/,
    byYears({ 2024: 3, undated: 0 }, { "/news-articles-000001-*": { "news-articles-000001-1999": {} } }),
  ],
  ["part-empty", "warning", /000001-2023 any more/, byYears({ 2023: 0, 2024: 3, undated: 0 })],
  [
    "few-states",
    "warning",
    /6 shards.*about 16 states/,
    byYears(
      { 2023: 1, 2024: 3, undated: 0 },
      { "/_cluster/settings": { defaults: { "search.max_open_pit_context": "50" } } },
    ),
  ],
  ["no-repository", "warning", /backup/, { answers: { "/_snapshot": {} } }],
  [
    "not-allowed",
    "warning",
    /monitor/,
    {
      answers: {
        "/_nodes/stats/jvm": new AppError(
          "unauthorized",
          "The user may not do this in the cluster: cluster:monitor/nodes/stats.",
        ),
      },
    },
  ],
];

describe("an archive in a cluster is examined", () => {
  test("a sound one has nothing but what is well", async () => {
    const findings = await examine({});
    assert.deepEqual([...new Set(findings.map(({ code }) => code))], ["fine"], JSON.stringify(findings));
    const years = await examine(byYears({ 2023: 1, 2024: 3, undated: 0 }));
    assert.deepEqual([...new Set(years.map(({ code }) => code))], ["fine"], JSON.stringify(years));
  });

  test("who of all front ends does what one does at a time is told", async () => {
    const held = { host: "front1", pid: 77, expiresAtMs: NOW_MS + 1000 };
    const answers = {
      "/news-meta/_doc/followed-in": { _source: { id: "x", host: "front1", folder: "/srv/wenxun-news" } },
      "/news-meta/_doc/following": { _source: held },
      "/news-meta/_doc/alerts": { _source: { ...held, expiresAtMs: NOW_MS - 1 } },
    };
    const told = (await examine({ answers })).map(({ what }) => what);
    for (const what of [
      "what is followed stands in the folder /srv/wenxun-news of front1",
      "process 77 of front1 looks at what is followed",
      "nobody tells of new articles now",
    ])
      assert.ok(told.includes(what), what);
  });

  for (const [code, level, says, found] of CASES) {
    test(`${code}: ${says.source}`, async () => {
      const findings = (await examine(found)).filter(({ level: own }) => own !== "ok");
      assert.deepEqual(
        findings.map((finding) => [finding.code, finding.level]),
        [[code, level]],
        JSON.stringify(findings),
      );
      assert.match(findings[0]?.what ?? "", says);
      assert.ok((findings[0]?.mend ?? "").length > 0, "what mends it is said");
    });
  }
});

test("watermarks are shares that may be used, or bytes that must be free", () => {
  const gib = 2 ** 30;
  for (const [watermark, used, total, passed] of [
    ["90%", 89, 100, false],
    ["90%", 90, 100, true],
    ["0.9", 91, 100, true],
    ["10gb", 85 * gib, 100 * gib, false],
    ["10gb", 91 * gib, 100 * gib, true],
    ["512mb", 100 * gib - 2 ** 28, 100 * gib, true],
    ["", 100, 100, false],
  ] as const)
    assert.equal(isPassed(watermark, used, total), passed, `${watermark} ${used}`);
});
