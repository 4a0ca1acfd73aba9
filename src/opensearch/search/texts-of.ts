import type { QueryNode } from "../../search/query/tree.ts";

/** The texts of a query that stand in articles, of what is excluded too. */
export function textsOf(node: QueryNode | undefined): string[] {
  switch (node?.kind) {
    case "word":
    case "phrase":
      return [node.text];
    case "near":
      return [...node.words];
    case "title":
    case "not":
      return textsOf(node.node);
    case "and":
    case "or":
      return node.nodes.flatMap(textsOf);
    default:
      return [];
  }
}
