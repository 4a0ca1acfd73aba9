import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { inspectFolder } from "../compose/care.ts";
import { archiveExists } from "../compose/open-backend.ts";
import { packageRoot } from "../config/paths.ts";
import { AppError } from "../errors.ts";
import { toArchiveHome } from "./archive-settings.ts";
import type { CliContext } from "./context.ts";
import { findServer, toLocalUrl } from "./find-server.ts";
import { openBrowser } from "./open-browser.ts";
import { addSettings } from "./settings.ts";

interface Flags {
  readonly config?: string;
}

export function registerOpen(program: Command, context: CliContext): void {
  const command = program
    .command("open")
    .argument("[QUERY...]", "What to look for at once.")
    .description(
      "Opens the page of the server that serves this archive at the configured host and port, and starts one where there is none, until\n" +
        "Ctrl-C; --port names that of a server elsewhere. Where no browser can be opened it writes the address alone. BROWSER names another\n" +
        "browser; BROWSER=none opens none.",
    );
  const settings = addSettings(command, ["archive", "encoder", "host", "port", "token"]);
  command.action(async (words: readonly string[], flags: Flags) => {
    const { config, given } = settings.load(context);
    const home = toArchiveHome(config, context);
    const { folder, cluster } = home;
    if (cluster === undefined && !archiveExists(home))
      throw new AppError("archive-missing", `There is no archive in ${folder}.`, {
        remedy: { code: "make-archive", folder: config.archive },
      });
    const show = async (url: string): Promise<void> => {
      const query = words.join(" ");
      await showPage(query === "" ? `${url}/` : `${url}/?${new URLSearchParams({ q: query })}`, context);
    };
    const url = toLocalUrl(config.host, config.port);
    const created = cluster === undefined ? new Date(inspectFolder(folder).info.createdAtMs).toISOString() : undefined;
    const running = config.port === 0 ? undefined : await findServer(url, config.token);
    // A private one does not tell which archive it serves, nor a cluster when it was made; it is taken for this one.
    if (running !== undefined && (running.archiveCreated ?? created) === (created ?? running.archiveCreated))
      return show(url);
    if (running !== undefined)
      context.stderr.write(`${url} serves another archive; this one gets a port of its own.\n`);
    const port = running === undefined ? config.port : 0;
    const args = [
      "--archive",
      cluster === undefined ? folder : config.archive,
      "--host",
      config.host,
      "--port",
      String(port),
    ];
    if (given.encoder !== undefined) args.push("--encoder", given.encoder.text);
    if (flags.config !== undefined) args.push("--config", flags.config);
    await serve(args, show, context);
  });
}

/** Serves by the launcher, which knows how much memory a server is given, until this process is told to stop. */
async function serve(
  args: readonly string[],
  show: (url: string) => Promise<void>,
  context: CliContext,
): Promise<void> {
  const { env, workingFolder, stderr } = context;
  const signal = context.stopSignal();
  const launcher = join(packageRoot, "bin", "wenxun.mjs");
  const server = spawn(process.execPath, [launcher, "serve", ...args], {
    cwd: workingFolder,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = (): void => void server.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const exited = once(server, "exit");
  let said = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = text;
    stderr.write(text);
  });
  for await (const line of createInterface(server.stdout)) {
    const url = /at (http:\S+)\/$/.exec(line)?.[1];
    if (url !== undefined) await show(url);
  }
  const [code] = (await exited) as [number | null];
  signal.removeEventListener("abort", stop);
  if (code !== 0 && !signal.aborted)
    throw new AppError(
      "unavailable",
      said === "" ? `The server ended with code ${code}.` : "The server did not start.",
    );
}

async function showPage(url: string, { env, stdout, stderr }: CliContext): Promise<void> {
  stdout.write(`${url}\n`);
  const whyNot = await openBrowser(url, { env, platform: process.platform });
  if (whyNot === undefined) return;
  stderr.write(`No browser was opened: ${whyNot}.\n`);
  const { hostname, port } = new URL(url);
  if (env.SSH_CONNECTION && ["127.0.0.1", "localhost", "[::1]"].includes(hostname))
    stderr.write(
      `On the machine where you sit: ssh -N -L ${port}:127.0.0.1:${port} THIS-MACHINE, then open the address there.\n`,
    );
}
