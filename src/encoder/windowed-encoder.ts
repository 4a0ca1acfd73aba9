import type { Encoder, TextRole } from "./encoder.ts";

/** A stretch of a text that fits into an encoder, prompt and special tokens included. */
export interface TokenWindow {
  /** Tokens the encoder reads for it; at least 1. */
  readonly tokenCount: number;
}

export interface TokenizedText<W extends TokenWindow> {
  /** In order; at least one, also for an empty text. */
  readonly windows: readonly W[];
  /** True when the text goes on after the last window. */
  readonly isCut: boolean;
}

/**
 * An encoder that shows its tokens: what a server needs to count, to batch by cost, and to cut only when told to.
 * {@link Encoder.encode} of such an encoder reads the first window of each text.
 */
export interface WindowedEncoder<W extends TokenWindow = TokenWindow> extends Encoder {
  /** Most tokens in one window; Infinity where a window holds any text. */
  readonly maxTokens: number;
  /** What one token is, for people: `word piece`, `character`. */
  readonly tokenUnit: string;
  /** Cuts a text into at most `maxWindows` windows (≥ 1). */
  tokenize(text: string, role: TextRole, maxWindows: number): TokenizedText<W>;
  /** One unit vector per window, in order; undefined where nothing in it is known. Cost grows with the longest window × their number. */
  encodeWindows(windows: readonly W[]): Promise<(Float32Array | undefined)[]>;
}

export function isWindowedEncoder(encoder: Encoder): encoder is WindowedEncoder {
  return "encodeWindows" in encoder;
}

export interface CharacterWindow extends TokenWindow {
  readonly text: string;
  readonly role: TextRole;
}

/** Shows the tokens of an encoder that keeps none of its own: a token is a UTF-16 unit, and a query is one window. */
export function withCharacterWindows(encoder: Encoder): WindowedEncoder<CharacterWindow> {
  const { maxDocumentCharacters = Infinity } = encoder;
  return {
    name: encoder.name,
    fingerprint: encoder.fingerprint,
    dimensions: encoder.dimensions,
    shorterDimensions: encoder.shorterDimensions ?? [],
    bytes: encoder.bytes,
    maxTokens: maxDocumentCharacters,
    tokenUnit: "character",
    tokenize(text, role, maxWindows) {
      const maxCharacters = role === "document" ? maxDocumentCharacters : Infinity;
      const windows: CharacterWindow[] = [];
      let start = 0;
      do {
        const end = windowEnd(text, start, maxCharacters);
        windows.push({ text: text.slice(start, end), role, tokenCount: Math.max(1, end - start) });
        start = end;
      } while (start < text.length && windows.length < maxWindows);
      return { windows, isCut: start < text.length };
    },
    async encodeWindows(windows) {
      const vectors = new Array<Float32Array | undefined>(windows.length);
      for (const role of ["query", "document"] as const) {
        const places = windows.flatMap((window, index) => (window.role === role ? [index] : []));
        if (places.length === 0) continue;
        const texts = places.map((place) => windows[place]?.text ?? "");
        const encoded = await encoder.encode(texts, { role });
        places.forEach((place, index) => {
          vectors[place] = encoded[index];
        });
      }
      return vectors;
    },
    encode: (texts, options) => encoder.encode(texts, options),
    close: () => encoder.close(),
  };
}

/** End of the window that starts at `start`; never between the halves of a surrogate pair. */
function windowEnd(text: string, start: number, maxCharacters: number): number {
  if (text.length - start <= maxCharacters) return text.length;
  const end = start + maxCharacters;
  const isHigh = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return isHigh && end - 1 > start ? end - 1 : end;
}
