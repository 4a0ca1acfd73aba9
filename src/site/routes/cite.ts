import type { App, ServerContext } from "../../api/context.ts";
import { noSuchArticle } from "../../api/routes/articles.ts";
import { ArticleParams } from "../../api/wire.ts";
import { CITATION_FILES, type CitationFile } from "../../citations/citation-files.ts";
import { toCited } from "../../citations/to-cited.ts";
import { askerOf } from "../../http/asker.ts";
import { errorReplies } from "../../http/error-wire.ts";
import { Type } from "../../http/schema.ts";

const Params = Type.Object({
  ...ArticleParams.properties,
  format: Type.Enum(Object.keys(CITATION_FILES) as CitationFile[]),
});

const CONTENT = Object.fromEntries(Object.values(CITATION_FILES).map(({ type }) => [type, { schema: Type.String() }]));

/** One article for a reference manager. */
export function addCitations(app: App, context: ServerContext): void {
  app.get(
    "/articles/:id/cite/:format",
    {
      schema: {
        operationId: "citeArticle",
        summary: "One article as a citation",
        tags: ["articles"],
        params: Params,
        response: {
          200: { description: "A file.", content: CONTENT },
          ...errorReplies("invalid-request", "not-found", "unavailable"),
        } as Record<string, object>,
      },
    },
    async (request, reply) => {
      const { id, format } = request.params;
      const { search, archive } = context.backend();
      const article = await search.article(id, askerOf(request));
      if (article === undefined) throw noSuchArticle(id);
      const file = CITATION_FILES[format];
      return reply
        .type(`${file.type}; charset=utf-8`)
        .header("content-disposition", `attachment; filename="article.${format}"`)
        .send(file.write(toCited(article, archive.info.timezone)));
    },
  );
}
