import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { rerankerContract } from "../../../test/contracts/reranker.ts";
import { skipWithoutOnnxRuntime } from "../../../test/fixtures/onnx-runtime.ts";
import { AppError } from "../../errors.ts";
import { createEncoderReranker } from "../encoder-reranker.ts";
import { loadCrossEncoder } from "./cross-encoder.ts";
import { isCrossEncoderFolder } from "./model-folder.ts";
import { loadOnnxEncoder } from "./onnx-encoder.ts";
import { createPairWindows } from "./pair-windows.ts";
import { loadTokenizers } from "./runtime.ts";

const FIXTURES = join(import.meta.dirname, "../../../test/fixtures");
const TINY_BERT = join(FIXTURES, "tiny-bert");
const CONFIG = { architectures: ["BertForSequenceClassification"], id2label: { 0: "LABEL_0" }, model_type: "bert" };

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder of a cross-encoder: the tokenizer of one fixture, the model of another, which counts tokens in common. */
function createFolder(config: object = CONFIG): string {
  const folder = mkdtempSync(join(tmpdir(), "tiny-pair-"));
  folders.push(folder);
  for (const file of ["tokenizer.json", "tokenizer_config.json"]) cpSync(join(TINY_BERT, file), join(folder, file));
  cpSync(join(FIXTURES, "tiny-pair", "model.onnx"), join(folder, "model.onnx"));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ ...config, max_position_embeddings: 64 }));
  return folder;
}

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === "encoder-unavailable" && message.test(error.message);

async function createTinyTokenizer() {
  const { Tokenizer } = await loadTokenizers();
  const read = (file: string): object => JSON.parse(readFileSync(join(TINY_BERT, file), "utf8")) as object;
  return new Tokenizer(read("tokenizer.json"), read("tokenizer_config.json"));
}

test("a folder is told by its description: a classifier of sequences is a cross-encoder, anything else an encoder", () => {
  assert.equal(isCrossEncoderFolder(createFolder()), true);
  assert.equal(isCrossEncoderFolder(createFolder({ architectures: ["XLMRobertaForSequenceClassification"] })), true);
  assert.equal(isCrossEncoderFolder(TINY_BERT), false);
  assert.equal(isCrossEncoderFolder(createFolder({})), false);
  assert.throws(() => isCrossEncoderFolder(join(TINY_BERT, "none")), refused(/no model folder .*none/));
});

test("a pair is joined as the tokenizer joins it, and the longer of both is cut", async () => {
  const tokenizer = await createTinyTokenizer();
  const wanted = tokenizer.encode("水 b", {
    text_pair: "a 水",
    add_special_tokens: true,
    return_token_type_ids: true,
  });
  const { ids, typeIds } = createPairWindows(tokenizer, 64)("水 b", "a 水");
  assert.deepEqual([ids, typeIds], [wanted.ids, wanted.token_type_ids]);
  const join = createPairWindows(tokenizer, 16);
  const lengths = (query: string, text: string) => {
    const { ids, typeIds = [] } = join(query, text);
    assert.equal(ids.length, typeIds.length);
    assert.ok(ids.length <= 16);
    return [typeIds.filter((type) => type === 0).length, typeIds.filter((type) => type === 1).length];
  };
  assert.deepEqual(lengths("水", "水".repeat(100)), [3, 13], "a short query leaves its room to the text");
  assert.deepEqual(lengths("水".repeat(100), "水"), [14, 2], "and a short text to the query");
  assert.deepEqual(lengths("水".repeat(100), "水".repeat(100)), [8, 8], "the half for each");
});

if (skipWithoutOnnxRuntime === false) {
  rerankerContract("cross-encoder", () => loadCrossEncoder(createFolder()));
  rerankerContract("ONNX encoder as a re-ranker", async () =>
    createEncoderReranker(await loadOnnxEncoder(TINY_BERT, { queryPrompt: "", documentPrompt: "" })),
  );
}

describe("a cross-encoder", { skip: skipWithoutOnnxRuntime }, () => {
  test("gives the logit of each pair, padded or not", async () => {
    const reranker = await loadCrossEncoder(createFolder());
    const scores = await reranker.score("a b", ["a", "a b", "b b b a", "c", "a a a a a a a a"]);
    // The separator of the query and that of the text are one more token in common.
    assert.deepEqual(
      scores.map((score) => (score ?? Number.NaN) - 1),
      [1, 2, 4, 0, 8],
    );
    await reranker.close();
  });

  test("a folder with several labels, without a model, or with another kind of model is refused with the reason", async () => {
    const labels = createFolder({ ...CONFIG, id2label: { 0: "no", 1: "yes" } });
    await assert.rejects(loadCrossEncoder(labels), refused(/2 labels/));
    const bare = createFolder();
    rmSync(join(bare, "model.onnx"));
    await assert.rejects(loadCrossEncoder(bare), refused(/model\.onnx is missing/));
    const vectors = createFolder();
    cpSync(join(TINY_BERT, "onnx", "model.onnx"), join(vectors, "model.onnx"));
    await assert.rejects(loadCrossEncoder(vectors), refused(/one is wanted/));
  });
});
