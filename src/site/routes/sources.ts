import type { FastifyReply, FastifyRequest } from "fastify";
import type { App, ServerContext } from "../../api/context.ts";
import type { ListedSource } from "../../api/source-desk.ts";
import { SourceParams } from "../../api/source-wire.ts";
import { AppError } from "../../errors.ts";
import { askerOf } from "../../http/asker.ts";
import { at, type Site, toSitePath } from "../../http/site.ts";
import type { Assets } from "../assets.ts";
import { openView, renderPage } from "../page-reply.ts";
import { renderSourcesPage, type SourcesPageOptions } from "../pages/sources-page.ts";
import { toVisit } from "../visits.ts";

/** What is remembered of the reader's visits. */
const COOKIE = "wenxun_sources_seen";
const YEAR_S = 365 * 86_400;
/** An address and a name. */
const MAX_FORM_BYTES = 16_384;

const ACTIONS = ["pause", "resume", "remove", "check"] as const;

/** What is followed, and forms to change it; who may is told by route-rules.ts. */
export function addSourcesPage(app: App, context: ServerContext, assets: Assets): void {
  const { sources, audit } = context;
  const site: Site = { root: toSitePath(context.publicUrl) };

  const send = (request: FastifyRequest, reply: FastifyReply, notice?: SourcesPageOptions["notice"]) => {
    const { sinceMs, kept } = toVisit(request.cookies[COOKIE], Date.now());
    const news = sinceMs === undefined ? undefined : { sinceMs, bySource: sources.newsSince(sinceMs) };
    reply.header("set-cookie", `${COOKIE}=${kept}; Path=${site.root}; Max-Age=${YEAR_S}; SameSite=Lax; HttpOnly`);
    const page = toPage((request.query as { page?: unknown }).page);
    const view = openView(context, assets, request, reply);
    return renderPage(context, request, reply, () =>
      renderSourcesPage(view, { sources: sources.list(), page, days: sources.countsByDay(), news, notice }),
    );
  };

  app.get("/sources", { schema: { hide: true } }, (request, reply) => send(request, reply));

  app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: MAX_FORM_BYTES },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );

    scope.post("/sources", { schema: { hide: true } }, async (request, reply) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const url = form.get("url")?.trim() ?? "";
      const name = form.get("name")?.trim() || undefined;
      const { strings } = openView(context, assets, request, reply);
      try {
        assertAddress(url);
        const { isNew } = await audit.change(request, { what: "source added", address: url }, () =>
          sources.add({ url, name: name?.slice(0, 200) }, askerOf(request)),
        );
        const text = isNew ? strings.sources.added : strings.sources.known;
        return send(request, reply, { text, isError: false });
      } catch (error) {
        if (!(error instanceof AppError) || error.code === "unavailable") throw error;
        reply.status(422);
        return send(request, reply, { text: error.message, isError: true });
      }
    });

    for (const action of ACTIONS)
      scope.post(
        `/sources/:source/${action}`,
        { schema: { hide: true, params: SourceParams } },
        async (request, reply) => {
          const { source: id } = request.params;
          const changed = await audit.change(request, { what: `source ${action}`, id }, async () => act(action, id));
          if (changed === undefined) throw new AppError("not-found", `There is no source ${id}.`);
          return reply.redirect(at(site, "sources"), 303);
        },
      );
  });

  const act = (action: (typeof ACTIONS)[number], id: number): ListedSource | undefined => {
    if (action === "remove") return sources.remove(id);
    if (action === "check") return sources.checkSoon(id);
    return sources.change(id, action === "pause" ? "paused" : "active");
  };
}

/** What is none is the first one. */
const toPage = (text: unknown): number => (typeof text === "string" && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1);

const MAX_ADDRESS = 4000;

/** @throws AppError `bad-input` */
function assertAddress(url: string): void {
  if (url.length <= MAX_ADDRESS && /^https?:\/\//i.test(url)) return;
  throw new AppError(
    "bad-input",
    `${JSON.stringify(url.slice(0, 100))} is no address that begins with http:// or https://.`,
  );
}
