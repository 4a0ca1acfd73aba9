import { spawn } from "node:child_process";
import { once } from "node:events";

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** How a browser is opened here, or why none can be. */
export type BrowserChoice = { readonly command: readonly string[] } | { readonly whyNot: string };

/** `BROWSER` decides; else what the system brings along, where somebody sits at a screen. */
export function chooseBrowser({ env, platform }: Surroundings): BrowserChoice {
  if (env.BROWSER === "none") return { whyNot: "BROWSER is none" };
  if (env.BROWSER) return { command: env.BROWSER.split(" ") };
  if (env.SSH_CONNECTION || env.SSH_TTY) return { whyNot: "this is a session over SSH" };
  if (platform === "darwin") return { command: ["open"] };
  // The empty title: what stands first in quotes is one.
  if (platform === "win32") return { command: ["cmd", "/c", "start", ""] };
  if (env.WSL_DISTRO_NAME) return { command: ["explorer.exe"] };
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return { whyNot: "there is no screen (DISPLAY is not set)" };
  return { command: ["xdg-open"] };
}

/** Resolves to why it could not be opened; undefined where it was. */
export async function openBrowser(url: string, surroundings: Surroundings): Promise<string | undefined> {
  const choice = chooseBrowser(surroundings);
  if ("whyNot" in choice) return choice.whyNot;
  const [program = "", ...args] = choice.command;
  const child = spawn(program, [...args, url], { stdio: "ignore", detached: true });
  try {
    await once(child, "spawn");
    // It goes on without this process.
    child.unref();
    return undefined;
  } catch (error) {
    return `${program} cannot be run: ${error instanceof Error ? error.message : String(error)}`;
  }
}
