import { existsSync } from "node:fs";
import type { Backend } from "../api/context.ts";
import type { Archive, ArchiveInfo } from "../archive/archive.ts";
import type { ArchiveWriter } from "../archive/writer.ts";
import type { EncoderChoice } from "../config/value-types.ts";
import type { Encoder } from "../encoder/encoder.ts";
import type { Reranker } from "../encoder/reranker.ts";
import { type LocalArchive, openLocalArchive } from "../local/local-archive.ts";
import { createDatabase, databasePath } from "../local/store/database.ts";
import type { ClusterArchive } from "../opensearch/cluster-archive.ts";
import { createResources } from "../resources/registry.ts";
import type { Resources } from "../resources/resources.ts";
import type { SearchedArchive, SearchService } from "../search/search.ts";
import { createSearchService } from "../search/service.ts";
import type { Synonyms } from "../text/synonyms.ts";
import { borrowArchiveEncoder } from "./load-encoder.ts";
import { borrowReranker, type RerankOptions, rerankSearch } from "./load-reranker.ts";
import { type ClusterOptions, clusterArchiveExists, createClusterArchive, openClusterArchive } from "./open-cluster.ts";
import { createSynonymsFile } from "./synonyms-file.ts";

/** The composition shared by the command line and the library: which engine answers for an archive, with which encoder. */

/** Told of what went wrong where nobody waits for it, e.g. in a merge beside. */
export type OnError = (error: unknown, doing: string) => void;

export interface BackendOptions {
  /** The archive's folder; of one in a cluster the folder for what stands beside it on this machine. */
  readonly folder: string;
  /** Where the archive is, if it is in a cluster. */
  readonly cluster?: ClusterOptions | undefined;
  readonly encoder: EncoderChoice;
  /** Where heavy things are shared; default: a registry of its own, which ends with the backend. */
  readonly resources?: Resources;
  /** Puts the first hits of lists in another order. Default: nothing does. */
  readonly rerank?: RerankOptions | undefined;
  /** What is written is merged in a thread while searches and writes go on. Default false. */
  readonly mergesBeside?: boolean | undefined;
  /** Articles are encoded in another thread while those before are stored: for a process that writes a lot. Default false. */
  readonly encodesAhead?: boolean | undefined;
  readonly onError?: OnError | undefined;
}

/** An archive that is open, with its encoder and the search over both. Dispose it after use. */
export interface OpenBackend extends Backend, AsyncDisposable {
  readonly resources: Resources;
  readonly archive: Archive;
  /** The archive, where it is one of a folder. */
  readonly local: LocalArchive | undefined;
  /** The archive, where it is one in a cluster. */
  readonly clustered: ClusterArchive | undefined;
  readonly encoder: Encoder;
  /** Other words that queries are widened by. */
  readonly synonyms: () => Synonyms;
  /** What puts the first hits in another order. */
  readonly reranker: Reranker | undefined;
  /** A search over another form of the archive, with the same encoder, synonyms and re-ranker. */
  readonly searchOver: (archive: SearchedArchive) => SearchService;
}

/** An archive in a folder, open. */
export interface LocalBackend extends OpenBackend {
  readonly archive: LocalArchive;
  readonly local: LocalArchive;
}

type FolderOptions = BackendOptions & { readonly cluster?: undefined };

type OpenedArchive = Pick<OpenBackend, "archive" | "encoder"> & {
  readonly local?: LocalArchive;
  readonly clustered?: ClusterArchive;
};

/**
 * Opens an archive, with everything loaded once and shared.
 * @throws AppError `archive-missing`, `archive-damaged`, `archive-version`, `encoder-unavailable`.
 */
export function openBackend(options: FolderOptions): Promise<LocalBackend>;
export function openBackend(options: BackendOptions): Promise<OpenBackend>;
export async function openBackend(options: BackendOptions): Promise<OpenBackend> {
  const { folder, cluster, rerank, mergesBeside, encodesAhead, onError } = options;
  const choice = toChoice(options);
  await using opening = new AsyncDisposableStack();
  const resources = options.resources ?? opening.use(createResources());
  const loadEncoder = async (info: ArchiveInfo): Promise<Encoder> =>
    opening.use(await borrowArchiveEncoder(resources, choice, info)).value;
  const openFolder = async (): Promise<OpenedArchive> => {
    const local = await openLocalArchive({
      folder,
      resources,
      mergesBeside,
      encodesAhead,
      loadEncoder,
      onMergeError: (error) => onError?.(error, "merging"),
    });
    return { archive: local, local, encoder: local.encoder };
  };
  const openInCluster = async (options: ClusterOptions): Promise<OpenedArchive> => {
    const opened = await openClusterArchive(options, loadEncoder);
    return { ...opened, clustered: opened.archive };
  };
  const { archive, local, clustered, encoder } =
    cluster === undefined ? await openFolder() : await openInCluster(cluster);
  opening.defer(() => archive.close());
  const synonyms = createSynonymsFile({
    folder,
    onProblem: (message) => onError?.(new Error(message), "reading synonyms"),
  });
  const reranker = rerank && opening.use(await borrowReranker(resources, rerank.choice)).value;
  const searchOver = (searched: SearchedArchive): SearchService =>
    rerankSearch(createSearchService({ archive: searched, encoder, synonyms }), rerank, {
      reranker,
      onError: (error) => onError?.(error, "re-ranking"),
    });
  const opened = opening.move();
  return {
    resources,
    encoder,
    archive,
    local,
    clustered,
    search: searchOver(archive),
    synonyms,
    reranker,
    searchOver,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The built-in encoder runs in the calling thread, unless another is wanted; every other one has threads or servers of its own. */
const toChoice = ({ encoder, encodesAhead }: BackendOptions): EncoderChoice =>
  encoder.kind === "builtin" && encodesAhead === true ? { ...encoder, inThread: true } : encoder;

/** Whether there is an archive to be opened. @throws AppError where its cluster cannot be asked */
export const archiveExists = async ({
  folder,
  cluster,
}: Pick<BackendOptions, "folder" | "cluster">): Promise<boolean> =>
  cluster === undefined ? folderHoldsArchive(folder) : clusterArchiveExists(cluster);

export const folderHoldsArchive = (folder: string): boolean => existsSync(databasePath(folder));

export interface WritingOptions extends BackendOptions {
  /** IANA zone in which the days of a new archive begin. */
  readonly timezone: string;
}

/** An archive opened for writing, made first where there is none. Dispose it after use. */
export interface WritingBackend extends OpenBackend {
  readonly writer: ArchiveWriter;
}

/** @throws AppError `archive-locked`, `encoder-unavailable`, `disk-full`, `io`. */
export function openForWriting(options: WritingOptions & FolderOptions): Promise<WritingBackend & LocalBackend>;
export function openForWriting(options: WritingOptions): Promise<WritingBackend>;
export async function openForWriting(options: WritingOptions): Promise<WritingBackend> {
  const { folder, cluster, timezone } = options;
  const choice = toChoice(options);
  await using opening = new AsyncDisposableStack();
  const resources = options.resources ?? opening.use(createResources());
  if (!(await archiveExists(options))) {
    const encoder = opening.use(await borrowArchiveEncoder(resources, choice, undefined)).value;
    const made = { encoderFingerprint: encoder.fingerprint, dimensions: encoder.dimensions, timezone };
    if (cluster === undefined) createDatabase(folder, made);
    else await createClusterArchive(cluster, made);
  }
  const backend = opening.use(await openBackend({ ...options, resources }));
  const writer = await backend.archive.borrowWriter();
  opening.defer(() => writer.close());
  const opened = opening.move();
  return { ...backend, writer, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
