import { Readable } from "node:stream";
import { type Hit, isCounted, type SearchNotice } from "../../archive/result.ts";
import { type Asker, askerOf, askerOfPart } from "../../http/asker.ts";
import { fileReplies } from "../../http/error-wire.ts";
import { keepNot } from "../../http/unchanged.ts";
import { limitUnderWay, type UnderWayLimits } from "../../http/under-way.ts";
import { DEFAULT_LIMIT, MAX_LIMIT } from "../../search/limits.ts";
import { isSnapshotGone } from "../../search/read-again-when-gone.ts";
import { byArchiveState, isPassing } from "../archive-state.ts";
import type { App, Backend, ServerContext } from "../context.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../export/formats.ts";
import { toSearchParams } from "../search-url.ts";
import { toSearchRequest } from "../to-wire.ts";
import { SearchQuery } from "../wire.ts";

/** Counted articles of one export, best or newest first as the search sorts; each hundred is a search of its own. */
export const MAX_EXPORTED = 5000;

/** Exports that are written at the same time; each holds a hundred articles. */
const UNDER_WAY: UnderWayLimits = { perClient: 2, total: 8 };

/** Characters that are written at a time. */
const CHUNK_UNITS = 65_536;

export function addExports(app: App, context: ServerContext): void {
  const countIn = limitUnderWay("exports", UNDER_WAY);
  for (const format of EXPORT_FORMATS) {
    app.get(
      `/export.${format.name}`,
      {
        ...byArchiveState(context),
        schema: {
          summary: `The articles of a search as ${format.name}, at most ${MAX_EXPORTED}, streamed`,
          operationId: `export${format.id}`,
          tags: ["export"],
          querystring: SearchQuery,
          response: fileReplies(
            format.type,
            "A file.",
            "invalid-request",
            "snapshot-gone",
            "overloaded",
            "unavailable",
          ),
        },
      },
      async (request, reply) => {
        const { query } = request;
        const backend = context.backend();
        countIn(request, reply);
        const readPage: ReadPage = (offset, snapshot, asker) =>
          backend.search.search({ ...toSearchRequest(query), limit: MAX_LIMIT, offset, snapshot }, asker);
        // The first page is read before the reply begins, so that what is wrong still gets its status.
        const first = await readPage(0, query.snapshot, askerOf(request));
        context.audit.note(request, { what: "export", format: format.name, articles: first.total });
        if (isPassing(first)) keepNot(request, reply);
        reply
          .type(`${format.type}; charset=utf-8`)
          .header("content-disposition", `attachment; filename="wenxun.${format.name}"`)
          // Written as it is read, so that nobody knows how long it is or what stands at an offset.
          .header("accept-ranges", "none")
          .header("x-wenxun-snapshot", first.snapshot);
        // Nothing more is read for who asks for the head alone.
        if (request.method === "HEAD") return reply.send();
        const pages = { first, readPage, format, nextAsker: () => askerOfPart(request) };
        const stream = Readable.from(writeAll(backend, query, pages), { objectMode: false });
        return reply.send(stream);
      },
    );
  }
}

interface Page {
  readonly snapshot: string;
  readonly total: number;
  readonly notices: readonly SearchNotice[];
  readonly hits: readonly Hit[];
}

type ReadPage = (offset: number, snapshot: string | undefined, asker: Asker) => Promise<Page>;

interface Pages {
  readonly first: Page;
  readonly readPage: ReadPage;
  readonly format: ExportFormat;
  readonly nextAsker: () => Asker;
}

async function* writeAll(
  { archive, search }: Backend,
  query: SearchQuery,
  { first, readPage, format, nextAsker }: Pages,
): AsyncGenerator<string> {
  const { timezone } = archive.info;
  const asked = toSearchParams({ ...query, limit: DEFAULT_LIMIT, offset: 0, stories: undefined });
  // Where the snapshot is not kept so long, an article may move to a later page; it is written once.
  const written = new Set<string>();
  yield format.head;
  for (let page = first, offset = 0; page.hits.length > 0 && offset < MAX_EXPORTED; ) {
    let text = "";
    let asker = nextAsker();
    const counted = page.hits.filter(isCounted);
    for (const { id } of counted.flatMap((hit) => [hit, ...hit.copies])) {
      if (written.has(id) || written.size >= MAX_EXPORTED) continue;
      written.add(id);
      const article = await search.article(id, asker);
      if (article !== undefined) text += format.write(article, { query: asked, snapshot: page.snapshot }, timezone);
      if (text.length < CHUNK_UNITS) continue;
      yield text;
      text = "";
      // The client may have taken its time to read that.
      asker = nextAsker();
    }
    yield text;
    // What is related follows all that is counted.
    if (counted.length < MAX_LIMIT) return;
    offset += MAX_LIMIT;
    page = await readNextPage(readPage, { offset, snapshot: page.snapshot, asker: nextAsker() });
  }
}

/** The next page of the same snapshot, as long as that snapshot is kept. */
async function readNextPage(
  readPage: ReadPage,
  { offset, snapshot, asker }: { readonly offset: number; readonly snapshot: string; readonly asker: Asker },
): Promise<Page> {
  try {
    return await readPage(offset, snapshot, asker);
  } catch (error) {
    if (!isSnapshotGone(error)) throw error;
    return readPage(offset, undefined, asker);
  }
}
