import type { TextRole } from "../encoder.ts";
import { cosine } from "./cosine.ts";
import type { Dialect } from "./dialects.ts";
import { type Patience, RefusedError } from "./http-json.ts";
import { findKnownPrompts } from "./known-prompts.ts";
import type { RemoteAddress } from "./remote-address.ts";

/** How a server is told which texts are queries and which are documents. */
export interface RoleStyle {
  /** Put before each text of a role. */
  readonly prompts: Readonly<Record<TextRole, string>>;
  /** Sent beside the texts, as `input_type` or `prompt_name`; undefined: nothing is. */
  readonly hints: Readonly<Record<TextRole, string>> | undefined;
}

/** Both alike. */
export const PLAIN_STYLE: RoleStyle = { prompts: { query: "", document: "" }, hints: undefined };

/** What servers call the two roles, in the order in which it is tried. */
const NAMES: readonly Readonly<Record<TextRole, string>>[] = [
  { query: "query", document: "passage" },
  { query: "query", document: "document" },
];
const PROBE = "港口恢复通航，首批货轮进港。";
/** Cosine of one text in both roles above which a server does not tell them apart. */
const SAME_COSINE = 0.9999;

/**
 * The prompts of the address, where it has any. Otherwise the server is asked for one text in both roles: if it takes their names and
 * the vectors differ, it sees to prompts itself. If not, the prompts that are known for its model are put before the texts.
 * @throws UnansweredError
 */
export async function findRoleStyle(dialect: Dialect, address: RemoteAddress, patience: Patience): Promise<RoleStyle> {
  const { queryPrompt, documentPrompt } = address;
  if (queryPrompt !== undefined || documentPrompt !== undefined)
    return { prompts: { query: queryPrompt ?? "", document: documentPrompt ?? "" }, hints: undefined };
  if (dialect.told !== undefined) return PLAIN_STYLE;
  if (dialect.name !== "first") {
    const hints = await findHints(dialect, patience);
    if (hints !== undefined) return { ...PLAIN_STYLE, hints };
  }
  return { prompts: findKnownPrompts(dialect.model), hints: undefined };
}

async function findHints(dialect: Dialect, patience: Patience): Promise<RoleStyle["hints"]> {
  for (const hints of NAMES) {
    try {
      const [query] = await dialect.embed({ texts: [PROBE], role: "query", hint: hints.query }, patience);
      const [document] = await dialect.embed({ texts: [PROBE], role: "document", hint: hints.document }, patience);
      // A server that passes over what it does not know takes any name.
      return query !== undefined && document !== undefined && cosine(query, document) < SAME_COSINE ? hints : undefined;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    }
  }
  return undefined;
}
