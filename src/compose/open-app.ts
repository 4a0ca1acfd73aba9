import { existsSync } from "node:fs";
import type { ArchiveInfo } from "../archive/archive.ts";
import type { EncoderChoice } from "../config/value-types.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { Reader } from "../local/read/reader.ts";
import { searchInThisThread } from "../local/search/searcher.ts";
import { createDatabase, databasePath, openDatabase } from "../local/store/database.ts";
import { assertEncoder } from "../local/store/encoder-match.ts";
import { Writer, type WriterOptions } from "../local/write/writer.ts";
import { createResources } from "../resources/registry.ts";
import type { Resources } from "../resources/resources.ts";
import type { SearchService } from "../search/search.ts";
import { createSearchService } from "../search/service.ts";
import { borrowEncoder } from "./load-encoder.ts";

/** The composition shared by the command line and the library: which concrete classes make an app. */

export interface AppOptions {
  /** The archive's folder. */
  readonly folder: string;
  readonly encoder: EncoderChoice;
  /** Where heavy things are shared; default: a registry of its own, which ends with the app. */
  readonly resources?: Resources;
}

/** An archive opened for searching. */
export interface App extends AsyncDisposable {
  readonly resources: Resources;
  readonly encoder: Encoder;
  readonly archive: Reader;
  /** Searches in this thread; see {@link startSearchPool} for others. */
  readonly search: SearchService;
  /** @throws AppError `archive-locked` when another process writes. */
  openWriter(options?: Pick<WriterOptions, "mergesBeside">): Promise<Writer>;
  /** Articles that were stored while the encoder was away and have no vector yet. */
  unencodedCount(): number;
}

/**
 * Opens an archive for searching, with everything loaded once and shared. Dispose it after use.
 * @throws AppError `archive-missing`, `archive-damaged`, `archive-version`, `encoder-mismatch`, `encoder-unavailable`.
 */
export async function openApp({ folder, encoder: choice, resources: given }: AppOptions): Promise<App> {
  await using opening = new AsyncDisposableStack();
  const resources = given ?? opening.use(createResources());
  const archive = await Reader.open(folder, resources);
  opening.defer(() => archive.close());
  const encoder = opening.use(await borrowEncoder(resources, choice, { archive: archive.info })).value;
  assertEncoder(archive.info, encoder);
  const opened = opening.move();
  return {
    resources,
    encoder,
    archive,
    search: createSearchService({ archive: searchInThisThread(archive), encoder }),
    openWriter: (options) => Writer.open({ ...options, folder, encoder, resources }),
    unencodedCount: () => archive.unencodedCount(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

export const archiveExists = (folder: string): boolean => existsSync(databasePath(folder));

export interface OpenWriterOptions extends AppOptions {
  /** IANA zone in which the days of a new archive begin. */
  readonly timezone: string;
}

/** An archive opened for writing, made first where there is none. */
export interface WritingApp extends AsyncDisposable {
  readonly resources: Resources;
  readonly encoder: Encoder;
  readonly writer: Writer;
}

/** @throws AppError `archive-locked`, `encoder-mismatch`, `encoder-unavailable`, `disk-full`, `io`. Dispose it after use. */
export async function openForWriting(options: OpenWriterOptions): Promise<WritingApp> {
  const { folder, timezone, encoder: choice } = options;
  await using opening = new AsyncDisposableStack();
  const resources = options.resources ?? opening.use(createResources());
  const archive = archiveExists(folder) ? readArchiveInfo(folder) : undefined;
  const encoder = opening.use(await borrowEncoder(resources, choice, { archive })).value;
  if (archive === undefined)
    createDatabase(folder, { encoderFingerprint: encoder.fingerprint, dimensions: encoder.dimensions, timezone });
  const writer = await Writer.open({ folder, encoder, resources });
  opening.defer(() => writer.close());
  const opened = opening.move();
  return { resources, encoder, writer, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

function readArchiveInfo(folder: string): ArchiveInfo {
  const { database, info } = openDatabase(folder, "read");
  database.close();
  return info;
}
