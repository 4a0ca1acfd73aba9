import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import type { Article } from "../../src/archive/article.ts";
import { PLAIN_REQUEST, type SearchRequest } from "../../src/archive/request.ts";
import { AppError } from "../../src/errors.ts";
import { repairArchive } from "../../src/local/care/repair.ts";
import { verifyArchive } from "../../src/local/care/verify.ts";
import { type LocalArchive, openLocalArchive } from "../../src/local/local-archive.ts";
import { createDatabase } from "../../src/local/store/database.ts";
import { Writer } from "../../src/local/write/writer.ts";
import { createResources } from "../../src/resources/registry.ts";
import { createSearchService } from "../../src/search/service.ts";
import { createFakeEncoder } from "../fakes/encoder.ts";
import type { Random } from "./random.ts";

const encoder = createFakeEncoder();
const DAY_MS = 86_400_000;
const WORDS = ["供水", "地铁", "大桥", "北京", "降雨", "芯片", "选举", "足球", "台风", "图书馆", "医院", "电力"];
const SOURCES = ["临江日报", "早报", "新闻网"];

function createArticles(count: number, random: Random, version: string): Article[] {
  return Array.from({ length: count }, (_, index) => {
    const words = Array.from({ length: 20 + random(60) }, () => WORDS[random(WORDS.length)]);
    return {
      id: `a${index}`,
      title: `${words[0]}与${words[1]}的消息${index}${version}`,
      body: `${words.join("，")}。`,
      url: `https://news.example/${index}`,
      source: SOURCES[random(SOURCES.length)],
      category: random(2) === 0 ? "城市" : undefined,
      publishedAtMs: random(10) === 0 ? undefined : random(900) * DAY_MS,
    };
  });
}

/** Enough for several pages of every section and table; each damage costs a few searches over all of them. */
const FIRST_ARTICLES = 120;
/** Articles that the archive holds in the end. */
export const ARTICLES = FIRST_ARTICLES - 3;

/**
 * Makes two copies of one small archive with several segments, updated and removed articles: `rest` as it lies when nobody has
 * it open, `killed` as a process leaves it that was killed, with its last commits in the journal.
 */
export async function createPristine(folder: string, random: Random): Promise<{ rest: string; killed: string }> {
  const archive = join(folder, "archive");
  const [rest, killed] = [join(folder, "rest"), join(folder, "killed")];
  const { fingerprint, dimensions } = encoder;
  createDatabase(archive, { encoderFingerprint: fingerprint, dimensions, timezone: "Asia/Shanghai" });
  const open = (): Promise<Writer> => Writer.open({ folder: archive, encoder, resources: createResources() });
  const first = await open();
  const articles = createArticles(FIRST_ARTICLES, random, "");
  const perBatch = FIRST_ARTICLES / 4;
  for (let start = 0; start < articles.length; start += perBatch)
    await first.put(articles.slice(start, start + perBatch));
  await first.close();
  const writer = await open();
  await writer.put(createArticles(20, random, "新"));
  await writer.remove(["a50", "a51", "a52"]);
  cpSync(archive, killed, { recursive: true });
  await writer.close();
  cpSync(archive, rest, { recursive: true });
  rmSync(archive, { recursive: true });
  writeFileSync(join(rest, "rejects-1.jsonl"), '{"broken":true}\n');
  return { rest, killed };
}

export const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();

export const DAMAGES = ["flip", "cut", "empty", "appended", "missing", "swapped"] as const;
export type DamageKind = (typeof DAMAGES)[number];

/** Damages one file of an archive; returns what was done, in words. `flip` changes one bit of a place chosen at random. */
export function damageFile(folder: string, file: string, kind: DamageKind, random: Random): string {
  const path = join(folder, file);
  const { size } = statSync(path);
  switch (kind) {
    case "flip": {
      if (size === 0) return "nothing to flip";
      const bytes = readFileSync(path);
      const [place, bit] = [random(size), random(8)];
      bytes[place] = (bytes[place] as number) ^ (1 << bit);
      writeFileSync(path, bytes);
      return `bit ${bit} of byte ${place} of ${size}`;
    }
    case "cut": {
      const rest = random(Math.max(1, size));
      writeFileSync(path, readFileSync(path).subarray(0, rest));
      return `${rest} of ${size} bytes left`;
    }
    case "empty":
      writeFileSync(path, "");
      return "empty";
    case "appended":
      writeFileSync(
        path,
        Buffer.concat([readFileSync(path), Buffer.from(createArticles(1, random, "垃圾")[0]?.body ?? "")]),
      );
      return "bytes appended";
    case "missing":
      rmSync(path);
      return "missing";
    case "swapped": {
      const others = filesOf(folder).filter((name) => name !== file && name.endsWith(".seg"));
      const other = others[random(others.length)];
      if (other === undefined || !file.endsWith(".seg")) return "nothing to swap";
      renameSync(path, `${path}.aside`);
      renameSync(join(folder, other), path);
      renameSync(`${path}.aside`, join(folder, other));
      return `swapped with ${other}`;
    }
  }
}

const request = (query: string, fields: Partial<SearchRequest> = {}): SearchRequest => ({
  ...PLAIN_REQUEST,
  query,
  ...fields,
});

const SEARCHES: readonly SearchRequest[] = [
  request("供水"),
  request("台风 地铁", { mode: "keyword" }),
  request("图书馆的消息", { mode: "semantic" }),
  request("水", { mode: "keyword", limit: 100 }),
  request('"大桥，北京"', { mode: "keyword" }),
  request("芯片 -足球", { from: "1970-06-01", to: "1971-03-01" }),
  request("", { sort: "newest", limit: 100 }),
  request("", { sort: "oldest", limit: 10, offset: 10, sources: ["早报"] }),
  request("医院", { excludedCategories: ["城市"], sort: "newest", limit: 50 }),
];

/** Everything that a reader may ask, each answer as text; `damaged` where it was refused as such. */
export async function askEverything(folder: string): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const ask = async (name: string, question: () => Promise<unknown>): Promise<void> => {
    try {
      answers.set(name, JSON.stringify(await question()) ?? "none");
    } catch (error) {
      answers.set(name, toRefusal(error));
    }
  };
  await using resources = createResources();
  let archive: LocalArchive;
  try {
    archive = await openLocalArchive({ folder, resources, loadEncoder: async () => encoder });
  } catch (error) {
    return answers.set("open", toRefusal(error));
  }
  try {
    const search = createSearchService({ archive, encoder });
    for (const [index, wanted] of SEARCHES.entries())
      await ask(`search ${index}`, async () => ({ ...(await search.search(wanted)), tookMs: 0 }));
    for (const id of ["a0", "a7", "a51", "a100", "nobody"]) await ask(`article ${id}`, () => search.article(id));
    for (const id of ["a3", "a90"]) await ask(`similar ${id}`, () => search.similar(id, { limit: 5 }));
    await ask("export", async () => {
      const articles: Article[] = [];
      for await (const article of archive.articles()) articles.push(article);
      return articles;
    });
  } finally {
    await archive.close();
  }
  return answers;
}

/** A refusal that says what is wrong; anything else is a defect. */
export const isRefusal = (answer: string): boolean => answer.startsWith("refused: ");

/** An answer that is none, or that says that something may be missing from it. */
const saysSo = (answer: string): boolean => isRefusal(answer) || answer.includes('"notices":["commits-unproven"');

const toRefusal = (error: unknown): string =>
  error instanceof AppError && error.code !== "internal"
    ? `refused: ${error.code}: ${error.message}`
    : `CRASH: ${error instanceof Error ? error.stack : String(error)}`;

export interface DamageOutcome {
  /** No answer differs and verify finds nothing: the damage means nothing. */
  readonly harmless: boolean;
  readonly found: boolean;
  /** What verify says. */
  readonly problems: readonly string[];
  /** Questions that were answered otherwise than before the damage, without a word. */
  readonly silentlyWrong: readonly string[];
  readonly crashes: readonly string[];
  /**
   * `repaired`: everything is there as before; `less`: what could not be read was taken out and named; `refused`: repair says
   * what is left and what mends it; `wrong`: something else is there, or less without a word.
   */
  readonly repair: "repaired" | "less" | "refused" | "wrong" | "none";
  readonly refusal: string;
}

/** Asks, verifies and repairs a damaged archive. `expected`: what it answered before. */
export async function examine(folder: string, expected: ReadonlyMap<string, string>): Promise<DamageOutcome> {
  const compare = (answers: ReadonlyMap<string, string>): { wrong: string[]; crashes: string[]; refused: boolean } => ({
    wrong: [...answers].flatMap(([name, answer]) =>
      answer === expected.get(name) || saysSo(answer) || answer.startsWith("CRASH") ? [] : [name],
    ),
    crashes: [...answers].flatMap(([name, answer]) => (answer.startsWith("CRASH") ? [`${name}: ${answer}`] : [])),
    refused: [...answers.values()].some(saysSo),
  });
  const before = compare(await askEverything(folder));
  const crashes = [...before.crashes];
  let problems: string[] = [];
  try {
    problems = verifyArchive(folder).problems.map(({ where, what }) => `${where}: ${what}`);
  } catch (error) {
    const refusal = toRefusal(error);
    if (isRefusal(refusal)) problems = [refusal];
    else crashes.push(`verify: ${refusal}`);
  }
  const found = problems.length > 0;
  let repair: DamageOutcome["repair"] = "none";
  let refusal = "";
  if (found) {
    try {
      const { after, setAside } = await repairArchive({ folder, encoder, resources: createResources() });
      const answers = await askEverything(folder);
      crashes.push(...compare(answers).crashes);
      const isLess = setAside > 0 || problems.some((problem) => problem.includes("last commits are missing"));
      if (after.problems.length > 0) refusal = after.problems.map(({ where, what }) => `${where}: ${what}`).join("; ");
      if (refusal !== "") repair = "wrong";
      else if (isLess) repair = [...answers.values()].some(isRefusal) ? "wrong" : "less";
      else repair = contentOf(answers) === contentOf(expected) ? "repaired" : "wrong";
    } catch (error) {
      refusal = toRefusal(error);
      repair = "refused";
      if (!isRefusal(refusal)) crashes.push(`repair: ${refusal}`);
    }
  }
  return {
    harmless: !found && before.wrong.length === 0 && !before.refused && crashes.length === 0,
    found,
    problems,
    silentlyWrong: before.wrong,
    crashes,
    repair,
    refusal,
  };
}

/** What is there and what matches, whatever the order: a rebuilt archive has other segments, so that scores differ a little. */
function contentOf(answers: ReadonlyMap<string, string>): string {
  const content = [...answers].map(([name, answer]) => {
    if (isRefusal(answer)) return answer;
    const value = answer === "none" ? null : JSON.parse(answer);
    // What is near in meaning is measured against a sample of the rows.
    if (name.startsWith("similar")) return name;
    if (name.startsWith("search")) {
      const wanted = SEARCHES[Number(name.split(" ")[1])];
      return wanted?.mode === "keyword" || wanted?.query === "" ? [name, value.total, value.histogram] : name;
    }
    if (name.startsWith("article")) return [name, value?.title, value?.body, value?.published];
    return value
      .flat()
      .map(({ key: _key, ...article }: { key: number }) => JSON.stringify(article))
      .sort();
  });
  return JSON.stringify(content);
}

/** A fresh copy of an archive, in the place of the one before. */
export function copyArchive(from: string, to: string): void {
  if (existsSync(to)) rmSync(to, { recursive: true });
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true });
}
