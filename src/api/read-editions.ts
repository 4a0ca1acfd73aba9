import type { ReadOptions } from "../archive/archive.ts";
import type { Edition, EditionSummary } from "../archive/edition.ts";
import type { Backend } from "./context.ts";

type Read = Pick<Backend, "archive" | "search">;

/**
 * The editions of an article, oldest first; of an engine that keeps none, the one that there is. Undefined where there is no such article.
 */
export async function readEditions(
  { archive, search }: Read,
  id: string,
  options: ReadOptions,
): Promise<readonly EditionSummary[] | undefined> {
  const article = await search.article(id, options);
  if (article === undefined) return undefined;
  const { title, publishedAtMs } = article;
  if (archive.editions === undefined) return [{ number: 1, title, publishedAtMs }];
  return archive.editions(id, options);
}

/** One of them; undefined where there is no such article, or none of this number. */
export async function readEdition(
  { archive, search }: Read,
  { id, number }: { readonly id: string; readonly number: number },
  options: ReadOptions,
): Promise<Edition | undefined> {
  if (archive.edition !== undefined) return archive.edition(id, number, options);
  const article = number === 1 ? await search.article(id, options) : undefined;
  return article === undefined ? undefined : { number, article };
}
