/**
 * Does the other script find the same? Asks queries as they are and converted to Traditional Chinese as written in general,
 * in Taiwan (words too) and in Hong Kong, and counts how often the first ten are the same, in the same order.
 *
 *     node bench/script-twins.ts DIR [QUERIES]        DIR: a judged set, as for `wenxun eval`; 500 queries by default
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Converter } from "opencc-js/cn2t";
import { SEARCH_MODES, type SearchMode } from "../src/archive/request.ts";
import { openBackend, openForWriting } from "../src/compose/open-backend.ts";
import { loadJudgedSet } from "../src/eval/beir.ts";
import { withoutOperators } from "../src/eval/evaluate.ts";
import type { SearchService } from "../src/search/search.ts";

const encoder = { kind: "builtin" } as const;

async function firstTen(search: SearchService, query: string, mode: SearchMode): Promise<string> {
  const narrowing = { sources: [], categories: [], excludedSources: [], excludedCategories: [] };
  const { hits } = await search.search({ query, mode, ...narrowing, sort: "relevance", limit: 10, offset: 0 });
  return hits.map(({ id }) => id).join(" ");
}

const [folder, wanted = "500"] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node bench/script-twins.ts DIR [QUERIES]");
const set = await loadJudgedSet(folder);
const step = Math.max(1, set.queries.length / Number(wanted));
const queries = Array.from({ length: Math.min(set.queries.length, Number(wanted)) }, (_, index) =>
  withoutOperators(set.queries[Math.floor(index * step)]?.text ?? ""),
);

const archive = await mkdtemp(join(tmpdir(), "wenxun-twins-"));
try {
  {
    await using writing = await openForWriting({ folder: archive, encoder, timezone: "UTC" });
    await writing.writer.put(set.documents.map(({ id, title, text }) => ({ id, title, body: text })));
  }
  await using app = await openBackend({ folder: archive, encoder });
  for (const mode of SEARCH_MODES) {
    const asked = await Promise.all(queries.map((query) => firstTen(app.search, query, mode)));
    for (const to of ["t", "twp", "hk"] as const) {
      const convert = Converter({ from: "cn", to });
      const twins = await Promise.all(queries.map((query) => firstTen(app.search, convert(query), mode)));
      const same = twins.filter((twin, index) => twin === asked[index]).length;
      const share = ((100 * same) / queries.length).toFixed(1);
      console.log(`${mode.padEnd(8)}  ${to.padEnd(3)}  ${same} of ${queries.length} the same (${share} %)`);
    }
  }
} finally {
  await rm(archive, { recursive: true, force: true });
}
