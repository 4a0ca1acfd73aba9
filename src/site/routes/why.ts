import type { App, ServerContext } from "../../api/context.ts";
import { noSuchArticle } from "../../api/routes/articles.ts";
import { ArticleParams, PageQuery } from "../../api/wire.ts";
import { askerOf } from "../../http/asker.ts";
import type { Assets } from "../assets.ts";
import { openView, renderPage } from "../page-reply.ts";
import { renderWhyPage } from "../pages/why-page.ts";

/** Why one article matches a search; the search page fetches it when it is asked for. */
export function addWhyPage(app: App, context: ServerContext, assets: Assets): void {
  app.get(
    "/articles/:id/why",
    { schema: { hide: true, params: ArticleParams, querystring: PageQuery } },
    async (request, reply) => {
      const { search } = context.backend();
      const { id } = request.params;
      const { query } = request;
      const article = await search.article(id, askerOf(request));
      const why = await search.explain(id, { query: query.q, mode: query.mode }, askerOf(request));
      if (article === undefined || why === undefined) throw noSuchArticle(id);
      const view = openView(context, assets, request, reply);
      return renderPage(context, request, reply, () => renderWhyPage(view, article, query, why));
    },
  );
}
