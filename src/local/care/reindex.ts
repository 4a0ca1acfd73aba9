import { rmSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { PacedSize } from "../../collections/paced-size.ts";
import type { Encoder } from "../../encoder/encoder.ts";
import type { Resources } from "../../resources/resources.ts";
import { codeBytes } from "../../search/codes/quantize.ts";
import { embeddingText } from "../../search/embedding-text.ts";
import { FOLD_VERSION } from "../../text/fold.ts";
import { ActivityFile } from "../read/activity.ts";
import { quantizeRows } from "../segment/build-segment.ts";
import { SCALE_BYTES, type SectionName } from "../segment/layout.ts";
import type { Segment } from "../segment/segment.ts";
import { SegmentWriter } from "../segment/segment-writer.ts";
import { toArchiveError } from "../store/archive-errors.ts";
import { ArticleStore } from "../store/article-store.ts";
import { countCommit, forgetSegments, inTransaction, nextSegmentId, recordSegment } from "../store/commit-record.ts";
import { openDatabase, segmentPath, writeSetting } from "../store/database.ts";
import { renewDeadSum } from "../store/record-check.ts";
import { borrowSegment, readSegmentRecords } from "../store/segment-set.ts";
import { removeStrayFiles } from "../store/stray-files.ts";
import { takeWriteLock } from "../write/write-lock.ts";
import { KeptVectors, keptVectorsPath, removeKeptVectors } from "./kept-vectors.ts";
import { discard, rebuildTerms } from "./rebuild-terms.ts";

const ROWS_PER_BATCH = 512;
/** Rows that are encoded at a time: about five seconds' worth, whatever the encoder. */
const PACE = { first: 64, least: 8, most: ROWS_PER_BATCH, targetMs: 5_000 };
const COPY_BYTES = 1 << 20;
const COLUMNS: readonly SectionName[] = ["keys", "times", "sources", "categories"];
const TERMS: readonly SectionName[] = ["counts", "postings", "terms", "blocks"];
const VECTORS: readonly SectionName[] = ["vectors", "codes"];

export interface ReindexOptions {
  readonly folder: string;
  /** The encoder to change to. */
  readonly encoder: Encoder;
  readonly resources: Resources;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Encodes the whole archive with another encoder, and indexes its words anew where that was done with another fold. Each segment
 * gets a twin beside it; when all are there, one transaction puts them in the place of the old ones. Searches go on with the old
 * ones until then. Interrupted, it keeps the finished twins and the vectors of the one that is not finished, and goes on with the rest
 * when it is called again with the same encoder.
 * Returns how many articles were encoded or indexed in this call.
 * @throws AppError `archive-missing`, `archive-locked`, `archive-damaged`, `encoder-unavailable`, `disk-full`.
 */
export async function reindexArchive(options: ReindexOptions): Promise<number> {
  const { folder, encoder } = options;
  const { database, info } = openDatabase(folder, "write");
  try {
    using _lock = takeWriteLock(folder);
    removeStrayFiles(folder, database);
    const changes: Changes = {
      vectors: info.encoderFingerprint !== encoder.fingerprint,
      terms: info.foldVersion !== FOLD_VERSION,
    };
    if (!changes.vectors && !changes.terms) return 0;
    using activity = new ActivityFile(folder);
    const maker = changes.terms ? `${encoder.fingerprint}, fold ${FOLD_VERSION}` : encoder.fingerprint;
    discardUnusableTwins(database, folder, maker);
    const onProgress = (done: number, total: number): void => {
      activity.show("reindex", done, total === 0 ? 1 : done / total);
      options.onProgress?.(done, total);
    };
    const encoded = await writeTwins(database, { ...options, onProgress, changes, maker });
    cutOver(database, folder, encoder, changes);
    return encoded;
  } catch (error) {
    throw toArchiveError(folder, error);
  } finally {
    database.close();
  }
}

/** What of a segment is written anew. */
interface Changes {
  readonly vectors: boolean;
  readonly terms: boolean;
}

interface Making extends ReindexOptions {
  readonly changes: Changes;
  /** What makes the twins: those of another maker are of no use. */
  readonly maker: string;
}

/** Twins made by something else, or for segments that are gone. */
function discardUnusableTwins(database: DatabaseSync, folder: string, maker: string): void {
  const unusable = database
    .prepare(
      "SELECT id FROM segment WHERE staged_for IS NOT NULL AND (encoder <> ? OR staged_for NOT IN (SELECT id FROM segment WHERE staged_for IS NULL))",
    )
    .all(maker)
    .map((row) => Number(row.id));
  if (unusable.length === 0) return;
  inTransaction(folder, database, () => forgetSegments(database, unusable));
  for (const id of unusable) rmSync(segmentPath(folder, id), { force: true });
}

async function writeTwins(database: DatabaseSync, making: Making): Promise<number> {
  const { folder, maker, resources, signal, onProgress } = making;
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
      await writeTwin(path, lease.value, { ...making, store: new ArticleStore(database) }, (row) => {
        signal?.throwIfAborted();
        onProgress?.(before + row, total);
      });
      inTransaction(folder, database, () => recordSegment(database, { id: twin, path, encoder: maker, stagedFor: id }));
      removeKeptVectors(segmentPath(folder, id));
      encoded += rows;
    }
    done += rows;
    onProgress?.(done, total);
  }
  return encoded;
}

/** Writes a segment with the same rows, and with the terms and vectors that change. */
async function writeTwin(
  path: string,
  segment: Segment,
  making: Making & { readonly store: ArticleStore },
  onRow: (row: number) => void,
): Promise<void> {
  const { encoder, changes, store } = making;
  const terms = changes.terms ? await rebuildTerms(segment, { path, store, onRow }) : segment;
  const writer = new SegmentWriter(path);
  try {
    for (const name of COLUMNS) copySection(writer, segment, name);
    for (const name of TERMS) copySection(writer, terms, name);
    if (changes.vectors) await writeVectors(writer, segment, making, onRow);
    else for (const name of VECTORS) copySection(writer, segment, name);
    const dimensions = changes.vectors ? encoder.dimensions : segment.file.footer.dimensions;
    writer.finish({
      rows: segment.rows,
      terms: terms.file.footer.terms,
      dimensions,
      codeBytes: codeBytes(dimensions),
      totalTermCount: terms.file.footer.totalTermCount,
    });
  } catch (error) {
    writer.abort();
    throw error;
  } finally {
    if (terms !== segment) discard(terms);
  }
}

/** Rows that are there already are read; the others are encoded, a few seconds' worth at a time, and kept as soon as they are. */
async function writeVectors(
  writer: SegmentWriter,
  segment: Segment,
  { folder, store, encoder, maker, signal }: Omit<Making, "changes"> & { readonly store: ArticleStore },
  onRow: (row: number) => void,
): Promise<void> {
  const { dimensions } = encoder;
  const { keys } = segment.columns;
  const bytes = { codeBytes: codeBytes(dimensions), recordBytes: dimensions + SCALE_BYTES };
  using kept = new KeptVectors(keptVectorsPath(segmentPath(folder, segment.data.id)), { maker, keys, ...bytes });
  const codes = new Uint8Array(segment.rows * bytes.codeBytes);
  const pace = new PacedSize(PACE);
  writer.begin("vectors");
  for (let start = 0; start < keys.length; ) {
    onRow(start);
    const isKept = start < kept.rows;
    const count = isKept ? Math.min(ROWS_PER_BATCH, kept.rows - start) : Math.min(pace.size, keys.length - start);
    const startedMs = performance.now();
    const made = isKept
      ? kept.read(start, count)
      : await encodeRows(keys.subarray(start, start + count), { store, encoder, signal });
    if (!isKept) {
      kept.append(made.codes, made.records);
      pace.learn(count, performance.now() - startedMs);
    }
    codes.set(made.codes, start * bytes.codeBytes);
    writer.write(made.records);
    start += count;
  }
  writer.end();
  writer.section("codes", codes);
}

async function encodeRows(
  keys: Uint32Array,
  { store, encoder, signal }: Pick<Making, "encoder" | "signal"> & { readonly store: ArticleStore },
): Promise<ReturnType<typeof quantizeRows>> {
  const articles = [...keys].map((key) => store.byKey(key));
  const texts = articles.map((article) => (article === undefined ? "" : embeddingText(article)));
  const vectors = await encoder.encode(texts, { role: "document", ...(signal === undefined ? {} : { signal }) });
  return quantizeRows(
    vectors.map((vector) => ({ vector })),
    encoder.dimensions,
  );
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
function cutOver(database: DatabaseSync, folder: string, encoder: Encoder, changes: Changes): void {
  const old = readSegmentRecords(database).map(({ id }) => id);
  inTransaction(folder, database, () => {
    database.exec(`
      UPDATE dead SET segment_id = (SELECT id FROM segment WHERE staged_for = dead.segment_id);
      DELETE FROM segment WHERE staged_for IS NULL;
      UPDATE segment SET staged_for = NULL;
    `);
    database.prepare("UPDATE segment SET encoder = ?").run(encoder.fingerprint);
    if (changes.vectors) database.exec("DELETE FROM unencoded");
    renewDeadSum(database);
    writeSetting(database, "encoder_fingerprint", encoder.fingerprint);
    writeSetting(database, "dimensions", encoder.dimensions);
    writeSetting(database, "fold_version", FOLD_VERSION);
    countCommit(database);
  });
  for (const id of old) rmSync(segmentPath(folder, id), { force: true });
}
