import type { Article } from "../archive/article.ts";
import type { ArchiveWriter } from "../archive/writer.ts";
import { AppError } from "../errors.ts";
import { type ArticleMapper, createMapper, type MappingOptions } from "./article.ts";
import type { Format } from "./format.ts";
import { IdSet } from "./id-set.ts";
import { inputName, type Meter } from "./input.ts";
import { expandPaths } from "./paths.ts";
import { type ReaderOptions, readRecords } from "./reader.ts";
import type { RawRecord } from "./record.ts";
import { RejectsFile } from "./rejects-file.ts";

export interface ImportOptions {
  /** Paths, glob patterns, or `-` for standard input. */
  readonly inputs: readonly string[];
  readonly writer: Pick<ArchiveWriter, "put">;
  /** Folder in which a rejects file is made when one is needed. */
  readonly rejectsFolder: string;
  readonly mapping?: MappingOptions;
  readonly format?: Format | undefined;
  readonly table?: string | undefined;
  readonly encoding?: string | undefined;
  /** Aborted: the batch being written is finished, nothing more is read. */
  readonly signal?: AbortSignal | undefined;
  /** Called each time that a batch has become durable. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** A batch is written when it holds this many articles … Default 2,048. */
  readonly batchArticles?: number;
  /** … or this many characters. Default 4 Mi, 8 MB of memory. */
  readonly batchCharacters?: number;
  readonly stdin?: AsyncIterable<Buffer>;
}

export interface ImportProgress {
  /** Articles that are stored durably: the first ones of the inputs, in order. */
  readonly stored: number;
  readonly rejected: number;
  readonly seconds: number;
  /** Bytes read of the inputs as they lie on disk, and of how many; undefined with standard input. */
  readonly bytes: number;
  readonly totalBytes: number | undefined;
}

/** A place in an input. */
export interface RecordNote {
  readonly input: string;
  readonly line: number;
  readonly text: string;
}

export interface ImportReport {
  /** Records read: those that became articles and those that were rejected. */
  readonly read: number;
  /** Articles stored: added, updated or found unchanged, and those that a later one of the same batch replaced. */
  readonly stored: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** Articles without a usable date; they are kept. */
  readonly undated: number;
  /** Articles whose id had come before in the same input; the last one counts. */
  readonly repeated: number;
  readonly seconds: number;
  readonly articlesPerSecond: number;
  readonly rejectsFile?: string;
  /** The first few of each, to show. */
  readonly rejections: readonly RecordNote[];
  readonly badDates: readonly RecordNote[];
  readonly repeatedIds: readonly RecordNote[];
  /** Inputs that could not be read, or not to their end. */
  readonly failures: readonly { readonly input: string; readonly message: string }[];
  /** True when the signal stopped it. */
  readonly interrupted: boolean;
  /** What stopped the writer; everything counted as stored is stored. */
  readonly failure?: AppError;
}

/** How many examples of a kind a report holds. */
const EXAMPLES = 5;

/**
 * Reads the inputs one after the other and stores their articles in batches. While a batch is written the next one is read,
 * and no more than that, so memory is bounded. A broken record, or a broken file, costs nothing but itself.
 * @throws AppError `usage` for an unknown time zone; whatever happens after that is in the report.
 */
export async function importArticles(options: ImportOptions): Promise<ImportReport> {
  const mapper = createMapper(options.mapping);
  const { paths, unmatched, totalBytes } = await expandPaths(options.inputs);
  const run = new ImportRun(options, mapper, totalBytes);
  for (const pattern of unmatched) run.failures.push({ input: pattern, message: `No file matches ${pattern}.` });
  for (const path of paths) {
    if (run.isStopped) break;
    await run.readInput(path);
  }
  return run.finish();
}

class ImportRun {
  readonly failures: { input: string; message: string }[] = [];
  readonly #options: ImportOptions;
  readonly #mapper: ArticleMapper;
  readonly #rejects: RejectsFile;
  readonly #meter: Meter = { bytes: 0 };
  readonly #totalBytes: number | undefined;
  readonly #startedMs = performance.now();
  readonly #counts = { read: 0, stored: 0, added: 0, updated: 0, unchanged: 0, rejected: 0, undated: 0, repeated: 0 };
  readonly #rejections: RecordNote[] = [];
  readonly #badDates: RecordNote[] = [];
  readonly #repeatedIds: RecordNote[] = [];
  #batch: Article[] = [];
  #batchCharacters = 0;
  /** The batch being written; never rejects. */
  #writing: Promise<void> = Promise.resolve();
  #failure: AppError | undefined;

  constructor(options: ImportOptions, mapper: ArticleMapper, totalBytes: number | undefined) {
    this.#options = options;
    this.#mapper = mapper;
    this.#totalBytes = totalBytes;
    this.#rejects = new RejectsFile(options.rejectsFolder);
  }

  get isStopped(): boolean {
    return this.#failure !== undefined || this.#options.signal?.aborted === true;
  }

  async readInput(path: string): Promise<void> {
    const input = inputName(path);
    const { format, table, encoding, signal, mapping, stdin } = this.#options;
    const readerOptions: ReaderOptions = {
      format,
      table,
      encoding,
      signal,
      fields: mapping?.fields,
      meter: this.#meter,
      ...(stdin === undefined ? {} : { stdin }),
    };
    const ids = new IdSet();
    try {
      for await (const records of readRecords(path, readerOptions)) {
        for (const record of records) {
          this.#take(record, input, ids);
          if (this.#isBatchFull()) await this.#write();
          if (this.isStopped) return;
        }
        if (this.isStopped) return;
      }
    } catch (error) {
      if (this.isStopped) return;
      if (!(error instanceof AppError)) throw error;
      if (error.code === "bad-input") this.failures.push({ input, message: error.message });
      else this.#failure = error;
    }
  }

  async finish(): Promise<ImportReport> {
    if (!this.isStopped && this.#batch.length > 0) await this.#write();
    await this.#writing;
    const counts = this.#counts;
    try {
      this.#rejects.close();
    } catch (error) {
      this.#failure ??= error instanceof AppError ? error : new AppError("io", String(error), { cause: error });
    }
    const seconds = this.#seconds();
    return {
      ...counts,
      seconds: Math.round(seconds * 1000) / 1000,
      articlesPerSecond: Math.round(counts.stored / Math.max(seconds, 0.001)),
      ...(counts.rejected > 0 ? { rejectsFile: this.#rejects.path } : {}),
      rejections: this.#rejections,
      badDates: this.#badDates,
      repeatedIds: this.#repeatedIds,
      failures: this.failures,
      interrupted: this.#options.signal?.aborted === true,
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    };
  }

  #take(record: RawRecord, input: string, ids: IdSet): void {
    const counts = this.#counts;
    const { line } = record;
    counts.read++;
    const mapped = record.problem === undefined ? this.#mapper(record.value) : { problem: record.problem };
    if ("problem" in mapped) {
      counts.rejected++;
      this.#rejects.add(input, record, mapped.problem);
      note(this.#rejections, { input, line, text: mapped.problem });
      return;
    }
    const { article, badDate } = mapped;
    if (article.publishedAtMs === undefined) {
      counts.undated++;
      if (badDate !== undefined) note(this.#badDates, { input, line, text: badDate });
    }
    if (ids.add(article.id)) {
      counts.repeated++;
      note(this.#repeatedIds, { input, line, text: article.id });
    }
    this.#batch.push(article);
    this.#batchCharacters += article.title.length + article.body.length;
  }

  #isBatchFull(): boolean {
    const { batchArticles = 2048, batchCharacters = 4 * 1024 * 1024 } = this.#options;
    return this.#batch.length >= batchArticles || this.#batchCharacters >= batchCharacters;
  }

  /** Waits for the batch before, then begins to write this one. */
  async #write(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchCharacters = 0;
    await this.#writing;
    if (!this.isStopped) this.#writing = this.#put(batch);
  }

  async #put(batch: readonly Article[]): Promise<void> {
    const counts = this.#counts;
    try {
      const { added, updated, unchanged } = await this.#options.writer.put(batch);
      counts.stored += batch.length;
      counts.added += added;
      counts.updated += updated;
      counts.unchanged += unchanged;
      this.#rejects.flush();
    } catch (error) {
      this.#failure = toAppError(error);
      return;
    }
    this.#options.onProgress?.({
      stored: counts.stored,
      rejected: counts.rejected,
      seconds: this.#seconds(),
      bytes: this.#meter.bytes,
      totalBytes: this.#totalBytes,
    });
  }

  #seconds(): number {
    return (performance.now() - this.#startedMs) / 1000;
  }
}

function note(notes: RecordNote[], example: RecordNote): void {
  if (notes.length < EXAMPLES) notes.push(example);
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError("internal", error instanceof Error ? error.message : String(error), { cause: error });
}
