/**
 * OpenSearch with its k-NN plugin: a node that runs already, at the address in WENXUN_BENCH_OPENSEARCH. A search is one `_msearch`
 * of words and vectors within the days, which the client fuses, and an `_mget` of the ten texts.
 */
import { readFileSync } from "node:fs";
import { residentMemory } from "../million/memory.ts";
import { CANDIDATES, eachArticle, eachVectorBlock, fuse, readManifest, TOP, toTerms } from "./given.ts";

const ADDRESS = process.env.WENXUN_BENCH_OPENSEARCH;
const INDEX = "wenxun-peers";
const BATCH = 500;
/** Batches on their way at once. */
const AT_ONCE = 2;

const createIndexBody = (dimensions) => ({
  settings: { index: { knn: true, number_of_shards: 1, number_of_replicas: 0, refresh_interval: "-1" } },
  mappings: {
    dynamic: "strict",
    _source: { excludes: ["terms", "vector"] },
    properties: {
      row: { type: "integer", index: false },
      day: { type: "integer" },
      title: { type: "text", index: false },
      body: { type: "text", index: false },
      terms: { type: "text", analyzer: "whitespace", index_options: "freqs" },
      vector: {
        type: "knn_vector",
        dimension: dimensions,
        // The defaults of its graph. Unit vectors: inner products are cosines.
        method: { name: "hnsw", engine: "lucene", space_type: "innerproduct" },
      },
    },
  },
});

/** @throws what the node said. */
async function ask(path, { method = "GET", lines, body } = {}) {
  const reply = await fetch(new URL(path, ADDRESS), {
    method,
    headers: { "content-type": lines === undefined ? "application/json" : "application/x-ndjson" },
    body:
      lines === undefined ? body && JSON.stringify(body) : `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`,
  });
  const answer = await reply.json();
  if (!reply.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer.error ?? answer)}`);
  return answer;
}

/** @returns CPU seconds of the node; that of this process is counted by whoever called */
export async function build(folder) {
  const { dimensions } = readManifest(folder);
  const before = await cpuSeconds();
  await ask(`${INDEX}?ignore_unavailable=true`, { method: "DELETE" });
  await ask(INDEX, { method: "PUT", body: createIndexBody(dimensions) });
  const articles = eachArticle(folder);
  const sending = [];
  for (const { vectors } of eachVectorBlock(folder, BATCH)) {
    const lines = vectors.flatMap((vector) => toLines(articles.next().value, vector));
    if (sending.length === AT_ONCE) await sending.shift();
    sending.push(send(lines));
  }
  await Promise.all(sending);
  tell("articles");
  await mergeAll();
  tell("one segment");
  return (await cpuSeconds()) - before;
}

function toLines({ row, day, title, body }, vector) {
  const terms = toTerms(`${title}\n${body}`).join(" ");
  // Of no direction: such an article has no vector.
  const known = vector.some((value) => value !== 0) && { vector: Array.from(vector) };
  return [{ index: { _id: String(row) } }, { row, day, title, body, terms, ...known }];
}

async function send(lines) {
  const { errors, items } = await ask(`${INDEX}/_bulk?filter_path=errors,items.*.error`, { method: "POST", lines });
  if (errors)
    throw new Error(`OpenSearch refused an article: ${JSON.stringify(items.find(({ index }) => index.error))}`);
}

/** Into one segment: no more articles come, and one graph is searched faster than several. It takes longer than fetch waits. */
async function mergeAll() {
  await ask(`${INDEX}/_refresh`, { method: "POST" });
  const { task } = await ask(`${INDEX}/_forcemerge?max_num_segments=1&wait_for_completion=false`, { method: "POST" });
  for (let done = false; !done; await new Promise((resolve) => setTimeout(resolve, 1000)))
    done = (await ask(`_tasks/${task}`)).completed;
  await ask(`${INDEX}/_refresh`, { method: "POST" });
  await ask(`${INDEX}/_flush`, { method: "POST" });
}

export async function openPeer(folder) {
  const { rows } = readManifest(folder);
  const { count } = await ask(`${INDEX}/_count`);
  if (count !== rows) throw new Error(`${ADDRESS} holds ${count} of ${rows} articles: forget its build in builds.json`);

  const within = ({ share, firstDay, lastDay }) =>
    share === 1 ? [] : [{ range: { day: { gte: firstDay, lte: lastDay } } }];
  const toPlain = (query, size) => ({
    size,
    query,
    track_total_hits: false,
    // Rows out of a column: an identifier would have to be unpacked from among the texts.
    _source: false,
    stored_fields: "_none_",
    docvalue_fields: ["row"],
  });
  const byVector = (search, size) => {
    const filter = within(search);
    const options = { vector: Array.from(search.vector), k: CANDIDATES };
    return toPlain(
      { knn: { vector: filter.length === 0 ? options : { ...options, filter: { bool: { filter } } } } },
      size,
    );
  };
  const byWords = (search) =>
    toPlain({ bool: { must: [{ match: { terms: search.terms.join(" ") } }], filter: within(search) } }, CANDIDATES);
  const toRows = ({ hits, error }) => {
    if (error !== undefined) throw new Error(`OpenSearch: ${JSON.stringify(error)}`);
    return hits.hits.map(({ fields }) => fields.row[0]);
  };

  const nearest = async (search) =>
    toRows(await ask(`${INDEX}/_search`, { method: "POST", body: byVector(search, TOP) }));
  const hybrid = async (search) => {
    const lines = [{}, byWords(search), {}, byVector(search, CANDIDATES)];
    const { responses } = await ask(`${INDEX}/_msearch`, { method: "POST", lines });
    const found = fuse(...responses.map(toRows));
    await ask(`${INDEX}/_mget`, { method: "POST", body: { ids: found.map(String) } });
    return found;
  };
  return { hybrid, nearest, memory, diskBytes };
}

/** Of the node; undefined where it runs on another machine or in a container of its own. */
async function memory() {
  const { process } = await readNode("process");
  try {
    if (readFileSync(`/proc/${process.id}/cmdline`, "utf8").includes("opensearch")) return residentMemory(process.id);
  } catch {
    // It has another number here, or none.
  }
  return undefined;
}

async function diskBytes() {
  const { _all: all } = await ask(`${INDEX}/_stats/store`);
  return all.primaries.store.size_in_bytes;
}

async function cpuSeconds() {
  const { process } = await readNode("stats/process");
  return process.cpu.total_in_millis / 1000;
}

/** What the one node tells of itself. */
async function readNode(what) {
  const { nodes } = await ask(`_nodes/${what}`);
  const [node, ...others] = Object.values(nodes);
  if (others.length > 0) throw new Error(`${ADDRESS} is one of ${others.length + 1} nodes: one alone is asked`);
  return node;
}

/** Building takes a while. */
const tell = (what) => console.error(`OpenSearch: ${what} after ${Math.round(performance.now() / 1000)} s`);
