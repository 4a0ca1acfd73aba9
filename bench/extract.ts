/**
 * Measures the extraction of articles against pages with gold.
 *
 *     node bench/extract.ts FOLDER [--verbose]
 *
 * FOLDER holds gold.jsonl or gold.jsonl.gz, and the pages as pages/NAME.html or pages.tar.gz. A line of gold has: name, title, title_ok (also
 * right), published, precision, author, source, canonical_url, url, body and captions (paragraphs), optional (may appear or not), must_not.
 * Bodies are compared by multisets of four characters, of letters and digits alone; what is optional or a caption counts neither way.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { extractPage } from "../src/extract/extract-page.ts";

interface Gold {
  readonly name: string;
  readonly title: string;
  readonly title_ok?: readonly string[];
  readonly published: string | null;
  readonly author: string | null;
  readonly source: string | null;
  readonly canonical_url: string | null;
  readonly url: string | null;
  readonly body: readonly string[];
  readonly captions: readonly string[];
  readonly optional: readonly string[];
  readonly must_not: readonly string[];
}

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node bench/extract.ts FOLDER [--verbose]");
const isVerbose = flags.includes("--verbose");

const read = (name: string): Buffer => {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`));
};
const golds = read("gold.jsonl")
  .toString()
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => JSON.parse(line) as Gold);

/** Files of a tar archive, by name. */
function untar(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= archive.length; ) {
    const name = archive.toString("utf8", at, at + 100).replace(/\0.*$/s, "");
    const size = Number.parseInt(archive.toString("ascii", at + 124, at + 136), 8);
    if (name === "") break;
    files.set(name.replace(/^\.\//, ""), archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
const archive = existsSync(join(folder, "pages")) ? undefined : untar(read("pages.tar"));
const pageOf = (name: string): Buffer => {
  const path = `pages/${name}.html`;
  return archive?.get(path) ?? readFileSync(join(folder, path));
};

const letters = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();

function grams(text: string): Map<string, number> {
  const clean = [...letters(text)];
  const counts = new Map<string, number>();
  for (let at = 0; at + 4 <= clean.length; at++) {
    const gram = clean.slice(at, at + 4).join("");
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/** F1 of what was found, what may appear or not left out of it. */
function bodyF1(found: readonly string[], gold: Gold): number {
  const wanted = grams(gold.body.join(""));
  const optional = grams([...gold.captions, ...gold.optional].join(""));
  let hit = 0;
  let extra = 0;
  for (const [gram, count] of grams(found.join(""))) {
    const right = Math.min(count, wanted.get(gram) ?? 0);
    hit += right;
    extra += Math.max(0, count - right - (optional.get(gram) ?? 0));
  }
  const size = [...wanted.values()].reduce((sum, count) => sum + count, 0);
  const precision = hit / Math.max(hit + extra, 1);
  const recall = hit / Math.max(size, 1);
  return hit === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

const dayOf = (atMs: number): string => new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 10);
const plain = (text: string): string => text.normalize("NFKC").replace(/\s+/g, "");

const rows: {
  name: string;
  f1: number;
  title: number;
  day: number;
  wrong: number;
  author: number;
  source: number;
  canonical: number;
  leaked: number;
  ms: number;
}[] = [];
let banned = 0;
let leaked = 0;
// The second round is timed: the first one compiles.
for (const isTimed of [false, true]) {
  for (const gold of golds) {
    const bytes = pageOf(gold.name);
    const start = process.cpuUsage();
    const found = await extractPage(bytes, { url: gold.url ?? undefined });
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    if (!isTimed) continue;
    const text = [...found.paragraphs, ...found.captions].join("\n");
    const leaks = gold.must_not.filter((line) => plain(text).includes(plain(line)));
    banned += gold.must_not.length;
    leaked += leaks.length;
    const day = found.published === undefined ? undefined : dayOf(found.published.atMs);
    const goldDay =
      gold.published === null
        ? undefined
        : dayOf(Date.parse(gold.published.length === 10 ? `${gold.published}T00:00+08:00` : gold.published));
    const titles = [gold.title, ...(gold.title_ok ?? [])].map(plain);
    const row = {
      name: gold.name,
      f1: bodyF1(found.paragraphs, gold),
      title: titles.includes(plain(found.title ?? "")) ? 1 : 0,
      day: day === goldDay ? 1 : 0,
      wrong: day !== undefined && day !== goldDay ? 1 : 0,
      author: plain(found.author ?? "") === plain(gold.author ?? "") ? 1 : 0,
      source: plain(found.source ?? "") === plain(gold.source ?? "") ? 1 : 0,
      canonical: gold.canonical_url === null || found.canonicalUrl === gold.canonical_url ? 1 : 0,
      leaked: leaks.length,
      ms,
    };
    rows.push(row);
    if (!isVerbose) continue;
    console.log(`${gold.name}: F1 ${row.f1.toFixed(3)}${leaks.length > 0 ? `, leaked ${JSON.stringify(leaks)}` : ""}`);
    if (row.title === 0)
      console.log(`  title  ${JSON.stringify(found.title)} for ${JSON.stringify(gold.title)} (${found.why.title})`);
    if (row.day === 0) console.log(`  day    ${day} for ${gold.published} (${found.why.published})`);
    if (row.author === 0)
      console.log(`  author ${JSON.stringify(found.author)} for ${JSON.stringify(gold.author)} (${found.why.author})`);
    if (row.source === 0)
      console.log(`  source ${JSON.stringify(found.source)} for ${JSON.stringify(gold.source)} (${found.why.source})`);
    if (row.canonical === 0) console.log(`  canon. ${found.canonicalUrl} for ${gold.canonical_url}`);
    if (row.f1 < 0.97) {
      const wanted = grams(gold.body.join(""));
      const have = grams(found.paragraphs.join(""));
      const foreign = (line: string, grid: Map<string, number>): boolean => {
        const own = [...grams(line).keys()];
        return own.length > 0 && own.filter((gram) => !grid.has(gram)).length > own.length * 0.6;
      };
      const optional = grams([...gold.captions, ...gold.optional].join(""));
      for (const line of found.paragraphs)
        if (foreign(line, wanted) && foreign(line, optional)) console.log(`  +  ${line.slice(0, 140)}`);
      for (const line of gold.body) if (foreign(line, have)) console.log(`  -  ${line.slice(0, 140)}`);
    }
  }
}

const mean = (key: Exclude<keyof (typeof rows)[number], "name">): number =>
  rows.reduce((sum, row) => sum + row[key], 0) / rows.length;
console.table({
  pages: rows.length,
  "body F1": mean("f1").toFixed(4),
  "title exact": mean("title").toFixed(3),
  "day right": mean("day").toFixed(3),
  "day wrong": mean("wrong").toFixed(3),
  "author right": mean("author").toFixed(3),
  "source right": mean("source").toFixed(3),
  "canonical right": mean("canonical").toFixed(3),
  "must-not leaked": (leaked / Math.max(banned, 1)).toFixed(3),
  "CPU ms a page": mean("ms").toFixed(1),
  "CPU ms, slowest": Math.max(...rows.map(({ ms }) => ms)).toFixed(1),
});
