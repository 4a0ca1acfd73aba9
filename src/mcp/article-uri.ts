import { toSafeText, toVisibleText } from "../text/safe-text.ts";

/** An article as a resource: `wenxun://articles/` and its id, percent-encoded as one part of a path. */
const PREFIX = "wenxun://articles/";

export const ARTICLE_URI_TEMPLATE = `${PREFIX}{id}`;

export const toArticleUri = (id: string): string =>
  PREFIX + encodeURIComponent(id.toWellFormed()).replaceAll(".", "%2E");

/** The id that an address names; undefined where it names no article. */
export function fromArticleUri(uri: string): string | undefined {
  if (!uri.startsWith(PREFIX)) return undefined;
  try {
    return decodeURIComponent(uri.slice(PREFIX.length));
  } catch {
    return undefined;
  }
}

/** An id as a model is given it. One with characters that nobody sees is an address, in which they are percent-encoded. */
export const toShownId = (id: string): string => (toSafeText(id) === id ? id : PREFIX + toVisibleText(id));

/** The ids that a model may mean by one: it as it is, and what it is the address of. */
export const readShownId = (shown: string): readonly string[] => {
  const id = fromArticleUri(shown);
  return id === undefined ? [shown] : [shown, id];
};
