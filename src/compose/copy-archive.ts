import { existsSync, readdirSync } from "node:fs";
import type { Archive, ScanOptions } from "../archive/archive.ts";
import type { Article } from "../archive/article.ts";
import { ArchiveDigest, articleDigest } from "../archive/article-digest.ts";
import type { ArticleHistory, Edition } from "../archive/edition.ts";
import type { ArchiveWriter, FinishReport } from "../archive/writer.ts";
import { AppError } from "../errors.ts";
import type { OpenBackend, WritingBackend } from "./open-backend.ts";

/** Articles that are read, compared and put together. */
const BATCH_ARTICLES = 500;

/** Ids of articles that differ, named in a message. */
const NAMED = 5;

export interface CopyOptions {
  readonly from: Pick<OpenBackend, "archive">;
  readonly to: Pick<WritingBackend, "archive" | "writer">;
  /** Also removes what is in the target and not in the archive that is copied. */
  readonly mirror?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface CopyReport extends Pick<FinishReport, "withoutVector"> {
  /** Articles of the archive that was copied. */
  readonly articles: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Earlier editions that were put, and those that the target's engine cannot keep. */
  readonly editions: number;
  readonly editionsLeft: number;
  /** Articles of the target alone that were removed. */
  readonly removed: number;
  /** Articles of the target alone that stay. */
  readonly others: number;
  /** Of all articles, whatever their order: the same of both. See {@link ArchiveDigest}. */
  readonly digest: string;
}

/**
 * Copies one state of an archive into another, of whatever engines, and compares them when it is done: how many articles there are, and the
 * sum of the digests of all. What is there already is not written again, so that the same copy goes on where it was stopped, and brings
 * later what has changed since.
 * @throws AppError `archive-damaged` where what was written does not read as what was copied
 */
export async function copyArchive(options: CopyOptions): Promise<CopyReport> {
  const { from, to, mirror = false, signal, onProgress } = options;
  const { snapshot, articles: total } = await from.archive.stats();
  const put = { added: 0, updated: 0, unchanged: 0, editions: 0, editionsLeft: 0 };
  const source = new ArchiveDigest();
  for await (const batch of inBatches(historiesOf(from.archive, { snapshot, signal }))) {
    signal?.throwIfAborted();
    for (const { article } of batch) source.add(article);
    await putBatch(batch, options, put);
    onProgress?.(source.articles, total);
  }
  const { withoutVector } = await to.writer.finish({ signal });
  const report = { ...put, articles: source.articles, withoutVector, digest: source.sum };
  if ((await digestOf(to.archive, signal)).equals(source)) return { ...report, removed: 0, others: 0 };
  const { ids, common } = await findOthers(from.archive, to.archive, signal);
  if (ids.length === 0 || !common.equals(source)) throw await toDifference(from.archive, to.archive, signal);
  const removed = mirror ? await removeAll(to.writer, ids) : 0;
  return { ...report, removed, others: ids.length - removed };
}

/** Names of what stands beside an archive in its folder, and is not copied. */
export function listBeside(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => !OWN_FILES.test(name));
}

/** What holds the articles themselves, and what belongs to one moment of one process. */
const OWN_FILES = /^(?:archive\.db.*|segments|last-commit|.*\.lock|rejects.*)$/;

type Counts = { -readonly [Key in "added" | "updated" | "unchanged" | "editions" | "editionsLeft"]: number };

async function putBatch(batch: readonly ArticleHistory[], { to }: CopyOptions, counts: Counts): Promise<void> {
  const before = await Promise.all(batch.map((history) => findMissing(history, to.archive)));
  const editions = before.reduce((sum, { length }) => sum + length, 0);
  const keeps = to.archive.supports.editions;
  if (keeps) counts.editions += editions;
  else counts.editionsLeft += editions;
  for (let round = 0; keeps && before.some(({ length }) => length > round); round++) {
    const { added, updated } = await to.writer.put(before.flatMap((earlier) => earlier[round] ?? []));
    counts.added += added;
    if (round === 0) counts.updated += updated;
  }
  const { added, updated, unchanged } = await to.writer.put(batch.map(({ article }) => article));
  // Those whose earlier editions were just put have been counted with the first of these.
  const counted = keeps ? before.filter(({ length }) => length > 0).length : 0;
  counts.added += added;
  counts.updated += updated - counted;
  counts.unchanged += unchanged;
}

/** What an article said before, as far as the target does not have it: none where it has the article itself. */
async function findMissing({ article, earlier }: ArticleHistory, to: Archive): Promise<readonly Article[]> {
  const texts = earlier.map((edition) => edition.article);
  if (texts.length === 0) return [];
  const there = await to.article(article.id);
  if (there === undefined) return texts;
  const known = articleDigest(there);
  if (known === articleDigest(article)) return [];
  // Stopped half way: what follows the edition that is there.
  const at = texts.findIndex((text) => articleDigest(text) === known);
  return at < 0 ? [] : texts.slice(at + 1);
}

/** Every article of a state with what it said before, in one go or one by one. */
async function* historiesOf(archive: Archive, options: ScanOptions): AsyncGenerator<ArticleHistory> {
  if (archive.histories !== undefined) return yield* archive.histories(options);
  for await (const article of archive.articles(options))
    yield { article, earlier: archive.supports.editions ? await readEarlier(archive, article.id) : [] };
}

async function readEarlier(archive: Archive, id: string): Promise<Edition[]> {
  const summaries = (await archive.editions?.(id)) ?? [];
  const read = await Promise.all(summaries.slice(0, -1).map(({ number }) => archive.edition?.(id, number)));
  return read.flatMap((edition) => edition ?? []);
}

/** Articles of the target alone, and the digest of those that are in both. */
async function findOthers(
  from: Archive,
  to: Archive,
  signal: AbortSignal | undefined,
): Promise<{ readonly ids: readonly string[]; readonly common: ArchiveDigest }> {
  const ids: string[] = [];
  const common = new ArchiveDigest();
  for await (const batch of inBatches(to.articles({ signal }))) {
    const there = await Promise.all(batch.map(({ id }) => from.article(id, { signal })));
    for (const [index, article] of batch.entries()) {
      if (there[index] === undefined) ids.push(article.id);
      else common.add(article);
    }
  }
  return { ids, common };
}

async function removeAll(writer: ArchiveWriter, ids: readonly string[]): Promise<number> {
  let removed = 0;
  for (let start = 0; start < ids.length; start += BATCH_ARTICLES)
    removed += await writer.remove(ids.slice(start, start + BATCH_ARTICLES), { by: "copy" });
  return removed;
}

async function digestOf(archive: Archive, signal: AbortSignal | undefined): Promise<ArchiveDigest> {
  const digest = new ArchiveDigest();
  for await (const article of archive.articles({ signal })) digest.add(article);
  return digest;
}

/** Which articles are not the same, as an error. */
async function toDifference(from: Archive, to: Archive, signal: AbortSignal | undefined): Promise<AppError> {
  const different: string[] = [];
  for await (const article of from.articles({ signal })) {
    const there = await to.article(article.id, { signal });
    if (there === undefined || articleDigest(there) !== articleDigest(article)) different.push(article.id);
    if (different.length > NAMED) break;
  }
  const named = different.slice(0, NAMED).join(", ");
  const more = different.length > NAMED ? " and more" : "";
  return new AppError(
    "archive-damaged",
    different.length === 0
      ? "The archive that was copied has changed meanwhile; the same command brings what is new."
      : `The copy does not read as the archive does: ${named}${more}. The same command copies what is missing.`,
  );
}

async function* inBatches<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH_ARTICLES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
