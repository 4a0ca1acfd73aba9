import { PLAIN_REQUEST } from "../../archive/request.ts";
import { askerOf } from "../../http/asker.ts";
import { errorReplies } from "../../http/error-wire.ts";
import { Type } from "../../http/schema.ts";
import { fold } from "../../text/fold.ts";
import { byArchiveState } from "../archive-state.ts";
import type { App, ServerContext } from "../context.ts";
import { SuggestReply } from "../wire.ts";

/** Titles that are offered, and the articles that are looked through for them. */
const MAX_TITLES = 8;
const LOOKED_THROUGH = 50;

const SuggestQuery = Type.Object({
  q: Type.String({ default: "", maxLength: 100, description: "What has been typed so far." }),
});

/** Titles that hold what is being typed, in either script: one search by words, in which the title counts three times. */
export function addSuggestRoute(app: App, context: ServerContext): void {
  app.get(
    "/suggest",
    {
      ...byArchiveState(context),
      schema: {
        operationId: "suggest",
        summary: "Titles that hold what is being typed",
        tags: ["search"],
        querystring: SuggestQuery,
        response: { 200: SuggestReply, ...errorReplies("invalid-request", "unavailable") },
      },
    },
    async (request) => {
      const { q } = request.query;
      const { search } = context.backend();
      const typed = fold(q.trim());
      if (typed === "") return { titles: [] };
      const sought = {
        ...PLAIN_REQUEST,
        query: q,
        mode: "keyword",
        limit: LOOKED_THROUGH,
        facetValues: 0,
        rerank: false,
      } as const;
      const { hits } = await search.search(sought, askerOf(request));
      const titles = hits.map(({ title }) => title).filter((title) => fold(title).includes(typed));
      return { titles: [...new Set(titles)].slice(0, MAX_TITLES) };
    },
  );
}
