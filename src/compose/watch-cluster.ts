import type { StoredArticle, WatchedArchive } from "../alerts/watched-archive.ts";
import type { ClusterArchive } from "../opensearch/cluster-archive.ts";
import { unpackVector } from "../opensearch/index/pack-vector.ts";
import type { StoredDocument } from "../opensearch/index/to-document.ts";

/** The archive in a cluster in the order in which its articles were stored: what followed searches are held against. */
export function watchCluster(archive: ClusterArchive): WatchedArchive {
  const { info, storedOrder } = archive;
  return {
    name: String(info.createdAtMs),
    timezone: info.timezone,
    head: () => storedOrder.lastKey(),
    after: async (sequence, limit) => {
      const { documents, to } = await storedOrder.after(sequence, limit);
      return { articles: documents.map(toStored), to };
    },
    at: async (sequence) => {
      const document = await storedOrder.at(sequence);
      return document && toStored(document);
    },
    // What was replaced or removed leaves no trace in a cluster.
    editionAt: async (sequence) => (await storedOrder.at(sequence))?.hash,
    article: (id) => archive.article(id),
    statistics: async (queries) => ({ ...(await storedOrder.statistics(queries)), [Symbol.dispose]: () => {} }),
    encoderFingerprint: async () => info.encoderFingerprint,
    background: () => storedOrder.background(),
  };
}

const toStored = ({ article, hash, key, packedVector, waiting }: StoredDocument): StoredArticle => ({
  sequence: key,
  article,
  edition: hash,
  vector: packedVector === undefined ? undefined : unpackVector(packedVector),
  awaitsVector: waiting === true,
});
