import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { AppError } from "../errors.ts";
import type { App } from "../http/app.ts";
import { type Authentication, authenticate } from "./authenticate.ts";
import { setPrincipal } from "./principal.ts";
import { refuseForeign } from "./same-origin.ts";
import { allows, type Need, type Scope } from "./scopes.ts";
import { SESSION_COOKIE } from "./sessions.ts";

/** What a route asks for. */
export interface RouteRule {
  readonly needs: Need;
  /** Read by programs that know passwords and no tokens: feeds. */
  readonly takesPassword?: true;
  /** Reads, although its method is one that could change something: a program behind a proxy need not show where it comes from. */
  readonly onlyReads?: true;
}

export interface GateOptions {
  readonly authentication: Authentication;
  /** The rule of each route. @throws where a route has none, so that no new one is open by oversight */
  readonly ruleOf: (method: string, url: string) => RouteRule;
  /** Where readers reach the server. */
  readonly publicUrl: string | undefined;
  /** Where people log in, with the address to come back to; undefined for who is to get an error instead. */
  readonly toLogin: (request: FastifyRequest) => string | undefined;
  /** Told of a token that is none. */
  readonly onWrongToken: (request: FastifyRequest) => Promise<void>;
}

/** Reads what is safe to ask for, and what a browser asks for by itself. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Looks at each request before anything of it is read, and lets in who may have what it asks for. */
export function addGate(app: App, options: GateOptions): void {
  const { openScopes, mode } = options.authentication;
  const anybody: readonly Scope[] = mode === "open" ? openScopes : [];
  app.addHook("onRoute", (route) => {
    for (const method of [route.method].flat()) {
      if (!allows(anybody, options.ruleOf(method, route.url).needs)) describeNeed(route);
    }
  });
  /** Undefined where there is no route. */
  const ruleOf = ({ method, routeOptions: { url } }: FastifyRequest): RouteRule | undefined =>
    url === undefined ? undefined : options.ruleOf(method, url);

  app.addHook("onRequest", async (request, reply) => {
    const rule = ruleOf(request);
    // Nothing is there, which anybody may know.
    if (rule === undefined || rule.needs === "nothing") return identify(request, options);
    const { principal, hasWrongToken, isFromProxy } = authenticate(request, options.authentication);
    setPrincipal(request, principal);
    if (hasWrongToken) await options.onWrongToken(request);
    if (allows(principal.scopes, rule.needs)) {
      const isSafe = SAFE_METHODS.has(request.method) || rule.onlyReads === true;
      if (principal.isAmbient && !isSafe) refuseForeign(request, options.publicUrl);
      return;
    }
    if (principal.kind !== "anonymous") throw toForbidden(rule.needs);
    return refuseUnknown(request, reply, { rule, hasWrongToken, isFromProxy, options });
  });

  app.addHook("onSend", async (request, reply) => {
    const rule = ruleOf(request);
    if (rule === undefined || allows(anybody, rule.needs)) return;
    // What somebody alone may have is kept by nobody, the browser's own cache included: it would outlive logging out.
    reply.header("cache-control", "private, no-store");
  });
}

/** Where everybody is welcome, a page may still say who is logged in. */
function identify(request: FastifyRequest, { authentication }: GateOptions): void {
  if (request.cookies[SESSION_COOKIE] === undefined) return;
  try {
    setPrincipal(request, authenticate(request, authentication).principal);
  } catch (error) {
    // While it cannot be known who somebody is, they are a stranger, and strangers are welcome here.
    if (!(error instanceof AppError)) throw error;
  }
}

interface Refusal {
  readonly rule: RouteRule;
  readonly hasWrongToken: boolean;
  readonly isFromProxy: boolean;
  readonly options: GateOptions;
}

async function refuseUnknown(
  request: FastifyRequest,
  reply: FastifyReply,
  { rule, hasWrongToken, isFromProxy, options }: Refusal,
): Promise<FastifyReply> {
  const { mode, tokens } = options.authentication;
  if (mode === "proxy" && !isFromProxy && !hasWrongToken) {
    throw new AppError("forbidden", "This server answers to its proxy, or to a token.");
  }
  const login = rule.takesPassword === true ? undefined : options.toLogin(request);
  if (login !== undefined) return reply.redirect(login, 303);
  // Asked for by name: a browser would ask for a password for whatever a page loads.
  if (rule.takesPassword === true) reply.header("www-authenticate", 'Basic realm="wenxun", charset="UTF-8"');
  if (hasWrongToken) throw new AppError("unauthorized", "The token is unknown, has expired or was revoked.");
  if (tokens.isEmpty()) throw new AppError("unauthorized", "This needs a token, and the server has none.");
  throw new AppError("unauthorized", "Wanted a token: the header `Authorization: Bearer TOKEN`.");
}

const toForbidden = (needs: Need): AppError =>
  new AppError(
    "forbidden",
    `This needs a token with the scope ${typeof needs === "string" ? "search" : needs.join(" and ")}.`,
  );

/** Says in the description of the API that a route takes a token. */
function describeNeed(route: RouteOptions): void {
  const { schema } = route;
  if (schema === undefined || schema.hide === true || schema.security !== undefined) return;
  route.schema = { ...schema, security: [{ token: [] }] };
}
