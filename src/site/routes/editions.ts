import type { App, ServerContext } from "../../api/context.ts";
import { readEdition, readEditions } from "../../api/read-editions.ts";
import { noSuchArticle } from "../../api/routes/articles.ts";
import { EditionParams, noSuchEdition } from "../../api/routes/editions.ts";
import { askerOf } from "../../http/asker.ts";
import type { Assets } from "../assets.ts";
import { openView, renderPage } from "../page-reply.ts";
import { renderEditionPage } from "../pages/editions.ts";
import type { TextWork } from "../text-work/text-work.ts";

/** What an edition of an article changed of the one before it. */
export function addEditionPage(
  app: App,
  context: ServerContext,
  { assets, textWork }: { readonly assets: Assets; readonly textWork: TextWork },
): void {
  app.get(
    "/articles/:id/editions/:number",
    { schema: { hide: true, params: EditionParams } },
    async (request, reply) => {
      const { id, number } = request.params;
      const asker = askerOf(request);
      const backend = context.backend();
      const editions = await readEditions(backend, id, asker);
      if (editions === undefined) throw noSuchArticle(id);
      const [edition, before] = await Promise.all(
        [number, number - 1].map((one) => readEdition(backend, { id, number: one }, asker)),
      );
      if (edition === undefined) throw noSuchEdition(id, number);
      const changes = before && {
        older: before.article,
        newer: edition.article,
        comparison: await textWork.compare(before.article, edition.article, asker),
      };
      const view = openView(context, assets, request, reply);
      return renderPage(context, request, reply, () => renderEditionPage(view, { edition, editions, changes }));
    },
  );
}
