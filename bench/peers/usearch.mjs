/**
 * FTS5 and usearch, a graph of int8 vectors that is mapped, not loaded. Its JavaScript interface knows no filter: more are
 * asked for than are wanted and those outside of the days dropped, four times as many until there are enough.
 */
import { join } from "node:path";
import { Index, MetricKind, ScalarKind } from "usearch";
import { openFts5 } from "./fts5.mjs";
import { CANDIDATES, eachVectorBlock, fuse, openTexts, readManifest, TOP } from "./given.ts";

const MOST_ASKED = 10_000;

function createIndex(folder) {
  return new Index({
    dimensions: readManifest(folder).dimensions,
    metric: MetricKind.Cos,
    quantization: ScalarKind.I8,
    connectivity: 16,
    expansion_add: 128,
    expansion_search: 64,
    multi: false,
  });
}

export function build(folder) {
  const index = createIndex(folder);
  for (const { first, vectors } of eachVectorBlock(folder)) {
    const keys = BigUint64Array.from(vectors, (_, offset) => BigInt(first + offset));
    index.add(keys, vectors, 2);
  }
  index.save(join(folder, "usearch.index"));
}

export function openPeer(folder) {
  const words = openFts5(folder);
  const texts = openTexts(folder);
  const index = createIndex(folder);
  index.view(join(folder, "usearch.index"));
  const nearest = ({ vector, fromRow, toRow }, limit = TOP) => {
    for (let asked = limit; ; asked = Math.min(MOST_ASKED, asked * 4)) {
      const { keys } = index.search(vector, asked, 1);
      const rows = Array.from(keys, Number).filter((row) => row >= fromRow && row < toRow);
      if (rows.length >= limit || asked === MOST_ASKED) return rows.slice(0, limit);
    }
  };
  const hybrid = (search) => {
    const rows = fuse(words(search), nearest(search, CANDIDATES));
    texts(rows);
    return rows;
  };
  return { hybrid, nearest };
}
