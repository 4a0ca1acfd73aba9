import type { FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "../../access/access.ts";
import { principalOf } from "../../access/principal.ts";
import { toReturnPath } from "../../access/return-path.ts";
import { refuseForeign, tellOrigin } from "../../access/same-origin.ts";
import { SESSION_COOKIE, SESSION_S } from "../../access/sessions.ts";
import type { App, ServerContext } from "../../api/context.ts";
import { Type } from "../../http/schema.ts";
import { at, type Site, toSitePath } from "../../http/site.ts";
import type { Assets } from "../assets.ts";
import { openView, sendPage } from "../page-reply.ts";
import { type LoginNotice, renderLoginPage, renderLogoutPage } from "../pages/login-page.ts";
import { wantsPage } from "../send-failure.ts";

export interface LoginOptions {
  readonly assets: Assets;
  readonly access: Access;
}

/** A token and the name of its field; nothing more is read. */
const MAX_FORM_BYTES = 4096;

const STATUS: Readonly<Record<LoginNotice["kind"], number>> = { wrong: 401, foreign: 403, "too-often": 429, left: 200 };

const LoginQuery = Type.Object({ to: Type.Optional(Type.String()) });

/** Where somebody who asked for a page logs in, with the way back; undefined for programs, which get an error. */
export function toLoginAddress(request: FastifyRequest, publicUrl: string | undefined): string | undefined {
  if (!wantsPage(request) || (request.method !== "GET" && request.method !== "HEAD")) return undefined;
  return at({ root: toSitePath(publicUrl) }, toLoginPath(toReturnPath(request.url)));
}

/** The page to log in on, and what of the site to show afterwards. */
const toLoginPath = (to: string): string => (to === "" ? "login" : `login?${new URLSearchParams({ to })}`);

/** People paste their token once, and are then known by a cookie. */
export function addLogin(app: App, context: ServerContext, { assets, access }: LoginOptions): void {
  const site: Site = { root: toSitePath(context.publicUrl) };
  const sendLogin = (request: FastifyRequest, reply: FastifyReply, to: string, notice?: LoginNotice): FastifyReply => {
    const page = renderLoginPage(openView(context, assets, request, reply), {
      action: toLoginPath(to),
      notice,
      isOpen: access.mode === "open",
      isSent: to !== "",
    });
    reply.status(notice === undefined ? 200 : STATUS[notice.kind]);
    return sendPage(reply, page);
  };

  app.get("/login", { schema: { hide: true, querystring: LoginQuery } }, async (request, reply) => {
    const to = toReturnPath(request.query.to);
    if (principalOf(request).kind === "session") return reply.redirect(at(site, to), 303);
    return sendLogin(request, reply, to);
  });

  app.get("/logout", { schema: { hide: true } }, async (request, reply) => {
    const { kind, name } = principalOf(request);
    if (kind !== "session") return reply.redirect(at(site, "login"), 303);
    return sendPage(reply, renderLogoutPage(openView(context, assets, request, reply), name));
  });

  app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: MAX_FORM_BYTES },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );

    scope.post("/login", { schema: { hide: true, querystring: LoginQuery } }, async (request, reply) => {
      const to = toReturnPath(request.query.to);
      // Otherwise a stranger's page could log its reader in as somebody else, and watch what they save and search.
      if (tellOrigin(request, context.publicUrl) === "foreign") {
        return sendLogin(request, reply, to, { kind: "foreign" });
      }
      const waitS = access.failures.waitS(request.ip);
      if (waitS > 0) {
        reply.header("retry-after", waitS);
        return sendLogin(request, reply, to, { kind: "too-often", waitS });
      }
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const token = access.tokens.bySecret(form.get("token")?.trim() ?? "");
      if (token === undefined) {
        access.failures.note(request.ip);
        await context.audit.note(request, { what: "sign-in failed" });
        reply.header("www-authenticate", "Bearer");
        return sendLogin(request, reply, to, { kind: "wrong" });
      }
      access.failures.forget(request.ip);
      access.records.noteUse(token.id);
      await context.audit.note(request, { what: "sign in", who: token.name });
      reply.setCookie(SESSION_COOKIE, access.sessions.create(token), {
        path: site.root,
        httpOnly: true,
        sameSite: "lax",
        secure: isSecure(request, context),
        maxAge: SESSION_S,
      });
      return reply.header("cache-control", "no-store").redirect(at(site, to), 303);
    });

    scope.post("/logout", { schema: { hide: true } }, async (request, reply) => {
      refuseForeign(request, context.publicUrl);
      const session = access.sessions.read(request.cookies[SESSION_COOKIE] ?? "");
      if (session !== undefined) {
        access.sessions.end(session);
        await context.audit.note(request, { what: "sign out", who: session.token.name });
      }
      reply.clearCookie(SESSION_COOKIE, { path: site.root });
      return sendLogin(request, reply, "", { kind: "left" });
    });
  });
}

/** Whether the browser reaches this site encrypted, as a trusted proxy or the public address says. */
const isSecure = ({ protocol }: FastifyRequest, { publicUrl }: ServerContext): boolean =>
  protocol === "https" || publicUrl?.startsWith("https:") === true;
