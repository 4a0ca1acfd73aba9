import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterClient, ClusterRequest } from "../connection/cluster-client.ts";
import { SnapshotReads } from "./snapshot-reads.ts";

const INFO = { encoderFingerprint: "fake-64", dimensions: 64, timezone: "UTC", createdAtMs: 0 };

test("what is looked for in a range asks its years, and how common words are all shards", async () => {
  const asked: ClusterRequest[] = [];
  const client: ClusterClient = {
    request: async (request) => {
      asked.push(request);
      return { status: 200, body: { responses: [{ hits: { hits: [] } }, { hits: { hits: [] } }] } };
    },
    close: async () => {},
  };
  const snapshot = { name: "c1", pit: "p", indices: ["a-000001-2023", "a-000001-2024", "a-000001-undated"] };
  const query = { match_all: {} };
  const searches = [{ query }, { query, ranksTerms: true }] as const;
  const range = { startMs: Date.UTC(2024, 0, 1), endMs: Date.UTC(2024, 1, 1) };
  const inYear = { bool: { must: [query], filter: [{ terms: { _index: ["a-000001-2024"] } }] } };
  for (const [partition, within, first] of [
    ["year", range, inYear],
    ["year", undefined, query],
    ["none", range, query],
  ] as const) {
    const reads = new SnapshotReads({ client, partition, info: INFO }, snapshot);
    await reads.within(within).searchAll(searches);
    const lines = asked.at(-1)?.lines as { search_type?: string; query?: object }[];
    assert.deepEqual(
      lines.map(({ search_type, query: own }) => search_type ?? own),
      ["query_then_fetch", first, "dfs_query_then_fetch", query],
    );
    assert.deepEqual(asked.at(-1)?.query, first === inYear ? { pre_filter_shard_size: 1 } : {});
  }
});
