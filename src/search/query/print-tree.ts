import { foldText, joinSpacedUnits } from "../../text/fold.ts";
import { CLOSING_QUOTES } from "./quotes.ts";
import { conjunctsOf, type QueryNode } from "./tree.ts";

/**
 * Writes a tree in the query language, so that {@link parseQuery} reads the same tree from it: what a person is shown after
 * "read as". Alternatives stand in parentheses wherever something else is asked for too.
 */
export function printTree(tree: QueryNode | undefined): string {
  const parts = conjunctsOf(tree);
  if (parts.length === 1 && parts[0]?.kind === "or") return printAlternatives(parts[0].nodes);
  return sideBySide(parts.map(printPart));
}

/** A node that stands beside others. */
function printPart(node: QueryNode): string {
  switch (node.kind) {
    case "word":
      return node.text;
    case "phrase":
      return quote(keepSpaces(node.text));
    case "near":
      return `${quote(sideBySide(node.words))}~${node.distance}`;
    case "title":
      return `title:${printPart(node.node)}`;
    case "source":
    case "category":
      return `${node.kind}:${quote(node.value)}`;
    case "before":
    case "after":
      return `${node.kind}:${node.day}`;
    case "not":
      return printNegation(node.node);
    case "and":
      return `(${sideBySide(node.nodes.map(printPart))})`;
    case "or":
      return `(${printAlternatives(node.nodes)})`;
  }
}

/** With a comma between what would be read as one name: `top, 15` is not top15. */
const sideBySide = (parts: readonly string[]): string =>
  parts.slice(1).reduce((printed, part, index) => {
    // Only the last part and this one can meet.
    const pair = `${parts[index]} ${part}`;
    return `${printed}${joinSpacedUnits(pair) === pair ? "" : ","} ${part}`;
  }, parts[0] ?? "");

const printAlternatives = (nodes: readonly QueryNode[]): string => nodes.map(printPart).join(" OR ");

/** A word that begins with a digit would be read as a number with a sign. */
function printNegation(node: QueryNode): string {
  const part = printPart(node);
  return node.kind === "word" && !/^\p{L}/u.test(part) ? `NOT ${part}` : `-${part}`;
}

/** One space inside Chinese would be read as none in a phrase, two are read as one. */
const keepSpaces = (phrase: string): string => (foldText(phrase) === phrase ? phrase : phrase.replaceAll(" ", "  "));

/** In the first kind of quotation marks that the text does not close itself. */
function quote(text: string): string {
  for (const [opening, closing] of CLOSING_QUOTES) {
    if (![...closing].some((mark) => text.includes(mark))) return `${opening}${text}${closing[0]}`;
  }
  return text;
}
