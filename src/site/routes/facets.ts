import type { App, ServerContext } from "../../api/context.ts";
import { toSearchRequest } from "../../api/to-wire.ts";
import { PageQuery } from "../../api/wire.ts";
import { askerOf } from "../../http/asker.ts";
import { Type } from "../../http/schema.ts";
import { MAX_FACET_VALUES } from "../../search/limits.ts";
import type { Assets } from "../assets.ts";
import { openView, renderPage } from "../page-reply.ts";
import { renderFacetPage } from "../pages/facet-page.ts";

const Params = Type.Object({ field: Type.Enum(["source", "category"]) });

const FacetQuery = Type.Object({ ...PageQuery.properties, contains: Type.String({ maxLength: 200, default: "" }) });

/** All sources or categories of a search, where the search page lists the commonest. */
export function addFacetPages(app: App, context: ServerContext, assets: Assets): void {
  app.get(
    "/facets/:field",
    { schema: { hide: true, params: Params, querystring: FacetQuery } },
    async (request, reply) => {
      const { params, query } = request;
      const { field } = params;
      const others =
        field === "source" ? { sources: [], excludedSources: [] } : { categories: [], excludedCategories: [] };
      const without = query.without.filter((lack) => lack !== field);
      const { facets, facetRemainders } = await context.backend().search.search(
        {
          ...toSearchRequest(query),
          ...others,
          without,
          limit: 0,
          offset: 0,
          ranked: false,
          facetValues: MAX_FACET_VALUES,
        },
        askerOf(request),
      );
      const view = openView(context, assets, request, reply);
      const { contains } = query;
      const { none } = facetRemainders[field];
      return renderPage(context, request, reply, () =>
        renderFacetPage(view, { query, field, values: facets[field], none, contains }),
      );
    },
  );
}
