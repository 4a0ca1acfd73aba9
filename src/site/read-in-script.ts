import type { ReadOptions } from "../archive/archive.ts";
import type { Article } from "../archive/article.ts";
import type { Copy, Hit } from "../archive/result.ts";
import { AppError } from "../errors.ts";
import type { ReaderScript } from "../resources/to-reader-script.ts";
import { toTextLanguage } from "../text/text-language.ts";
import type { Reading } from "./reading-setting.ts";
import type { TextWork } from "./text-work/text-work.ts";

/** A hit as a reader sees it; its headline as it was published is kept for citing and saving. */
export type ShownHit = Hit & { readonly publishedTitle?: string | undefined };

export interface ReadArticle {
  readonly script: ReaderScript;
  readonly title: string;
  readonly body: string;
}

/** The article in the reader's script; undefined where it was published in it. @throws AppError `unavailable` without a dictionary */
export async function readArticle(
  textWork: TextWork,
  { title, body }: Article,
  reading: Reading,
  asker: ReadOptions,
): Promise<ReadArticle | undefined> {
  if (!isForeign(title + body, reading)) return undefined;
  const [readTitle = title, readBody = body] = await textWork.toScript([title, body], reading, asker);
  return { script: reading, title: readTitle, body: readBody };
}

/** Whether a text was published in another script than the one that is wanted. */
function isForeign(text: string, reading: Reading): reading is ReaderScript {
  if (reading === "published") return false;
  const published = toTextLanguage(text);
  return published !== undefined && !reading.startsWith(published);
}

/**
 * Lists of hits in the reader's script: headlines, snippets, and the headlines of copies and other tellings. As published where
 * nothing can be converted at present: a list is worth more than its script.
 */
export async function readHits(
  textWork: TextWork,
  lists: readonly (readonly Hit[])[],
  reading: Reading,
  asker: ReadOptions,
): Promise<readonly (readonly ShownHit[])[]> {
  if (reading === "published") return lists;
  const texts = new Map<string, string>();
  const collect = (text: string, context: string): void => {
    if (text !== "" && isForeign(context, reading)) texts.set(text, text);
  };
  for (const hit of lists.flat()) {
    collect(hit.title, hit.title + hit.snippet.text);
    collect(hit.snippet.text, hit.title + hit.snippet.text);
    for (const { title } of [...hit.copies, ...hit.tellings]) collect(title, title);
  }
  if (texts.size === 0) return lists;
  try {
    const converted = await textWork.toScript([...texts.keys()], reading, asker);
    [...texts.keys()].forEach((text, index) => {
      texts.set(text, converted[index] ?? text);
    });
  } catch (error) {
    if (error instanceof AppError && error.code === "unavailable") return lists;
    throw error;
  }
  return lists.map((hits) => hits.map((hit) => showHit(hit, texts)));
}

function showHit(hit: Hit, texts: ReadonlyMap<string, string>): ShownHit {
  const read = (text: string): string => texts.get(text) ?? text;
  const readCopy = <T extends Copy>(copy: T): T => ({ ...copy, title: read(copy.title) });
  return {
    ...hit,
    title: read(hit.title),
    publishedTitle: hit.title,
    titleHighlights: moveRanges(hit.titleHighlights, hit.title, read(hit.title)),
    snippet: {
      text: read(hit.snippet.text),
      highlights: moveRanges(hit.snippet.highlights, hit.snippet.text, read(hit.snippet.text)),
    },
    copies: hit.copies.map(readCopy),
    tellings: hit.tellings.map(readCopy),
  };
}

type Ranges = Hit["titleHighlights"];

/** Conversion goes character by character but for a few phrases; where one made a text longer or shorter, no mark is better than a wrong one. */
const moveRanges = (ranges: Ranges, from: string, to: string): Ranges => (from.length === to.length ? ranges : []);
