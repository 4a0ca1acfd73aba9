import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../errors.ts";
import { ModelFile } from "./model-file.ts";
import { createTokenMatrix, MAX_SCALE, type TokenMatrix, type TokenRows } from "./token-matrix.ts";
import { createTokenTable, MAX_NGRAM_UNITS, type TokenTable } from "./token-table.ts";

/**
 * A static model is a folder:
 *
 *     model.json    this description, see {@link ModelDescription}
 *     vocab.json    the tokens: a JSON array of folded strings, the index is the row
 *     vectors.i8    tokens × dimensions int8, row by row
 *     scales.f32    one little-endian float32 per row; the vector of a token = its int8 × its scale
 *
 * A token's weight in the mean, if any, is part of its scale.
 */
export interface StaticModel {
  readonly name: string;
  readonly dimensions: number;
  /** Lengths to which its vectors may be cut, ascending; see {@link Encoder.shorterDimensions}. */
  readonly shorterDimensions: readonly number[];
  /** Characters (UTF-16 units) of a document that are read; the rest is cut. Queries are read whole. */
  readonly maxDocumentCharacters: number;
  /**
   * A document's first line, when another follows, is its title: the unit vector of the title counts so much, 0–1, that of
   * the rest what remains to 1. Undefined: one mean over the whole text.
   */
  readonly titleShare: number | undefined;
  readonly fingerprint: string;
  readonly tokens: TokenTable;
  readonly matrix: TokenMatrix;
  /** Closes the file that the vectors of tokens are read from. */
  close(): void;
}

const FORMAT = "wenxun-static-encoder";
const FORMAT_VERSION = 1;
const FILE_NAMES = ["vocab.json", "vectors.i8", "scales.f32"] as const;
type FileName = (typeof FILE_NAMES)[number];

/** What model.json says. */
interface ModelDescription {
  readonly format: typeof FORMAT;
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly name: string;
  /** A multiple of 16. */
  readonly dimensions: number;
  readonly shorterDimensions?: readonly number[];
  readonly tokenCount: number;
  /** How text becomes tokens: Chinese runs give n-grams of these lengths, other words stand whole; see text/runs.ts. */
  readonly tokenizer: { readonly kind: "han-ngrams-and-words"; readonly ngramLengths: readonly number[] };
  readonly maxDocumentCharacters: number;
  readonly titleShare?: number;
  /** SHA-256 of each file, in hexadecimal. */
  readonly sha256: Readonly<Record<FileName, string>>;
}

/**
 * Reads and checks a model folder. The vectors are checked as well, and each of them is read when a text first has its token.
 * @throws AppError `encoder-unavailable` when a file is missing, of another size or content than model.json says, or unknown.
 */
export async function loadStaticModel(folder: string): Promise<StaticModel> {
  const description = await loadDescription(folder);
  const { dimensions, tokenCount, tokenizer } = description;
  const vectors = await openVectors(folder, description);
  try {
    const scales = await loadScales(folder, description);
    const rows = { count: tokenCount, dimensions, scales, read: readerOf(vectors, folder, dimensions) };
    return {
      name: description.name,
      dimensions,
      shorterDimensions: description.shorterDimensions ?? [],
      maxDocumentCharacters: description.maxDocumentCharacters,
      titleShare: description.titleShare,
      fingerprint: fingerprintOf(description),
      tokens: await loadTokens(folder, description, tokenizer.ngramLengths),
      matrix: await attempt(folder, "model.json", () => createTokenMatrix(rows)),
      close: () => vectors.close(),
    };
  } catch (error) {
    vectors.close();
    throw error;
  }
}

/**
 * Vectors made with a later fold are compared with those made with this one: it reads more spellings of a word as one, and what it
 * leaves as it was keeps its vector.
 */
const FOLD_OF_FINGERPRINT = 1;

function fingerprintOf(description: ModelDescription): string {
  const { name, formatVersion, dimensions, tokenizer, maxDocumentCharacters, titleShare, sha256 } = description;
  const parts = [
    formatVersion,
    dimensions,
    tokenizer.kind,
    tokenizer.ngramLengths,
    maxDocumentCharacters,
    titleShare ?? null,
    FOLD_OF_FINGERPRINT,
  ];
  const hashes = FILE_NAMES.map((file) => sha256[file]);
  return `${name}-${createHash("sha256")
    .update(JSON.stringify([name, parts, hashes]))
    .digest("hex")
    .slice(0, 16)}`;
}

async function loadDescription(folder: string): Promise<ModelDescription> {
  const value: unknown = await attempt(folder, "model.json", async () =>
    JSON.parse(await readFile(join(folder, "model.json"), "utf8")),
  );
  const fault = descriptionFault(value as Partial<ModelDescription> | null);
  if (fault !== undefined) throw unusable(folder, `model.json: ${fault}`);
  return value as ModelDescription;
}

/** What is wrong with a description, or undefined. */
function descriptionFault(value: Partial<ModelDescription> | null): string | undefined {
  if (value?.format !== FORMAT) return `format is ${JSON.stringify(value?.format)}, wanted "${FORMAT}"`;
  if (value.formatVersion !== FORMAT_VERSION)
    return `formatVersion is ${JSON.stringify(value.formatVersion)}, this version of wenxun reads ${FORMAT_VERSION}`;
  if (typeof value.name !== "string" || value.name === "") return "name is missing";
  if (!isCount(value.dimensions) || value.dimensions % 16 !== 0) return "dimensions must be a multiple of 16";
  const { shorterDimensions = [] } = value;
  if (!Array.isArray(shorterDimensions) || !isAscending([...shorterDimensions, value.dimensions]))
    return "shorterDimensions must be whole numbers above 0 and below dimensions, ascending";
  if (!isCount(value.tokenCount)) return "tokenCount must be a whole number above 0";
  if (!isCount(value.maxDocumentCharacters)) return "maxDocumentCharacters must be a whole number above 0";
  const { titleShare = 0 } = value;
  if (typeof titleShare !== "number" || !(titleShare >= 0 && titleShare <= 1))
    return "titleShare must be a number from 0 to 1";
  if (value.tokenizer?.kind !== "han-ngrams-and-words")
    return `tokenizer.kind is ${JSON.stringify(value.tokenizer?.kind)}, wanted "han-ngrams-and-words"`;
  const lengths = value.tokenizer.ngramLengths;
  if (!Array.isArray(lengths) || !lengths.every((length) => isCount(length) && length <= MAX_NGRAM_UNITS))
    return `tokenizer.ngramLengths must be a list of lengths from 1 to ${MAX_NGRAM_UNITS}`;
  const unhashed = FILE_NAMES.find((file) => !/^[0-9a-f]{64}$/.test(String(value.sha256?.[file])));
  return unhashed === undefined ? undefined : `sha256 of ${unhashed} is missing`;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

const isAscending = (values: readonly unknown[]): boolean =>
  values.every((value, at) => isCount(value) && (at === 0 || value > (values[at - 1] as number)));

async function loadTokens(
  folder: string,
  description: ModelDescription,
  ngramLengths: readonly number[],
): Promise<TokenTable> {
  const bytes = await attempt(folder, "vocab.json", () => readFile(join(folder, "vocab.json")));
  checkHash(bytes, folder, "vocab.json", description);
  return attempt(folder, "vocab.json", () => {
    const tokens: unknown = JSON.parse(bytes.toString("utf8"));
    if (!Array.isArray(tokens) || !tokens.every((token) => typeof token === "string"))
      throw new RangeError("not a list of strings");
    if (tokens.length !== description.tokenCount)
      throw new RangeError(`${tokens.length} tokens, model.json says ${description.tokenCount}`);
    return createTokenTable(tokens, ngramLengths);
  });
}

async function loadScales(folder: string, description: ModelDescription): Promise<Float32Array> {
  const bytes = await attempt(folder, "scales.f32", () => readFile(join(folder, "scales.f32")));
  await attempt(folder, "scales.f32", () => checkSize(bytes.length, description.tokenCount * 4));
  checkHash(bytes, folder, "scales.f32", description);
  const scales = new Float32Array(new Uint8Array(bytes).buffer);
  if (!scales.every((scale) => Math.abs(scale) <= MAX_SCALE))
    throw unusable(folder, "scales.f32 holds a value that is not a number of a usable size");
  return scales;
}

/** Opens the file of the vectors and checks all of it. */
async function openVectors(folder: string, description: ModelDescription): Promise<ModelFile> {
  const file = await attempt(folder, "vectors.i8", () => new ModelFile(join(folder, "vectors.i8")));
  try {
    await attempt(folder, "vectors.i8", () => checkSize(file.bytes, description.tokenCount * description.dimensions));
    const hash = createHash("sha256");
    await attempt(folder, "vectors.i8", async () => {
      for await (const piece of file.pieces()) hash.update(piece);
    });
    compareHash(hash.digest("hex"), folder, "vectors.i8", description);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Reads the values of consecutive tokens. */
function readerOf(file: ModelFile, folder: string, dimensions: number): TokenRows["read"] {
  return (row, target) => {
    try {
      file.read(row * dimensions, target);
    } catch (error) {
      throw unusable(folder, `vectors.i8: ${messageOf(error)}`, error);
    }
  };
}

function checkSize(bytes: number, wanted: number): void {
  if (bytes !== wanted) throw new RangeError(`${bytes} bytes, wanted ${wanted} (cut short, or of another model)`);
}

const checkHash = (bytes: Uint8Array, folder: string, name: FileName, description: ModelDescription): void =>
  compareHash(createHash("sha256").update(bytes).digest("hex"), folder, name, description);

function compareHash(hash: string, folder: string, name: FileName, { sha256 }: ModelDescription): void {
  if (hash !== sha256[name])
    throw unusable(folder, `${name} is damaged: its SHA-256 is ${hash}, model.json says ${sha256[name]}`);
}

/** Runs `work`; what it throws becomes an error about the file. */
async function attempt<T>(folder: string, name: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unusable(folder, `${name}: ${messageOf(error)}`, error);
  }
}

function unusable(folder: string, detail: string, cause?: unknown): AppError {
  return new AppError(
    "encoder-unavailable",
    `The encoder model in ${folder} cannot be used: ${detail}. Install it again.`,
    { cause, remedy: { code: "set-option", option: "encoder", does: "names another one" } },
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
