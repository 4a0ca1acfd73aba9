import { AppError } from "../../errors.ts";
import type { EncodeOptions, Encoder } from "../encoder.ts";
import { openRemoteEncoder, type RemoteOptions } from "./remote-encoder.ts";

/** Texts that go to one server before the next one gets its turn. */
const SHARE = 64;

/**
 * Several embedding servers as one encoder: they take turns, and while one is away the others do its work. All must have the same encoder;
 * one that turns out to have another is left out.
 * @throws AppError `encoder-unavailable` when none answers and nothing says what to expect of them; `encoder-mismatch` when two that
 * answer differ, or differ from what is expected; `usage` for a wrong address.
 */
export async function openRemotePool(urls: readonly string[], options: RemoteOptions = {}): Promise<Encoder> {
  const first = await openFirst(urls, options);
  const expected = options.expected ?? { fingerprint: first.encoder.fingerprint, dimensions: first.encoder.dimensions };
  const others = urls.filter((url) => url !== first.url);
  const encoders = [first.encoder];
  for (const url of others) encoders.push(await openRemoteEncoder(url, { ...options, expected }));
  let turn = 0;

  /** By the server whose turn it is, or the first after it that can. */
  const encodeShare = async (texts: readonly string[], encodeOptions: EncodeOptions) => {
    const start = turn++;
    let failure: unknown;
    for (let step = 0; step < encoders.length; step++) {
      try {
        return await (encoders[(start + step) % encoders.length] as Encoder).encode(texts, encodeOptions);
      } catch (error) {
        const isAway = error instanceof AppError && ["encoder-unavailable", "encoder-mismatch"].includes(error.code);
        if (!isAway) throw error;
        failure ??= error;
      }
    }
    throw failure;
  };
  return {
    ...first.encoder,
    encode: async (texts, encodeOptions) => {
      const shares: (readonly string[])[] = [];
      for (let start = 0; start < texts.length; start += SHARE) shares.push(texts.slice(start, start + SHARE));
      const vectors: (Float32Array | undefined)[][] = new Array(shares.length);
      const waiting = shares.entries();
      const work = async (): Promise<void> => {
        for (const [index, share] of waiting) vectors[index] = await encodeShare(share, encodeOptions);
      };
      await Promise.all(encoders.map(work));
      return vectors.flat();
    },
    close: async () => {
      await Promise.all(encoders.map((encoder) => encoder.close()));
    },
  };
}

/** The first that answers; where it is known what to expect, the first of the list, which may be away. */
async function openFirst(urls: readonly string[], options: RemoteOptions): Promise<{ url: string; encoder: Encoder }> {
  let failure: unknown;
  for (const url of urls) {
    try {
      return { url, encoder: await openRemoteEncoder(url, options) };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "encoder-unavailable") throw error;
      failure ??= error;
    }
  }
  throw failure;
}
