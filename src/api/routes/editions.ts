import type { Static } from "typebox";
import { AppError } from "../../errors.ts";
import { askerOf } from "../../http/asker.ts";
import { errorReplies } from "../../http/error-wire.ts";
import { Type } from "../../http/schema.ts";
import { byArchiveState } from "../archive-state.ts";
import type { App, ServerContext } from "../context.ts";
import { readEdition, readEditions } from "../read-editions.ts";
import { toIso, toWireArticle } from "../to-wire.ts";
import { ArticleParams, WireArticle } from "../wire.ts";
import { noSuchArticle } from "./articles.ts";

export const EditionParams = Type.Object({
  ...ArticleParams.properties,
  number: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1, description: "1 is the first edition." }),
});

const editionFields = {
  number: Type.Integer({ description: "1 for the first; each later one counts on, and the highest is the newest." }),
  since: Type.String({
    description: "When it took the place of the one before, ISO 8601 in UTC; empty for the first.",
  }),
};

const { title, published } = WireArticle.properties;

const EditionsReply = Type.Object({
  id: Type.String(),
  editions: Type.Array(Type.Object({ ...editionFields, title, published })),
});

const WireEdition = Type.Object({ ...editionFields, ...WireArticle.properties });

export const noSuchEdition = (id: string, number: number): AppError =>
  new AppError("not-found", `The article ${JSON.stringify(id)} has no edition ${number}.`);

/** What an article said before it was changed. */
export function addEditionRoutes(app: App, context: ServerContext): void {
  app.get(
    "/articles/:id/editions",
    {
      ...byArchiveState(context),
      schema: {
        operationId: "listEditions",
        summary: "Editions of an article",
        description: "What the article has said, oldest first; the last one is the article as it is searched.",
        tags: ["articles"],
        params: ArticleParams,
        response: { 200: EditionsReply, ...errorReplies("invalid-request", "not-found", "unavailable") },
      },
    },
    async (request): Promise<Static<typeof EditionsReply>> => {
      const { id } = request.params;
      const editions = await readEditions(context.backend(), id, askerOf(request));
      if (editions === undefined) throw noSuchArticle(id);
      return {
        id,
        editions: editions.map(({ number, sinceMs, title, publishedAtMs }) => ({
          number,
          since: toIso(sinceMs),
          title,
          published: toIso(publishedAtMs),
        })),
      };
    },
  );

  app.get(
    "/articles/:id/editions/:number",
    {
      ...byArchiveState(context),
      schema: {
        operationId: "getEdition",
        summary: "One edition of an article",
        tags: ["articles"],
        params: EditionParams,
        response: { 200: WireEdition, ...errorReplies("invalid-request", "not-found", "unavailable") },
      },
    },
    async (request): Promise<Static<typeof WireEdition>> => {
      const { id, number } = request.params;
      const backend = context.backend();
      if ((await backend.search.article(id, askerOf(request))) === undefined) throw noSuchArticle(id);
      const edition = await readEdition(backend, { id, number }, askerOf(request));
      if (edition === undefined) throw noSuchEdition(id, number);
      return { number, since: toIso(edition.sinceMs), ...toWireArticle(edition.article) };
    },
  );
}
