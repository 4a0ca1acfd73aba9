/** Imports a file into an archive and prints a report as JSON: node bench/million/import-child.ts FILE ARCHIVE */
import { tmpdir } from "node:os";
import { openForWriting } from "../../src/app.ts";
import { importArticles } from "../../src/ingest/import.ts";
import { residentMemory } from "./memory.ts";

const [file, folder] = process.argv.slice(2);
if (file === undefined || folder === undefined) throw new Error("usage: import-child.ts FILE ARCHIVE");

await using app = await openForWriting({ folder, encoder: { kind: "builtin" }, timezone: "Asia/Shanghai" });
const startMs = performance.now();
const report = await importArticles({
  inputs: [file],
  rejectsFolder: tmpdir(),
  writer: app.writer,
  onProgress: ({ stored, seconds }) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${stored} articles, ${Math.round(stored / seconds)} a second `);
  },
});
const importedMs = performance.now();
const importMemory = residentMemory();
await app.writer.compact();
console.log(
  JSON.stringify({
    stored: report.stored,
    rejected: report.rejected,
    failure: report.failure?.message,
    importSeconds: (importedMs - startMs) / 1000,
    compactSeconds: (performance.now() - importedMs) / 1000,
    importMemory,
    memory: residentMemory(),
  }),
);
