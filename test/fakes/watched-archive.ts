import { createHash } from "node:crypto";
import type { StoredArticle, WatchedArchive } from "../../src/alerts/watched-archive.ts";
import type { Article } from "../../src/archive/article.ts";
import type { Encoder } from "../../src/encoder/encoder.ts";
import type { TermStatistics } from "../../src/search/matching/words.ts";

/** One version of an article that was stored. */
interface Version {
  readonly sequence: number;
  readonly article: Article;
  readonly edition: string;
  readonly vector: Float32Array | undefined;
  isLive: boolean;
  awaitsVector: boolean;
}

/** An archive in an array that grows, for tests of what is held against it. */
export class FakeWatchedArchive implements WatchedArchive {
  name = "first";
  readonly timezone = "Asia/Shanghai";
  #encoder: Encoder;
  #versions: Version[] = [];
  #head = 0;

  constructor(encoder: Encoder) {
    this.#encoder = encoder;
  }

  async put(...articles: readonly Article[]): Promise<void> {
    const vectors = await this.#encoder.encode(
      articles.map(({ title, body }) => `${title}\n${body}`),
      { role: "document" },
    );
    for (const [index, article] of articles.entries()) {
      this.remove(article.id);
      const edition = createHash("sha256").update(JSON.stringify(article)).digest("hex");
      this.#head++;
      this.#versions.push({
        sequence: this.#head,
        article,
        edition,
        vector: vectors[index],
        isLive: true,
        awaitsVector: false,
      });
    }
  }

  /** What a reindex does: every article gets a vector of another encoder. */
  async reencode(encoder: Encoder): Promise<void> {
    this.#encoder = encoder;
    const texts = this.#versions.map(({ article: { title, body } }) => `${title}\n${body}`);
    const vectors = await encoder.encode(texts, { role: "document" });
    this.#versions = this.#versions.map((version, index) => ({ ...version, vector: vectors[index] }));
  }

  remove(id: string): void {
    for (const version of this.#versions) if (version.article.id === id) version.isLive = false;
  }

  /** What was removed or replaced leaves no trace. */
  erase(): void {
    this.#versions = this.#versions.filter(({ isLive }) => isLive);
  }

  /** Takes the vectors of all articles away, or gives them back. */
  setEncoded(isEncoded: boolean): void {
    for (const version of this.#versions) version.awaitsVector = !isEncoded;
  }

  /** What a backup of this moment holds, and puts back when it is called. */
  backUp(): () => void {
    const [versions, head] = [this.#versions.map((version) => ({ ...version })), this.#head];
    return () => {
      this.#versions = versions.map((version) => ({ ...version }));
      this.#head = head;
    };
  }

  /** What {@link head} says, without a wait. */
  get headNow(): number {
    return this.#head;
  }

  async head(): Promise<number> {
    return this.#head;
  }

  async after(sequence: number, limit: number): ReturnType<WatchedArchive["after"]> {
    const next = this.#versions.filter((version) => version.sequence > sequence).slice(0, limit);
    const seen = next.at(-1)?.sequence ?? sequence;
    return {
      articles: next.filter(({ isLive }) => isLive).map(toStored),
      to: next.length < limit ? Math.max(seen, this.#head) : seen,
    };
  }

  async at(sequence: number): Promise<StoredArticle | undefined> {
    const found = this.#versions.find((version) => version.sequence === sequence && version.isLive);
    return found && toStored(found);
  }

  async editionAt(sequence: number): Promise<string | undefined> {
    return this.#versions.find((version) => version.sequence === sequence)?.edition;
  }

  async article(id: string): Promise<Article | undefined> {
    return this.#versions.find((version) => version.article.id === id && version.isLive)?.article;
  }

  async statistics(): Promise<TermStatistics & Disposable> {
    return { find: (term) => ({ ...term, documentFrequency: 1, idf: 1 }), [Symbol.dispose]: () => {} };
  }

  async encoderFingerprint(): Promise<string> {
    return this.#encoder.fingerprint;
  }

  async background(): ReturnType<WatchedArchive["background"]> {
    return {
      rows: this.#versions.length,
      vectors: this.#versions.flatMap(({ vector }) => vector ?? []),
    };
  }
}

const toStored = ({ sequence, article, edition, vector, awaitsVector }: Version): StoredArticle => ({
  sequence,
  article,
  edition,
  vector: awaitsVector ? undefined : vector,
  awaitsVector,
});
