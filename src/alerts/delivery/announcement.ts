import type { Article } from "../../archive/article.ts";
import { toSnippetQuery } from "../../search/hits.ts";
import { parseQuery } from "../../search/query.ts";
import { makeSnippet } from "../../text/snippet.ts";
import type { Alert } from "../alert.ts";
import type { Delivery, Outbox } from "../store/outbox.ts";
import type { WatchedArchive } from "../watched-archive.ts";

/** Articles that one message lists; of more it says how many. */
const MAX_LISTED = 50;

export interface AnnouncedArticle {
  readonly article: Article;
  readonly snippet: string;
  /** Page of the article in the archive, where it is known how readers reach that. */
  readonly page: string | undefined;
  /** Sources of its copies. */
  readonly alsoIn: readonly string[];
}

/** What a message says, whatever it is sent by. */
export interface Announcement {
  readonly alert: Alert;
  readonly messageId: string;
  readonly createdMs: number;
  readonly isDigest: boolean;
  /** Articles that it tells of, and how many of these are old news. */
  readonly total: number;
  readonly oldCount: number;
  /** Newest first; fewer than the total where these are many. */
  readonly articles: readonly AnnouncedArticle[];
  /** Page of the search. */
  readonly searchPage: string | undefined;
}

/** Where readers find what messages speak of; undefined where it is not known how they reach the archive. */
export interface PageAddresses {
  readonly toArticle: (id: string) => string | undefined;
  readonly toSearch: (alert: Alert) => string | undefined;
  readonly toUnsubscribe: (key: string) => string | undefined;
}

interface AnnounceOptions {
  readonly outbox: Outbox;
  readonly archive: Pick<WatchedArchive, "article">;
  readonly pages: PageAddresses;
}

/** What a delivery says; undefined where none of its articles is in the archive any more. */
export async function announce(
  alert: Alert,
  { id, messageId, createdMs, isDigest }: Delivery,
  { outbox, archive, pages }: AnnounceOptions,
): Promise<Announcement | undefined> {
  const snippetQuery = toSnippetQuery(parseQuery(alert.search.query), new Map());
  const articles: AnnouncedArticle[] = [];
  const notices = outbox.noticesOf(id);
  let [total, oldCount] = [0, 0];
  for (const { articleId, isOld, copies } of notices) {
    // Of many it is not asked whether each is still there.
    if (articles.length < MAX_LISTED) {
      const article = await archive.article(articleId);
      if (article === undefined) continue;
      const alsoIn: string[] = [];
      for (const copy of copies) {
        const source = (await archive.article(copy))?.source;
        if (source !== undefined && source !== article.source && !alsoIn.includes(source)) alsoIn.push(source);
      }
      const snippet = makeSnippet(article, snippetQuery).text;
      articles.push({ article, snippet, page: pages.toArticle(articleId), alsoIn });
    }
    total++;
    if (isOld) oldCount++;
  }
  if (articles.length === 0) return undefined;
  return { alert, messageId, createdMs, isDigest, total, oldCount, articles, searchPage: pages.toSearch(alert) };
}
