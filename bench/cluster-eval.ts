/**
 * Judges the same judged queries over the same documents in a folder and in a cluster, and prints nDCG@10 of both beside each other.
 *
 *     node bench/cluster-eval.ts ADDRESS QUERIES SET...
 *
 *     ADDRESS    opensearch+http://host:port/PREFIX; indices whose names begin with PREFIX are made, one archive for each set
 *     QUERIES    at most so many of each set, the first ones
 *     SET        folders with corpus.jsonl, queries.jsonl and qrels.tsv, as `wenxun eval` reads them
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { SEARCH_MODES } from "../src/archive/request.ts";
import { openBackend, openForWriting } from "../src/compose/open-backend.ts";
import { type JudgedSet, loadJudgedSet } from "../src/eval/beir.ts";
import { evaluate } from "../src/eval/evaluate.ts";

const BATCH = 500;

const [address, queries, ...sets] = process.argv.slice(2);
if (address === undefined || queries === undefined || sets.length === 0) {
  console.error("usage: node bench/cluster-eval.ts ADDRESS QUERIES SET...");
  process.exit(2);
}
const encoder = { kind: "builtin" } as const;

interface Place {
  readonly folder: string;
  readonly cluster?: { readonly address: string };
}

/** nDCG@10 by mode. */
async function judge(place: Place, set: JudgedSet): Promise<Map<string, number>> {
  {
    await using writing = await openForWriting({ ...place, encoder, timezone: "UTC" });
    for (let start = 0; start < set.documents.length; start += BATCH)
      await writing.writer.put(
        set.documents.slice(start, start + BATCH).map(({ id, title, text }) => ({ id, title, body: text })),
      );
    await writing.writer.finish({});
  }
  await using app = await openBackend({ ...place, encoder });
  const asked = set.queries.slice(0, Number(queries));
  const { modes } = await evaluate(app.search, asked, { modes: SEARCH_MODES });
  return new Map(SEARCH_MODES.map((mode) => [mode, modes[mode]?.["ndcg@10"].mean ?? Number.NaN]));
}

console.log("| set | documents | queries | mode | folder | cluster | difference |\n|---|---|---|---|---|---|---|");
for (const path of sets) {
  const set = await loadJudgedSet(path);
  const folder = mkdtempSync(join(tmpdir(), "wenxun-cluster-eval-"));
  try {
    const own = await judge({ folder }, set);
    const name = basename(path).replaceAll("_", "-");
    const theirs = await judge({ folder, cluster: { address: `${address}-${name}` } }, set);
    for (const mode of SEARCH_MODES) {
      const [a, b] = [own.get(mode) ?? Number.NaN, theirs.get(mode) ?? Number.NaN];
      const size = [set.documents.length, Math.min(set.queries.length, Number(queries))];
      console.log(`| ${[basename(path), ...size, mode, a.toFixed(4), b.toFixed(4), (b - a).toFixed(4)].join(" | ")} |`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
