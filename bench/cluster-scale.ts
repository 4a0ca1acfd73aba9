/**
 * Times searches of an archive in a folder and of the same articles in a cluster, in turn, and then of a cluster that holds them several times: the
 * index is restored several times from a snapshot, and its copies are made one archive by years. The nodes have as much to read as with other articles;
 * what is found is there several times, so what folds copies has more to do than it would. Searches are over all dates.
 *
 *     node bench/cluster-scale.ts FOLDER CLUSTER-ADDRESS [QUERIES] [TIMES]       default 100 queries a mode, 5 times
 *
 * CLUSTER-ADDRESS is an archive with one index, in a cluster with a folder for snapshots (`path.repo`). The copies are removed at the end.
 */
import { loadavg } from "node:os";
import { PLAIN_REQUEST, SEARCH_MODES, type SearchMode } from "../src/archive/request.ts";
import { openBackend } from "../src/compose/open-backend.ts";
import { parseClusterAddress } from "../src/opensearch/connection/cluster-address.ts";
import { type ClusterClient, connectToCluster } from "../src/opensearch/connection/cluster-client.ts";
import { PARTED_VERSION } from "../src/opensearch/index/index-body.ts";
import { describeCommit, describeMachine } from "./million/machine.ts";
import { percentiles } from "./million/statistics.ts";

const [folder, address, queriesText = "100", timesText = "5"] = process.argv.slice(2);
if (folder === undefined || address === undefined) {
  console.error("usage: node bench/cluster-scale.ts FOLDER CLUSTER-ADDRESS [QUERIES] [TIMES]");
  process.exit(2);
}
const count = Number(queriesText);
const times = Number(timesText);
const encoder = { kind: "builtin" } as const;
const password = process.env.WENXUN_CLUSTER_PASSWORD;

type Backend = Pick<Awaited<ReturnType<typeof openBackend>>, "archive" | "search">;

/** Headlines, and two words of a headline, half each. */
async function drawQueries({ archive }: Backend): Promise<string[]> {
  const titles: string[] = [];
  for await (const { title } of archive.articles()) if (/\p{Script=Han}{8}/u.test(title)) titles.push(title);
  const step = Math.max(1, Math.floor(titles.length / count));
  return titles
    .filter((_, index) => index % step === 0)
    .slice(0, count)
    .map((title, index) => {
      const chinese = /\p{Script=Han}{8,}/u.exec(title)?.[0] ?? title;
      return index % 2 === 0 ? title : `${chinese.slice(0, 2)} ${chinese.slice(4, 6)}`;
    });
}

async function timeSearches(backends: ReadonlyMap<string, Backend>, queries: readonly string[]): Promise<void> {
  for (const mode of SEARCH_MODES satisfies readonly SearchMode[]) {
    const taken = new Map<string, number[]>([...backends.keys()].map((name) => [name, []]));
    for (const query of queries) {
      for (const [name, { search }] of backends) {
        const startMs = performance.now();
        await search.search({ ...PLAIN_REQUEST, query, mode, rerank: false });
        taken.get(name)?.push(performance.now() - startMs);
      }
    }
    for (const [name, list] of taken) {
      const { p50, p95 } = percentiles(list);
      console.log(`${mode.padEnd(8)} ${name.padEnd(24)} p50 ${p50} ms, p95 ${p95} ms`);
    }
  }
}

type Method = Parameters<ClusterClient["request"]>[0]["method"];

const request = (client: ClusterClient, method: Method, path: string, body?: object): Promise<unknown> =>
  client.request({ method, path, ...(body && { body }), patienceMs: 600_000 });

/** Several copies of an archive's index behind one alias, and what stands beside the articles. */
async function copyTimes(client: ClusterClient, { from, to }: { from: string; to: string }): Promise<string[]> {
  const index = `${from}-articles-000001`;
  const { body } = (await request(client, "GET", `/${index}/_mapping`)) as {
    body: Record<string, { mappings: { _meta: { wenxun: object } } }>;
  };
  const meta = body[index]?.mappings._meta.wenxun;
  await request(client, "PUT", `/_snapshot/${to}`, { type: "fs", settings: { location: to } });
  // Left by a run that was stopped.
  await request(client, "DELETE", `/_snapshot/${to}/once`);
  await request(client, "PUT", `/_snapshot/${to}/once?wait_for_completion=true`, {
    indices: index,
    include_global_state: false,
  });
  const names = Array.from({ length: times }, (_, copy) => `${to}-articles-000001-${2001 + copy}`);
  for (const name of names) {
    await request(client, "POST", `/_snapshot/${to}/once/_restore?wait_for_completion=true`, {
      include_aliases: false,
      include_global_state: false,
      rename_pattern: ".+",
      rename_replacement: name,
      index_settings: { "index.number_of_replicas": 0 },
    });
    await request(client, "PUT", `/${name}/_mapping`, {
      _meta: { wenxun: { ...meta, version: PARTED_VERSION, partition: "year" } },
    });
    await request(client, "PUT", `/${name}/_alias/${to}-articles`);
  }
  await request(client, "POST", "/_reindex?refresh=true", {
    source: { index: `${from}-meta`, query: { ids: { values: ["state"] } } },
    dest: { index: `${to}-meta` },
  });
  return [...names, `${to}-meta`];
}

console.log(
  `${describeMachine()}; load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}; commit ${describeCommit()}`,
);
const { prefix } = parseClusterAddress(address, password);
const copies = `${prefix}-times`;
const client = connectToCluster(parseClusterAddress(address, password));
await using local = await openBackend({ folder, encoder });
const queries = await drawQueries(local);
{
  await using once = await openBackend({ folder, cluster: { address, password }, encoder });
  await timeSearches(
    new Map<string, Backend>([
      ["folder", local],
      ["cluster", once],
    ]),
    queries,
  );
}
const made = await copyTimes(client, { from: prefix, to: copies });
try {
  const severalAddress = address.replace(/[^/]+$/, copies);
  await using several = await openBackend({ folder, cluster: { address: severalAddress, password }, encoder });
  await timeSearches(new Map([[`cluster, ${times} times`, several]]), queries);
} finally {
  for (const name of made) await request(client, "DELETE", `/${name}`);
  await request(client, "DELETE", `/_snapshot/${copies}`);
  await client.close();
}
