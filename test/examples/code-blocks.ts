/** The examples of the documents, out of the documents. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/config/paths.ts";

/** Documents for people; what changed from version to version shows no examples. */
export const DOCUMENTS: readonly string[] = globSync("{*.md,docs/**/*.md,examples/*.md,sample/*.md}", {
  cwd: packageRoot,
})
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !path.startsWith("CHANGELOG"))
  .sort();

const readDocument = (path: string): string => readFileSync(join(packageRoot, path), "utf8");

export interface CodeBlock {
  readonly document: string;
  /** What stands behind the fence: `js`, `sh`; empty where nothing does. */
  readonly kind: string;
  readonly code: string;
}

export const codeBlocksOf = (document: string): CodeBlock[] =>
  [...readDocument(document).matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(([, kind = "", code = ""]) => ({
    document,
    kind,
    code,
  }));

/** Each `curl …` of a document that asks a server of this machine, whole, also where it goes on in the next line. */
export const curlCommandsOf = (document: string): string[] =>
  codeBlocksOf(document).flatMap(({ code }) =>
    code
      .replace(/\\\n\s*/g, "")
      .split("\n")
      // Elsewhere than on this machine there is nobody to ask.
      .filter((line) => line.startsWith("curl ") && line.includes("127.0.0.1:")),
  );
