import type { StoredArticle, WatchedArchive } from "../alerts/watched-archive.ts";
import type { Reader } from "../local/read/reader.ts";
import type { Snapshot } from "../local/read/snapshot.ts";
import { toArticle } from "../local/read/to-article.ts";
import type { LoggedVersion } from "../local/read/version-log.ts";
import { RowSpace } from "../local/search/row-space.ts";
import { TermLookup } from "../local/search/term-lookup.ts";
import { SampleCache } from "../local/search/vector-sample.ts";

/** The archive of a folder in the order in which its articles were stored: what followed searches are held against. */
export function watchArchive(reader: Reader): WatchedArchive {
  const { versions, info } = reader;
  const toStored = ({ key, edition, article }: LoggedVersion, snapshot: Snapshot): StoredArticle | undefined => {
    if (article === undefined) return undefined;
    const vector = snapshot.locate(key);
    const found = vector?.segment.vector(vector.row);
    return {
      sequence: key,
      article: toArticle(article),
      edition,
      vector: found,
      // What this snapshot does not show yet is looked at again, too.
      awaitsVector: found === undefined && (vector === undefined || versions.isUnencoded(key)),
    };
  };
  const samples = new SampleCache();
  return {
    name: String(info.createdAtMs),
    timezone: info.timezone,
    head: async () => versions.lastKey(),
    after: async (sequence, limit) => {
      // Read before the articles: where none follows, what was given away up to here is gone.
      const last = versions.lastKey();
      const logged = versions.after(sequence, limit);
      using snapshot = await reader.snapshot();
      const articles = logged.flatMap((version) => toStored(version, snapshot) ?? []);
      const seen = logged.at(-1)?.key ?? sequence;
      return { articles, to: logged.length < limit ? Math.max(last, seen) : seen };
    },
    at: async (sequence) => {
      const version = versions.at(sequence);
      if (version === undefined) return undefined;
      using snapshot = await reader.snapshot();
      return toStored(version, snapshot);
    },
    editionAt: async (sequence) => versions.at(sequence)?.edition,
    article: async (id) => {
      using snapshot = await reader.snapshot();
      return toArticle(snapshot.articleById(id));
    },
    statistics: async () => {
      const snapshot = await reader.snapshot();
      const lookup = new TermLookup(snapshot);
      return { find: (term) => lookup.find(term), [Symbol.dispose]: () => snapshot[Symbol.dispose]() };
    },
    encoderFingerprint: async () => {
      using snapshot = await reader.snapshot();
      return snapshot.encoderFingerprint;
    },
    background: async () => {
      using snapshot = await reader.snapshot();
      const space = new RowSpace(snapshot);
      await samples.prepare(space);
      return samples.of(snapshot, space);
    },
  };
}
