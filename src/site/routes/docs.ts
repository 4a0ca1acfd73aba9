import type { FastifyRequest } from "fastify";
import { principalOf } from "../../access/principal.ts";
import { allows } from "../../access/scopes.ts";
import type { App, ServerContext } from "../../api/context.ts";
import { toIdSegment } from "../../api/id-segment.ts";
import { PLAIN_REQUEST } from "../../archive/request.ts";
import { askerOf } from "../../http/asker.ts";
import { toAbsoluteSite } from "../absolute-site.ts";
import type { Assets } from "../assets.ts";
import { escapeHtml } from "../html.ts";
import { openView, renderPage, sendPage } from "../page-reply.ts";
import type { ApiDescription } from "../pages/docs-operation.ts";
import { renderDocsPage } from "../pages/docs-page.ts";

/** Stand in a page that is kept for what differs from reader to reader. */
const MARKS = { base: "{site-address}", idSegment: "{article-id}" } as const;

/** In examples where there is no article that the reader may read. */
const NO_ID = "ID";

/** The page of the API. Its examples ask this server, and read the newest article. */
export function addDocsPage(app: App, context: ServerContext, assets: Assets): void {
  /** By language; the page is the same for everybody who has not signed in, but for the marks. */
  const pages = new Map<string, string>();
  app.get("/docs", { schema: { hide: true } }, async (request, reply) => {
    const view = openView(context, assets, request, reply);
    const base = toAbsoluteSite(request, context.publicUrl).root.replace(/\/$/, "");
    const idSegment = (await readNewestId(context, request)) ?? NO_ID;
    const fill = (page: string): string =>
      page.replaceAll(MARKS.base, () => escapeHtml(base)).replaceAll(MARKS.idSegment, () => escapeHtml(idSegment));
    const isForAll = view.reader === undefined && view.here === "docs";
    const known = isForAll ? pages.get(view.language) : undefined;
    if (known !== undefined) return sendPage(reply, fill(known));
    // The generated document is OpenAPI; the page reads the few fields it knows and takes all of them as optional.
    const description = (await app.describe()) as ApiDescription;
    return renderPage(context, request, reply, () => {
      const page = renderDocsPage(view, description, MARKS);
      if (isForAll) pages.set(view.language, page);
      return fill(page);
    });
  });
}

/** As it stands in a path, and may stand between single quotation marks; undefined where the reader may read none. */
async function readNewestId(context: ServerContext, request: FastifyRequest): Promise<string | undefined> {
  const search = context.peek()?.search;
  if (search === undefined || !allows(principalOf(request).scopes, ["search", "read"])) return undefined;
  try {
    const { hits } = await search.search({ ...PLAIN_REQUEST, limit: 1, facetValues: 0 }, askerOf(request));
    return hits[0] && toIdSegment(hits[0].id).replaceAll("'", "%27");
  } catch {
    // The page explains what errors mean: it is there while searches fail.
    return undefined;
  }
}
