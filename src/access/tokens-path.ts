import { join } from "node:path";

/** The file of tokens in an archive's folder. */
export const tokensPath = (folder: string): string => join(folder, "tokens.json");
