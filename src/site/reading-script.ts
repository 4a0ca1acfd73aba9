import type { ResourceLoader, Resources } from "../resources/resources.ts";

/** Articles in the other script, for reading only: what is matched, cited and exported stays as it was published. */

export const READING_SCRIPTS = ["zh-Hans", "zh-Hant"] as const;
export type ReadingScript = (typeof READING_SCRIPTS)[number];

/** Converts text to one script. */
export type ToScript = (text: string, script: ReadingScript) => Promise<string>;

/** What one direction's dictionary keeps on the heap, measured on Node 24. */
const DICTIONARY_BYTES = 7_000_000;

const loaders: Readonly<Record<ReadingScript, ResourceLoader<(text: string) => string>>> = {
  "zh-Hans": {
    load: async () => (await import("opencc-js/t2cn")).Converter({ from: "t", to: "cn" }),
    bytes: () => DICTIONARY_BYTES,
  },
  "zh-Hant": {
    load: async () => (await import("opencc-js/cn2t")).Converter({ from: "cn", to: "t" }),
    bytes: () => DICTIONARY_BYTES,
  },
};

/** The dictionary of a direction is loaded when the first reader asks for it, and shared from then on. */
export function createToScript(resources: Pick<Resources, "acquire">): ToScript {
  return async (text, script) => {
    const name = script === "zh-Hans" ? "t2cn" : "cn2t";
    using dictionary = await resources.acquire(`opencc:${name}:reading`, loaders[script]);
    return dictionary.value(text);
  };
}
