import type { RemedyWords } from "../errors.ts";

/** What mends an error, for clients of a server: they set no option and run no command. */
export const HTTP_REMEDIES: RemedyWords = {
  "option-takes": ({ takes }) => `Wanted: ${takes}.`,
  "set-option": () => undefined,
  "make-archive": () => undefined,
  reindex: () => undefined,
  verify: () => undefined,
  repair: () => undefined,
  salvage: () => undefined,
  "export-and-import": () => undefined,
  "share-folder": () => "Another server of the same archive has it.",
};
