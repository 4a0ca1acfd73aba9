import { createHash } from "node:crypto";
import type { Article } from "./archive.ts";

/** 16 bytes that change when anything of an article but its id changes. */
export function articleHash(article: Article): Uint8Array {
  const { title, body, url, source, category, publishedAtMs } = article;
  const fields = [title, body, url ?? null, source ?? null, category ?? null, publishedAtMs ?? null];
  return createHash("sha256").update(JSON.stringify(fields)).digest().subarray(0, 16);
}
