import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream, existsSync, readdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { importFile, startWenxun } from "../million/wenxun-process.ts";

/** What all ways search. */
export interface Prepared {
  readonly archive: string;
  /** articles.db, faiss.index, encoder.onnx and tokenizer.json. */
  readonly folder: string;
  /** JSON lines as `wenxun export` writes them. */
  readonly articlesFile: string;
}

export interface PrepareOptions {
  /** An archive, a file of .jsonl[.gz], or a folder of such files. */
  readonly given: string;
  /** At most so many of its lines; an archive is taken whole. */
  readonly count: number;
  /** What is there already is not made again. */
  readonly folder: string;
  readonly python: string;
}

/** Makes an archive where `given` is none, and of the articles that it holds the table and the index of the ancestor. */
export async function prepare({ given, count, folder, python }: PrepareOptions): Promise<Prepared> {
  const made = join(folder, "archive");
  const archive = existsSync(join(given, "archive.db")) ? given : made;
  if (archive === made && !existsSync(made)) {
    const lines = join(folder, "given.jsonl");
    await once(copyLines(given, count, lines), "finish");
    await importFile(lines, made, []);
  }
  const articlesFile = join(folder, "articles.jsonl");
  if (!existsSync(articlesFile)) {
    const exported = startWenxun(["export", "--archive", archive]);
    if (exported.stdout === null) throw new Error("wenxun export has no output");
    await pipeline(exported.stdout, createWriteStream(`${articlesFile}.part`));
    renameSync(`${articlesFile}.part`, articlesFile);
  }
  if (!existsSync(join(folder, "faiss.index")))
    await runPython(python, ["build.py", folder], createReadStream(articlesFile));
  if (!existsSync(join(folder, "encoder.onnx"))) await runPython(python, ["make_encoder.py", folder]);
  return { archive, folder, articlesFile };
}

/** The first lines of a file, or of all files of a folder in the order of their names. */
function copyLines(given: string, count: number, target: string) {
  const output = createWriteStream(target);
  const copy = async (): Promise<void> => {
    const files = statSync(given).isDirectory()
      ? readdirSync(given)
          .filter((name) => /\.jsonl(\.gz)?$/.test(name))
          .sort()
          .map((name) => join(given, name))
      : [given];
    let left = count;
    for (const file of files) {
      const bytes = createReadStream(file);
      for await (const line of createInterface({ input: file.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes })) {
        if (left-- <= 0) break;
        if (!output.write(`${line}\n`)) await once(output, "drain");
      }
    }
    output.end();
  };
  copy().catch((error: unknown) => output.destroy(error as Error));
  return output;
}

async function runPython(python: string, [script = "", ...args]: readonly string[], input?: Readable): Promise<void> {
  const child = spawn(python, [join(import.meta.dirname, script), ...args], { stdio: ["pipe", "inherit", "inherit"] });
  const [[code]] = await Promise.all([once(child, "exit"), pipeline(input ?? Readable.from([]), child.stdin)]);
  if (code !== 0) throw new Error(`${script} ended with ${code}`);
}
