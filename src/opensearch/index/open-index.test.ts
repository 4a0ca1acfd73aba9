import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../errors.ts";
import { FOLD_VERSION } from "../../text/fold.ts";
import type { ClusterClient } from "../connection/cluster-client.ts";
import { INDEX_VERSION, toIndexMeta } from "./index-body.ts";
import { createIndex, openIndex } from "./open-index.ts";

const OWN = { encoderFingerprint: "fake-64", dimensions: 64, timezone: "UTC", createdAtMs: 0, archiveId: "abcd" };
const MADE = toIndexMeta(OWN);
const BY_YEAR = toIndexMeta({ ...OWN, partition: "year" });

interface Cluster {
  readonly version?: object;
  readonly plugins?: readonly string[];
  readonly meta?: object | undefined;
  readonly vector?: { readonly method?: { readonly engine?: string } };
  readonly knn?: string;
  readonly replicas?: number;
  /** Indices behind the alias, by their names, and what each says of itself. */
  readonly indices?: Readonly<Record<string, object>>;
}

/** A cluster that answers what opening asks. */
function createClient(cluster: Cluster): ClusterClient {
  const {
    version = { distribution: "opensearch", number: "2.19.1" },
    plugins = ["opensearch-knn"],
    replicas = 1,
  } = cluster;
  const { meta = MADE, vector = {}, knn, indices = { "news-articles-000001": meta } } = cluster;
  const answers: Readonly<Record<string, unknown>> = {
    "/": { version },
    "/_cluster/health": { number_of_data_nodes: 2 },
    "/_nodes/plugins": { nodes: { a: { name: "n1", roles: ["data"], plugins: plugins.map((name) => ({ name })) } } },
    "/news-articles": Object.fromEntries(
      Object.entries(indices).map(([name, own]) => [
        name,
        {
          mappings: { _meta: { wenxun: own }, properties: { vector } },
          settings: { index: { number_of_replicas: String(replicas), ...(knn !== undefined && { knn }) } },
        },
      ]),
    ),
  };
  return {
    request: async ({ path }) => ({ status: path in answers ? 200 : 404, body: answers[path] }),
    close: async () => {},
  };
}

test("an archive is opened as its index says it is", async () => {
  const { info, copies, areWordsOutdated } = await openIndex(createClient({}), "news");
  assert.deepEqual(info, { encoderFingerprint: "fake-64", dimensions: 64, timezone: "UTC", createdAtMs: 0 });
  assert.deepEqual([copies, areWordsOutdated], [2, false]);
  assert.equal((await openIndex(createClient({ replicas: 0 }), "news")).copies, 1, "there is one copy to wait for");
  const withGraph = { vector: { method: { engine: "lucene" } }, knn: "true" };
  await openIndex(createClient(withGraph), "news");
  const older = createClient({ meta: { ...MADE, foldVersion: FOLD_VERSION - 1 } });
  assert.equal((await openIndex(older, "news")).areWordsOutdated, true);
});

test("an archive is made with as many shards as are wanted, and else one for each node that keeps data", async () => {
  for (const [shards, wanted] of [
    [undefined, 2],
    [16, 16],
  ] as const) {
    const made: { readonly settings: { readonly index: { readonly number_of_shards: number } } }[] = [];
    const client = createClient({});
    const noting: ClusterClient = {
      ...client,
      request: async (request) => {
        if (request.method === "PUT" && request.path === "/news-articles-000001") made.push(request.body as never);
        return client.request(request);
      },
    };
    await createIndex(noting, "news", { encoderFingerprint: "fake-64", dimensions: 64, timezone: "UTC", shards });
    assert.equal(made[0]?.settings.index.number_of_shards, wanted);
  }
});

test("an archive made before there were years is one index, and one by years is all of them", async () => {
  const before = await openIndex(createClient({ indices: { "news-articles-2024": MADE } }), "news");
  assert.deepEqual([before.partition, before.behind], ["none", "news-articles-2024"], "whatever its name");
  const indices = { "news-articles-000001-2024": BY_YEAR, "news-articles-000001-undated": BY_YEAR };
  const { partition, behind } = await openIndex(createClient({ indices }), "news");
  assert.deepEqual([partition, behind], ["year", "news-articles-000001"]);
});

test("an archive by years begins with the index of undated articles, of one shard", async () => {
  const made = new Map<string, { readonly settings: { readonly index: { readonly number_of_shards: number } } }>();
  const client = createClient({});
  const noting: ClusterClient = {
    ...client,
    request: async (request) => {
      if (request.method === "PUT") made.set(request.path, request.body as never);
      return client.request(request);
    },
  };
  const { encoderFingerprint, dimensions, timezone } = OWN;
  await createIndex(noting, "news", { encoderFingerprint, dimensions, timezone, partition: "year" });
  const first = made.get("/news-articles-000001-undated");
  assert.equal(first?.settings.index.number_of_shards, 1);
  assert.ok(!made.has("/news-articles-000001"));
});

test("a cluster or an index that cannot be used is refused, with what is wrong", async () => {
  for (const [cluster, code, says] of [
    [{ version: { number: "8.15.0" } }, "archive-version", /no OpenSearch/],
    [{ version: { distribution: "opensearch", number: "2.9.0" } }, "archive-version", /2\.9\.0.*2\.11/],
    [{ plugins: ["opensearch-sql"] }, "archive-version", /opensearch-knn is missing on n1/],
    [{ meta: {} }, "archive-version", /not made by wenxun/],
    [{ meta: { ...MADE, version: INDEX_VERSION + 1 } }, "archive-version", new RegExp(`version ${INDEX_VERSION + 1}`)],
    [{ vector: { method: { engine: "faiss" } }, knn: "true" }, "archive-damaged", /faiss/],
    [{ knn: "true" }, "archive-damaged", /the engine of the cluster's choice/],
    [{ indices: { one: MADE, other: MADE } }, "archive-damaged", /stands for 2 indices/],
    [{ meta: { ...BY_YEAR, version: INDEX_VERSION } }, "archive-version", /version 3.*reads version 4/],
    ...[
      { "news-articles-000001-2024": { ...BY_YEAR, archiveId: "other" } },
      { "news-articles-000002-2024": BY_YEAR },
      { "news-articles-000001-2024": {} },
    ].map(
      (stranger) =>
        [
          { indices: { "news-articles-000001-undated": BY_YEAR, ...stranger } },
          "archive-damaged",
          /not parts of one archive/,
        ] as const,
    ),
  ] as const) {
    await assert.rejects(openIndex(createClient(cluster), "news"), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, code);
      assert.match(error.message, says);
      return true;
    });
  }
  const missing = (error: unknown): boolean => error instanceof AppError && error.code === "archive-missing";
  await assert.rejects(openIndex(createClient({}), "other"), missing);
});
