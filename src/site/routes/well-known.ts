import type { App, ServerContext } from "../../api/context.ts";
import { AppError } from "../../errors.ts";
import { at, toSitePath } from "../../http/site.ts";
import { toAbsoluteSite } from "../absolute-site.ts";

/** Each of them is a page for every search or article that there is, and says nothing that the article does not. */
const NOT_CRAWLED = ["api/", "articles/*/", "export.", "facets/", "feed.", "*?"];

/** A promise to answer under an address has to end; whoever asks on a later day gets a later one. */
const SECURITY_EXPIRES_DAYS = 90;
const DAY_MS = 86_400_000;

/** What crawlers and people who found a flaw ask for; both read it at the root of a host alone (docs/DEPLOY.md). */
export function addWellKnown(app: App, context: ServerContext): void {
  app.get("/robots.txt", { schema: { hide: true } }, async (_request, reply) => {
    reply.type("text/plain; charset=utf-8").header("cache-control", "public, max-age=86400");
    const site = { root: toSitePath(context.publicUrl) };
    return ["User-agent: *", ...NOT_CRAWLED.map((path) => `Disallow: ${at(site, path)}`), ""].join("\n");
  });

  app.get("/.well-known/security.txt", { schema: { hide: true } }, async (request, reply) => {
    const { securityContact, publicUrl } = context;
    if (securityContact === undefined) {
      throw new AppError("not-found", "This server names nobody to report flaws to.");
    }
    reply.type("text/plain; charset=utf-8");
    const site = toAbsoluteSite(request, publicUrl);
    return toSecurityText(securityContact, at(site, ".well-known/security.txt"), new Date());
  });
}

/** RFC 9116. */
export function toSecurityText(contact: string, canonical: string, now: Date): string {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const expires = new Date(today + SECURITY_EXPIRES_DAYS * DAY_MS).toISOString().replace(".000", "");
  return `Contact: ${contact}\nExpires: ${expires}\nPreferred-Languages: zh, en\nCanonical: ${canonical}\n`;
}
