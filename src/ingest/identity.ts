import { hash } from "node:crypto";

/** Parameters that say how a reader came, not what is read. */
const TRACKING = /^(?:utm_.*|spm|scm|fbclid|gclid|msclkid|yclid|dclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok)$/i;

/**
 * One spelling per page: scheme and host in lower case, no default port, no fragment (but for `#!` and `#/`, which name a
 * page in some applications), no tracking parameters, no trailing slash. Undefined for what is no absolute URL.
 */
export function canonicalUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  if (!/^#[!/]./.test(url.hash)) url.hash = "";
  const pairs = url.search.slice(1).split("&");
  url.search = pairs.filter((pair) => pair !== "" && !TRACKING.test(pair.split("=", 1)[0] ?? "")).join("&");
  if (url.pathname.length > 1 && url.pathname.endsWith("/")) url.pathname = withoutSlashes(url.pathname);
  return url.href;
}

/** Character by character: an expression would look again at each slash of a run that is not the last one. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end--;
  return path.slice(0, end);
}

/** The longest id that is kept as given. */
export const MAX_ID_LENGTH = 512;

export interface Identifying {
  readonly id?: string | undefined;
  /** As given: canonical form is made here. */
  readonly url?: string | undefined;
  readonly title: string;
  readonly body: string;
  readonly source?: string | undefined;
  readonly publishedAtMs?: number | undefined;
}

/** Addresses that lead to no page: a mark within this one, what a script does, a letter box, a scheme without a host. */
const NO_PAGE = /^(?:#|(?:about|mailto|tel):|javascript:(?:void|return|false|null|0|\W)*$|https?:[/?#]*$)/i;
/** A path or host, as far as it is written: news.example/a, /a/1.html, ?id=1. Words such as 暂无 are none. */
const SOME_PAGE = /[\p{L}\p{N}].*[/.?=:]|[/.?=:].*[\p{L}\p{N}]/su;

/** What tells the page of an address from others; undefined for what stands in its place and names none. */
function pageKey(url: string): string | undefined {
  const text = url.trim();
  return NO_PAGE.test(text) || !SOME_PAGE.test(text) ? undefined : (canonicalUrl(url) ?? url);
}

/**
 * The id of an article: the given one, else made from the canonical URL where it names a page, else from the content. The source and the date
 * count as content, so that two outlets that print one text stay two articles.
 */
export function toArticleId(article: Identifying): string {
  const { id, url } = article;
  if (id !== undefined && id !== "") return id.length <= MAX_ID_LENGTH ? id : `id-${digest(id)}`;
  const page = url === undefined ? undefined : pageKey(url);
  if (page !== undefined) return `url-${digest(page)}`;
  const content = [article.title, article.body, article.source ?? "", String(article.publishedAtMs ?? "")];
  return `text-${digest(content.join("\u0000"))}`;
}

/** 128 bits of SHA-256 in letters that need no escaping in a URL. */
const digest = (text: string): string => hash("sha256", text, "base64url").slice(0, 22);
