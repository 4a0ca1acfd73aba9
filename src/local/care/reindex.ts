import { rmSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { Encoder } from "../../encoder/encoder.ts";
import type { Resources } from "../../resources/resources.ts";
import { ActivityFile } from "../read/activity.ts";
import { quantizeRows } from "../segment/build-segment.ts";
import type { SectionName } from "../segment/layout.ts";
import type { Segment } from "../segment/segment.ts";
import { SegmentWriter } from "../segment/segment-writer.ts";
import { ArticleStore } from "../store/article-store.ts";
import { countCommit, forgetSegments, inTransaction, nextSegmentId, recordSegment } from "../store/commit-record.ts";
import { openDatabase, segmentPath, toArchiveError, writeSetting } from "../store/database.ts";
import { embeddingText } from "../store/embedding-text.ts";
import { renewDeadSum } from "../store/record-check.ts";
import { borrowSegment, readSegmentRecords } from "../store/segment-set.ts";
import { codeBytes } from "../vectors/quantize.ts";
import { takeWriteLock } from "../write/write-lock.ts";

const ROWS_PER_BATCH = 512;
const COPY_BYTES = 1 << 20;
const COPIED_SECTIONS: readonly SectionName[] = [
  "keys",
  "times",
  "sources",
  "categories",
  "counts",
  "postings",
  "terms",
  "blocks",
];

export interface ReindexOptions {
  readonly folder: string;
  /** The encoder to change to. */
  readonly encoder: Encoder;
  readonly resources: Resources;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Encodes the whole archive with another encoder. Each segment gets a twin with new vectors beside it; when all are there, one
 * transaction puts them in the place of the old ones. Searches go on with the old vectors until then. Interrupted, it keeps
 * the finished twins and goes on with the rest when it is called again with the same encoder.
 * Returns how many articles were encoded in this call.
 * @throws AppError `archive-missing`, `archive-locked`, `archive-damaged`, `encoder-unavailable`, `disk-full`.
 */
export async function reindexArchive(options: ReindexOptions): Promise<number> {
  const { folder, encoder } = options;
  const { database, info } = openDatabase(folder, "write");
  try {
    using _lock = takeWriteLock(folder);
    if (info.encoderFingerprint === encoder.fingerprint) return 0;
    using activity = new ActivityFile(folder);
    discardUnusableTwins(database, folder, encoder.fingerprint);
    const onProgress = (done: number, total: number): void => {
      activity.show("reindex", done, total === 0 ? 1 : done / total);
      options.onProgress?.(done, total);
    };
    const encoded = await writeTwins(database, { ...options, onProgress });
    cutOver(database, folder, encoder);
    return encoded;
  } catch (error) {
    throw toArchiveError(folder, error);
  } finally {
    database.close();
  }
}

/** Twins made for another encoder, or for segments that are gone. */
function discardUnusableTwins(database: DatabaseSync, folder: string, fingerprint: string): void {
  const unusable = database
    .prepare(
      "SELECT id FROM segment WHERE staged_for IS NOT NULL AND (encoder <> ? OR staged_for NOT IN (SELECT id FROM segment WHERE staged_for IS NULL))",
    )
    .all(fingerprint)
    .map((row) => Number(row.id));
  if (unusable.length === 0) return;
  inTransaction(folder, database, () => forgetSegments(database, unusable));
  for (const id of unusable) rmSync(segmentPath(folder, id), { force: true });
}

async function writeTwins(database: DatabaseSync, options: ReindexOptions): Promise<number> {
  const { folder, encoder, resources, signal, onProgress } = options;
  const records = readSegmentRecords(database);
  const total = records.reduce((sum, { rows }) => sum + rows, 0);
  const finished = database.prepare("SELECT 1 FROM segment WHERE staged_for = ?");
  let done = 0;
  let encoded = 0;
  for (const record of records) {
    const { id, rows } = record;
    if (finished.get(id) === undefined) {
      using lease = await borrowSegment(resources, folder, record);
      const twin = nextSegmentId(database);
      const path = segmentPath(folder, twin);
      const before = done;
      await writeTwin(path, lease.value, { store: new ArticleStore(database), encoder }, (row) => {
        signal?.throwIfAborted();
        onProgress?.(before + row, total);
      });
      inTransaction(folder, database, () =>
        recordSegment(database, { id: twin, path, encoder: encoder.fingerprint, stagedFor: id }),
      );
      encoded += rows;
    }
    done += rows;
    onProgress?.(done, total);
  }
  return encoded;
}

/** Writes a segment with the same rows and postings, and vectors of another encoder. */
async function writeTwin(
  path: string,
  segment: Segment,
  { store, encoder }: { readonly store: ArticleStore; readonly encoder: Encoder },
  onRow: (row: number) => void,
): Promise<void> {
  const { dimensions } = encoder;
  const { keys } = segment.columns;
  const codes = new Uint8Array(segment.rows * codeBytes(dimensions));
  const writer = new SegmentWriter(path);
  try {
    for (const name of COPIED_SECTIONS) copySection(writer, segment, name);
    writer.begin("vectors");
    for (let start = 0; start < keys.length; start += ROWS_PER_BATCH) {
      onRow(start);
      const articles = [...keys.subarray(start, start + ROWS_PER_BATCH)].map((key) => store.byKey(key));
      const texts = articles.map((article) => (article === undefined ? "" : embeddingText(article)));
      const vectors = await encoder.encode(texts, { role: "document" });
      const quantized = quantizeRows(
        vectors.map((vector) => ({ vector })),
        dimensions,
      );
      codes.set(quantized.codes, start * codeBytes(dimensions));
      writer.write(quantized.records);
    }
    writer.end();
    writer.section("codes", codes);
    const { rows, terms, totalTermCount } = segment.file.footer;
    writer.finish({ rows, terms, dimensions, codeBytes: codeBytes(dimensions), totalTermCount });
  } catch (error) {
    writer.abort();
    throw error;
  }
}

function copySection(writer: SegmentWriter, segment: Segment, name: SectionName): void {
  const { bytes } = segment.file.footer.sections[name];
  const buffer = Buffer.allocUnsafe(Math.min(COPY_BYTES, bytes));
  writer.begin(name);
  for (let done = 0; done < bytes; done += COPY_BYTES) {
    const piece = buffer.subarray(0, Math.min(COPY_BYTES, bytes - done));
    segment.file.read(name, done, piece);
    writer.write(piece);
  }
  writer.end();
}

/** Puts the twins in the place of the segments they were made from, all at once. */
function cutOver(database: DatabaseSync, folder: string, encoder: Encoder): void {
  const old = readSegmentRecords(database).map(({ id }) => id);
  inTransaction(folder, database, () => {
    database.exec(`
      UPDATE dead SET segment_id = (SELECT id FROM segment WHERE staged_for = dead.segment_id);
      DELETE FROM segment WHERE staged_for IS NULL;
      UPDATE segment SET staged_for = NULL;
      DELETE FROM unencoded;
    `);
    renewDeadSum(database);
    writeSetting(database, "encoder_fingerprint", encoder.fingerprint);
    writeSetting(database, "dimensions", encoder.dimensions);
    countCommit(database);
  });
  for (const id of old) rmSync(segmentPath(folder, id), { force: true });
}
