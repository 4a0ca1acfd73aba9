import { tidyText } from "../blocks.ts";
import type { Page, PageElement } from "../page-tree.ts";
import { findNodes, findTexts, type PathNode, stringOf } from "./evaluate-path.ts";
import type { Expression } from "./parse-path.ts";
import type { SiteRules } from "./site-rules.ts";

/** What the rules of a site found on a page. */
export interface RuleFindings {
  /** As `why` names it: `site rules of example.org`. */
  readonly why: string;
  readonly title?: string | undefined;
  /** The elements that hold the text, in the order of the page. */
  readonly body: readonly PageElement[];
  readonly date?: string | undefined;
  readonly author?: string | undefined;
  readonly source?: string | undefined;
  /** As it is written on the page. */
  readonly nextPage?: string | undefined;
  readonly stripped: ReadonlySet<PageElement>;
}

/** A page may grow by so much through replacements. */
const MAX_GROWTH = 2;

/** The page with what the rules replace. */
export function replaceByRules(html: string, { replacements }: SiteRules): string {
  let text = html;
  for (const [find, replacement] of replacements) {
    const replaced = text.replaceAll(find, () => replacement);
    if (replaced.length > html.length * MAX_GROWTH) break;
    text = replaced;
  }
  return text;
}

/** Applies the rules of a site. @throws AppError `bad-input` for a path that looks at too many nodes */
export function applyRules(page: Page, rules: SiteRules): RuleFindings {
  const stripped = new Set<PageElement>();
  for (const path of rules.strip)
    for (const node of findNodes(path, page.root)) if (node.kind === "element") stripped.add(node);
  if (rules.stripWords.length > 0) addByWords(page.root, rules.stripWords, stripped);
  return {
    why: `site rules of ${rules.name.replace(/^\./, "")}`,
    title: firstText(rules.title, page),
    body: firstElements(rules.body, page, stripped),
    date: firstText(rules.date, page),
    author: firstText(rules.author, page),
    source: firstText(rules.source, page),
    nextPage: firstLink(rules.nextPage, page),
    stripped,
  };
}

function firstText(paths: readonly Expression[], { root }: Page): string | undefined {
  for (const path of paths) {
    const text = findTexts(path, root)
      .map(tidyText)
      .find((found) => found !== "");
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Elements that hold others that were found too stand for them. */
function firstElements(
  paths: readonly Expression[],
  { root }: Page,
  stripped: ReadonlySet<PageElement>,
): PageElement[] {
  for (const path of paths) {
    const found = findNodes(path, root).filter((node) => node.kind === "element" && !isWithin(node, stripped));
    const elements = new Set(found.filter((node) => node.kind === "element"));
    const outermost = [...elements].filter((element) => !isWithin(element.parent, elements));
    if (outermost.some((element) => stringOf(element).trim() !== "")) return outermost;
  }
  return [];
}

function isWithin(node: PathNode | undefined, elements: ReadonlySet<PageElement>): boolean {
  for (let at = node; at !== undefined; at = at.parent) if (at.kind === "element" && elements.has(at)) return true;
  return false;
}

function firstLink(paths: readonly Expression[], { root }: Page): string | undefined {
  for (const path of paths) {
    const [first] = findNodes(path, root);
    const link = first?.kind === "element" ? first.attributes.href : findTexts(path, root)[0];
    if (link !== undefined && link.trim() !== "") return link.trim();
  }
  return undefined;
}

function addByWords(element: PageElement, words: readonly string[], found: Set<PageElement>): void {
  for (const child of element.children) {
    if (child.kind !== "element") continue;
    const names = `${child.attributes.id ?? ""} ${child.attributes.class ?? ""}`.toLowerCase();
    if (names !== " " && words.some((word) => names.includes(word))) found.add(child);
    else addByWords(child, words, found);
  }
}
