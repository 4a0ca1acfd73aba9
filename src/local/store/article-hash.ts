import { hash } from "node:crypto";
import type { Article } from "../../archive/article.ts";

export const HASH_BYTES = 20;
/** In archives made before the id was part of it. */
const BYTES_WITHOUT_ID = 16;

/**
 * 20 bytes that change when anything of an article changes. An article that is read back has the hash that it was stored with:
 * half a surrogate pair counts as the replacement character that the database makes of it, an empty name as none.
 */
export const articleHash = (article: Article): Uint8Array => hashFields([article.id, ...fieldsOf(article)], HASH_BYTES);

/** Whether an article, put again or read back, is the one that was stored with `hash`. */
export function isAsStored(article: Article, { hash: stored }: { readonly hash: Uint8Array }): boolean {
  const withoutId = stored.length === BYTES_WITHOUT_ID;
  const expected = withoutId ? hashFields(fieldsOf(article), BYTES_WITHOUT_ID) : articleHash(article);
  // A checksum of the row may follow.
  return Buffer.compare(stored.subarray(0, expected.length), expected) === 0;
}

type Field = string | number | null;

const fieldsOf = ({ title, body, url, source, category, publishedAtMs }: Article): Field[] => [
  title,
  body,
  url ?? null,
  nameOrNull(source),
  nameOrNull(category),
  publishedAtMs ?? null,
];

const nameOrNull = (name: string | undefined): string | null => (name === undefined || name === "" ? null : name);

function hashFields(fields: readonly Field[], bytes: number): Uint8Array {
  const wellFormed = fields.map((field) => (typeof field === "string" ? field.toWellFormed() : field));
  return hash("sha256", JSON.stringify(wellFormed), "buffer").subarray(0, bytes);
}
