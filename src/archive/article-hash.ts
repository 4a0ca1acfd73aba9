import { hash } from "node:crypto";
import type { Article } from "./archive.ts";

const HASH_BYTES = 16;

/**
 * 16 bytes that change when anything of an article but its id changes. An article that is read back has the hash that it was
 * stored with: half a surrogate pair counts as the replacement character that the database makes of it, an empty name as none.
 */
export function articleHash({ title, body, url, source, category, publishedAtMs }: Article): Uint8Array {
  const fields = [title, body, url ?? null, nameOrNull(source), nameOrNull(category), publishedAtMs ?? null];
  const wellFormed = fields.map((field) => (typeof field === "string" ? field.toWellFormed() : field));
  return hash("sha256", JSON.stringify(wellFormed), "buffer").subarray(0, HASH_BYTES);
}

/** Whether an article that was read back is the one that was stored with `hash`. */
export const isAsStored = (article: Article, { hash: stored }: { readonly hash: Uint8Array }): boolean =>
  Buffer.compare(articleHash(article), stored) === 0;

const nameOrNull = (name: string | undefined): string | null => (name === undefined || name === "" ? null : name);
