import type { Article } from "../../archive/article.ts";
import type { EncodedQuery } from "../../archive/encoded-query.ts";
import type { SearchRequest, SimilarOptions } from "../../archive/request.ts";
import type { Compared, Hit, SearchFindings } from "../../archive/result.ts";
import type { SearchedArchive } from "../../search/search.ts";
import { FOLD_VERSION } from "../../text/fold.ts";
import { ALONE, type Sharing } from "../../threads/sharing/work-sharer.ts";
import type { ArchiveReader, Snapshot } from "../read/snapshot.ts";
import { toArticle } from "../read/to-article.ts";
import { findSimilar } from "./find-similar.ts";
import type { SearchSharing, SearchTaskParts } from "./parts/do-parts.ts";
import { createSearchCaches } from "./search-caches.ts";
import { searchSnapshot } from "./search-snapshot.ts";

/** What a thread needs to know to help with a search. */
export interface SharedSearch {
  /** Name of the snapshot. */
  readonly snapshot: string;
  readonly task: SearchTaskParts;
}

/** The half of a search that a thread does: it searches snapshots one after the other, and keeps its arrays and masks. */
export class SnapshotSearcher {
  readonly #timezone: string;
  readonly #sharing: Sharing<SharedSearch>;
  #caches = createSearchCaches();

  /**
   * @param timezone IANA zone in which the archive's days begin
   * @param sharing where searches can be shared with other threads
   */
  constructor(timezone: string, sharing: Sharing<SharedSearch> = ALONE) {
    this.#timezone = timezone;
    this.#sharing = sharing;
  }

  search(snapshot: Snapshot, request: SearchRequest, given: EncodedQuery): SearchFindings {
    const isForeign = given.vector !== undefined && !isComparable(given, snapshot);
    const encoded: EncodedQuery = isForeign ? { notice: "encoder-changed" } : given;
    const sharing = this.#sharingOf(snapshot);
    const input = { request, encoded, snapshot, caches: this.#caches, timezone: this.#timezone, sharing };
    const findings = snapshot.reading(() => searchSnapshot(input));
    const notices = [...findings.notices];
    if (snapshot.foldVersion !== FOLD_VERSION) notices.push("words-outdated");
    return { ...findings, notices };
  }

  article(snapshot: Snapshot, id: string): Article | undefined {
    return toArticle(snapshot.articleById(id));
  }

  similar(snapshot: Snapshot, id: string, options: SimilarOptions): Hit[] | undefined {
    const search = { snapshot, samples: this.#caches.samples, sharing: this.#sharingOf(snapshot) };
    return snapshot.reading(() => {
      const article = snapshot.articleById(id);
      return article === undefined ? undefined : findSimilar(article, search, options);
    });
  }

  compare(snapshot: Snapshot, id: string, encoded: EncodedQuery): Compared | undefined {
    const stored = snapshot.articleById(id);
    if (stored === undefined) return undefined;
    const article = toArticle(stored);
    if (encoded.vector === undefined || !isComparable(encoded, snapshot)) return { article, isComparable: false };
    const place = snapshot.locate(stored.key);
    const semantic = place?.segment.similarity(encoded.vector, place.row);
    return { article, isComparable: true, ...(semantic === undefined ? {} : { semantic }) };
  }

  #sharingOf({ name }: Snapshot): SearchSharing {
    return {
      share: (work) => this.#sharing.share({ ...work, describe: () => ({ snapshot: name, task: work.describe() }) }),
    };
  }

  /** Gives back what only makes the next search faster. */
  trim(): void {
    // The sample is small, and drawing it anew looks at every row.
    this.#caches = { ...createSearchCaches(), samples: this.#caches.samples };
  }
}

/** After a reindex elsewhere, the encoder in use and the vectors no longer belong together. */
const isComparable = ({ fingerprint }: EncodedQuery, { encoderFingerprint }: Snapshot): boolean =>
  fingerprint === encoderFingerprint;

/** Searches an archive in this thread, which is then held for as long as a search takes. */
export function searchInThisThread(archive: Pick<ArchiveReader, "info" | "snapshot">): SearchedArchive {
  const searcher = new SnapshotSearcher(archive.info.timezone);
  return {
    info: archive.info,
    async search(request, encoded, { signal } = {}) {
      using snapshot = await archive.snapshot(request.snapshot);
      signal?.throwIfAborted();
      return searcher.search(snapshot, request, encoded);
    },
    async article(id) {
      using snapshot = await archive.snapshot();
      return searcher.article(snapshot, id);
    },
    async similar(id, options) {
      using snapshot = await archive.snapshot();
      return searcher.similar(snapshot, id, options);
    },
    async compare(id, encoded) {
      using snapshot = await archive.snapshot();
      return searcher.compare(snapshot, id, encoded);
    },
  };
}
