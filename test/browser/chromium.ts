/** The browser that tests run in: one for all files of a run, or one of its own for a file that runs alone. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserServer, chromium } from "playwright-core";

/** The first is Chromium without windows, toolbars and profiles around its pages: the same tests take two thirds of the computing. */
const EXECUTABLES = [
  "/usr/lib/chromium/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/**
 * Features of Chromium that tests go without. Only the last such flag counts, so what Playwright turns off is repeated here.
 * The first two fill two pages below the address bar of every window: a second of computing for each test.
 */
const DISABLED_FEATURES = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
];

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-gpu-compositing",
  "--disable-software-rasterizer",
  "--disable-extensions",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--disable-features=${DISABLED_FEATURES.join()}`,
];

const executablePath = EXECUTABLES.find((path) => existsSync(path));

/** Why there is no browser; undefined where there is one. */
export const NO_BROWSER = executablePath === undefined ? `no Chromium at ${EXECUTABLES.join(", ")}` : undefined;

/** Names the variable with the address of the browser that all files of a run share. */
const SHARED_BROWSER = "WENXUN_TEST_BROWSER";

function getExecutable(): string {
  if (executablePath === undefined) throw new Error(NO_BROWSER);
  return executablePath;
}

/** The browser that is shared, or one of its own; with flags it is always one of its own. */
export async function openBrowser(flags: readonly string[]): Promise<Browser> {
  const address = process.env[SHARED_BROWSER];
  if (address !== undefined && flags.length === 0) return chromium.connect(address);
  return chromium.launch({ executablePath: getExecutable(), args: [...FLAGS, ...flags] });
}

/** Starts a browser that the processes started from now on share. */
export async function shareBrowser(): Promise<BrowserServer> {
  const server = await chromium.launchServer({ executablePath: getExecutable(), args: FLAGS, host: "127.0.0.1" });
  process.env[SHARED_BROWSER] = server.wsEndpoint();
  return server;
}
