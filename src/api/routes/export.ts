import { Readable } from "node:stream";
import { type Hit, isCounted } from "../../archive/result.ts";
import { abortWhenGone } from "../../http/abort-when-gone.ts";
import { fileReplies } from "../../http/error-wire.ts";
import { DEFAULT_LIMIT, MAX_LIMIT } from "../../search/limits.ts";
import { isSnapshotGone } from "../../search/read-again-when-gone.ts";
import type { App, Backend, ServerContext } from "../context.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../export/formats.ts";
import { toSearchParams } from "../search-url.ts";
import { toSearchRequest } from "../to-wire.ts";
import { SearchQuery } from "../wire.ts";

/** Counted articles of one export, best or newest first as the search sorts; each hundred is a search of its own. */
export const MAX_EXPORTED = 5000;

export function addExports(app: App, context: ServerContext): void {
  for (const format of EXPORT_FORMATS) {
    app.get(
      `/export.${format.name}`,
      {
        schema: {
          summary: `The articles of a search as ${format.name}, at most ${MAX_EXPORTED}, streamed`,
          operationId: `export${format.id}`,
          tags: ["export"],
          querystring: SearchQuery,
          response: fileReplies(format.type, "A file.", "invalid-request", "snapshot-gone", "unavailable"),
        },
      },
      async ({ query }, reply) => {
        const backend = context.backend();
        const signal = abortWhenGone(reply);
        const readPage: ReadPage = (offset, snapshot) =>
          backend.search.search({ ...toSearchRequest(query), limit: MAX_LIMIT, offset, snapshot }, { signal });
        // The first page is read before the reply begins, so that what is wrong still gets its status.
        const first = await readPage(0, query.snapshot);
        const stream = Readable.from(writeAll(backend, query, { first, readPage, format }), { objectMode: false });
        return reply
          .type(`${format.type}; charset=utf-8`)
          .header("content-disposition", `attachment; filename="wenxun.${format.name}"`)
          .header("x-wenxun-snapshot", first.snapshot)
          .send(stream);
      },
    );
  }
}

interface Page {
  readonly snapshot: string;
  readonly hits: readonly Hit[];
}

type ReadPage = (offset: number, snapshot: string | undefined) => Promise<Page>;

interface Pages {
  readonly first: Page;
  readonly readPage: ReadPage;
  readonly format: ExportFormat;
}

async function* writeAll(
  { archive, search }: Backend,
  query: SearchQuery,
  { first, readPage, format }: Pages,
): AsyncGenerator<string> {
  const { timezone } = archive.info;
  const asked = toSearchParams({ ...query, limit: DEFAULT_LIMIT, offset: 0, stories: undefined });
  // Where the snapshot is not kept so long, an article may move to a later page; it is written once.
  const written = new Set<string>();
  yield format.head;
  for (let page = first, offset = 0; page.hits.length > 0 && offset < MAX_EXPORTED; ) {
    let text = "";
    const counted = page.hits.filter(isCounted);
    for (const { id } of counted.flatMap((hit) => [hit, ...hit.copies])) {
      if (written.has(id) || written.size >= MAX_EXPORTED) continue;
      written.add(id);
      const article = await search.article(id);
      if (article !== undefined) text += format.write(article, { query: asked, snapshot: page.snapshot }, timezone);
    }
    yield text;
    // What is related follows all that is counted.
    if (counted.length < MAX_LIMIT) return;
    offset += MAX_LIMIT;
    page = await readNextPage(readPage, offset, page.snapshot);
  }
}

/** The next page of the same snapshot, as long as that snapshot is kept. */
async function readNextPage(readPage: ReadPage, offset: number, snapshot: string): Promise<Page> {
  try {
    return await readPage(offset, snapshot);
  } catch (error) {
    if (!isSnapshotGone(error)) throw error;
    return readPage(offset, undefined);
  }
}
