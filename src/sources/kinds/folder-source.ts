import { mkdir, readdir, readFile, rename, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { AppError, isSystemError } from "../../errors.ts";
import { readRecords } from "../../ingest/reader.ts";
import type { CheckContext, CheckedSource, CheckResult, FoundItem, SourceKind } from "../source.ts";
import { isWebArchive } from "../web-archives/captured-pages.ts";
import { readWebArchiveInto } from "./web-archive-file.ts";

/** Where files go that have been read, if they are to be moved. */
const READ_FOLDER = "read";
/** A file that has not changed for this long is whole; a younger one is looked at twice. */
const SETTLED_MS = 60_000;
const BATCH_RECORDS = 500;
const MAX_PAGE_BYTES = 15 * 2 ** 20;

const PAGES = new Set([".html", ".htm", ".xhtml", ".shtml"]);
/** Kinds of files that an import reads, packed or not. */
const RECORDS = /\.(?:jsonl|ndjson|json|csv|tsv|xml|rss|atom|rdf|db|sqlite3?)(?:\.gz)?$/i;

/** A folder into which others put files: each is read once, when it is whole. */
export const FOLDER_SOURCE: SourceKind = { kind: "folder", check: checkFolder };

interface FoundFile {
  readonly name: string;
  readonly path: string;
  /** Changes when the file does. */
  readonly mark: string;
  readonly changedMs: number;
}

/** One file a check, so that what was read of a long list is kept whatever happens. */
async function checkFolder(source: CheckedSource, given: CheckContext): Promise<CheckResult> {
  const files = await findFiles(source.address);
  const state: Record<string, string> = {};
  const ready: FoundFile[] = [];
  for (const file of files) {
    const before = source.state[file.name];
    const ageMs = given.clock.nowMs() - file.changedMs;
    const isWhole = before === `?${file.mark}` || ageMs > SETTLED_MS;
    if (before === file.mark) state[file.name] = file.mark;
    else if (isWhole || pagesRead(before, file) > 0) ready.push(file);
    else state[file.name] = `?${file.mark}`;
  }
  const [file] = ready;
  if (file === undefined) return { outcome: "read", state };
  for (const other of ready.slice(1)) state[other.name] = source.state[other.name] ?? `?${other.mark}`;
  const { notice, pages } = await readFileInto(file, pagesRead(source.state[file.name], file), given);
  if (pages !== undefined) state[file.name] = `+${pages} ${file.mark}`;
  else if (source.afterwards === "move") await moveAway(source.address, file);
  else state[file.name] = file.mark;
  return { outcome: "read", state, notice, goesOn: pages !== undefined || ready.length > 1 };
}

/** Pages of a large file that earlier checks have read: it is whole, and the next check goes on behind them. */
function pagesRead(state: string | undefined, { mark }: FoundFile): number {
  const [, pages, of] = /^\+(\d+) (.*)$/.exec(state ?? "") ?? [];
  return of === mark ? Number(pages) : 0;
}

async function findFiles(folder: string): Promise<readonly FoundFile[]> {
  try {
    const names = (await readdir(folder)).filter((name) => !name.startsWith(".") && isReadable(name)).sort();
    const files: FoundFile[] = [];
    for (const name of names) {
      const path = join(folder, name);
      const stats = await stat(path);
      if (!stats.isFile()) continue;
      files.push({ name, path, mark: `${stats.size}:${stats.mtimeMs}`, changedMs: stats.mtimeMs });
    }
    return files;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const what = error.code === "ENOENT" ? "is not there" : `cannot be read (${error.code})`;
    throw new AppError("bad-input", `The folder ${folder} ${what}.`, { cause: error });
  }
}

const isReadable = (name: string): boolean =>
  PAGES.has(extname(name).toLowerCase()) || RECORDS.test(name) || isWebArchive(name);

interface ReadFile {
  /** What could not be used. */
  readonly notice: string | undefined;
  /** Pages that have been read of a file that has more; undefined: it has been read to its end. */
  readonly pages?: number | undefined;
}

/** Stores what a file holds, from a page on where it holds many. */
async function readFileInto(file: FoundFile, from: number, given: CheckContext): Promise<ReadFile> {
  try {
    if (isWebArchive(file.name)) return await readCaptures(file, from, given);
    if (PAGES.has(extname(file.name).toLowerCase())) return { notice: await readPageInto(file, given) };
    return { notice: await readRecordsInto(file, given) };
  } catch (error) {
    // The file will not become better; the others are to be read all the same.
    if (error instanceof AppError && error.code === "bad-input")
      return { notice: `${file.name} was not read to its end: ${error.message}` };
    throw error;
  }
}

async function readCaptures(file: FoundFile, from: number, given: CheckContext): Promise<ReadFile> {
  if (given.readPage === undefined) return { notice: `${file.name} holds pages, which are not read here.` };
  const { pages, articles, isOver } = await readWebArchiveInto(file.path, from, given);
  if (!isOver) return { notice: undefined, pages };
  return { notice: from === 0 && articles === 0 ? `${file.name} holds no page with an article.` : undefined };
}

async function readRecordsInto(file: FoundFile, given: CheckContext): Promise<string | undefined> {
  let batch: FoundItem[] = [];
  let broken = 0;
  for await (const records of readRecords(file.path, { signal: given.signal })) {
    for (const { value, problem } of records) {
      if (problem === undefined && typeof value === "object" && value !== null && !Array.isArray(value))
        batch.push({ record: value as Record<string, unknown>, isRecord: true });
      else broken++;
    }
    if (batch.length < BATCH_RECORDS) continue;
    broken += (await given.take(batch)).unusable;
    batch = [];
  }
  if (batch.length > 0) broken += (await given.take(batch)).unusable;
  return broken > 0 ? `${file.name}: ${broken} records could not be used; \`wenxun import\` says why.` : undefined;
}

async function readPageInto(file: FoundFile, given: CheckContext): Promise<string | undefined> {
  if (given.readPage === undefined) return `${file.name} is a page, which is not read here.`;
  const { size } = await stat(file.path);
  if (size > MAX_PAGE_BYTES) return `${file.name} is larger than a page may be, 15 MB.`;
  const page = await given.readPage(await readFile(file.path), { url: undefined, contentType: undefined });
  if (page.paragraphs.length === 0) return `${file.name} holds no text of an article.`;
  const published = page.publishedAtMs === undefined ? undefined : new Date(page.publishedAtMs).toISOString();
  const { title = basename(file.name, extname(file.name)), canonicalUrl: url, source } = page;
  const record = { title, body: page.paragraphs.join("\n"), url, source, published };
  const known = Object.entries(record).filter(([, value]) => value !== undefined);
  await given.take([{ url, record: Object.fromEntries(known) }]);
  return undefined;
}

async function moveAway(folder: string, file: FoundFile): Promise<void> {
  const target = join(folder, READ_FOLDER);
  await mkdir(target, { recursive: true });
  for (let number = 1; ; number++) {
    const name = number === 1 ? file.name : `${number}-${file.name}`;
    const isTaken = await stat(join(target, name)).then(
      () => true,
      () => false,
    );
    if (isTaken) continue;
    await rename(file.path, join(target, name));
    return;
  }
}
