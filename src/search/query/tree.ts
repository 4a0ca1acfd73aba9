/**
 * A query as a tree. Leaves hold folded text, except for the values of `source:` and `category:`, which are compared folded but
 * shown as typed.
 */
export type QueryNode =
  /** A stretch of letters, digits and Chinese without separators; it may hold several runs, such as `iphone15手机`. */
  | { readonly kind: "word"; readonly text: string }
  /** Stands so in the title or the body, letter for letter; white space is one space. See {@link createPhraseTest}. */
  | { readonly kind: "phrase"; readonly text: string }
  /** At least two words that stand within `distance` characters of each other, in any order. */
  | { readonly kind: "near"; readonly words: readonly string[]; readonly distance: number }
  /** Holds in the title alone. */
  | { readonly kind: "title"; readonly node: QueryNode }
  | { readonly kind: "source"; readonly value: string }
  | { readonly kind: "category"; readonly value: string }
  /** Published before the day begins, in the archive's time zone; `YYYY-MM-DD`. */
  | { readonly kind: "before"; readonly day: string }
  /** Published on the day or after it. */
  | { readonly kind: "after"; readonly day: string }
  | { readonly kind: "not"; readonly node: QueryNode }
  /** At least two. */
  | { readonly kind: "and"; readonly nodes: readonly QueryNode[] }
  /** At least two. */
  | { readonly kind: "or"; readonly nodes: readonly QueryNode[] };

/** All of the nodes: nested conjunctions become one, equal nodes stand once. Undefined when there is none. */
export const allOf = (nodes: readonly QueryNode[]): QueryNode | undefined => join("and", nodes);

/** Any of the nodes; as {@link allOf}. */
export const anyOf = (nodes: readonly QueryNode[]): QueryNode | undefined => join("or", nodes);

function join(kind: "and" | "or", nodes: readonly QueryNode[]): QueryNode | undefined {
  if (nodes.length <= 1) return nodes[0];
  const distinct = new Map<string, QueryNode>();
  for (const node of nodes) {
    for (const part of node.kind === kind ? node.nodes : [node]) distinct.set(keyOf(part), part);
  }
  const [first, ...others] = distinct.values();
  return others.length === 0 ? first : { kind, nodes: [...distinct.values()] };
}

/** Equal for equal nodes alone. Most nodes are words, of which a query may have thousands. */
const keyOf = (node: QueryNode): string => (node.kind === "word" ? ` ${node.text}` : JSON.stringify(node));

/** What a tree asks for at its top: the parts of a conjunction, or the one node that it is. */
export function conjunctsOf(tree: QueryNode | undefined): readonly QueryNode[] {
  if (tree === undefined) return [];
  return tree.kind === "and" ? tree.nodes : [tree];
}

export type FieldNode = Extract<QueryNode, { readonly kind: "source" | "category" | "before" | "after" }>;

const FIELD_KINDS: ReadonlySet<string> = new Set<FieldNode["kind"]>(["source", "category", "before", "after"]);

/** Whether a node asks for a field of the article beside its text, wanted or excluded. */
export const isField = (node: QueryNode): boolean => FIELD_KINDS.has(node.kind === "not" ? node.node.kind : node.kind);
