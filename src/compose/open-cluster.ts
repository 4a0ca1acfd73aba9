import { readFileSync } from "node:fs";
import type { ArchiveInfo } from "../archive/archive.ts";
import type { ArticleHistory } from "../archive/edition.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { AppError } from "../errors.ts";
import type { ClusterFinding } from "../opensearch/care/cluster-finding.ts";
import type { ExamineOptions } from "../opensearch/care/examine-cluster.ts";
import type { ClusterArchive } from "../opensearch/cluster-archive.ts";
import { parseClusterAddress } from "../opensearch/connection/cluster-address.ts";
import type { ClusterClient } from "../opensearch/connection/cluster-client.ts";
import type { CreateOptions, OpenIndex } from "../opensearch/index/open-index.ts";
import type { FolderClaim } from "../opensearch/lead/folder-claim.ts";
import type { LeadOptions } from "../opensearch/lead/lead-in-turn.ts";

/** Where an archive in a cluster is, and how to come in. */
export interface ClusterOptions {
  /** `opensearch+https://user@host:9200/prefix` */
  readonly address: string;
  readonly password?: string | undefined;
  /** Certificates of the authority that signed the cluster's own. */
  readonly caFile?: string | undefined;
  /** Of an archive that is made; see {@link CreateOptions.shards}. */
  readonly shards?: number | undefined;
  /** Of an archive that is made; see {@link CreateOptions.partition}. */
  readonly partition?: CreateOptions["partition"];
}

/** @throws AppError `archive-missing`, `archive-version`, `archive-damaged`, `unavailable`, `unauthorized`, `usage`. */
export async function openClusterArchive(
  options: ClusterOptions,
  loadEncoder: (info: ArchiveInfo) => Promise<Encoder>,
): Promise<{ readonly archive: ClusterArchive; readonly encoder: Encoder }> {
  const { client, prefix } = await connect(options);
  try {
    // Loaded here: an archive in a folder needs nothing of it.
    const { openIndex } = await import("../opensearch/index/open-index.ts");
    const { ClusterArchive } = await import("../opensearch/cluster-archive.ts");
    const index = await openIndex(client, prefix);
    const encoder = await loadEncoder(index.info);
    return { archive: new ClusterArchive({ index, encoder }), encoder };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Every article with what it said before, whatever encoder the archive was made with. */
export async function* scanCluster(options: ClusterOptions): AsyncGenerator<ArticleHistory> {
  const { client, prefix } = await connect(options);
  try {
    const { openIndex } = await import("../opensearch/index/open-index.ts");
    const { scanHistories } = await import("../opensearch/read/scan-articles.ts");
    const index = await openIndex(client, prefix);
    yield* scanHistories(index, await index.commits.newest());
  } finally {
    await client.close();
  }
}

/** @throws AppError as {@link openClusterArchive}. */
export async function createClusterArchive(
  options: ClusterOptions,
  made: Omit<CreateOptions, "shards" | "partition">,
): Promise<void> {
  const { client, prefix } = await connect(options);
  try {
    const { createIndex } = await import("../opensearch/index/open-index.ts");
    await createIndex(client, prefix, { ...made, shards: options.shards, partition: options.partition });
  } finally {
    await client.close();
  }
}

export async function clusterArchiveExists(options: ClusterOptions): Promise<boolean> {
  const { client, prefix } = await connect(options);
  try {
    const { indexExists } = await import("../opensearch/index/open-index.ts");
    const { indexNamesOf } = await import("../opensearch/index/names.ts");
    return await indexExists({ client, names: indexNamesOf(prefix) });
  } finally {
    await client.close();
  }
}

/** An archive's indices, for what looks after them. Dispose it after use. */
export async function openClusterIndex(
  options: ClusterOptions,
): Promise<AsyncDisposable & { readonly index: OpenIndex }> {
  const { client, prefix } = await connect(options);
  try {
    const { openIndex } = await import("../opensearch/index/open-index.ts");
    return { index: await openIndex(client, prefix), [Symbol.asyncDispose]: () => client.close() };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Looks at an archive in a cluster and at the cluster, and changes nothing. */
export async function* examineClusterArchive(
  options: ClusterOptions,
  more: Pick<ExamineOptions, "encoderFingerprint" | "nowMs">,
): AsyncGenerator<ClusterFinding> {
  const { client } = await connect(options);
  try {
    const { examineCluster } = await import("../opensearch/care/examine-cluster.ts");
    yield* examineCluster({ ...more, client, address: parseClusterAddress(options.address, options.password) });
  } finally {
    await client.close();
  }
}

/** What keeps things to one place and to one process among all front ends of an archive. */
export interface ClusterLead extends AsyncDisposable {
  /** The folder in which stands what the archive follows. */
  readonly claim: FolderClaim;
  /** Does something in one process at a time; see {@link leadInTurn}. */
  inTurn(options: Omit<LeadOptions, "meta">): AsyncDisposable;
}

/** Nothing is asked yet. Dispose it after use. @param folder what stands beside the archive on this machine */
export async function openClusterLead(options: ClusterOptions, folder: string): Promise<ClusterLead> {
  const { client, prefix } = await connect(options);
  const [{ MetaStore }, { FolderClaim }, { leadInTurn }, { indexNamesOf }] = await Promise.all([
    import("../opensearch/index/meta-store.ts"),
    import("../opensearch/lead/folder-claim.ts"),
    import("../opensearch/lead/lead-in-turn.ts"),
    import("../opensearch/index/names.ts"),
  ]);
  const meta = new MetaStore(client, indexNamesOf(prefix).meta);
  return {
    claim: new FolderClaim(meta, folder),
    inTurn: (lead) => leadInTurn({ ...lead, meta }),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

async function connect({ address, password, caFile }: ClusterOptions): Promise<{
  readonly client: ClusterClient;
  readonly prefix: string;
}> {
  const parsed = parseClusterAddress(address, password);
  const { connectToCluster } = await import("../opensearch/connection/cluster-client.ts");
  return {
    client: connectToCluster(parsed, caFile === undefined ? {} : { ca: readCa(caFile) }),
    prefix: parsed.prefix,
  };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new AppError("io", `The certificates of the cluster's authority cannot be read from ${file}.`, {
      cause: error,
      remedy: { code: "set-option", option: "cluster-ca", does: "names another file" },
    });
  }
}
