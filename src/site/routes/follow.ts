import type { FastifyReply, FastifyRequest } from "fastify";
import { CHANNELS, DEFAULT_DIGEST_MINUTE, RHYTHMS } from "../../alerts/alert.ts";
import type { App, ServerContext } from "../../api/context.ts";
import { toSearchRequest } from "../../api/to-wire.ts";
import { PageQuery } from "../../api/wire.ts";
import { AppError } from "../../errors.ts";
import { askerOf } from "../../http/asker.ts";
import { Type } from "../../http/schema.ts";
import type { Assets } from "../assets.ts";
import { openView, renderPage, sendPage } from "../page-reply.ts";
import { type FollowForm, renderFollowedPage, renderFollowPage, renderUnsubscribePage } from "../pages/follow-page.ts";

/** An address and some choices; nothing more is read. */
const MAX_FORM_BYTES = 16_384;

const KeyParams = Type.Object({ key: Type.String({ pattern: "^[A-Za-z0-9_-]{16,64}$" }) });

const DEFAULT_AT = `0${DEFAULT_DIGEST_MINUTE / 60}:00`;

/** The form by which a search is followed, and the page behind the links of mails to follow it no more. */
export function addFollowPages(app: App, context: ServerContext, assets: Assets): void {
  const { alerts, audit } = context;

  const sendForm = async (
    request: FastifyRequest & { readonly query: PageQuery },
    reply: FastifyReply,
    { form, problem }: { readonly form: FollowForm; readonly problem?: string | undefined },
  ): Promise<FastifyReply> => {
    const { search } = context.backend();
    const preview = await alerts.preview(toSearchRequest(request.query), search, askerOf(request));
    const view = openView(context, assets, request, reply);
    if (problem !== undefined) reply.status(400);
    const { query } = request;
    return renderPage(context, request, reply, () => renderFollowPage(view, { query, preview, form, problem }));
  };

  app.get("/follow", { schema: { hide: true, querystring: PageQuery } }, (request, reply) => {
    const { timezone } = openView(context, assets, request, reply);
    return sendForm(request, reply, {
      form: { channel: "mail", address: "", rhythm: "daily", at: DEFAULT_AT, timezone },
    });
  });

  app.get("/unsubscribe/:key", { schema: { hide: true, params: KeyParams } }, async (request, reply) => {
    const alert = await alerts.byKey(request.params.key);
    const view = openView(context, assets, request, reply);
    return sendPage(reply, renderUnsubscribePage(view, alert, `unsubscribe/${request.params.key}`));
  });

  app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers();
    // A mail program posts a form of its own, which says nothing that the address does not.
    scope.addContentTypeParser("*", { parseAs: "string", bodyLimit: MAX_FORM_BYTES }, (_request, body, done) =>
      done(null, new URLSearchParams(String(body))),
    );

    scope.post("/follow", { schema: { hide: true, querystring: PageQuery } }, async (request, reply) => {
      const body = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const form = readForm(body);
      const [channel, rhythm] = [
        CHANNELS.find((one) => one === form.channel),
        RHYTHMS.find((one) => one === form.rhythm),
      ];
      if (channel === undefined || rhythm === undefined)
        return sendForm(request, reply, { form, problem: "Choose how you want to be told, and how often." });
      const view = openView(context, assets, request, reply);
      const { address, at, timezone } = form;
      const search = toSearchRequest(request.query);
      try {
        const added = await audit.change(request, { what: "alert added", query: search.query }, () =>
          alerts.add(
            { search, channel, rhythm, address, at, timezone, language: view.language },
            context.backend().search,
            askerOf(request),
          ),
        );
        // It holds a secret that is shown once.
        reply.header("cache-control", "no-store");
        return reply.type("text/html; charset=utf-8").send(renderFollowedPage(view, request.query, added));
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== "invalid-request") throw error;
        return sendForm(request, reply, { form, problem: error.message });
      }
    });

    scope.post("/unsubscribe/:key", { schema: { hide: true, params: KeyParams } }, async (request, reply) => {
      const { key } = request.params;
      const known = await alerts.byKey(key);
      const alert =
        known &&
        (await audit.change(request, { what: "unsubscribed", id: known.id }, async () => alerts.unsubscribe(key)));
      const view = openView(context, assets, request, reply);
      return sendPage(reply, renderUnsubscribePage(view, alert, `unsubscribe/${key}`));
    });
  });
}

const readForm = (body: URLSearchParams): FollowForm => ({
  channel: body.get("channel") ?? "",
  address: body.get("address") ?? "",
  rhythm: body.get("rhythm") ?? "",
  at: body.get("at") || DEFAULT_AT,
  timezone: body.get("timezone")?.trim() ?? "",
});
