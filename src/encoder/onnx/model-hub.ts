import { createHash, type Hash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../errors.ts";

/** Fetches a model folder from a hub with the API of https://huggingface.co/docs/hub/api, once. */

export interface HubOptions {
  /** Address of the hub, without a slash at the end. */
  readonly endpoint: string;
  /** Folder that keeps what was fetched. */
  readonly cacheFolder: string;
  /** ONNX file below the model's folder. Default: the usual one. */
  readonly file?: string | undefined;
  readonly onProgress?: (progress: HubProgress) => void;
}

export interface HubProgress {
  readonly file: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

interface HubFile {
  readonly path: string;
  readonly bytes: number;
  /** How its content is proved: a SHA-256, or git's SHA-1 of a blob. */
  readonly digest: { readonly kind: "sha256" | "git"; readonly hex: string };
}

/** `org/name`, with `@revision` where a branch, tag or commit other than the main one is meant. */
const MODEL_NAME = /^([\w.-]+\/[\w.-]+?)(?:@([\w./-]+))?$/;
const CONFIG_FILES = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "modules.json",
  "config_sentence_transformers.json",
  "sentence_bert_config.json",
];
const ATTEMPTS = 5;
const ATTEMPT_TIMEOUT_MS = 30_000;

export const isHubName = (model: string): boolean => MODEL_NAME.test(model) && !model.startsWith(".");

/**
 * The folder of a model, fetched when it is not there yet. What a name stands for is pinned to a commit the first time, and
 * stays: delete its file in `refs` to follow the hub again. Interrupted downloads go on where they stopped.
 * @throws AppError `encoder-unavailable` when the hub is out of reach, has no such model or file, or sends other bytes than
 *   it promised.
 */
export async function fetchModel(name: string, options: HubOptions): Promise<string> {
  const [, repository = "", revision = "main"] = MODEL_NAME.exec(name) ?? [];
  const root = join(options.cacheFolder, repository.replace("/", "--"));
  const pin = join(root, "refs", `${encodeURIComponent(revision)}.${encodeURIComponent(options.file ?? "default")}`);
  const pinned = existsSync(pin) ? readFileSync(pin, "utf8").trim() : undefined;
  if (pinned !== undefined && existsSync(join(root, pinned))) return join(root, pinned);

  const { commit, files } = await readListing(repository, revision, options);
  const folder = join(root, commit);
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let finishedBytes = 0;
  for (const file of files) {
    const url = `${options.endpoint}/${repository}/resolve/${commit}/${file.path}`;
    await fetchFile(url, join(folder, file.path), file, (doneBytes) =>
      options.onProgress?.({ file: file.path, doneBytes: finishedBytes + doneBytes, totalBytes }),
    );
    finishedBytes += file.bytes;
  }
  // Last: what has a pin is whole.
  mkdirSync(dirname(pin), { recursive: true });
  writeFileSync(pin, `${commit}\n`);
  return folder;
}

async function readListing(repository: string, revision: string, { endpoint, file }: HubOptions) {
  const url = `${endpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const reply = await get(url, {}, repository);
  const listing: unknown = await reply.json().catch(() => undefined);
  const { sha, siblings } = (listing ?? {}) as { sha?: unknown; siblings?: unknown };
  if (typeof sha !== "string" || !/^[0-9a-f]{40}$/.test(sha) || !Array.isArray(siblings)) {
    throw unavailable(`${url} was answered with something that is no list of a model's files.`);
  }
  const all = siblings.map(toHubFile).filter((entry) => entry !== undefined);
  const models = all.filter(({ path }) => path.endsWith(".onnx"));
  const wanted = file ?? ["onnx/model.onnx", "model.onnx"].find((path) => models.some((model) => model.path === path));
  const model = models.find(({ path }) => path === wanted);
  if (model === undefined) {
    const has =
      models.length === 0 ? "no ONNX file" : `${models.map(({ path }) => path).join(", ")} (choose with ?file=…)`;
    throw unavailable(`The model ${repository} does not publish ${wanted ?? "onnx/model.onnx"}; it has ${has}.`);
  }
  const files = all.filter(
    ({ path }) =>
      CONFIG_FILES.includes(path) ||
      /^\d+_\w+\/config\.json$/.test(path) ||
      path === model.path ||
      // Large models keep their weights beside the graph.
      path.startsWith(`${model.path}_data`) ||
      path === `${model.path}.data`,
  );
  return { commit: sha, files };
}

function toHubFile(entry: unknown): HubFile | undefined {
  const { rfilename, size, blobId, lfs } = (entry ?? {}) as {
    rfilename?: unknown;
    size?: unknown;
    blobId?: unknown;
    lfs?: { sha256?: unknown };
  };
  if (typeof rfilename !== "string" || typeof size !== "number") return undefined;
  // Nothing may be written outside the folder.
  if (rfilename.startsWith("/") || rfilename.split("/").includes("..")) return undefined;
  if (typeof lfs?.sha256 === "string")
    return { path: rfilename, bytes: size, digest: { kind: "sha256", hex: lfs.sha256 } };
  return typeof blobId === "string"
    ? { path: rfilename, bytes: size, digest: { kind: "git", hex: blobId } }
    : undefined;
}

async function fetchFile(
  url: string,
  path: string,
  file: HubFile,
  onProgress: (doneBytes: number) => void,
): Promise<void> {
  if (existsSync(path)) return;
  const part = `${path}.part`;
  mkdirSync(dirname(path), { recursive: true });
  let failure: unknown;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      await fetchRest(url, part, file, onProgress);
      const hex = await digestOf(part, file);
      if (hex === file.digest.hex) {
        renameSync(part, path);
        return;
      }
      rmSync(part);
      failure = new Error(`its checksum is ${hex} instead of ${file.digest.hex}`);
    } catch (error) {
      if (error instanceof AppError && attempt === ATTEMPTS) throw error;
      failure = error;
    }
  }
  throw unavailable(`${url} could not be fetched: ${failure instanceof Error ? failure.message : failure}.`, failure);
}

/** Appends what is missing of a file. */
async function fetchRest(
  url: string,
  part: string,
  file: HubFile,
  onProgress: (doneBytes: number) => void,
): Promise<void> {
  let doneBytes = existsSync(part) ? statSync(part).size : 0;
  if (doneBytes > file.bytes) {
    rmSync(part);
    doneBytes = 0;
  }
  if (doneBytes === file.bytes && file.bytes > 0) return;
  const reply = await get(url, doneBytes > 0 ? { range: `bytes=${doneBytes}-` } : {}, file.path);
  // A server that knows no ranges sends the whole.
  if (reply.status !== 206) doneBytes = 0;
  if (reply.body === null) throw unavailable(`${url} was answered without a body.`);
  const counted = Readable.fromWeb(reply.body).on("data", (chunk: Buffer) => {
    doneBytes += chunk.length;
    onProgress(doneBytes);
  });
  await pipeline(counted, createWriteStream(part, { flags: doneBytes > 0 ? "a" : "w" }));
}

async function digestOf(path: string, { bytes, digest }: HubFile): Promise<string> {
  const hash: Hash = digest.kind === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

async function get(url: string, headers: Record<string, string>, what: string): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ATTEMPT_TIMEOUT_MS);
  let reply: Response;
  try {
    reply = await fetch(url, { headers, signal: controller.signal });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new AppError(
      "encoder-unavailable",
      `The model hub at ${new URL(url).origin} cannot be reached (${cause}), so ${what} cannot be fetched. ` +
        "On a machine without a way out, copy the model's folder there.",
      { cause: error, remedy: { code: "set-option", option: "encoder", value: "onnx:DIR", does: "names it" } },
    );
  } finally {
    // The body may take as long as it needs.
    clearTimeout(timer);
  }
  if (reply.ok) return reply;
  throw unavailable(
    `${url} was answered with ${reply.status}: there is no ${what}, or it asks for a licence to be accepted.`,
  );
}

function unavailable(message: string, cause?: unknown): AppError {
  return new AppError("encoder-unavailable", message, { cause });
}
