import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { AppError } from "../../errors.ts";
import { readModelFolder } from "./model-folder.ts";

const TINY_BERT = join(import.meta.dirname, "../../../test/fixtures/tiny-bert");

describe("model folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "model-"));
    cpSync(TINY_BERT, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const rewrite = (file: string, change: (value: Record<string, unknown>) => unknown) => {
    const path = join(folder, file);
    const value = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify(change(value) ?? value));
  };

  test("is read as published", async () => {
    const model = await readModelFolder(TINY_BERT);
    assert.equal(model.name, "tiny-bert");
    assert.equal(model.modelPath, join(TINY_BERT, "onnx/model.onnx"));
    assert.equal(model.pooling, "cls");
    assert.equal(model.poolsPrompt, true);
    assert.equal(model.maxTokens, 48);
    assert.equal(model.hiddenSize, 32);
    assert.deepEqual(model.prompts, { query: "为这个句子生成表示：", document: "文章：" });
    assert.match(model.fingerprint, /^onnx-[0-9a-f]{16}$/);
  });

  test("names each file that is missing, and what to do", async () => {
    for (const file of [
      "config.json",
      "tokenizer.json",
      "tokenizer_config.json",
      "modules.json",
      "1_Pooling/config.json",
      "onnx/model.onnx",
    ]) {
      renameSync(join(folder, file), join(folder, "away"));
      await assert.rejects(readModelFolder(folder), (error) => {
        assert.ok(error instanceof AppError && error.code === "encoder-unavailable");
        assert.ok(error.message.startsWith(`${file} is missing from the model folder ${folder}`), error.message);
        return true;
      });
      renameSync(join(folder, "away"), join(folder, file));
    }
    await readModelFolder(folder);
    await assert.rejects(readModelFolder(join(folder, "none")), /There is no model folder/);
  });

  test("names each file that is broken", async () => {
    for (const file of ["config.json", "tokenizer.json", "modules.json", "1_Pooling/config.json"]) {
      const path = join(folder, file);
      const whole = readFileSync(path);
      for (const broken of ["{", '"text"', ""]) {
        writeFileSync(path, broken);
        await assert.rejects(
          readModelFolder(folder),
          (error) => error instanceof AppError && error.message.includes(path),
        );
      }
      writeFileSync(path, whole);
    }
  });

  test("does without modules.json when the pooling is said", async () => {
    rmSync(join(folder, "modules.json"));
    assert.equal((await readModelFolder(folder, { pooling: "mean" })).pooling, "mean");
  });

  test("understands the pooling flags of older files, and refuses what it cannot do", async () => {
    rewrite("1_Pooling/config.json", () => ({ pooling_mode_cls_token: false, pooling_mode_mean_tokens: true }));
    assert.equal((await readModelFolder(folder)).pooling, "mean");
    rewrite("1_Pooling/config.json", () => ({ pooling_mode_cls_token: true, pooling_mode_max_tokens: true }));
    await assert.rejects(readModelFolder(folder), /asks for pooling cls \+ max/);
    rewrite("1_Pooling/config.json", () => ({ pooling_mode_weightedmean_tokens: true }));
    await assert.rejects(readModelFolder(folder), /weightedmean_tokens/);
    rewrite("modules.json", () => [{ type: "sentence_transformers.models.Dense", path: "2_Dense" }]);
    await assert.rejects(readModelFolder(folder), /step "sentence_transformers\.models\.Dense"/);
  });

  test("takes the length from the first file that knows it", async () => {
    rewrite("sentence_bert_config.json", (value) => ({ ...value, max_seq_length: 40 }));
    assert.equal((await readModelFolder(folder)).maxTokens, 40);
    rmSync(join(folder, "sentence_bert_config.json"));
    assert.equal((await readModelFolder(folder)).maxTokens, 48);
    rewrite("tokenizer_config.json", (value) => ({ ...value, model_max_length: 1e30 }));
    assert.equal((await readModelFolder(folder)).maxTokens, 64);
    rewrite("config.json", (value) => ({ ...value, model_type: "xlm-roberta", pad_token_id: 1 }));
    assert.equal((await readModelFolder(folder)).maxTokens, 62);
    assert.equal((await readModelFolder(folder, { maxTokens: 16 })).maxTokens, 16);
  });

  test("asks which of several ONNX files is meant", async () => {
    const [one, two] = [join(folder, "onnx/model_int8.onnx"), join(folder, "onnx/model_fp16.onnx")];
    renameSync(join(folder, "onnx/model.onnx"), one);
    assert.equal((await readModelFolder(folder)).modelPath, one);
    cpSync(one, two);
    await assert.rejects(readModelFolder(folder), /several ONNX files .*\?file=onnx\/model_fp16\.onnx/);
    assert.equal((await readModelFolder(folder, { file: "onnx/model_fp16.onnx" })).modelPath, two);
    await assert.rejects(
      readModelFolder(folder, { file: "onnx/other.onnx" }),
      /It has: onnx\/model_fp16\.onnx, onnx\/model_int8\.onnx/,
    );
  });

  test("has one fingerprint wherever the folder is, whatever it is called", async () => {
    const { fingerprint } = await readModelFolder(TINY_BERT);
    assert.equal((await readModelFolder(folder)).fingerprint, fingerprint);
    assert.equal((await readModelFolder(folder, { name: "org/other" })).fingerprint, fingerprint);
  });

  test("has another fingerprint for other weights, pooling, length or prompts", async () => {
    const prints = [
      await readModelFolder(folder),
      await readModelFolder(folder, { pooling: "mean" }),
      await readModelFolder(folder, { maxTokens: 30 }),
      await readModelFolder(folder, { queryPrompt: "" }),
      await readModelFolder(folder, { documentPrompt: "" }),
    ].map(({ fingerprint }) => fingerprint);
    writeFileSync(join(folder, "onnx/model.onnx"), "other");
    prints.push((await readModelFolder(folder)).fingerprint);
    assert.equal(new Set(prints).size, prints.length);
  });
});
