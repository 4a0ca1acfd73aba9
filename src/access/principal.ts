import type { FastifyRequest } from "fastify";
import type { Scope } from "./scopes.ts";

/** Who asks, and what they may do. */
export interface Principal {
  /** How they showed who they are. */
  readonly kind: "anonymous" | "token" | "session" | "proxy";
  /** Name of the token or of the proxy's user; for people. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The browser sends it by itself, on behalf of any page: a request that changes something must come from the site's own. */
  readonly isAmbient: boolean;
}

/** Somebody who shows nothing. */
export const toAnonymous = (scopes: readonly Scope[]): Principal => ({
  kind: "anonymous",
  name: "anonymous",
  scopes,
  isAmbient: false,
});

const NOBODY = toAnonymous([]);

const principals = new WeakMap<FastifyRequest, Principal>();

export const setPrincipal = (request: FastifyRequest, principal: Principal): void => {
  principals.set(request, principal);
};

/** Who sent a request; somebody without rights until the gate has looked. */
export const principalOf = (request: FastifyRequest): Principal => principals.get(request) ?? NOBODY;

/** Tells somebody who is known apart from others, wherever they come from; undefined for strangers. */
export function nameClient(request: FastifyRequest): string | undefined {
  const { kind, name } = principalOf(request);
  if (kind === "anonymous") return undefined;
  return kind === "proxy" ? `user ${name}` : `token ${name}`;
}

/** Who sent a request and from where, for logs: `crawler, from 192.0.2.7`. */
export const describeSender = (request: FastifyRequest): string => `${principalOf(request).name}, from ${request.ip}`;
