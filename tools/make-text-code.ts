/**
 * Makes a code in which archives keep their texts, out of articles: node tools/make-text-code.ts OUT NAME simplified|traditional FILE.jsonl.gz …
 * Articles in the other script are converted.
 * Each line of a FILE has title, body and url. What of them goes into OUT are stretches of up to eight characters that are common, with the
 * length of each one's code. A code that archives were written with must never change: another one is another file, under another number.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Converter } from "opencc-js";
import { MAX_CODE_BITS } from "../src/local/texts/prefix-code.ts";
import { createTextCode, MOST_UNITS, spread, type TokenGroup } from "../src/local/texts/text-code.ts";
import { createTokenParser, PARSED_UNITS } from "../src/local/texts/token-parser.ts";
import { tokenOf } from "../src/local/texts/token-trie.ts";

const [out, name, script, ...files] = process.argv.slice(2);
if (out === undefined || (script !== "simplified" && script !== "traditional") || files.length === 0)
  throw new Error("usage: node tools/make-text-code.ts OUT NAME simplified|traditional FILE.jsonl.gz …");
const convert = script === "traditional" ? Converter({ from: "cn", to: "tw" }) : Converter({ from: "tw", to: "cn" });

const TEXTS_PER_FILE = Number(process.env.TEXTS ?? 1600);
const TOKENS = Number(process.env.TOKENS ?? 20_000);
/** A stretch is a candidate from so many occurrences in a million units on. */
const LEAST_PER_MILLION = 12;
/** Characters that must have a code though no text may hold them. */
const ALWAYS = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).concat("\n", "\t", "　");

const [texts, held] = readTexts(files);
const units = texts.reduce((sum, { length }) => sum + length, 0);
console.log(`${texts.length} texts, ${units} units; ${held.length} more to measure by`);
let counts = findCandidates(texts);
console.log(`${counts.size} candidates`);
const single = new Set([...counts.keys()].filter((token) => token.length === 1));
for (const room of [TOKENS * 4, TOKENS * 2, TOKENS * 1.3, TOKENS, TOKENS]) {
  const used = countTokens(counts, texts);
  counts = pick(used, Math.max(0, room - single.size));
  console.log(`${counts.size} tokens`);
}
const groups = toGroups(counts);
writeFileSync(out, toSource(groups));
report(groups);

function readTexts(paths: readonly string[]): [string[], { file: string; text: string }[]] {
  const learnt: string[] = [];
  const kept: { file: string; text: string }[] = [];
  for (const path of paths) {
    const lines = gunzipSync(readFileSync(path))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "");
    const step = Math.max(1, Math.floor(lines.length / (TEXTS_PER_FILE * 1.25)));
    let taken = 0;
    for (let at = 0; at < lines.length; at += step) {
      const { title = "", body = "", url = "" } = JSON.parse(lines[at] as string) as Record<string, string>;
      // Every fifth article is measured by.
      if (taken++ % 5 === 4) kept.push({ file: path, text: convert(String(body)) });
      else
        learnt.push(
          ...[title, body, url]
            .map(String)
            .filter((text) => text !== "")
            .map((text) => convert(text).toWellFormed()),
        );
    }
  }
  return [learnt, kept];
}

/** Stretches that occur often, and every single unit; longer ones only where both their parts are candidates. */
function findCandidates(all: readonly string[]): Map<string, number> {
  const found = new Map<string, number>(ALWAYS.map((token) => [token, 1]));
  const least = Math.max(6, (LEAST_PER_MILLION * units) / 1e6);
  let shorter = new Set<string>();
  for (let length = 1; length <= MOST_UNITS; length++) {
    const occurrences = new Map<string, number>();
    for (const text of all)
      for (let at = 0; at + length <= text.length; at++) {
        const token = text.slice(at, at + length);
        if (length > 1 && !(shorter.has(token.slice(0, -1)) && shorter.has(token.slice(1)))) continue;
        occurrences.set(token, (occurrences.get(token) ?? 0) + 1);
      }
    shorter = new Set([...occurrences].flatMap(([token, count]) => (count >= least ? [token] : [])));
    for (const [token, count] of occurrences) if (length === 1 || count >= least) found.set(token, count);
  }
  return found;
}

/** How often each token is used when texts take as few bits as they can. */
function countTokens(weights: ReadonlyMap<string, number>, all: readonly string[]): Map<string, number> {
  const { tokens, lengths } = spread(toGroups(weights));
  const { parse, words, spans } = createTokenParser(tokens, lengths);
  const used = new Map<string, number>();
  for (const text of all)
    for (let start = 0; start < text.length; start += PARSED_UNITS) {
      const end = Math.min(text.length, start + PARSED_UNITS);
      parse(text, start, end);
      for (let at = 0; at < end - start; at += spans[at] as number) {
        const name = tokens[tokenOf(words[at] as number)] as string;
        used.set(name, (used.get(name) ?? 0) + 1);
      }
    }
  return used;
}

/** All single units, and of the longer tokens those that save the most bits. */
function pick(used: ReadonlyMap<string, number>, room: number): Map<string, number> {
  const total = [...used.values()].reduce((sum, count) => sum + count, 0);
  const bitsOf = (token: string): number => Math.log2(total / (used.get(token) ?? 1));
  const longer = [...used]
    .filter(([token]) => token.length > 1)
    .map(([token, count]) => ({
      token,
      count,
      saved:
        count *
        (Array.from({ length: token.length }, (_, at) => bitsOf(token[at] as string)).reduce((a, b) => a + b, 0) -
          bitsOf(token)),
    }))
    .sort((a, b) => b.saved - a.saved)
    .slice(0, room);
  return new Map([
    ...[...single].map((token): [string, number] => [token, used.get(token) ?? 1]),
    ...longer.map(({ token, count }): [string, number] => [token, count]),
  ]);
}

/** Codes by Huffman's method. The escape is as likely as all that was seen once. */
function toGroups(weights: ReadonlyMap<string, number>): TokenGroup[] {
  const escapes = [...weights].filter(([, count]) => count === 1).length + 1;
  const tokens = [...weights, ["", escapes] as const].sort((a, b) => b[1] - a[1]);
  let lengths: number[] = [];
  for (let least = 1; ; least *= 2) {
    lengths = huffmanLengths(tokens.map(([, count]) => Math.max(count, least)));
    if (Math.max(...lengths.slice(0, 1), ...lengths.slice(-100)) <= MAX_CODE_BITS) break;
  }
  const byGroup = new Map<string, string[]>();
  for (const [index, [token]] of tokens.entries()) {
    const key = `${String(lengths[index]).padStart(2, "0")} ${token.length}`;
    byGroup.set(key, [...(byGroup.get(key) ?? []), token]);
  }
  return [...byGroup]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, list]) => {
      const [bits = 0, length = 0] = key.split(" ").map(Number);
      return { bits, units: length, tokens: list.sort().join("") };
    });
}

/** Lengths of the codes of counts that descend. */
function huffmanLengths(sorted: readonly number[]): number[] {
  const leaves = sorted.map((count, symbol) => ({ count, symbol, left: -1, right: -1 })).reverse();
  const nodes: { count: number; symbol: number; left: number; right: number }[] = [...leaves];
  let leaf = 0;
  let inner = leaves.length;
  const takeLeast = (): number =>
    leaf < leaves.length && (inner >= nodes.length || (nodes[leaf]?.count ?? 0) <= (nodes[inner]?.count ?? 0))
      ? leaf++
      : inner++;
  for (let made = 1; made < leaves.length; made++) {
    const [left, right] = [takeLeast(), takeLeast()];
    nodes.push({ count: (nodes[left]?.count ?? 0) + (nodes[right]?.count ?? 0), symbol: -1, left, right });
  }
  const depths = new Array<number>(nodes.length).fill(0);
  const lengths = new Array<number>(sorted.length).fill(0);
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at];
    if (node === undefined) continue;
    if (node.symbol >= 0) lengths[node.symbol] = depths[at] ?? 0;
    else for (const child of [node.left, node.right]) depths[child] = (depths[at] ?? 0) + 1;
  }
  return lengths;
}

function toSource(grouped: readonly TokenGroup[]): string {
  const lines = grouped.map(
    ({ bits, units: length, tokens }) => `  [${bits}, ${length}, ${JSON.stringify(tokens)}],\n`,
  );
  return `// Made by tools/make-text-code.ts; not edited by hand. Archives are written with it, so it never changes.

/** Bits of the codes, UTF-16 units of the tokens, the tokens. */
export const ${name}: readonly (readonly [bits: number, units: number, tokens: string])[] = [
${lines.join("")}];
`;
}

function report(grouped: readonly TokenGroup[]): void {
  const code = createTextCode(grouped);
  for (const file of files) {
    const own = held.filter((one) => one.file === file).map(({ text }) => text.toWellFormed());
    const plain = own.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    let began = performance.now();
    const coded = own.map((text) => code.encode(text, 0).subarray(1));
    const encodeMs = performance.now() - began;
    began = performance.now();
    const wrong = coded.filter((bytes, index) => code.decode(bytes) !== own[index]).length;
    const decodeMs = performance.now() - began;
    const share = coded.reduce((sum, { length }) => sum + length, 0) / plain;
    const us = (ms: number): string => ((1000 * ms) / own.length).toFixed(1);
    console.log(
      `${file.split("/").at(-1)}: ${own.length} bodies of ${(plain / own.length).toFixed(0)} bytes, ${(100 * share).toFixed(1)} %, encode ${us(encodeMs)} µs, decode ${us(decodeMs)} µs, ${wrong} wrong`,
    );
  }
}
