import { Readable } from "node:stream";
import { type Asker, askerOf, askerOfPart } from "../../http/asker.ts";
import { fileReplies } from "../../http/error-wire.ts";
import { Type } from "../../http/schema.ts";
import { keepNot } from "../../http/unchanged.ts";
import { limitUnderWay, type UnderWayLimits } from "../../http/under-way.ts";
import { byArchiveState, isPassing } from "../archive-state.ts";
import type { App, Backend, ServerContext } from "../context.ts";
import { describeQuery } from "../export/describe-query.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../export/formats.ts";
import {
  checkReadable,
  type ExportPlan,
  MAX_EXPORTED,
  planExport,
  readInOrder,
  readWhole,
} from "../export/read-export.ts";
import { toFilters } from "../to-wire.ts";
import { SortedQuery } from "../wire.ts";

/** Exports that are written at the same time; each holds a hundred articles. */
const UNDER_WAY: UnderWayLimits = { perClient: 2, total: 8 };

/** Characters that are written at a time. */
const CHUNK_UNITS = 65_536;

const ExportQuery = Type.Object({
  ...SortedQuery.properties,
  all: Type.Enum(["on", "off"], {
    default: "off",
    description: `on: all that matches, by date, newest first unless \`sort\` is oldest; off: the first ${MAX_EXPORTED} in the order of the search.`,
  }),
});

export function addExports(app: App, context: ServerContext): void {
  const countIn = limitUnderWay("exports", UNDER_WAY);
  for (const format of EXPORT_FORMATS) {
    app.get(
      `/export.${format.name}`,
      {
        ...byArchiveState(context),
        schema: {
          summary: `The articles of a search as ${format.name}, streamed: the first ${MAX_EXPORTED}, or all`,
          description:
            "Each article comes with its rank, how many match, the order, the query and the snapshot; times are in the archive's zone. " +
            "The headers x-wenxun-total and x-wenxun-exported say how many match and how many the file holds.",
          operationId: `export${format.id}`,
          tags: ["export"],
          querystring: ExportQuery,
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
        // It is counted before the reply begins, so that what is wrong still gets its status.
        const counted = await backend.search.search(
          {
            ...toFilters(query),
            ...{ sort: query.sort, limit: 0, offset: 0, ranked: false, facetValues: 0 },
            ...(query.all === "on" && { interval: "day" as const }),
          },
          askerOf(request),
        );
        if (query.all === "on") checkReadable(counted);
        const plan = planExport(counted.total, query, query.all === "on");
        await context.audit.note(request, { what: "export", format: format.name, articles: counted.total });
        if (isPassing(counted)) keepNot(request, reply);
        reply
          .type(`${format.type}; charset=utf-8`)
          .header("content-disposition", `attachment; filename="wenxun.${format.name}"`)
          // Written as it is read, so that nobody knows how long it is or what stands at an offset.
          .header("accept-ranges", "none")
          .header("x-wenxun-snapshot", counted.snapshot)
          .header("x-wenxun-total", plan.total)
          .header("x-wenxun-exported", plan.exported);
        // Nothing more is read for who asks for the head alone.
        if (request.method === "HEAD") return reply.send();
        const { snapshot } = counted;
        const writing = { query, plan, format, snapshot, nextAsker: () => askerOfPart(request) };
        return reply.send(Readable.from(writeAll(backend, writing), { objectMode: false }));
      },
    );
  }
}

interface Writing {
  readonly query: SortedQuery & { readonly all: "on" | "off" };
  readonly plan: ExportPlan;
  readonly format: ExportFormat;
  readonly snapshot: string;
  readonly nextAsker: () => Asker;
}

async function* writeAll(
  { archive, search }: Backend,
  { query, plan, format, snapshot, nextAsker }: Writing,
): AsyncGenerator<string> {
  const { timezone } = archive.info;
  const asked = describeQuery(query);
  const request = { ...toFilters(query), sort: query.sort, limit: 0, offset: 0 };
  const reader = { search, request, nextAsker };
  const lists = query.all === "on" ? readWhole(reader, snapshot) : readInOrder(reader, snapshot);
  // Where the snapshot is not kept so long, an article may move to a later page; it is written once.
  const written = new Set<string>();
  yield format.head;
  for await (const list of lists) {
    let text = "";
    let asker = nextAsker();
    for (const id of list.ids) {
      if (written.has(id)) continue;
      if (query.all === "off" && written.size >= MAX_EXPORTED) break;
      written.add(id);
      const article = await search.article(id, asker);
      const origin = {
        query: asked,
        snapshot: list.snapshot,
        rank: written.size,
        matches: plan.total,
        order: plan.order,
      };
      if (article !== undefined) text += format.write(article, origin, timezone);
      if (text.length < CHUNK_UNITS) continue;
      yield text;
      text = "";
      // The client may have taken its time to read that.
      asker = nextAsker();
    }
    yield text;
    if (query.all === "off" && written.size >= MAX_EXPORTED) return;
  }
}
