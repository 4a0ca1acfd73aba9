import { AppError } from "../errors.ts";
import type { ResourceLoader, Resources } from "../resources/resources.ts";

/** Converts Traditional Chinese to Simplified, character by character and by OpenCC's phrases. */
export type ToSimplified = (text: string) => Promise<string>;

/** By how much the process grows when the dictionary is loaded, measured on Node 24. */
const DICTIONARY_BYTES = 17_000_000;

const loader: ResourceLoader<(text: string) => string> = {
  load: async () => {
    try {
      const { Converter } = await import("opencc-js/t2cn");
      return Converter({ from: "t", to: "cn" });
    } catch (error) {
      throw new AppError("unavailable", "The Traditional-to-Simplified dictionary (opencc-js) could not be loaded.", {
        cause: error,
      });
    }
  },
  bytes: () => DICTIONARY_BYTES,
};

/** The dictionary is loaded when the first text asks for it and shared from then on. */
export function createToSimplified(resources: Pick<Resources, "acquire">): ToSimplified {
  return async (text) => {
    using dictionary = await resources.acquire("opencc:t2cn", loader);
    return dictionary.value(text);
  };
}
