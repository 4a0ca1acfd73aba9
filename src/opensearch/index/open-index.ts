import { randomBytes } from "node:crypto";
import type { ArchiveInfo } from "../../archive/archive.ts";
import { AppError } from "../../errors.ts";
import { FOLD_VERSION } from "../../text/fold.ts";
import { bodyOf, type ClusterClient } from "../connection/cluster-client.ts";
import { checkCluster, countDataNodes } from "./check-cluster.ts";
import { Commits, writeFirstState } from "./commits.ts";
import { createIndexBody, createMetaBody, INDEX_VERSION, type IndexMeta, toIndexMeta } from "./index-body.ts";
import { MetaStore } from "./meta-store.ts";
import { type IndexNames, indexNamesOf } from "./names.ts";

/** An archive's indices, checked, with all that reads and writes need of them. */
export interface OpenIndex {
  readonly client: ClusterClient;
  readonly names: IndexNames;
  /** The index that stood behind the alias of the articles when it was opened. */
  readonly behind: string;
  readonly meta: MetaStore;
  readonly commits: Commits;
  readonly info: ArchiveInfo;
  /** Copies of a shard that must have a write before it is acknowledged. */
  readonly copies: number;
  /** Whether an earlier version folded the words. */
  readonly areWordsOutdated: boolean;
}

/** Copies beside the first that have a write before it is acknowledged, where there are so many. */
const MOST_COPIES_WAITED_FOR = 2;

/** The index that stands behind the alias of the articles now; undefined where there is none. */
export async function findBehind({ client, names }: Pick<OpenIndex, "client" | "names">): Promise<string | undefined> {
  // Not by HEAD, whose reply has no body that would say why it was refused.
  const query = { filter_path: "*.aliases" };
  const { status, body } = await client.request({ method: "GET", path: `/${names.articles}`, query });
  return status === 200 ? Object.keys(body as object)[0] : undefined;
}

/** Whether the index with the articles is there. */
export const indexExists = async (index: Pick<OpenIndex, "client" | "names">): Promise<boolean> =>
  (await findBehind(index)) !== undefined;

/** @throws AppError `unavailable` where the archive was built anew since it was opened: it is to be opened again. */
export async function checkUnchanged(index: Pick<OpenIndex, "client" | "names" | "behind">): Promise<void> {
  if ((await findBehind(index)) !== index.behind)
    throw new AppError("unavailable", "The archive in the cluster has been built anew, and is to be opened again.", {
      retryAfterS: 2,
    });
}

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
  const [name, { mappings, settings }] = indices[0] ?? fail(names, "has no index behind it");
  if (indices.length > 1) fail(names, `stands for ${indices.length} indices`);
  const meta = checkMeta(mappings._meta?.wenxun, name);
  checkNeighbours(names, { mappings, settings });
  const store = new MetaStore(client, names.meta);
  const { encoderFingerprint, dimensions, timezone, createdAtMs, archiveId, foldVersion } = meta;
  return {
    client,
    names,
    behind: name,
    meta: store,
    commits: new Commits({
      client,
      meta: store,
      names,
      archiveId,
      check: () => checkUnchanged({ client, names, behind: name }),
    }),
    info: { encoderFingerprint, dimensions, timezone, createdAtMs },
    copies: Math.min(MOST_COPIES_WAITED_FOR, 1 + Number(settings.index.number_of_replicas)),
    areWordsOutdated: foldVersion !== FOLD_VERSION,
  };
}

export interface CreateOptions extends Pick<IndexMeta, "encoderFingerprint" | "dimensions" | "timezone"> {
  /** Default: one for each node that keeps data, at most {@link MOST_SHARDS}. */
  readonly shards?: number | undefined;
}

/** Shards of a new archive, where it is not said: more cost every search a little. */
const MOST_SHARDS = 3;

/** Makes an empty archive under the prefix. @throws AppError as {@link openIndex}, but `archive-missing`. */
export async function createIndex(
  client: ClusterClient,
  prefix: string,
  { encoderFingerprint, dimensions, timezone, shards }: CreateOptions,
): Promise<void> {
  await checkCluster(client);
  const dataNodes = await countDataNodes(client);
  const names = indexNamesOf(prefix);
  const shape = { shards: shards ?? Math.min(MOST_SHARDS, dataNodes), replicas: dataNodes > 1 ? 1 : 0 };
  const archiveId = randomBytes(4).toString("hex");
  const meta = toIndexMeta({ encoderFingerprint, dimensions, timezone, createdAtMs: Date.now(), archiveId });
  const copies = { wait_for_active_shards: 1 + shape.replicas };
  await client.request({ method: "PUT", path: `/${names.meta}`, body: createMetaBody(shape), query: copies });
  await writeFirstState(new MetaStore(client, names.meta));
  const body = { ...createIndexBody(meta, shape), aliases: { [names.articles]: {} } };
  await client.request({ method: "PUT", path: `/${names.firstArticles}`, body, query: copies });
}

interface IndexReply {
  readonly mappings: {
    readonly _meta?: { readonly wenxun?: Partial<IndexMeta> };
    readonly properties?: { readonly vector?: { readonly method?: { readonly engine?: string } } };
  };
  readonly settings: { readonly index: { readonly number_of_replicas: string; readonly knn?: string } };
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
  if (meta.version !== INDEX_VERSION)
    throw new AppError(
      "archive-version",
      `The index ${name} is of version ${meta.version}, and this program reads version ${INDEX_VERSION}.`,
      { remedy: { code: "export-and-import" } },
    );
  return meta as IndexMeta;
}

function fail(names: IndexNames, what: string): never {
  throw new AppError("archive-damaged", `The alias ${names.articles} ${what}.`);
}
