import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ArchiveInfo } from "../archive/archive.ts";
import type { EncoderChoice } from "../config/value-types.ts";
import { isOfCentred, liesClose, withCentredVectors, withoutCentring } from "../encoder/centred-encoder.ts";
import type { Encoder } from "../encoder/encoder.ts";
import { loadStaticEncoder } from "../encoder/static/static-encoder.ts";
import { startStaticEncoderThread } from "../encoder/static/static-encoder-thread.ts";
import { AppError } from "../errors.ts";
import type { Lease, Resources } from "../resources/resources.ts";
import { withoutPassword } from "./without-password.ts";

export interface EncoderLoading {
  /**
   * The archive it is for: an embedding server that is away is taken for what the archive was made with; one that has another encoder is
   * what it is, and the archive is then searched by words.
   */
  readonly archive?: EncoderOfArchive | undefined;
  /** Told of a model that is being fetched, in whole percent. */
  readonly onFetch?: ((model: string, percent: number) => void) | undefined;
}

type EncoderOfArchive = Pick<ArchiveInfo, "encoderFingerprint" | "dimensions">;

/**
 * Borrows the encoder that a setting names as an archive uses it: with centred vectors where its own lie close together. An archive that
 * was made without centring is searched without.
 * @param archive what made its vectors; undefined for a new archive
 * @throws AppError `encoder-unavailable`.
 */
export async function borrowArchiveEncoder(
  resources: Pick<Resources, "acquire">,
  choice: EncoderChoice,
  archive: EncoderOfArchive | undefined,
  {
    renews = false,
  }: { /** All vectors are about to be made anew where that is better. */ readonly renews?: boolean } = {},
): Promise<Lease<Encoder>> {
  const isCentred = archive !== undefined && isOfCentred(archive.encoderFingerprint);
  const expected = isCentred
    ? { ...archive, encoderFingerprint: withoutCentring(archive.encoderFingerprint) }
    : archive;
  const lease = await borrowEncoder(resources, choice, { archive: expected });
  try {
    const encoder = lease.value;
    const isMadeByIt = expected?.encoderFingerprint === encoder.fingerprint;
    const staysAsItIs = isMadeByIt && (isCentred || !renews);
    const centres = staysAsItIs ? isCentred : await liesClose(encoder);
    return centres ? { value: withCentredVectors(encoder), [Symbol.dispose]: () => lease[Symbol.dispose]() } : lease;
  } catch (error) {
    lease[Symbol.dispose]();
    throw error;
  }
}

/** Borrows the encoder that a setting names; it is loaded once per process. @throws AppError `encoder-unavailable`. */
export function borrowEncoder(
  resources: Pick<Resources, "acquire">,
  choice: EncoderChoice,
  loading: EncoderLoading = {},
): Promise<Lease<Encoder>> {
  return resources.acquire<Encoder>(`encoder:${keyOf(choice)}`, {
    load: () => loadEncoder(choice, loading),
    bytes: (encoder) => encoder.bytes,
    release: (encoder) => encoder.close(),
  });
}

/** Without the password that an address may carry. */
function keyOf(choice: EncoderChoice): string {
  switch (choice.kind) {
    case "builtin":
      return choice.inThread === true ? "builtin in a thread" : "builtin";
    case "onnx":
      return `onnx:${choice.model}`;
    case "remote":
      return addressesOf(choice).map(withoutPassword).join(",");
  }
}

const addressesOf = ({ url, others = [] }: Extract<EncoderChoice, { readonly kind: "remote" }>): readonly string[] => [
  url,
  ...others,
];

/** Each kind is imported only by those who use it: what one needs does not weigh on the others. */
async function loadEncoder(choice: EncoderChoice, { archive, onFetch }: EncoderLoading): Promise<Encoder> {
  switch (choice.kind) {
    case "builtin":
      return await (choice.inThread === true ? startStaticEncoderThread() : loadStaticEncoder());
    case "onnx":
      return await loadOnnx(choice.model, onFetch);
    case "remote": {
      const { openRemotePool } = await import("../encoder/remote/remote-pool.ts");
      const addresses = addressesOf(choice);
      const expected = archive && { fingerprint: archive.encoderFingerprint, dimensions: archive.dimensions };
      return await openRemotePool(addresses, { expected }).catch((error: unknown) => {
        if (error instanceof AppError && error.code === "encoder-mismatch") return openRemotePool(addresses);
        throw error;
      });
    }
  }
}

const MODEL_HUB = "https://huggingface.co";
const MODEL_CACHE = join(homedir(), ".cache", "wenxun", "models");

/** A folder that is there goes before a model of the same name on the hub. */
async function loadOnnx(address: string, onFetch: EncoderLoading["onFetch"]): Promise<Encoder> {
  const { parseOnnxAddress } = await import("../encoder/onnx/onnx-address.ts");
  const { loadOnnxEncoder } = await import("../encoder/onnx/onnx-encoder.ts");
  const { model, overrides } = parseOnnxAddress(address);
  const { fetchModel, isHubName } = await import("../encoder/onnx/model-hub.ts");
  if (existsSync(model) || !isHubName(model)) return await loadOnnxEncoder(model, overrides);
  let shown = -1;
  const folder = await fetchModel(model, {
    endpoint: MODEL_HUB,
    cacheFolder: MODEL_CACHE,
    file: overrides.file,
    onProgress: ({ doneBytes, totalBytes }) => {
      const percent = Math.floor((100 * doneBytes) / totalBytes);
      if (percent > shown) onFetch?.(model, percent);
      shown = Math.max(shown, percent);
    },
  });
  return await loadOnnxEncoder(folder, { ...overrides, name: model.replace("@", "-") });
}
