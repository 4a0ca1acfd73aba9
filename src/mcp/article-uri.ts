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
