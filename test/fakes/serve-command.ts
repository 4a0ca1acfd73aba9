import { type CliRun, type CliRunOptions, runCli } from "./cli.ts";

/** Runs a command that serves, on a free port, until `use` is done with the address that it printed. */
export async function serveCommand(
  args: readonly string[],
  use: (url: string) => Promise<void>,
  options: Pick<CliRunOptions, "workingFolder"> = {},
): Promise<CliRun> {
  const stop = new AbortController();
  let printed = "";
  const address = Promise.withResolvers<string>();
  const ended = runCli([...args, "--port", "0"], {
    ...options,
    stop: stop.signal,
    onStdout: (text) => {
      printed += text;
      const url = /at (http:\S+)\//.exec(printed)?.[1];
      if (url !== undefined) address.resolve(url);
    },
  });
  ended.then(({ stderr }) => address.reject(new Error(stderr)), address.reject);
  try {
    await use(await address.promise);
  } finally {
    stop.abort();
  }
  return ended;
}
