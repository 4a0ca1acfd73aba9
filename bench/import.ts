/**
 * How fast the reading side of an import is, and how much processor time and memory it takes: a writer that stores nothing.
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
const cpuSeconds = process.cpuUsage().user / 1e6;
console.log(
  `${report.articlesPerSecond} articles/s, ${cpuSeconds.toFixed(1)} s of CPU time, peak ${Math.round(peakBytes / 1024 / 1024)} MB resident`,
);
