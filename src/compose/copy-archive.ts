import { existsSync, readdirSync } from "node:fs";
import type { Archive } from "../archive/archive.ts";
import type { Article } from "../archive/article.ts";
import { ArchiveDigest, articleDigest } from "../archive/article-digest.ts";
import type { Edition } from "../archive/edition.ts";
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
  for await (const batch of inBatches(from.archive.articles({ snapshot, signal }))) {
    signal?.throwIfAborted();
    for (const article of batch) source.add(article);
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

async function putBatch(batch: readonly Article[], { from, to }: CopyOptions, counts: Counts): Promise<void> {
  const before = await Promise.all(batch.map((article) => earlierOf(article, from.archive, to.archive)));
  const editions = before.reduce((sum, { length }) => sum + length, 0);
  const keeps = to.archive.supports.editions;
  if (keeps) counts.editions += editions;
  else counts.editionsLeft += editions;
  for (let round = 0; keeps && before.some(({ length }) => length > round); round++) {
    const { added, updated } = await to.writer.put(before.flatMap((earlier) => earlier[round] ?? []));
    counts.added += added;
    if (round === 0) counts.updated += updated;
  }
  const { added, updated, unchanged } = await to.writer.put(batch);
  // Those whose earlier editions were just put have been counted with the first of these.
  const counted = keeps ? before.filter(({ length }) => length > 0).length : 0;
  counts.added += added;
  counts.updated += updated - counted;
  counts.unchanged += unchanged;
}

/** What an article said before, as far as the target does not have it: none where it has the article itself. */
async function earlierOf(article: Article, from: Archive, to: Archive): Promise<readonly Article[]> {
  if (!from.supports.editions) return [];
  const summaries = (await from.editions?.(article.id)) ?? [];
  if (summaries.length < 2) return [];
  const read = await Promise.all(summaries.slice(0, -1).map(({ number }) => from.edition?.(article.id, number)));
  const earlier = read.flatMap((edition: Edition | undefined) => edition?.article ?? []);
  const there = await to.article(article.id);
  if (there === undefined) return earlier;
  const known = articleDigest(there);
  if (known === articleDigest(article)) return [];
  // Stopped half way: what follows the edition that is there.
  const at = earlier.findIndex((edition) => articleDigest(edition) === known);
  return at < 0 ? [] : earlier.slice(at + 1);
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

async function* inBatches(articles: AsyncIterable<Article>): AsyncGenerator<Article[]> {
  let batch: Article[] = [];
  for await (const article of articles) {
    batch.push(article);
    if (batch.length < BATCH_ARTICLES) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
