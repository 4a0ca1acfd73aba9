/**
 * Builds what cannot run as it is written: node tools/build.ts [kernel] [web] [package | checked-package]
 *   kernel   the scan kernel, into build/kernel
 *   web      the page's script and style, into build/web
 *   package  the JavaScript and type declarations of src/, and the manual page, into dist/, for the npm package only
 *   checked-package  the same where the types have been checked already, which is half of the work
 * Without arguments: kernel and web.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const web = join(root, "src", "web");
const buildFolder = join(root, "build");

const parts = process.argv.length > 2 ? process.argv.slice(2) : ["kernel", "web"];
if (parts.includes("kernel")) buildKernel();
if (parts.includes("web")) await buildWeb();
if (parts.includes("package")) compile([]);
if (parts.includes("checked-package")) compile(["--noCheck"]);

function buildKernel(): void {
  execFileSync(process.execPath, [join(root, "kernel", "build.ts")], { cwd: root, stdio: "inherit" });
}

/** Entries are src/web/main.ts, the scripts of the collection and of its tray, the service worker and the style sheets beside them; everything else is reached by import. */
async function buildWeb(): Promise<void> {
  const entryPoints = readdirSync(web)
    .filter(
      (name) => ["main.ts", "saved-page.ts", "tray.ts", "service-worker.ts"].includes(name) || name.endsWith(".css"),
    )
    .map((name) => join(web, name));
  rmSync(join(buildFolder, "web"), { recursive: true, force: true });
  await build({
    entryPoints,
    outdir: join(buildFolder, "web"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    loader: { ".svg": "dataurl" },
    logLevel: "warning",
  });
  for (const name of ["favicon.ico", "icon-180.png", "card.png"]) {
    copyFileSync(join(web, name), join(buildFolder, "web", name));
  }
}

function compile(options: readonly string[]): void {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [tsc, "-p", join(root, "tsconfig.package.json"), ...options];
  execFileSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  // By the launcher, which runs the source in a checkout.
  const page = execFileSync(process.execPath, [join(root, "bin", "wenxun.mjs"), "man"], { cwd: root });
  writeFileSync(join(root, "dist", "wenxun.1"), page);
}
