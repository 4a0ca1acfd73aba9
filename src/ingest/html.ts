import { MarkupParser } from "./markup-parser.ts";

const BLOCK_TAG = /<\/(?:p|div|li|ul|ol|h[1-6]|table|tr|td|section|article|blockquote|figure|pre|span)\s*>|<br\s*\/?>/i;
const BLOCKS = new Set(
  "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul".split(
    " ",
  ),
);
const UNSEEN = new Set(["script", "style", "noscript", "template", "iframe", "svg", "head"]);

const CLOSED_BLOCKS = /<\/(?:p|div|li|h[1-6]|tr|section|blockquote)\s*>/gi;

/**
 * True for a text that is a piece of a page and not a text about one: it has paragraphs or line breaks made of tags, and
 * begins or ends with one, or has several paragraphs. `<script>` in a headline, or `if (a < b)`, is text.
 */
export function isHtml(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  if ((first === 0x3c || last === 0x3e) && BLOCK_TAG.test(text)) return true;
  return text.includes("</") && (text.match(CLOSED_BLOCKS)?.length ?? 0) >= 2;
}

/** The text a reader of the page would see, a line per block. */
export function htmlToText(html: string): string {
  let text = "";
  let hidden = 0;
  const parser = new MarkupParser({
    ontext(data) {
      if (hidden === 0) text += data.replace(/[\s\u00a0]+/g, " ");
    },
    onopentag(name) {
      if (UNSEEN.has(name)) hidden++;
      else if (BLOCKS.has(name)) text += "\n";
    },
    onclosetag(name) {
      if (UNSEEN.has(name)) hidden--;
      else if (BLOCKS.has(name)) text += "\n";
    },
  });
  parser.end(html);
  return text
    .replace(/ *\n */g, "\n")
    .replace(/\n{2,}/g, "\n")
    .trim();
}
