/**
 * How fast the reading side of an import is, and how much memory it takes: a writer that stores nothing.
 * usage: node bench/import.ts FILE…
 */
import { tmpdir } from "node:os";
import { importArticles } from "../src/ingest/import.ts";

let peakBytes = 0;
const report = await importArticles({
  inputs: process.argv.slice(2),
  rejectsFolder: tmpdir(),
  writer: { put: async (articles) => ({ added: articles.length, updated: 0, unchanged: 0 }) },
  onProgress: () => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  },
});
console.log(JSON.stringify(report, undefined, 2));
console.log(`${report.articlesPerSecond} articles/s, peak ${Math.round(peakBytes / 1024 / 1024)} MB resident`);
