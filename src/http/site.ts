import type { FastifyInstance } from "fastify";
import { AppError } from "../errors.ts";

/**
 * Where a server is, as its readers' browsers see it. Every address that it writes begins with the root: the path of the site within
 * pages, the whole address in files that are read elsewhere.
 */
export interface Site {
  /** Ends with a slash: `/`, `/news/` or `https://example.org/news/`. */
  readonly root: string;
}

/** The address of something of the site. @param path what follows the root: `docs`, `articles/1?q=桥`; never begins with a slash */
export const at = ({ root }: Site, path: string): string => root + path;

/**
 * The path of the site, which ends with a slash: `/news/` for `https://example.org/news`, and `/` where no public address is known.
 * Cookies are kept to it.
 */
export const toSitePath = (publicUrl: string | undefined): string =>
  publicUrl === undefined ? "/" : new URL(publicUrl).pathname.replace(/\/*$/, "/");

/** Percent-encoded bytes may be written with large and small letters. */
const withLargeHex = (text: string): string => text.replace(/%[0-9a-f]{2}/gi, (byte) => byte.toUpperCase());

/**
 * The address of a request without the path of the site. A proxy may pass the path on or strip it: an address that does not begin with
 * it is taken as it is. `/news` alone becomes `/`.
 */
export function withoutSitePath(url: string, path: string): string {
  if (path === "/" || !withLargeHex(url.slice(0, path.length)).startsWith(withLargeHex(path.slice(0, -1)))) return url;
  const rest = url.slice(path.length - 1);
  if (rest.startsWith("/")) return rest;
  return rest === "" || rest.startsWith("?") ? `/${rest}` : url;
}

/** Sends `/news` to `/news/`: the addresses of the page would otherwise not be those that its script and its cookies go by. */
export function completeSitePath(app: Pick<FastifyInstance, "addHook">, path: string): void {
  if (path === "/") return;
  app.addHook("onRequest", async ({ originalUrl }, reply) => {
    const [asked = ""] = originalUrl.split("?", 1);
    if (withLargeHex(asked) !== withLargeHex(path.slice(0, -1))) return;
    return reply.redirect(path + originalUrl.slice(asked.length), 308);
  });
}

/**
 * Refuses a path of the site that begins like one of the server's own addresses: behind a proxy that strips the path, nobody could tell
 * `/articles/` of the site from the page of an article. To be called before routes are added. @throws AppError `usage` when the server is ready
 */
export function refuseOwnPath(app: Pick<FastifyInstance, "addHook">, path: string): void {
  const first = (of: string): string => of.split("/", 2)[1] ?? "";
  const taken = new Set<string>();
  app.addHook("onRoute", ({ url }) => {
    taken.add(first(url));
  });
  app.addHook("onReady", async () => {
    if (path !== "/" && taken.has(decodeURIComponent(first(path)))) {
      throw new AppError(
        "usage",
        `The site cannot be at ${path}: the server has addresses of its own that begin with /${first(path)}.`,
        { remedy: { code: "set-option", option: "public-url", value: "URL", does: "names another path" } },
      );
    }
  });
}
