/**
 * wenxun itself, as a library, so that it is asked just as the others are. It does more: it encodes the query, counts what
 * matches with facets and a histogram, folds near-copies and cuts snippets. FOLDER/wenxun is its archive.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PLAIN_REQUEST } from "../../src/archive/request.ts";
import { openBackend, openForWriting } from "../../src/compose/open-backend.ts";
import { parseTimeRange, sliceOf } from "../../src/local/search/filter.ts";
import { eachArticle, TOP } from "./given.mjs";

const encoder = { kind: "builtin" };
const BATCH = 512;
const DAY_MS = 86_400_000;
const TIMEZONE = "Asia/Shanghai";

export async function build(folder) {
  const archive = join(folder, "wenxun");
  if (existsSync(archive)) return; // Made by bench/million.ts.
  await using app = await openForWriting({ folder: archive, encoder, timezone: TIMEZONE });
  let batch = [];
  const put = async () => {
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

export async function openPeer(folder) {
  const app = await openBackend({ folder: join(folder, "wenxun"), encoder });
  const database = new DatabaseSync(join(folder, "articles.db"), { readOnly: true });
  const select = database.prepare("SELECT row FROM article WHERE id = ?");
  const rowOf = (id) => select.get(id)?.row;
  const toDays = ({ share, firstDay, lastDay }) => (share === 1 ? {} : { from: toDay(firstDay), to: toDay(lastDay) });

  const hybrid = async (search) => {
    const { hits } = await app.search.search({ ...PLAIN_REQUEST, query: search.text, ...toDays(search) });
    return hits.map(({ id }) => rowOf(id));
  };
  const nearest = async (search) => {
    using snapshot = await app.archive.reader.snapshot();
    const range = parseTimeRange(toDays(search), TIMEZONE);
    const pool = {};
    const finish = snapshot.segments.map((segment) => ({
      segment,
      rows: segment.prepareNearest(search.vector, { ...sliceOf(segment, range), limit: TOP, pool }),
    }));
    const found = finish.flatMap(({ segment, rows }) =>
      rows().map(({ row, similarity }) => ({ key: segment.articleKeys[row], similarity })),
    );
    found.sort((a, b) => b.similarity - a.similarity);
    return snapshot.articles(found.slice(0, TOP).map(({ key }) => key)).map(({ id }) => rowOf(id));
  };
  return { hybrid, nearest };
}

const toDay = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);
