import { hash } from "node:crypto";
import type { Article } from "./article.ts";

/** Half of a surrogate pair, which JSON cannot carry everywhere, becomes the replacement character. */
export function toWellFormed({ id, title, body, url, source, category, publishedAtMs }: Article): Article {
  return {
    id: id.toWellFormed(),
    title: title.toWellFormed(),
    body: body.toWellFormed(),
    url: url?.toWellFormed(),
    source: source?.toWellFormed(),
    category: category?.toWellFormed(),
    publishedAtMs,
  };
}

/** Changes when anything of an article changes; the same in every engine. SHA-256 in base64url. */
export function articleDigest(article: Article): string {
  const { id, title, body, url, source, category, publishedAtMs } = toWellFormed(article);
  const fields = [id, title, body, url ?? null, nameOrNull(source), nameOrNull(category), publishedAtMs ?? null];
  return hash("sha256", JSON.stringify(fields), "base64url");
}

/** An empty name is none. */
const nameOrNull = (name: string | undefined): string | null => (name === undefined || name === "" ? null : name);

/** The digest of many articles, whatever their order: how many there are, and the sum of their digests. */
export class ArchiveDigest {
  #articles = 0;
  #sum = 0n;

  add(article: Article): void {
    this.#articles++;
    const bytes = Buffer.from(articleDigest(article), "base64url");
    this.#sum = BigInt.asUintN(256, this.#sum + BigInt(`0x${bytes.toString("hex")}`));
  }

  get articles(): number {
    return this.#articles;
  }

  /** 64 hexadecimal digits. */
  get sum(): string {
    return this.#sum.toString(16).padStart(64, "0");
  }

  equals(other: ArchiveDigest): boolean {
    return this.#articles === other.#articles && this.#sum === other.#sum;
  }
}
