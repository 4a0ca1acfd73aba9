import type { App, ServerContext } from "../../api/context.ts";
import { AppError } from "../../errors.ts";
import { askerOf } from "../../http/asker.ts";
import { at } from "../../http/site.ts";
import type { Resources } from "../../resources/resources.ts";
import type { Assets } from "../assets.ts";
import { Html, html } from "../html.ts";
import { type OwnPage, type PageCall, renderBars, renderForm, toPageArchive } from "../own-page.ts";
import { openView, renderPage } from "../page-reply.ts";
import { renderLayout } from "../pages/layout.ts";

export interface OwnPagesOptions {
  readonly pages: readonly OwnPage[];
  readonly resources: Pick<Resources, "acquire">;
  readonly assets: Assets;
}

/** @throws AppError `usage` for a page whose address another one has */
export function addOwnPages(app: App, context: ServerContext, { pages, resources, assets }: OwnPagesOptions): void {
  for (const { path, render } of pages) {
    if (app.hasRoute({ method: "GET", url: path })) {
      throw new AppError("usage", `A page of one's own is at ${path}, where there is another one.`);
    }
    app.get(path, { schema: { hide: true } }, async (request, reply) => {
      const { search, archive } = context.backend();
      const asker = askerOf(request);
      const view = openView(context, assets, request, reply);
      const query = toLast(request.query as Readonly<Record<string, string | string[]>>);
      const call: PageCall = {
        query,
        language: view.language,
        archive: toPageArchive(search, archive.info, asker),
        resources,
        signal: asker.signal,
        html,
        link: (to, params = {}) => at(view, withQuery(to, params)),
        form: (fields, submit) => renderForm(query, fields, submit),
        bars: renderBars,
      };
      const made = await render(call);
      const { title = path.slice(1), body } = made instanceof Html ? { body: made } : made;
      return renderPage(context, request, reply, () =>
        renderLayout(view, { kind: "own", title, main: html`<h1>${title}</h1>${body}` }),
      );
    });
  }
}

const toLast = (query: Readonly<Record<string, string | string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value].flat().at(-1) ?? ""]));

function withQuery(path: string, params: Readonly<Record<string, string | number | undefined>>): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value !== undefined) asked.set(name, String(value));
  const query = asked.toString();
  const within = path.replace(/^\/+/, "");
  return query === "" ? within : `${within}?${query}`;
}
