import { AppError } from "../../errors.ts";
import type { ClusterAddress } from "../connection/cluster-address.ts";
import type { ClusterClient } from "../connection/cluster-client.ts";
import { checkCluster } from "../index/check-cluster.ts";
import { indexNamesOf } from "../index/names.ts";
import { type OpenIndex, openIndex } from "../index/open-index.ts";
import { checkBlocks } from "./check-blocks.ts";
import { checkDisks } from "./check-disks.ts";
import { checkLeaders } from "./check-leaders.ts";
import { checkNodes } from "./check-nodes.ts";
import { checkParts } from "./check-parts.ts";
import { checkShards } from "./check-shards.ts";
import { type ClusterFinding, fault, fine, warning } from "./cluster-finding.ts";

export interface ExamineOptions {
  readonly address: ClusterAddress;
  readonly client: ClusterClient;
  /** Fingerprint of the encoder that is set; undefined where it cannot be loaded, which is told elsewhere. */
  readonly encoderFingerprint: string | undefined;
  readonly nowMs: () => number;
}

/**
 * Looks at an archive in a cluster and at the cluster itself, and changes nothing. What cannot be asked is told, and the others are looked
 * at all the same; where nobody answers, that is all there is to tell.
 */
export async function* examineCluster(options: ExamineOptions): AsyncGenerator<ClusterFinding> {
  const { address, client, encoderFingerprint, nowMs } = options;
  yield* checkAddress(address);
  try {
    await checkCluster(client);
  } catch (error) {
    yield toFault(error);
    return;
  }
  const names = indexNamesOf(address.prefix);
  let index: OpenIndex | undefined;
  try {
    index = await openIndex(client, address.prefix);
  } catch (error) {
    yield toFault(error);
  }
  if (index !== undefined) yield* checkArchive(index, encoderFingerprint);
  const areas = [
    checkNodes(client, nowMs),
    checkDisks(client),
    ...(index === undefined
      ? []
      : [checkShards(client, names), checkParts(index), checkBlocks(client, names), checkLeaders(index.meta, nowMs)]),
    checkRepositories(client),
  ];
  for (const area of areas) {
    try {
      yield* area;
    } catch (error) {
      yield toFault(error);
    }
  }
}

function* checkAddress({ nodes, user }: ClusterAddress): Generator<ClusterFinding> {
  const open = nodes.filter((node) => node.startsWith("http:") && !/^http:\/\/(?:127\.|localhost|\[::1\])/.test(node));
  if (open.length > 0)
    yield warning(
      "not-encrypted",
      `What goes to ${open.join(", ")}${user === undefined ? "" : ", the password too,"} can be read on the way.`,
      "let the cluster speak TLS, and write opensearch+https:// (cluster-ca names an authority of your own)",
    );
  if (nodes.length === 1)
    yield warning(
      "one-host",
      "The address names one node: while it is away, the archive is too.",
      "name several, with commas between them",
    );
}

async function* checkArchive(index: OpenIndex, fingerprint: string | undefined): AsyncGenerator<ClusterFinding> {
  const { info, areWordsOutdated, copies } = index;
  if (areWordsOutdated)
    yield warning(
      "words-outdated",
      "Its words were indexed by another version: some are not found.",
      "wenxun reindex, while searches go on",
    );
  if (fingerprint !== undefined && fingerprint !== info.encoderFingerprint)
    yield warning(
      "encoder-changed",
      `Its vectors were made by another encoder (${info.encoderFingerprint}) than the one that is set (${fingerprint}): it is searched by words alone.`,
      "wenxun reindex, or set the encoder that made it",
    );
  yield fine(
    `the archive ${index.names.articles}: a write is acknowledged by ${copies === 1 ? "one copy" : `${copies} copies`}`,
  );
}

/** Whether the cluster could keep backups of its indices. */
async function* checkRepositories(client: ClusterClient): AsyncGenerator<ClusterFinding> {
  const { body } = await client.request({ method: "GET", path: "/_snapshot" });
  if (Object.keys(body as object).length === 0)
    yield warning(
      "no-repository",
      "The cluster has no repository for snapshots: there is no backup that it makes by itself.",
      "register one (docs/CLUSTER.md), or wenxun copy the archive to a folder now and then",
    );
}

/** What was refused, with what mends it. */
function toFault(error: unknown): ClusterFinding {
  if (!(error instanceof AppError)) throw error;
  const { code, message } = error;
  if (code === "unauthorized" && !/this user with this password/.test(message))
    return warning(
      "not-allowed",
      message,
      "let the user monitor the cluster, and read and write the indices of the archive",
    );
  return fault(code, message, MENDS[code]);
}

const MENDS: Readonly<Partial<Record<AppError["code"], string>>> = {
  unauthorized: "set cluster-password (WENXUN_CLUSTER_PASSWORD) to the password of the user in the address",
  unavailable:
    "curl the address of a node from this machine; look at the logs of the nodes; for a certificate set cluster-ca",
  "archive-missing": "wenxun import FILE, or wenxun copy DIR, makes one; or name another prefix",
  "archive-version":
    "install what is missing or upgrade the cluster; an archive of another version of wenxun: wenxun export with that one, wenxun import with this",
  "archive-damaged": "restore a snapshot of the repository, or wenxun copy the archive anew",
};
