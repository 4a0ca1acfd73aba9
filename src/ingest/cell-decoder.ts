import { isUtf8 } from "node:buffer";
import { createDecoder } from "../text/encodings.ts";
import { notText } from "./record.ts";
import { COMMAND_LINE_REMEDIES, type Remedies } from "./remedies.ts";

/** Turns the bytes of a cell of a database into text. */
export interface CellDecoder {
  /**
   * Text; undefined for what is none, such as an image; a problem for what is text in another encoding. `isText`: the database says
   * that it is text, so that it is never nothing.
   */
  decode(bytes: Uint8Array, isText: boolean): string | undefined | { readonly problem: string };
}

export interface CellDecoderOptions {
  readonly encoding?: string | undefined;
  readonly remedies?: Remedies | undefined;
}
const BINARY = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;

export async function createCellDecoder(options: CellDecoderOptions): Promise<CellDecoder> {
  const { encoding = "utf-8", remedies = COMMAND_LINE_REMEDIES } = options;
  const problem = notText(encoding, remedies);
  const named = encoding === "utf-8" ? undefined : await createDecoder(encoding, { fatal: true });
  const guess = await createDecoder("gb18030", { fatal: true });
  const read = (bytes: Uint8Array, decoder: typeof guess): string | undefined => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
  return {
    decode(bytes, isText) {
      if (named === undefined && isUtf8(bytes))
        return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
      const text = named === undefined ? undefined : read(bytes, named);
      if (text !== undefined) return text;
      if (isText) return { problem };
      // What reads as Chinese of another encoding is text that would be lost; anything else is an image or the like.
      const guessed = read(bytes, guess);
      return guessed !== undefined && !BINARY.test(guessed) ? { problem } : undefined;
    },
  };
}
