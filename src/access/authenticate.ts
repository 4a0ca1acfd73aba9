import type { FastifyRequest } from "fastify";
import type { AccessRecords } from "./access-records.ts";
import { type Principal, toAnonymous } from "./principal.ts";
import type { AccessMode, Scope } from "./scopes.ts";
import { SESSION_COOKIE, type Sessions } from "./sessions.ts";
import type { KnownToken, TokenBook } from "./token-book.ts";

/** Users are named by the proxy in front. */
export interface ProxyRule {
  /** Header that names the user, in lower case. */
  readonly userHeader: string;
  /** What a user whom the proxy names may do. */
  readonly scopes: readonly Scope[];
  /** Whether a peer is one of the proxies that may name users. */
  readonly isTrusted: (address: string | undefined) => boolean;
}

export interface Authentication {
  readonly mode: AccessMode;
  /** What anybody may do where access is open. */
  readonly openScopes: readonly Scope[];
  readonly proxy: ProxyRule;
  readonly tokens: TokenBook;
  readonly sessions: Sessions;
  readonly records: Pick<AccessRecords, "noteUse">;
}

/** Who sent a request, and whether a token came with it that is none. */
export interface Authenticated {
  readonly principal: Principal;
  /** Somebody tried a token that is unknown, revoked or expired. */
  readonly hasWrongToken: boolean;
  /** Where users are named by a proxy: whether it was the proxy that asked. */
  readonly isFromProxy: boolean;
}

/** @throws AppError `unavailable` while it cannot be known which tokens there are. */
export function authenticate(request: FastifyRequest, authentication: Authentication): Authenticated {
  const { mode, openScopes, proxy, tokens, records } = authentication;
  const given = readAuthorization(request.headers.authorization);
  const token = given && tokens.bySecret(given.secret);
  const isFromProxy = mode === "proxy" && proxy.isTrusted(request.socket.remoteAddress);
  // Nobody may do less for showing who they are.
  const everybody = mode === "open" ? openScopes : [];
  const found = (principal: Principal): Authenticated => ({
    principal: { ...principal, scopes: [...principal.scopes, ...everybody] },
    hasWrongToken: false,
    isFromProxy,
  });
  if (given !== undefined && token !== undefined) {
    records.noteUse(token.id);
    return found(toPrincipal("token", token, given.scheme === "basic"));
  }
  const session = readSession(request, authentication);
  if (session !== undefined) return found(session);
  if (isFromProxy) {
    const name = readUser(request, proxy.userHeader);
    if (name !== undefined) return found({ kind: "proxy", name, scopes: proxy.scopes, isAmbient: true });
  }
  return { principal: toAnonymous(everybody), hasWrongToken: given !== undefined, isFromProxy };
}

function readSession(request: FastifyRequest, { mode, sessions, records }: Authentication): Principal | undefined {
  const cookie = request.cookies[SESSION_COOKIE];
  // Where a proxy knows the users, nobody logs in here.
  const session = cookie === undefined || mode === "proxy" ? undefined : sessions.read(cookie);
  if (session === undefined) return undefined;
  records.noteUse(session.token.id);
  return toPrincipal("session", session.token, true);
}

const toPrincipal = (kind: "token" | "session", { name, scopes }: KnownToken, isAmbient: boolean): Principal => ({
  kind,
  name,
  scopes,
  isAmbient,
});

interface GivenSecret {
  readonly secret: string;
  readonly scheme: "bearer" | "basic";
}

/** A token as programs send it; as the password of any user where they know only that, such as feed readers. */
function readAuthorization(header: string | undefined): GivenSecret | undefined {
  const [, scheme = "", value = ""] = /^(Bearer|Basic) +(\S+)$/i.exec(header ?? "") ?? [];
  if (value === "") return undefined;
  if (scheme.toLowerCase() === "bearer") return { secret: value, scheme: "bearer" };
  const [, ...password] = Buffer.from(value, "base64").toString("utf8").split(":");
  return password.length === 0 ? undefined : { secret: password.join(":"), scheme: "basic" };
}

const MAX_USER_LENGTH = 200;

/** The user whom a trusted proxy names, once. Twice means that it passed on what a client had written. */
function readUser({ headers, raw }: FastifyRequest, header: string): string | undefined {
  const times = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === header).length;
  const value = headers[header];
  if (times !== 1 || typeof value !== "string") return undefined;
  // HTTP carries bytes; names are written as UTF-8.
  const name = Buffer.from(value, "latin1").toString("utf8").trim();
  return name === "" || name.length > MAX_USER_LENGTH || /[\p{Cc}\uFFFD]/u.test(name) ? undefined : name;
}
