import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { encoderContract } from "../../../test/contracts/encoder.ts";
import { skipWithoutOnnxRuntime } from "../../../test/fixtures/onnx-runtime.ts";
import { AppError } from "../../errors.ts";
import type { Pooling } from "./model-folder.ts";
import { loadOnnxEncoder } from "./onnx-encoder.ts";

const TINY_BERT = join(import.meta.dirname, "../../../test/fixtures/tiny-bert");

interface Expected {
  readonly texts: readonly string[];
  readonly tokenCounts: readonly number[];
  readonly expected: readonly {
    readonly pooling: Pooling;
    readonly prompt: "query" | "document" | null;
    readonly vectors: readonly (readonly number[])[];
  }[];
}

const answers: Expected = JSON.parse(readFileSync(join(TINY_BERT, "expected.json"), "utf8"));

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function copyOfTinyBert(): string {
  const folder = mkdtempSync(join(tmpdir(), "tiny-bert-"));
  folders.push(folder);
  cpSync(TINY_BERT, folder, { recursive: true });
  return folder;
}

if (skipWithoutOnnxRuntime === false) {
  encoderContract("ONNX encoder", () => loadOnnxEncoder(TINY_BERT));
}

describe("ONNX encoder", { skip: skipWithoutOnnxRuntime }, () => {
  for (const { pooling, prompt, vectors } of answers.expected) {
    test(`gives sentence-transformers' vectors: ${pooling} pooling, prompt ${prompt ?? "none"}`, async () => {
      const overrides = prompt === null ? { pooling, queryPrompt: "" } : { pooling };
      const encoder = await loadOnnxEncoder(TINY_BERT, overrides);
      const role = prompt ?? "query";
      const together = await encoder.encode(answers.texts, { role });
      for (const [index, text] of answers.texts.entries()) {
        const [alone] = await encoder.encode([text], { role });
        for (const vector of [together[index], alone]) {
          const wanted = vectors[index] ?? [];
          assert.equal(vector?.length, wanted.length);
          const worst = Math.max(...wanted.map((value, place) => Math.abs(value - (vector?.[place] ?? NaN))));
          assert.ok(worst < 1e-4, `${JSON.stringify(text.slice(0, 12))}: differs by ${worst}`);
        }
      }
      await encoder.close();
    });
  }

  test("averages over windows when asked, each window with its prompt", async () => {
    const encoder = await loadOnnxEncoder(TINY_BERT);
    const { windows, isCut } = encoder.tokenize("港口恢复通航。".repeat(30), "document", 64);
    assert.equal(isCut, false);
    assert.ok(windows.length > 1);
    const [first] = windows;
    const prompt = first?.ids.slice(0, first.textStart);
    for (const window of windows) {
      assert.ok(window.tokenCount <= encoder.maxTokens);
      assert.deepEqual(window.ids.slice(0, window.textStart), prompt);
    }
    await encoder.close();
  });

  test("a corrupt ONNX file is named", async () => {
    for (const spoil of [
      (path: string) => truncateSync(path, 50_000),
      (path: string) => writeFileSync(path, "version https://git-lfs.github.com/spec/v1\n"),
      (path: string) => writeFileSync(path, ""),
    ]) {
      const folder = copyOfTinyBert();
      spoil(join(folder, "onnx/model.onnx"));
      await assert.rejects(loadOnnxEncoder(folder), (error) => {
        assert.ok(error instanceof AppError && error.code === "encoder-unavailable", String(error));
        assert.match(error.message, /onnx\/model\.onnx cannot be read .*Download or export it again/s);
        return true;
      });
    }
  });

  test("a model that contradicts its config is named", async () => {
    const folder = copyOfTinyBert();
    const path = join(folder, "config.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"hidden_size": 32', '"hidden_size": 48'));
    await assert.rejects(loadOnnxEncoder(folder), /vectors of 32 values, but config\.json names hidden_size 48/);
  });

  test("a tokenizer that is not understood is named", async () => {
    const folder = copyOfTinyBert();
    writeFileSync(join(folder, "tokenizer.json"), '{"model": {"type": "Unheard"}}');
    await assert.rejects(loadOnnxEncoder(folder), /tokenizer\.json is not understood/);
  });
});

test("without its packages, an ONNX encoder says what to install", {
  skip: !skipWithoutOnnxRuntime && "installed",
}, async () => {
  await assert.rejects(loadOnnxEncoder(TINY_BERT), /npm install onnxruntime-node @huggingface\/tokenizers/);
});
