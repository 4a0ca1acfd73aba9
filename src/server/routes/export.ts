import { Readable } from "node:stream";
import type { Article } from "../../archive/archive.ts";
import type { Hit } from "../../search/search.ts";
import { toBibtex, toRis } from "../citations/files.ts";
import { toCited } from "../citations/record.ts";
import type { App, Backend, ServerContext } from "../context.ts";
import { toSearchParams } from "../search-url.ts";
import { toSearchRequest, toWireArticle } from "../to-wire.ts";
import { MAX_LIMIT, SearchQuery } from "../wire.ts";

/** Articles of one export, best or newest first as the search sorts; each hundred is a search of its own. */
export const MAX_EXPORTED = 5000;

/** What was asked of which state of the archive, written beside each article. */
interface Origin {
  readonly query: string;
  readonly snapshot: string;
}

interface ExportFormat {
  readonly name: string;
  readonly type: string;
  readonly head: string;
  write(article: Article, origin: Origin, timezone: string): string;
}

const COLUMNS = ["id", "title", "body", "url", "source", "category", "published"] as const;

const toNote = ({ query, snapshot }: Origin): string => `wenxun query: ${query}; snapshot: ${snapshot}`;

export const EXPORT_FORMATS: readonly ExportFormat[] = [
  {
    name: "csv",
    type: "text/csv",
    // The byte order mark tells spreadsheets that this is UTF-8.
    head: `\ufeff${[...COLUMNS, "query", "snapshot"].join(",")}\r\n`,
    write: (article, { query, snapshot }) => {
      const wire = toWireArticle(article);
      return `${[...COLUMNS.map((column) => wire[column]), query, snapshot].map(toCell).join(",")}\r\n`;
    },
  },
  {
    name: "jsonl",
    type: "application/jsonl",
    head: "",
    write: (article, origin) => `${JSON.stringify({ ...toWireArticle(article), ...origin })}\n`,
  },
  {
    name: "ris",
    type: "application/x-research-info-systems",
    head: "",
    write: (article, origin, timezone) => toRis(toCited(article, timezone), toNote(origin)),
  },
  {
    name: "bib",
    type: "application/x-bibtex",
    head: "",
    write: (article, origin, timezone) => toBibtex(toCited(article, timezone), toNote(origin)),
  },
];

/** RFC 4180. A cell that a spreadsheet would take for a formula is led by an apostrophe. */
function toCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function addExport(app: App, context: ServerContext): void {
  for (const format of EXPORT_FORMATS) {
    app.get(
      `/export.${format.name}`,
      {
        schema: {
          summary: `The articles of a search as ${format.name}, at most ${MAX_EXPORTED}, streamed`,
          tags: ["export"],
          querystring: SearchQuery,
        },
      },
      async (request, reply) => {
        const backend = context.backend();
        // The first page is read before the reply begins, so that what is wrong still gets its status.
        const first = await readPage(backend, request.query, 0);
        const stream = Readable.from(writeAll(backend, request.query, first, format), { objectMode: false });
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

const readPage = ({ search }: Backend, query: SearchQuery, offset: number): Promise<Page> =>
  search.search({ ...toSearchRequest(query), limit: MAX_LIMIT, offset });

async function* writeAll(
  backend: Backend,
  query: SearchQuery,
  first: Page,
  format: ExportFormat,
): AsyncGenerator<string> {
  const { timezone } = backend.archive.info;
  const asked = toSearchParams({ ...query, limit: 10, offset: 0 });
  // An archive that changes meanwhile may move an article to a later page; it is written once.
  const written = new Set<string>();
  yield format.head;
  for (let page = first, offset = 0; page.hits.length > 0 && offset < MAX_EXPORTED; ) {
    let text = "";
    for (const { id } of page.hits.flatMap((hit) => [hit, ...hit.copies])) {
      if (written.has(id) || written.size >= MAX_EXPORTED) continue;
      written.add(id);
      const article = await backend.search.article(id);
      if (article !== undefined) text += format.write(article, { query: asked, snapshot: page.snapshot }, timezone);
    }
    yield text;
    if (page.hits.length < MAX_LIMIT) return;
    offset += MAX_LIMIT;
    page = await readPage(backend, query, offset);
  }
}
