import { toSafeLink } from "../text/safe-link.ts";
import { tidyText } from "./blocks.ts";
import type { ArticleData } from "./json-ld.ts";
import type { Page, PageElement } from "./page-tree.ts";

export interface FoundAddress {
  readonly url: string;
  readonly why: string;
}

/** What relative addresses of a page are read against. */
export function baseOf(page: Page, url: string | undefined): string | undefined {
  if (page.base !== undefined && URL.canParse(page.base, url)) return new URL(page.base, url).href;
  return url;
}

export function toAbsolute(link: string | undefined, base: string | undefined): string | undefined {
  const text = link?.trim();
  if (text === undefined || text === "" || !URL.canParse(text, base)) return undefined;
  return toSafeLink(new URL(text, base).href);
}

/** The address that a page gives as its own. One of another page, such as the front page of the site, is none. */
export function findCanonical(page: Page, data: ArticleData, url: string | undefined): FoundAddress | undefined {
  const base = baseOf(page, url);
  const claims: readonly (readonly [string | undefined, string])[] = [
    [page.links.find(({ rel }) => rel !== undefined && /(?:^|\s)canonical(?:\s|$)/i.test(rel))?.href, "link canonical"],
    [page.meta.get("og:url"), "meta og:url"],
    [data.url, "JSON-LD url"],
  ];
  for (const [claim, why] of claims) {
    const absolute = toAbsolute(claim, base);
    if (absolute === undefined) continue;
    const { pathname, search } = new URL(absolute);
    if (pathname === "/" && search === "") continue;
    return { url: absolute, why };
  }
  return undefined;
}

const NEXT_PAGE = /^[\s[【]*(?:下一?[页頁]|后一?页|後一?頁|next(?: page)?)[\s\]】>»›→]*(?:\(\d+\))?$/i;
const PAGER = /pag(?:e|ing|er|ination)|fenye|fy_|yema|nextpage/i;

/** The next page of an article that is cut into several: rel=next, 下一页, or the next number of its pager. */
export function findNextPage(page: Page, url: string | undefined): FoundAddress | undefined {
  const base = baseOf(page, url);
  const relation = toAbsolute(page.links.find(({ rel }) => rel?.toLowerCase() === "next")?.href, base);
  if (relation !== undefined && isSibling(relation, url)) return { url: relation, why: "link next" };
  const pagers = new Map<PageElement, { readonly number: number; readonly href: string }[]>();
  for (const link of linksOf(page.root)) {
    const text = tidyText(textOf(link));
    const isNext = NEXT_PAGE.test(text);
    if (!isNext && !/^\d{1,2}$/.test(text)) continue;
    const href = toAbsolute(link.attributes.href, base);
    if (href === undefined || !isSibling(href, url)) continue;
    if (isNext) return { url: href, why: `link ${text}` };
    const pager = pagerOf(link);
    if (pager !== undefined) pagers.set(pager, [...(pagers.get(pager) ?? []), { number: Number(text), href }]);
  }
  for (const [pager, links] of pagers) {
    const current = currentNumber(pager, links, url);
    const next = links.find(({ number }) => number === current + 1);
    if (next !== undefined) return { url: next.href, why: "next number of the pager" };
  }
  return undefined;
}

/** The number that is no link, or that links here. */
function currentNumber(
  pager: PageElement,
  links: readonly { readonly number: number; readonly href: string }[],
  url: string | undefined,
): number {
  const here = links.find(({ href }) => href === url)?.number;
  if (here !== undefined) return here;
  const written = [...textsOf(pager)].flatMap((text) => (/^\s*\d{1,2}\s*$/.test(text) ? [Number(text)] : []));
  return written.find((number) => !links.some((link) => link.number === number)) ?? Number.NaN;
}

/** Of the same article: the same address with the number of a page. Without an address nothing can be said. */
function isSibling(href: string, url: string | undefined): boolean {
  if (url === undefined) return false;
  const [one, other] = [new URL(url), new URL(href)];
  if (one.host !== other.host || (one.pathname === other.pathname && one.search === other.search)) return false;
  if (one.pathname === other.pathname) return PAGE_QUERY.test(other.search);
  const stem = one.pathname.replace(/(?:[_-]\d{1,2})?(?:\.\w{2,5})?\/?$/, "");
  return stem.length > 1 && other.pathname.startsWith(stem) && PAGE_SUFFIX.test(other.pathname.slice(stem.length));
}

/** What follows the address of an article on its further pages: _2.html, -2, /2, /page/2. */
const PAGE_SUFFIX = /^(?:[_-]|\/(?:page\/?)?)(?:p|page)?_?\d{1,3}(?:\.\w{2,5})?\/?$/i;
const PAGE_QUERY = /[?&](?:p|page|pn|pageno|pageindex|start|paged)=\d{1,3}(?:&|$)/i;

function pagerOf(link: PageElement): PageElement | undefined {
  for (let at = link.parent, steps = 0; at !== undefined && steps < 4; at = at.parent, steps++) {
    if (PAGER.test(`${at.attributes.id ?? ""} ${at.attributes.class ?? ""}`)) return at;
  }
  return undefined;
}

function* linksOf(element: PageElement): Generator<PageElement> {
  for (const child of element.children) {
    if (child.kind !== "element") continue;
    if (child.name === "a" && child.attributes.href !== undefined) yield child;
    else yield* linksOf(child);
  }
}

/** The texts within an element, hidden or not. */
function* textsOf(element: PageElement): Generator<string> {
  for (const child of element.children) {
    if (child.kind === "text") yield child.text;
    else yield* textsOf(child);
  }
}

const textOf = (element: PageElement): string => [...textsOf(element)].join("");
