/**
 * Do similar articles lead to what an editor linked? For each query that is itself a document of a judged set (it bears its
 * id), asks for the ten articles similar to that document.
 *
 *     node bench/related.ts DIR                       DIR: a judged set, as for `wenxun eval`
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBackend, openForWriting } from "../src/compose/open-backend.ts";
import { loadJudgedSet } from "../src/eval/beir.ts";
import { ndcgAt, recallAt } from "../src/eval/metrics.ts";

const encoder = { kind: "builtin" } as const;
const DEPTH = 10;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node bench/related.ts DIR");
const set = await loadJudgedSet(folder);

const archive = await mkdtemp(join(tmpdir(), "wenxun-related-"));
try {
  {
    await using writing = await openForWriting({ folder: archive, encoder, timezone: "UTC" });
    for (let at = 0; at < set.documents.length; at += 2000)
      await writing.writer.put(
        set.documents.slice(at, at + 2000).map(({ id, title, text }) => ({ id, title, body: text })),
      );
  }
  await using app = await openBackend({ folder: archive, encoder });
  let asked = 0;
  let ndcg = 0;
  let recall = 0;
  for (const { id, grades } of set.queries) {
    const hits = await app.search.similar(id, { limit: DEPTH });
    if (hits === undefined) continue;
    const ranking = hits.flatMap((hit) => [hit.id, ...hit.copies.map((copy) => copy.id)]);
    asked++;
    ndcg += ndcgAt(DEPTH, ranking, grades);
    recall += recallAt(DEPTH, ranking, grades);
  }
  console.log(`${asked} articles: nDCG@10 ${(ndcg / asked).toFixed(3)}, Recall@10 ${(recall / asked).toFixed(3)}`);
} finally {
  await rm(archive, { recursive: true });
}
