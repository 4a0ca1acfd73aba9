import type { TokenWindow, WindowedEncoder } from "../../src/encoder/windowed-encoder.ts";
import { createFakeEncoder } from "./encoder.ts";

export interface FakeWindow extends TokenWindow {
  readonly text: string;
}

export interface FakeWindowedEncoder extends WindowedEncoder<FakeWindow> {
  /** Texts of each batch, in the order in which they ran. */
  readonly batches: string[][];
  /** Batches wait while it is closed. */
  readonly gate: Gate;
}

export class Gate {
  #open = Promise.withResolvers<void>();

  constructor() {
    this.open();
  }

  open(): void {
    this.#open.resolve();
  }

  close(): void {
    this.#open = Promise.withResolvers();
  }

  passed(): Promise<void> {
    return this.#open.promise;
  }
}

/** A fake whose tokens are characters, `maxTokens` to a window; batches can be held up. */
export function createFakeWindowedEncoder(maxTokens = 16): FakeWindowedEncoder {
  const encoder = createFakeEncoder();
  const batches: string[][] = [];
  const gate = new Gate();
  return {
    ...encoder,
    maxTokens,
    tokenUnit: "letter",
    shorterDimensions: [32],
    batches,
    gate,
    tokenize(text, _role, maxWindows) {
      const windows: FakeWindow[] = [];
      for (let start = 0; windows.length < maxWindows && (start === 0 || start < text.length); start += maxTokens) {
        const part = text.slice(start, start + maxTokens);
        windows.push({ text: part, tokenCount: Math.max(1, part.length) });
      }
      return { windows, isCut: windows.length * maxTokens < text.length };
    },
    async encodeWindows(windows) {
      await gate.passed();
      batches.push(windows.map(({ text }) => text));
      return encoder.encode(
        windows.map(({ text }) => text),
        { role: "document" },
      );
    },
  };
}
