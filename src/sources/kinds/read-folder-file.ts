import { basename, extname } from "node:path";
import { AppError, isSystemError } from "../../errors.ts";
import { openFile } from "../../ingest/input.ts";
import { readRecords } from "../../ingest/reader.ts";
import type { CheckContext, FoundItem, PageArticle } from "../source.ts";
import { isWebArchive } from "../web-archives/captured-pages.ts";
import type { FileState } from "./file-state.ts";
import { type FolderFile, isSavedPage, statIfThere } from "./folder-files.ts";
import { isPageTrouble } from "./page-trouble.ts";
import { readWebArchiveInto } from "./web-archive-file.ts";

const BATCH_RECORDS = 500;
const MAX_PAGE_BYTES = 15 * 2 ** 20;

/** A file that nobody writes any more. */
export interface WholeFile extends FolderFile {
  /** What earlier checks made of it as it is now. */
  readonly before: FileState | undefined;
}

export interface ReadFile {
  /** What could not be used. */
  readonly notice?: string | undefined;
  /** The article of a saved page, which is still to be stored. */
  readonly item?: FoundItem | undefined;
  /** What is kept of the file; undefined where it is not there any more. */
  readonly after: FileState | undefined;
}

/** Stores what a file holds, from a page on where it holds many; the article of a saved page is given back. */
export async function readFolderFile(file: WholeFile, given: CheckContext): Promise<ReadFile> {
  try {
    if (isWebArchive(file.name)) return await readCaptures(file, given);
    if (isSavedPage(file.name)) return await readPage(file, given);
    return toRead(file, await readRecordsInto(file, given));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "bad-input") throw error;
    if ((await statIfThere(file.path)) === undefined) return { after: undefined };
    // A file that is broken will not become better; one that may not be read can be opened to everybody without a change of it.
    const isClosed = isSystemError(error.cause) && CLOSED.has(error.cause.code ?? "");
    return isClosed
      ? toFailed(file, error, Infinity)
      : toRead(file, `${file.name} was not read to its end: ${error.message}`);
  }
}

/** How often it could not be read. */
export const countTries = ({ before }: WholeFile): number => (before?.what === "failed" ? before.tries : 0);

const CLOSED: ReadonlySet<string> = new Set(["EACCES", "EPERM"]);
/** How often a page is tried that takes too much time or memory, since others may have taken it at the same time. */
const MAX_PAGE_TRIES = 3;

const toRead = ({ mark }: WholeFile, notice: string | undefined): ReadFile => ({
  notice,
  after: { what: "read", mark, notice },
});

function toFailed(file: WholeFile, { message }: AppError, maxTries: number): ReadFile {
  const notice = `${file.name} was not read: ${message}`;
  const tries = countTries(file) + 1;
  return tries < maxTries
    ? { notice, after: { what: "failed", mark: file.mark, tries, notice } }
    : toRead(file, notice);
}

async function readCaptures(file: WholeFile, given: CheckContext): Promise<ReadFile> {
  const { name, path, mark, before } = file;
  if (given.readPage === undefined) return toRead(file, `${name} holds pages, which are not read here.`);
  const from = before?.what === "begun" ? before.pages : 0;
  const { pages, articles, isOver } = await readWebArchiveInto(path, from, given);
  if (!isOver) return { after: { what: "begun", mark, pages } };
  return toRead(file, from === 0 && articles === 0 ? `${name} holds no page with an article.` : undefined);
}

async function readRecordsInto(file: WholeFile, given: CheckContext): Promise<string | undefined> {
  let batch: FoundItem[] = [];
  let broken = 0;
  for await (const records of readRecords(file.path, { signal: given.signal, refusesLinks: true })) {
    // Half a record may come after the end of reading; the error behind it ends this.
    if (given.signal?.aborted === true) continue;
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
  return broken > 0
    ? `${file.name}: ${broken} ${broken === 1 ? "record" : "records"} could not be used; \`wenxun import\` says why.`
    : undefined;
}

async function readPage(file: WholeFile, given: CheckContext): Promise<ReadFile> {
  const { name, path } = file;
  if (given.readPage === undefined) return toRead(file, `${name} is a page, which is not read here.`);
  const bytes = await readPageFile(path);
  if (bytes === undefined) return toRead(file, `${name} is larger than a page may be, 15 MB.`);
  let page: PageArticle;
  try {
    page = await given.readPage(bytes, { url: undefined, contentType: undefined });
  } catch (error) {
    if (!isPageTrouble(error) || given.signal?.aborted === true) throw error;
    return toFailed(file, error, MAX_PAGE_TRIES);
  }
  if (page.paragraphs.length === 0) return toRead(file, `${name} holds no text of an article.`);
  const published = page.publishedAtMs === undefined ? undefined : new Date(page.publishedAtMs).toISOString();
  const { title = basename(name, extname(name)), canonicalUrl: url, source } = page;
  const record = { title, body: page.paragraphs.join("\n"), url, source, published };
  const known = Object.entries(record).filter(([, value]) => value !== undefined);
  return { ...toRead(file, undefined), item: { url, record: Object.fromEntries(known) } };
}

/** Undefined for a file that is too large. @throws AppError `bad-input` */
async function readPageFile(path: string): Promise<Buffer | undefined> {
  try {
    await using file = await openFile(path, { refusesLinks: true });
    return (await file.stat()).size > MAX_PAGE_BYTES ? undefined : await file.readFile();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new AppError("bad-input", `${path} cannot be read (${error.code}).`, { cause: error });
  }
}
