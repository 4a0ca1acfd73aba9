import { randomBytes } from "node:crypto";
import type { ArchiveInfo } from "../../archive/archive.ts";
import { AppError } from "../../errors.ts";
import { FOLD_VERSION } from "../../text/fold.ts";
import { bodyOf, type ClusterClient } from "../connection/cluster-client.ts";
import { checkUnchanged, listBehind, type Opened } from "./behind-alias.ts";
import { checkCluster, countDataNodes } from "./check-cluster.ts";
import { Commits, writeFirstState } from "./commits.ts";
import { copiesOf } from "./copies-of.ts";
import { createMetaBody, type IndexMeta, toIndexMeta, versionOf } from "./index-body.ts";
import { makePart } from "./make-part.ts";
import { MetaStore } from "./meta-store.ts";
import { type IndexNames, indexNamesOf } from "./names.ts";
import { generationOf, type Partitioning, toPartName, UNDATED_PART } from "./partition.ts";

/** An archive's indices, checked, with all that reads and writes need of them. */
export interface OpenIndex extends Opened {
  readonly meta: MetaStore;
  readonly commits: Commits;
  readonly info: ArchiveInfo;
  /** What its indices say of themselves. */
  readonly indexMeta: IndexMeta;
  /** Copies of a shard that must have a write before it is acknowledged. */
  readonly copies: number;
  /** Whether an earlier version folded the words. */
  readonly areWordsOutdated: boolean;
}

/** Whether there is an archive. */
export const indexExists = async (index: Pick<OpenIndex, "client" | "names">): Promise<boolean> =>
  (await listBehind(index)).length > 0;

/** @throws AppError `archive-missing`, `archive-version`, `archive-damaged`, `unavailable`, `unauthorized`. */
export async function openIndex(client: ClusterClient, prefix: string): Promise<OpenIndex> {
  await checkCluster(client);
  const names = indexNamesOf(prefix);
  const reply = await client.request({ method: "GET", path: `/${names.articles}` });
  if (reply.status === 404)
    throw new AppError(
      "archive-missing",
      `There is no archive in the cluster under the prefix ${prefix}; importing articles makes one.`,
    );
  const indices = Object.entries(bodyOf(reply, names.articles)) as [string, IndexReply][];
  const [[name, { mappings, settings }]] = checkIndices(names, indices);
  const meta = checkMeta(mappings._meta?.wenxun, name);
  const store = new MetaStore(client, names.meta);
  const { encoderFingerprint, dimensions, timezone, createdAtMs, archiveId, foldVersion, partition = "none" } = meta;
  const opened: Opened = { client, names, behind: partition === "none" ? name : generationOf(name), partition };
  return {
    ...opened,
    meta: store,
    commits: new Commits({
      client,
      meta: store,
      names,
      archiveId,
      check: () => checkUnchanged(opened),
    }),
    info: { encoderFingerprint, dimensions, timezone, createdAtMs },
    indexMeta: meta,
    copies: copiesOf(Number(settings.index.number_of_replicas)),
    areWordsOutdated: foldVersion !== FOLD_VERSION,
  };
}

export interface CreateOptions extends Pick<IndexMeta, "encoderFingerprint" | "dimensions" | "timezone"> {
  /** Of each index. Default: one for each node that keeps data, at most {@link MOST_SHARDS}; of an archive by years one. */
  readonly shards?: number | undefined;
  /** Default: none. */
  readonly partition?: Partitioning | undefined;
}

/** Shards of a new archive, where it is not said: more cost every search a little. */
const MOST_SHARDS = 3;

/** Makes an empty archive under the prefix. @throws AppError as {@link openIndex}, but `archive-missing`. */
export async function createIndex(
  client: ClusterClient,
  prefix: string,
  { encoderFingerprint, dimensions, timezone, shards, partition = "none" }: CreateOptions,
): Promise<void> {
  await checkCluster(client);
  const dataNodes = await countDataNodes(client);
  const names = indexNamesOf(prefix);
  const isByYear = partition === "year";
  const shape = {
    shards: shards ?? (isByYear ? 1 : Math.min(MOST_SHARDS, dataNodes)),
    replicas: dataNodes > 1 ? 1 : 0,
  };
  const archiveId = randomBytes(4).toString("hex");
  const meta = toIndexMeta({
    encoderFingerprint,
    dimensions,
    timezone,
    createdAtMs: Date.now(),
    archiveId,
    ...(isByYear && { partition }),
  });
  const copies = { wait_for_active_shards: 1 + shape.replicas };
  await client.request({ method: "PUT", path: `/${names.meta}`, body: createMetaBody(shape), query: copies });
  await writeFirstState(new MetaStore(client, names.meta));
  const name = isByYear ? toPartName(names.firstArticles, UNDATED_PART) : names.firstArticles;
  await makePart(client, { name, meta, shape, alias: names.articles });
}

interface IndexReply {
  readonly mappings: {
    readonly _meta?: { readonly wenxun?: Partial<IndexMeta> };
    readonly properties?: { readonly vector?: { readonly method?: { readonly engine?: string } } };
  };
  readonly settings: { readonly index: { readonly number_of_replicas: string; readonly knn?: string } };
}

/** One index, or the parts of an archive by years, made alike. */
function checkIndices(
  names: IndexNames,
  indices: readonly [string, IndexReply][],
): readonly [[string, IndexReply], ...[string, IndexReply][]] {
  const first = indices.find(([name]) => name.endsWith(`-${UNDATED_PART}`)) ?? indices[0];
  if (first === undefined) fail(names, "has no index behind it");
  const others = indices.filter((index) => index !== first);
  const [name, { mappings }] = first;
  const meta = mappings._meta?.wenxun;
  for (const [, index] of indices) checkNeighbours(names, index);
  if (others.length > 0 && meta?.partition === undefined) fail(names, `stands for ${indices.length} indices`);
  for (const [other, { mappings: its }] of others) {
    const { archiveId, version } = its._meta?.wenxun ?? {};
    if (archiveId !== meta?.archiveId || version !== meta?.version || generationOf(other) !== generationOf(name))
      fail(names, `stands for ${name} and ${other}, which are not parts of one archive`);
  }
  return [first, ...others];
}

/** An index of neighbours is left from earlier archives, by the engine of Lucene; the default one ends a node that lacks its native library. */
function checkNeighbours(names: IndexNames, { mappings, settings }: IndexReply): void {
  const method = mappings.properties?.vector?.method;
  if (method === undefined && settings.index.knn !== "true") return;
  if (method?.engine !== "lucene")
    fail(
      names,
      `indexes vectors by the engine ${method?.engine ?? "of the cluster's choice"}, where wenxun makes no index of them`,
    );
}

function checkMeta(meta: Partial<IndexMeta> | undefined, name: string): IndexMeta {
  if (meta?.version === undefined)
    throw new AppError("archive-version", `The index ${name} was not made by wenxun: its mapping does not say so.`);
  if (meta.version !== versionOf(meta.partition))
    throw new AppError(
      "archive-version",
      `The index ${name} is of version ${meta.version}, and this program reads version ${versionOf(meta.partition)}.`,
      { remedy: { code: "export-and-import" } },
    );
  return meta as IndexMeta;
}

function fail(names: IndexNames, what: string): never {
  throw new AppError("archive-damaged", `The alias ${names.articles} ${what}.`);
}
