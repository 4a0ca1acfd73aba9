import { withoutColours } from "./colours.ts";
import { toWidth } from "./table.ts";

/** Places that a text takes on a terminal, colours aside. */
export const toShownWidth = (text: string): number => toWidth(withoutColours(text));

/** A line may be broken after each character of Chinese and at white space. */
const PIECE = /\s*(?:[\p{Script=Han}\u3000-\u303F\uFF01-\uFF60]|[^\s\p{Script=Han}\u3000-\u303F\uFF01-\uFF60]+)/gu;
/** A line does not begin with what closes or separates. */
const CLOSES = /^[，。、；：？！）》」』】〉〕”’…,.;:?!)\]}%]/u;

/** Breaks lines that are wider than a terminal; what may not be broken stands out. */
export function wrap(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, width))
    .join("\n");
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let shown = "";
  for (const piece of line.match(PIECE) ?? []) {
    if (shown === "") shown = piece;
    else if (toShownWidth(shown + piece) <= width || CLOSES.test(piece)) shown += piece;
    else {
      lines.push(shown);
      shown = piece.trimStart();
    }
  }
  return [...lines, shown];
}
