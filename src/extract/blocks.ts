import type { PageElement, PageNode } from "./page-tree.ts";

/** A run of text between two borders of blocks: a paragraph, a headline, an entry of a list. */
export interface Block {
  readonly text: string;
  /** Letters and digits of any script. */
  readonly characters: number;
  /** Those of them that stand within links. */
  readonly linkCharacters: number;
  /** Texts of the links. */
  readonly links: readonly string[];
  /** A picture stands between it and the block before. */
  readonly isAfterPicture: boolean;
  /** The nearest element that makes a block. */
  readonly owner: PageElement;
  /** Place in the page. */
  readonly order: number;
}

const BLOCKS = new Set(
  "#page address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol p pre section summary table tbody td tfoot th thead title tr ul".split(
    " ",
  ),
);
/** Holds nothing that is read as text of the page. */
const UNSEEN = new Set(
  "audio button canvas datalist embed iframe input map noscript object option rp rt script select style svg template textarea video".split(
    " ",
  ),
);
const NOT_SHOWN = /display\s*:\s*none|(?:^|[;\s])(?:left|top|text-indent)\s*:\s*-\d{3,}/i;
const NO_SIZE = /(?:^|[;\s])(?:max-)?(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|!|$)/i;
const CUT_OFF = /overflow\s*:\s*hidden/i;

/** True where a browser shows nothing of the element. `visibility` is let be: pages show by script what it hides at first. */
export function isHidden({ name, attributes }: PageElement): boolean {
  if (UNSEEN.has(name) || attributes.hidden !== undefined) return true;
  const { style } = attributes;
  return style !== undefined && (NOT_SHOWN.test(style) || (NO_SIZE.test(style) && CUT_OFF.test(style)));
}

export const isBlockElement = ({ name }: PageElement): boolean => BLOCKS.has(name);

const LETTER = /[\p{L}\p{N}]/gu;

export const countLetters = (text: string): number => text.match(LETTER)?.length ?? 0;

/** Paragraph of a text: blanks are one, and none at its ends. */
export const tidyText = (text: string): string =>
  text
    // Characters for private use are icons of the page's own font.
    .replace(/[\u200b-\u200d\u2060\ufeff\u00ad\ue000-\uf8ff]/g, "")
    .replace(/[\s\u00a0\u3000]+/g, (blanks) => (blanks.includes("\u3000") ? "\u3000" : " "))
    .replace(/^[\s\u3000]+|[\s\u3000]+$/g, "");

export interface BlockOptions {
  /** What an element holds is left out. */
  readonly isLeftOut: (element: PageElement) => boolean;
}

/** The blocks of a part of a page, in their order. */
export function toBlocks(root: PageElement, { isLeftOut }: BlockOptions = { isLeftOut: isHidden }): Block[] {
  const blocks: Block[] = [];
  let text = "";
  let links: string[] = [];
  let owner = root;
  let order = root.order;
  let hasText = false;
  let hasPicture = false;
  let linkDepth = 0;
  let preDepth = 0;

  const flush = (next: PageElement): void => {
    const tidy = preDepth > 0 ? text.replace(/^\s*\n|\s+$/g, "") : tidyText(text);
    const characters = countLetters(tidy);
    if (characters > 0) {
      const linkCharacters = links.length === 0 ? 0 : countLetters(links.join(""));
      blocks.push({ text: tidy, characters, linkCharacters, links, isAfterPicture: hasPicture, owner, order });
      hasPicture = false;
    }
    text = "";
    hasText = false;
    links = [];
    owner = next;
  };
  const visit = (node: PageNode, nearest: PageElement): void => {
    if (node.kind === "text") {
      if (!hasText && node.text.trim() !== "") {
        hasText = true;
        order = node.order;
      }
      text += node.text;
      if (linkDepth > 0) links.push((links.pop() ?? "") + node.text);
      return;
    }
    if (node.name === "img" || node.name === "video") hasPicture = true;
    if (isLeftOut(node)) return;
    if (node.name === "br") {
      if (preDepth > 0) text += "\n";
      else flush(nearest);
      return;
    }
    const isBlock = BLOCKS.has(node.name);
    if (isBlock) flush(node);
    if (node.name === "a" && node.attributes.href !== undefined) {
      linkDepth++;
      links.push("");
    }
    if (node.name === "pre") preDepth++;
    for (const child of node.children) visit(child, isBlock ? node : nearest);
    if (node.name === "a" && node.attributes.href !== undefined) linkDepth--;
    if (isBlock) flush(nearest);
    if (node.name === "pre") preDepth--;
  };
  for (const child of root.children) visit(child, root);
  flush(root);
  return blocks;
}
