import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { encoderContract } from "../../../test/contracts/encoder.ts";
import { anyUnicode } from "../../../test/fakes/any-text.ts";
import { AppError } from "../../errors.ts";
import { fold } from "../../text/fold.ts";
import { isOfTokenTable } from "../encoder.ts";
import { BUILT_IN_MODEL, loadStaticEncoder } from "./static-encoder.ts";

encoderContract("built-in encoder", () => loadStaticEncoder());

/** A model small enough to reckon by hand: 16 dimensions, each token points along its own. */
const TOKENS = ["水", "火", "水火", "gpt", "international"];
const SCALES = [1, 2, 0.5, 1, 0];
const DESCRIPTION = {
  format: "wenxun-static-encoder",
  formatVersion: 1,
  name: "tiny",
  dimensions: 16,
  tokenCount: TOKENS.length,
  tokenizer: { kind: "han-ngrams-and-words", ngramLengths: [1, 2] },
  maxDocumentCharacters: 4,
};

async function writeTinyModel(
  folder: string,
  changes: Record<string, unknown> = {},
  scales: readonly number[] = SCALES,
): Promise<void> {
  const files = {
    "vocab.json": Buffer.from(JSON.stringify(TOKENS)),
    "vectors.i8": Buffer.from(Int8Array.from({ length: TOKENS.length * 16 }, (_, i) => (i % 17 === 0 ? 100 : 0))),
    "scales.f32": Buffer.from(Float32Array.from(scales).buffer),
  };
  const sha256: Record<string, string> = {};
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), bytes);
    sha256[name] = createHash("sha256").update(bytes).digest("hex");
  }
  await writeFile(join(folder, "model.json"), JSON.stringify({ ...DESCRIPTION, sha256, ...changes }));
}

describe("a static encoder", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "wenxun-model-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** The first four values of the vector of `text`, brought back to the length of the sum of rows. */
  async function directionOf(text: string, role: "query" | "document" = "query"): Promise<number[] | undefined> {
    const encoder = await loadStaticEncoder(folder);
    const [vector] = await encoder.encode([text], { role });
    return vector === undefined ? undefined : [...vector.slice(0, 4)];
  }
  const unit = (...values: number[]): number[] => values.map((value) => Math.fround(value / Math.hypot(...values)));

  test("adds up the rows of all n-grams and words, repeats included", async () => {
    await writeTinyModel(folder);
    assert.deepEqual(await directionOf("水"), [1, 0, 0, 0]);
    assert.deepEqual(await directionOf("水水火，火"), unit(2, 4, 0.5, 0));
    assert.deepEqual(await directionOf("ＧＰＴ 水"), unit(1, 0, 0, 1));
    assert.equal(await directionOf("gp t 山石"), undefined);
    assert.equal(await directionOf("international"), undefined, "rows that add up to nothing give no vector");
  });

  test("reads documents up to the model's limit and queries whole", async () => {
    await writeTinyModel(folder);
    assert.deepEqual(await directionOf("水山山山火", "document"), [1, 0, 0, 0]);
    assert.deepEqual(await directionOf("水山山山火", "query"), unit(1, 2, 0, 0));
    assert.deepEqual(await directionOf("水山山𠮷火", "document"), [1, 0, 0, 0], "a surrogate pair cut in half");
  });

  test("lets the first line of a document count for its share, however long the rest is", async () => {
    await writeTinyModel(folder, { maxDocumentCharacters: 100, titleShare: 0.25 });
    assert.deepEqual(await directionOf("水\n火火火，火", "document"), unit(0.25, 0.75, 0, 0));
    const [titleLength, restLength] = [Math.hypot(1, 2, 0.5), Math.hypot(1, 1)];
    const both = await directionOf("水火\ngpt\n水", "document");
    const wanted = [0.25 / titleLength + 0.75 / restLength, 0.5 / titleLength, 0.125 / titleLength, 0.75 / restLength];
    for (const [index, value] of unit(...wanted).entries())
      assert.ok(Math.abs((both?.[index] ?? Number.NaN) - value) < 1e-6, `${both}`);
    assert.deepEqual(await directionOf("\n火", "document"), [0, 1, 0, 0], "no title");
    assert.deepEqual(await directionOf("水\n……", "document"), [1, 0, 0, 0], "nothing known in the rest");
    assert.deepEqual(await directionOf("水火", "document"), unit(1, 2, 0.5, 0), "one line");
    assert.deepEqual(await directionOf("水\n火火", "query"), unit(1, 4, 0, 0), "a query has no title");
  });

  test("the encoder that ships is told by its fingerprint, through which its cosines are read", async () => {
    const encoder = await loadStaticEncoder();
    assert.ok(isOfTokenTable(encoder.fingerprint), encoder.fingerprint);
    assert.ok(!isOfTokenTable("onnx-0123456789abcdef/centred-1"));
    await encoder.close();
  });

  test("has a fingerprint that follows content and parameters", async () => {
    await writeTinyModel(folder);
    const { fingerprint } = await loadStaticEncoder(folder);
    assert.match(fingerprint, /^tiny-[0-9a-f]{16}$/);
    await writeTinyModel(folder, { maxDocumentCharacters: 5 });
    assert.notEqual((await loadStaticEncoder(folder)).fingerprint, fingerprint);
    await writeTinyModel(folder, { titleShare: 0.5 });
    assert.notEqual((await loadStaticEncoder(folder)).fingerprint, fingerprint);
    await writeTinyModel(folder, { tokenizer: { kind: "han-ngrams-and-words", ngramLengths: [1, 2, 3] } });
    assert.notEqual((await loadStaticEncoder(folder)).fingerprint, fingerprint);
  });

  test("refuses a model that is missing, damaged or of another format, and says which file", async () => {
    const assertRefused = async (detail: RegExp): Promise<void> => {
      await assert.rejects(loadStaticEncoder(folder), (error) => {
        assert.ok(error instanceof AppError && error.code === "encoder-unavailable");
        assert.match(error.message, detail);
        assert.ok(error.message.includes(folder));
        assert.equal(error.remedy?.code === "set-option" && error.remedy.option, "encoder");
        return true;
      });
    };
    await writeTinyModel(folder);
    await rm(join(folder, "scales.f32"));
    await assertRefused(/scales\.f32.*ENOENT/);
    await writeTinyModel(folder);
    await writeFile(join(folder, "vectors.i8"), Buffer.alloc(79));
    await assertRefused(/vectors\.i8: 79 bytes, wanted 80/);
    await writeFile(join(folder, "vectors.i8"), Buffer.alloc(80));
    await assertRefused(/vectors\.i8 is damaged/);
    for (const scale of [Number.NaN, Number.POSITIVE_INFINITY, -(2 ** 65)]) {
      await writeTinyModel(folder, {}, [1, 2, scale, 1, 0]);
      await assertRefused(/scales\.f32 holds a value/);
    }
    await writeTinyModel(folder, { tokenCount: 4 });
    await assertRefused(/vectors\.i8: 80 bytes, wanted 64/);
    await writeTinyModel(folder, { tokenCount: 2 ** 50 });
    await assertRefused(/vectors\.i8: 80 bytes, wanted \d{17}/);
    await writeFile(join(folder, "model.json"), "{");
    await assertRefused(/model\.json: .*JSON/);
    for (const changes of [
      { format: "other" },
      { formatVersion: 2 },
      { name: "" },
      { dimensions: 20 },
      { shorterDimensions: [8, 8] },
      { shorterDimensions: [16] },
      { tokenCount: 0 },
      { maxDocumentCharacters: -1 },
      { titleShare: 1.5 },
      { tokenizer: { kind: "bpe" } },
      { tokenizer: { kind: "han-ngrams-and-words", ngramLengths: [5] } },
      { sha256: {} },
    ]) {
      await writeTinyModel(folder, changes);
      await assertRefused(new RegExp(`model\\.json: .*${Object.keys(changes)[0]}`));
    }
  });
});

describe("vectors that are read when a text first has their token", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "wenxun-model-"));
  });
  after(() => rm(folder, { recursive: true }));

  const isUnusable = (detail: RegExp) => (error: unknown) =>
    error instanceof AppError && error.code === "encoder-unavailable" && detail.test(error.message);

  test("come from the file that was checked, though another has taken its place", async () => {
    await writeTinyModel(folder);
    const encoder = await loadStaticEncoder(folder);
    const before = await encoder.encode(["水"], { role: "query" });
    await rm(join(folder, "vectors.i8"));
    await writeFile(join(folder, "vectors.i8"), Buffer.alloc(80));
    const [vector] = await encoder.encode(["火"], { role: "query" });
    assert.deepEqual([...(vector ?? []).slice(0, 3)], [0, 1, 0]);
    assert.deepEqual(await encoder.encode(["水"], { role: "query" }), before);
    await encoder.close();
  });

  test("are refused where the file was written to since, and those that are known are not", async () => {
    await writeTinyModel(folder);
    await using encoder = await loadForTest(folder);
    const before = await encoder.encode(["水"], { role: "query" });
    await writeFile(join(folder, "vectors.i8"), Buffer.alloc(80, 7));
    await utimes(join(folder, "vectors.i8"), 1, 1);
    await assert.rejects(encoder.encode(["火"], { role: "query" }), isUnusable(/vectors\.i8: it was written to/));
    assert.deepEqual(await encoder.encode(["水"], { role: "query" }), before);
    await truncate(join(folder, "vectors.i8"), 10);
    await assert.rejects(encoder.encode(["火"], { role: "query" }), isUnusable(/vectors\.i8: ends after/));
  });

  test("are not read any more once the encoder is closed, which may be done twice", async () => {
    await writeTinyModel(folder);
    const encoder = await loadStaticEncoder(folder);
    await encoder.close();
    await encoder.close();
    await assert.rejects(encoder.encode(["火"], { role: "query" }), isUnusable(/vectors\.i8: it is closed/));
  });

  async function loadForTest(folder: string) {
    const encoder = await loadStaticEncoder(folder);
    return { encode: encoder.encode, [Symbol.asyncDispose]: () => encoder.close() };
  }
});

describe("the model that ships", () => {
  test("keeps the tokens of what it was asked", async () => {
    const encoder = await loadStaticEncoder();
    const atFirst = encoder.bytes;
    assert.ok(atFirst < 3e6, `${atFirst} bytes of 18 million`);
    await encoder.encode(["新桥通车"], { role: "query" });
    const after = encoder.bytes;
    assert.ok(after > atFirst && after < atFirst + 10_000, `${atFirst} → ${after}`);
    await encoder.encode(["新桥通车"], { role: "document" });
    assert.equal(encoder.bytes, after);
    await encoder.close();
  });

  test("gives the vectors of its description, in both scripts and widths", async () => {
    const encoder = await loadStaticEncoder();
    const expected = [0.1174, -0.01178, -0.09521, -0.04757, -0.19685, -0.14728];
    const texts = [
      "央行宣布下调存款准备金率",
      "央行宣佈下調存款準備金率",
      "央行，宣布下调存款准备金率！".replace("，", ""),
    ];
    for (const vector of await encoder.encode(texts, { role: "query" })) {
      for (const [index, value] of expected.entries()) assert.ok(Math.abs((vector?.[index] ?? NaN) - value) < 1e-5);
    }
  });

  test("gives a unit vector or none, whatever the text: any characters, a megabyte, mixed scripts", async () => {
    const encoder = await loadStaticEncoder();
    const assertSound = async (text: string, role: "query" | "document"): Promise<void> => {
      const [vector] = await encoder.encode([text], { role });
      if (vector !== undefined)
        assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-4, JSON.stringify(text.slice(0, 50)));
    };
    const pieces = fc.constantFrom(
      "港口",
      "軟體",
      "news",
      "２０２６",
      "한국어",
      "ひらがな",
      "🙂",
      "\ud800",
      "\u0000",
      "\n",
      "……",
      "𠮷",
    );
    const texts = fc.oneof(
      anyUnicode(),
      fc.array(pieces).map((parts) => parts.join("")),
    );
    await fc.assert(fc.asyncProperty(texts, fc.constantFrom("query" as const, "document" as const), assertSound), {
      numRuns: 300,
    });
    await assertSound(`标题\n${"港口恢复通航，Port 2026。".repeat(60_000)}`, "document");
    await assertSound("港口恢复通航，Port 2026。".repeat(60_000), "query");
  });

  test("keeps at most 25 MB", async () => {
    assert.ok((await loadStaticEncoder()).bytes <= 25e6);
  });

  test("has folded tokens, all but a few that the fold has learned to write another way since", async () => {
    const tokens = JSON.parse(await readFile(join(BUILT_IN_MODEL, "vocab.json"), "utf8")) as string[];
    const unmet = tokens.filter((token) => fold(token) !== token);
    assert.ok(unmet.length < tokens.length / 100, `${unmet.length} of ${tokens.length}: ${unmet.slice(0, 20)}`);
  });
});
