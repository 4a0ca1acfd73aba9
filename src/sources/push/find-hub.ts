import type { FeedDocument } from "../documents/feed-document.ts";
import { resolveUrl } from "../documents/parse-xml-feed.ts";

/** Where a feed lets others be told of what is new (WebSub, W3C 2018). */
export interface OfferedHub {
  readonly hub: string;
  /** The address under which the hub knows the feed. */
  readonly topic: string;
}

/**
 * The hub that a feed offers: what the header `Link` says counts more than what the feed says (section 4 of WebSub). Of several hubs the
 * first one of http or https is taken.
 * @param link the header, its lines joined by commas
 * @param url where the answer came from
 */
export function findHub(
  link: string | undefined,
  { hubs, selfUrl }: Pick<FeedDocument, "hubs" | "selfUrl">,
  url: string,
): OfferedHub | undefined {
  const links = parseLinks(link ?? "");
  const named = (rel: string): string[] =>
    links.flatMap(({ address, rels }) => (rels.includes(rel) ? (resolveUrl(address, url) ?? []) : []));
  const hub = [...named("hub"), ...hubs].find((address) => /^https?:/i.test(address));
  return hub === undefined ? undefined : { hub, topic: named("self")[0] ?? selfUrl ?? url };
}

/** Links of a header that are read; more are no header of a feed. */
const MAX_LINKS = 50;
const MAX_HEADER_UNITS = 8192;

/** What a header `Link` names (RFC 8288). */
function parseLinks(header: string): { readonly address: string; readonly rels: readonly string[] }[] {
  const links: { readonly address: string; readonly rels: readonly string[] }[] = [];
  const pattern = /<([^<>]*)>((?:\s*;\s*[^\s;,="]+(?:\s*=\s*(?:"[^"]*"|[^\s;,"]*))?)*)/g;
  for (const [, address = "", parameters = ""] of header.slice(0, MAX_HEADER_UNITS).matchAll(pattern)) {
    if (links.length === MAX_LINKS) break;
    const [, quoted, bare] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters) ?? [];
    links.push({ address, rels: (quoted ?? bare ?? "").toLowerCase().split(/\s+/) });
  }
  return links;
}
