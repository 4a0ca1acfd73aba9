/**
 * wenxun itself, as a library, so that it is asked just as the others are. It does more: it encodes the query, counts what
 * matches with facets and a histogram, folds near-copies and cuts snippets. FOLDER/wenxun is its archive.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Article } from "../../src/archive/article.ts";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { openBackend, openForWriting } from "../../src/compose/open-backend.ts";
import { slicesIn } from "../../src/local/search/filter.ts";
import { RowSpace } from "../../src/local/search/row-space.ts";
import { findNearest } from "../../src/local/search/semantic.ts";
import { parseTimeRange } from "../../src/search/time-range.ts";
import { ALONE } from "../../src/threads/sharing/work-sharer.ts";
import { eachArticle, TOP } from "./given.ts";
import type { PeerRange, PeerSearch } from "./protocol.ts";

const encoder = { kind: "builtin" } as const;
const BATCH = 512;
const DAY_MS = 86_400_000;
const TIMEZONE = "Asia/Shanghai";

export async function build(folder: string): Promise<void> {
  const archive = join(folder, "wenxun");
  if (existsSync(archive)) return; // Made by bench/million.ts.
  await using app = await openForWriting({ folder: archive, encoder, timezone: TIMEZONE });
  let batch: Article[] = [];
  const put = async (): Promise<void> => {
    await app.writer.put(batch);
    batch = [];
  };
  for (const { id, day, title, body } of eachArticle(folder)) {
    batch.push({ id, title, body, publishedAtMs: day * DAY_MS });
    if (batch.length === BATCH) await put();
  }
  await put();
  await app.writer.finish();
}

export async function openPeer(folder: string) {
  const app = await openBackend({ folder: join(folder, "wenxun"), encoder });
  const database = new DatabaseSync(join(folder, "articles.db"), { readOnly: true });
  const select = database.prepare("SELECT row FROM article WHERE id = ?");
  const rowOf = ({ id }: { readonly id: string }): number => Number(select.get(id)?.row);

  const hybrid = async (search: PeerSearch): Promise<number[]> => {
    const { hits } = await app.search.search({ ...PLAIN_REQUEST, query: search.text, ...toDays(search) });
    return hits.map(rowOf);
  };
  const nearest = async (search: PeerSearch): Promise<number[]> => {
    using snapshot = await app.archive.reader.snapshot();
    const range = parseTimeRange(toDays(search), TIMEZONE);
    const space = new RowSpace(snapshot);
    const within = { space, slices: slicesIn(space, range), sharing: ALONE };
    const articles = snapshot.articles(findNearest(search.vector, within, { limit: TOP }).map(({ key }) => key));
    return articles.flatMap((article) => (article === undefined ? [] : rowOf(article)));
  };
  return { hybrid, nearest };
}

const toDays = ({ share, firstDay, lastDay }: PeerRange) =>
  share === 1 ? {} : { from: toDay(firstDay), to: toDay(lastDay) };

const toDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
