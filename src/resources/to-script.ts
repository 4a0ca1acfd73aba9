import { AppError } from "../errors.ts";
import type { ResourceLoader, Resources } from "./resources.ts";

/** Text in the other script, for reading and for encoders that know one script. What is matched goes through the fold instead. */

export const SCRIPTS = ["zh-Hans", "zh-Hant"] as const;
export type Script = (typeof SCRIPTS)[number];

/** Converts text to one script, character by character and by OpenCC's phrases. @throws AppError `unavailable` without a dictionary. */
export type ToScript = (text: string, script: Script) => Promise<string>;

type Convert = (text: string) => string;

interface Dictionary extends ResourceLoader<Convert> {
  readonly key: string;
}

/** `bytes` is by how much the process grows when one is loaded under the server's limits of V8's heap, measured on Node 24. */
const DICTIONARIES: Readonly<Record<Script, Dictionary>> = {
  "zh-Hans": {
    key: "opencc:t2cn",
    load: () => load(async () => (await import("opencc-js/t2cn")).Converter({ from: "t", to: "cn" })),
    bytes: () => 16_000_000,
  },
  "zh-Hant": {
    key: "opencc:cn2t",
    load: () => load(async () => (await import("opencc-js/cn2t")).Converter({ from: "cn", to: "t" })),
    bytes: () => 45_000_000,
  },
};

async function load(importDictionary: () => Promise<Convert>): Promise<Convert> {
  try {
    return await importDictionary();
  } catch (error) {
    const message = "The dictionary that converts between the Chinese scripts (opencc-js) could not be loaded.";
    throw new AppError("unavailable", message, { cause: error });
  }
}

/** The dictionary of a direction is loaded when the first text asks for it, and shared from then on. */
export function createToScript(resources: Pick<Resources, "acquire">): ToScript {
  return async (text, script) => {
    const dictionary = DICTIONARIES[script];
    using lease = await resources.acquire(dictionary.key, dictionary);
    return lease.value(text);
  };
}
