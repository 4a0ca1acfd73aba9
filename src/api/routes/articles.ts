import { AppError } from "../../errors.ts";
import type { App, ServerContext } from "../context.ts";
import { toWireArticle, toWireHit } from "../to-wire.ts";
import { ArticleParams, ErrorReply, SimilarQuery, SimilarReply, WireArticle } from "../wire.ts";

export const noSuchArticle = (id: string): AppError =>
  new AppError("not-found", `There is no article with the id ${JSON.stringify(id)} in the archive.`);

export function addArticleRoutes(app: App, context: ServerContext): void {
  app.get(
    "/api/articles/:id",
    {
      schema: {
        summary: "One article",
        tags: ["articles"],
        params: ArticleParams,
        response: { 200: WireArticle, "4xx": ErrorReply, "5xx": ErrorReply },
      },
    },
    async ({ params: { id } }) => {
      const article = await context.backend().search.article(id);
      if (article === undefined) throw noSuchArticle(id);
      return toWireArticle(article);
    },
  );

  app.get(
    "/api/articles/:id/similar",
    {
      schema: {
        summary: "Articles nearest in meaning",
        tags: ["articles"],
        params: ArticleParams,
        querystring: SimilarQuery,
        response: { 200: SimilarReply, "4xx": ErrorReply, "5xx": ErrorReply },
      },
    },
    async ({ params: { id }, query: { limit } }) => {
      const hits = await context.backend().search.similar(id, { limit });
      if (hits === undefined) throw noSuchArticle(id);
      return { id, hits: hits.map(toWireHit) };
    },
  );
}
