import { MAX_GROUPED, MAX_OPERATORS } from "../limits.ts";
import { allOf, anyOf, isField, type QueryNode } from "./tree.ts";

export interface LimitedParts {
  readonly parts: readonly QueryNode[];
  readonly wasLimited: boolean;
}

/** The parts of a query that are obeyed: up to {@link MAX_OPERATORS}, and in them up to {@link MAX_GROUPED} words and names. */
export function limitParts(parts: readonly QueryNode[]): LimitedParts {
  const kept = limitOperators(parts);
  const pruned = limitGroups(kept);
  return { parts: pruned.parts, wasLimited: pruned.wasLimited || kept.length < parts.length };
}

/** Leaves out the last parts once more operators than {@link MAX_OPERATORS} have been seen; wanted ones go first. */
function limitOperators(parts: readonly QueryNode[]): readonly QueryNode[] {
  const kept = new Set<QueryNode>();
  let operators = 0;
  for (const excludes of [false, true]) {
    for (const part of parts) {
      if ((part.kind === "not") !== excludes) continue;
      operators += countOperators(part);
      if (operators <= MAX_OPERATORS || countOperators(part) === 0) kept.add(part);
    }
  }
  return parts.filter((part) => kept.has(part));
}

/** Parts that need more than the terms of the index, within this one. */
function countOperators(node: QueryNode): number {
  switch (node.kind) {
    case "phrase":
    case "near":
    case "title":
      return 1;
    case "not":
      return Math.max(1, countOperators(node.node));
    case "and":
    case "or":
      return node.nodes.reduce((sum, part) => sum + countOperators(part), 0);
    default:
      return 0;
  }
}

/**
 * Leaves out what goes beyond {@link MAX_GROUPED}. Words and fields that stand side by side at the top do not count: they are looked for
 * together.
 */
function limitGroups(parts: readonly QueryNode[]): LimitedParts {
  let left = MAX_GROUPED;
  let wasLimited = false;
  const visit = (node: QueryNode): QueryNode | undefined => {
    switch (node.kind) {
      case "not": {
        const inner = visit(node.node);
        return inner && { kind: "not", node: inner };
      }
      case "and":
        return allOf(node.nodes.flatMap((part) => visit(part) ?? []));
      case "or":
        return anyOf(node.nodes.flatMap((part) => visit(part) ?? []));
      default:
        if (left-- > 0) return node;
        wasLimited = true;
        return undefined;
    }
  };
  const obeyed = parts.flatMap((part) => (part.kind === "word" || isField(part) ? part : (visit(part) ?? [])));
  return { parts: obeyed, wasLimited };
}
