import { AppError } from "../../errors.ts";
import { askerOf } from "../../http/asker.ts";
import { errorReplies } from "../../http/error-wire.ts";
import { byArchiveState } from "../archive-state.ts";
import type { App, ServerContext } from "../context.ts";
import { toWireArticle, toWireHit } from "../to-wire.ts";
import { ArticleParams, SimilarQuery, SimilarReply, WireArticle } from "../wire.ts";

export const noSuchArticle = (id: string): AppError =>
  new AppError("not-found", `There is no article with the id ${JSON.stringify(id)} in the archive.`);

export function addArticleRoutes(app: App, context: ServerContext): void {
  app.get(
    "/articles/:id",
    {
      ...byArchiveState(context),
      schema: {
        operationId: "getArticle",
        summary: "One article",
        tags: ["articles"],
        params: ArticleParams,
        response: { 200: WireArticle, ...errorReplies("invalid-request", "not-found", "unavailable") },
      },
    },
    async (request) => {
      const { id } = request.params;
      const article = await context.backend().search.article(id, askerOf(request));
      if (article === undefined) throw noSuchArticle(id);
      return toWireArticle(article);
    },
  );

  app.get(
    "/articles/:id/similar",
    {
      ...byArchiveState(context),
      schema: {
        operationId: "findSimilarArticles",
        summary: "Articles nearest in meaning",
        tags: ["articles"],
        params: ArticleParams,
        querystring: SimilarQuery,
        response: { 200: SimilarReply, ...errorReplies("invalid-request", "not-found", "unavailable") },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { limit } = request.query;
      const hits = await context.backend().search.similar(id, { ...askerOf(request), limit });
      if (hits === undefined) throw noSuchArticle(id);
      return { id, hits: hits.map(toWireHit) };
    },
  );
}
