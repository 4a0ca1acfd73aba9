import { AppError, type RemedyWords, wordError } from "../errors.ts";

/** Options of the library that have another name than the setting; the others are the setting's in camel case. */
const OPTION_NAMES: Readonly<Record<string, string>> = { map: "mapping.fields" };

const toOption = (setting: string): string =>
  `\`${OPTION_NAMES[setting] ?? setting.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}\``;

/** What mends an error, for programs: options of the library, and the command line for what only that can do. */
export const LIBRARY_WORDS: RemedyWords = {
  "option-takes": ({ option, takes }) => `The option ${toOption(option)} takes ${takes}.`,
  "set-option": ({ option, value, does }) =>
    `The option ${toOption(option)}${value === undefined ? "" : ` (${value})`} ${does}.`,
  "make-archive": () => "Open another folder, or import articles into a new archive.",
  reindex: () => "Pass the encoder that made it as the option `encoder`, or encode it anew on the command line.",
  verify: () => "Restore a backup; the command line can verify the archive.",
  repair: () => "The command line can repair it from its articles; otherwise restore a backup.",
  salvage: () => "Restore a backup; without one, the command line can save the articles that can still be read.",
  "export-and-import": () => "Export it with the version that made it and import it here.",
  "share-folder": () => "Open the archive where that folder is, or share it.",
};

/** Runs a call of the library; what it throws says what mends it in the library's words. */
export async function inLibraryWords<T>(call: () => Promise<T> | T): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AppError) || error.remedy === undefined) throw error;
    const { code, remedy, retryAfterS } = error;
    throw new AppError(code, wordError(error, LIBRARY_WORDS), {
      cause: error,
      remedy,
      ...(retryAfterS !== undefined && { retryAfterS }),
    });
  }
}

/** The same object, each of whose methods says what went wrong in the library's words. All of them must be asynchronous. */
export function withLibraryWords<T extends object>(calls: T): T {
  const worded = Object.entries(calls).map(([name, call]) => [
    name,
    typeof call === "function" ? (...given: unknown[]) => inLibraryWords(() => call(...given)) : call,
  ]);
  return { ...calls, ...Object.fromEntries(worded) };
}
