import type { ArchiveWriter } from "../archive/writer.ts";
import { AppError } from "../errors.ts";
import { type ArticleMapper, createMapper, type MappingOptions } from "./article.ts";
import { BatchWriter } from "./batch-writer.ts";
import { findMissingNames } from "./field-finder.ts";
import type { Format } from "./format.ts";
import { inputName, type Meter, STDIN } from "./input.ts";
import { expandPaths } from "./paths.ts";
import { type ReaderOptions, readRecords } from "./reader.ts";
import type { RawRecord } from "./record.ts";
import { RejectsFile } from "./rejects-file.ts";
import type { Remedies } from "./remedies.ts";
import { addExample, type ImportReport, type InputFailure, MAX_EXAMPLES, type RecordNote } from "./report.ts";
import { type Sample, withSample } from "./sample.ts";
import { SeenIds } from "./seen-ids.ts";

export interface ImportOptions {
  /** Paths, glob patterns, or `-` for standard input. */
  readonly inputs: readonly string[];
  readonly writer: Pick<ArchiveWriter, "put" | "prepare">;
  /** Folder in which a rejects file is made when one is needed. */
  readonly rejectsFolder: string;
  readonly mapping?: MappingOptions;
  readonly format?: Format | undefined;
  readonly table?: string | undefined;
  readonly encoding?: string | undefined;
  /** How problems say what mends them. Default: in the words of the command line. */
  readonly remedies?: Remedies | undefined;
  /** Aborted: the batch being written is finished, nothing more is read. */
  readonly signal?: AbortSignal | undefined;
  /** Called each time that a batch has become durable. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** A batch is written when it holds this many articles at most; fewer where writing them is slow. Default 2,048. */
  readonly batchArticles?: number;
  /** A batch is also written when it holds this many characters. Default 4 Mi, 8 MB of memory. */
  readonly batchCharacters?: number;
  /** How many of the last ids are remembered, to tell where one came before; of earlier ones the writer tells that they did. Default 131,072. */
  readonly recentIds?: number;
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

/** One input while it is read. */
interface InputRun {
  readonly path: string;
  readonly name: string;
  /** Counted from 0. */
  readonly number: number;
  read: number;
  rejected: number;
  firstProblem: string;
}

class ImportRun {
  readonly failures: InputFailure[] = [];
  readonly #options: ImportOptions;
  readonly #mapper: ArticleMapper;
  readonly #batches: BatchWriter;
  readonly #rejects: RejectsFile;
  readonly #ids: SeenIds;
  readonly #meter: Meter = { bytes: 0 };
  readonly #totalBytes: number | undefined;
  readonly #startedMs = performance.now();
  #rejected = 0;
  readonly #rejections: RecordNote[] = [];
  readonly #remarks = new Set<string>();
  #inputs = 0;
  #failure: AppError | undefined;

  constructor(options: ImportOptions, mapper: ArticleMapper, totalBytes: number | undefined) {
    this.#options = options;
    this.#mapper = mapper;
    this.#totalBytes = totalBytes;
    this.#ids = new SeenIds(options.recentIds);
    this.#rejects = new RejectsFile(options.rejectsFolder);
    this.#batches = new BatchWriter(options, () => this.#onBatch());
  }

  get isStopped(): boolean {
    return this.#failure !== undefined || this.#batches.failure !== undefined || this.#isCalledOff;
  }

  get #isCalledOff(): boolean {
    return this.#options.signal?.aborted === true;
  }

  async readInput(path: string): Promise<void> {
    const input: InputRun = {
      path,
      name: inputName(path),
      number: this.#inputs++,
      read: 0,
      rejected: 0,
      firstProblem: "",
    };
    try {
      const stream = readRecords(path, this.#readerOptions(this.#meter));
      for await (const records of withSample(stream, (sample) => this.#look(sample, input))) {
        // What comes after the end of reading may be half a record.
        if (this.isStopped) return;
        for (const record of records) {
          this.#take(record, input);
          if (this.#batches.isFull && !this.isStopped) await this.#batches.write();
          if (this.isStopped) return;
        }
      }
      if (input.read > 0 && input.rejected === input.read) this.failures.push(nothingUsed(input));
    } catch (error) {
      if (this.isStopped) return;
      if (!(error instanceof AppError)) throw error;
      if (error.code === "bad-input") {
        const { message, remedy } = error;
        this.failures.push({ input: input.name, message, ...(remedy !== undefined && { remedy }) });
      } else this.#failure = error;
    }
  }

  async finish(): Promise<ImportReport> {
    await this.#batches.finish(!this.isStopped);
    try {
      this.#rejects.close();
    } catch (error) {
      this.#failure ??= error instanceof AppError ? error : new AppError("io", String(error), { cause: error });
    }
    const failure = this.#failure ?? this.#batches.failure;
    const rejected = this.#rejected;
    const { stored, added, updated, unchanged, repeated, differing, takenPlaces, places, notes } = this.#batches;
    const seconds = this.#seconds();
    return {
      read: stored + rejected,
      ...{ stored, added, updated, unchanged, repeated, rejected, differing, takenPlaces },
      ...notes,
      seconds: Math.round(seconds * 1000) / 1000,
      articlesPerSecond: Math.round(stored / Math.max(seconds, 0.001)),
      fields: this.#mapper.fields(),
      ...(rejected > 0 ? { rejectsFile: this.#rejects.path, rejectsKept: this.#rejects.kept } : {}),
      rejections: this.#rejections,
      places,
      remarks: [...this.#remarks],
      failures: this.failures,
      interrupted: this.#isCalledOff,
      ...(failure === undefined ? {} : { failure }),
    };
  }

  #readerOptions(meter: Meter): ReaderOptions {
    const { format, table, encoding, remedies, signal, mapping, stdin } = this.#options;
    return {
      format,
      table,
      encoding,
      remedies,
      signal,
      fields: mapping?.fields,
      onRemark: (text) => void (this.#remarks.size < MAX_EXAMPLES && this.#remarks.add(text)),
      meter,
      ...(stdin === undefined ? {} : { stdin }),
    };
  }

  /** Learns from the first records of an input. False where `--map` names what the input does not have. */
  async #look({ records, isWhole }: Sample, input: InputRun): Promise<boolean> {
    const values = records.flatMap(({ problem, value }) => (problem === undefined ? [value] : []));
    let missing = findMissingNames(values, this.#options.mapping?.fields ?? {});
    let count = records.length;
    // What no record of the sample has may come later; a file can be read twice, to know before anything is stored.
    if (missing.length > 0 && !isWhole && input.path !== STDIN) {
      count = 0;
      for await (const group of readRecords(input.path, this.#readerOptions({ bytes: 0 }))) {
        missing = findMissingNames(
          group.map(({ value }) => value),
          this.#options.mapping?.fields ?? {},
          missing,
        );
        if (missing.length === 0 || this.isStopped) break;
        count += group.length;
      }
    }
    const [name] = missing;
    if (name !== undefined && values.length > 0) {
      this.failures.push({ input: input.name, message: describeMissing(name, input.name, count, values) });
      return false;
    }
    this.#mapper.learn(values, fileStem(input.path));
    return true;
  }

  #take(record: RawRecord, input: InputRun): void {
    const place = { input: input.name, line: record.line };
    input.read++;
    const mapped = record.problem === undefined ? this.#mapper(record.value) : { problem: record.problem };
    if ("problem" in mapped) {
      if (input.rejected === 0) input.firstProblem = mapped.problem;
      input.rejected++;
      this.#rejected++;
      this.#rejects.add(input.name, record, mapped.problem);
      addExample(this.#rejections, { ...place, text: mapped.problem });
      return;
    }
    const { article, badDate, badId } = mapped;
    const { id, title, body, source } = article;
    const before = this.#ids.add(id, `${title}\n${body.length}\n${source ?? ""}`, input.number);
    this.#batches.batchNotes.add({ article, badDate, badId, before }, place);
    this.#batches.add(article, before !== undefined);
  }

  #onBatch(): void {
    this.#rejects.flush();
    this.#options.onProgress?.({
      stored: this.#batches.stored,
      rejected: this.#rejected,
      seconds: this.#seconds(),
      bytes: this.#meter.bytes,
      totalBytes: this.#totalBytes,
    });
  }

  #seconds(): number {
    return (performance.now() - this.#startedMs) / 1000;
  }
}

const nothingUsed = ({ name, read, firstProblem }: InputRun): InputFailure => ({
  input: name,
  message: `Nothing of ${name} could be used: ${read === 1 ? "its one record" : `each of its ${read} records`} was refused (${firstProblem}).`,
});

function describeMissing(name: string, input: string, count: number, values: readonly unknown[]): string {
  const names = new Set(
    values.flatMap((value) => (typeof value === "object" && value !== null ? Object.keys(value) : [])),
  );
  const shown = [...names].slice(0, 20).join(", ");
  const records = count === 1 ? "The one record" : `None of the ${count} records`;
  return `${records} of ${input} has ${count === 1 ? "no" : "a"} field "${name}", which the mapping names; the fields are ${shown}${names.size > 20 ? " …" : ""}.`;
}

/** `a/news.jsonl.gz` → `news` */
const fileStem = (path: string): string =>
  path === STDIN ? "" : (/[^/\\]*$/.exec(path)?.[0] ?? "").replace(/(?<=.)\..*$/, "");
