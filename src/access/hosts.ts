import { isIP } from "node:net";
import { hostname } from "node:os";
import { AppError } from "../errors.ts";
import type { App } from "../http/app.ts";
import { createAddressTest } from "./addresses.ts";

export interface HostRule {
  /** The address that the server is bound to. */
  readonly bound: string;
  /** Where readers reach the server. */
  readonly publicUrl?: string | undefined;
  /** More names, `*.example.org` for all below one, `*` for any. */
  readonly allowed?: readonly string[] | undefined;
}

/** Suffixes that no server of the public name system can point elsewhere: they live in one network, or nowhere. */
const LOCAL_SUFFIXES = [".localhost", ".local", ".lan", ".home.arpa", ".internal", ".localdomain"];

const isLoopback = createAddressTest(["127.0.0.0/8", "::1"]);

/**
 * Whether a server answers to a name. A page of a stranger can point its own name at this server and then read what it answers, as if
 * the server were its own (DNS rebinding); the name it asks for then gives it away. Addresses need no name, and names that only
 * the local network knows no stranger can point anywhere. A server that is bound to this machine alone answers to this machine's
 * names alone.
 */
export function createHostTest({ bound, publicUrl, allowed = [] }: HostRule): (host: string) => boolean {
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  if (publicUrl !== undefined) names.add(toName(new URL(publicUrl).host));
  const isPrivate = bound === "localhost" || isLoopback(bound);
  if (!isPrivate) {
    names.add(bound.toLowerCase());
    names.add(hostname().toLowerCase());
  }
  return (host) => {
    const name = toName(host);
    if (name === "localhost" || name.endsWith(".localhost") || isLoopback(name)) return true;
    if (names.has("*") || names.has(name)) return true;
    for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
      if (names.has(`*${name.slice(dot)}`)) return true;
    }
    if (isPrivate) return false;
    return isIP(name) !== 0 || !name.includes(".") || LOCAL_SUFFIXES.some((suffix) => name.endsWith(suffix));
  };
}

/** A host without its port, brackets and final dot, in lower case. */
const toName = (host: string): string =>
  host
    .toLowerCase()
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");

/** Refuses what asks for a name that the server does not answer to. Requests without a host come from no browser. */
export function checkHosts(app: App, isKnown: (host: string) => boolean): void {
  app.addHook("onRequest", async ({ headers: { host } }) => {
    if (host === undefined || isKnown(host)) return;
    throw new AppError(
      "misdirected-request",
      "This server does not answer to the host name that was asked for. Whoever runs it can allow the name: setting allowed-hosts or public-url.",
    );
  });
}
