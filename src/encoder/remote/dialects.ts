import type { TextRole } from "../encoder.ts";
import { exchangeJson, type Patience, RefusedError } from "./http-json.ts";
import type { DialectName, RemoteAddress } from "./remote-address.ts";

/** How each kind of embedding server is asked; the reply is vectors in the order of the texts, as they come. */

export interface EmbedCall {
  readonly texts: readonly string[];
  readonly role: TextRole;
  /** Name of the role for a foreign server, as it calls it; undefined: it is not told. */
  readonly hint?: string | undefined;
}

export interface Dialect {
  readonly name: DialectName;
  readonly model: string;
  /** What a wenxun server says of its encoder. */
  readonly told: { readonly fingerprint: string; readonly dimensions: number } | undefined;
  embed(call: EmbedCall, patience: Patience): Promise<Float32Array[]>;
}

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

type Opener = (address: RemoteAddress, patience: Patience) => Promise<Dialect | undefined>;

/** In the order in which they are tried. Undefined: the server does not speak it. */
const OPENERS: Readonly<Record<DialectName, Opener>> = { tei: openTei, openai: openOpenAi, first: openFirst };

/**
 * Finds out which dialect a server speaks, or takes the one that the address names.
 * @throws RefusedError when it speaks none; UnansweredError when it does not answer.
 */
export async function openDialect(address: RemoteAddress, patience: Patience): Promise<Dialect> {
  const names = address.dialect === undefined ? (["tei", "openai", "first"] as const) : [address.dialect];
  const refusals: string[] = [];
  for (const name of names) {
    try {
      const dialect = await OPENERS[name](address, patience);
      if (dialect !== undefined) return dialect;
      refusals.push(`${name}: not its reply`);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refusals.push(`${name}: ${error.message}`);
      // The server knows the dialect and wants something else of us.
      if (error.status === 401 || error.status === 403) break;
    }
  }
  throw new RefusedError(
    0,
    `no dialect of an embedding server was understood at ${address.baseUrl} (${refusals.join("; ")})`,
  );
}

/** Text Embeddings Inference, and wenxun's own server, which tells more about itself. */
async function openTei(address: RemoteAddress, patience: Patience): Promise<Dialect | undefined> {
  const { baseUrl, token } = address;
  const info = await exchangeJson({ url: `${baseUrl}/info`, method: "GET", token }, patience);
  if (!isJson(info) || typeof info.model_id !== "string") return undefined;
  const told = toTold(info.wenxun);
  // Base64 is half as long as decimal digits.
  if (told !== undefined && address.dialect === undefined)
    return openAiDialect(address, `${baseUrl}/v1`, info.model_id, told);
  return {
    name: "tei",
    model: info.model_id,
    told,
    embed: async ({ texts, role, hint }, patience) => {
      // Foreign servers refuse the name of a prompt that their model does not have.
      const prompt = told === undefined ? (hint === undefined ? {} : { prompt_name: hint }) : { prompt_name: role };
      const body = { inputs: texts, truncate: true, normalize: true, ...prompt };
      const reply = await exchangeJson({ url: `${baseUrl}/embed`, method: "POST", body, token }, patience);
      return toVectors(reply, texts.length);
    },
  };
}

function toTold(value: unknown): Dialect["told"] {
  if (!isJson(value) || typeof value.fingerprint !== "string" || typeof value.dimensions !== "number") return undefined;
  return { fingerprint: value.fingerprint, dimensions: value.dimensions };
}

async function openOpenAi(address: RemoteAddress, patience: Patience): Promise<Dialect | undefined> {
  const { baseUrl, token } = address;
  const apiUrl = /\/v\d+$/.test(baseUrl) ? baseUrl : `${baseUrl}/v1`;
  if (address.model !== undefined) return openAiDialect(address, apiUrl, address.model, undefined);
  const reply = await exchangeJson({ url: `${apiUrl}/models`, method: "GET", token }, patience);
  if (!isJson(reply) || !Array.isArray(reply.data)) return undefined;
  const names = reply.data.flatMap((model: unknown) =>
    isJson(model) && typeof model.id === "string" ? [model.id] : [],
  );
  const [only] = names;
  if (only === undefined) return undefined;
  if (names.length === 1) return openAiDialect(address, apiUrl, only, undefined);
  throw new RefusedError(200, `the server has several models; name one with ?model=: ${names.slice(0, 20).join(", ")}`);
}

function openAiDialect({ token }: RemoteAddress, apiUrl: string, model: string, told: Dialect["told"]): Dialect {
  return {
    name: "openai",
    model,
    told,
    embed: async ({ texts, role, hint }, patience) => {
      const foreign = hint === undefined ? {} : { input_type: hint };
      const extra = told === undefined ? foreign : { input_type: role, overflow: "truncate" };
      const body = { model, input: texts, encoding_format: "base64", ...extra };
      const reply = await exchangeJson({ url: `${apiUrl}/embeddings`, method: "POST", body, token }, patience);
      const data = isJson(reply) && Array.isArray(reply.data) ? reply.data : [];
      const sorted = data.filter(isJson).sort((a, b) => Number(a.index) - Number(b.index));
      return toVectors(
        sorted.map(({ embedding }) => embedding),
        texts.length,
      );
    },
  };
}

/** The first dialect: `POST /batch`. It has nothing to ask what it is, so it is asked for a vector. */
async function openFirst({ baseUrl, token }: RemoteAddress, patience: Patience): Promise<Dialect> {
  const embed: Dialect["embed"] = async ({ texts }, patience) => {
    const body = { text_batch: texts, t2s: false };
    const reply = await exchangeJson({ url: `${baseUrl}/batch`, method: "POST", body, token }, patience);
    return toVectors(isJson(reply) ? reply.vectors : undefined, texts.length);
  };
  await embed({ texts: ["水"], role: "document" }, patience);
  return { name: "first", model: new URL(baseUrl).host, told: undefined, embed };
}

/** @throws RefusedError for a reply that is not `count` vectors of one length. */
function toVectors(value: unknown, count: number): Float32Array[] {
  const vectors = Array.isArray(value) ? value.map(toVector) : [];
  const length = vectors[0]?.length ?? 0;
  if (vectors.length === count && length > 0 && vectors.every((vector) => vector.length === length)) return vectors;
  if (count === 0) return [];
  const lengths = [...new Set(vectors.map((vector) => vector.length))].join(", ");
  throw new RefusedError(
    200,
    `the server gave ${vectors.length} vectors of length ${lengths || "none"} for ${count} texts`,
  );
}

function toVector(value: unknown): Float32Array {
  if (typeof value === "string") {
    const bytes = Buffer.from(value, "base64");
    return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readFloatLE(index * 4));
  }
  if (!Array.isArray(value) || !value.every((item) => typeof item === "number")) return new Float32Array(0);
  return Float32Array.from(value);
}
