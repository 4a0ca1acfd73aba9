import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { chooseBrowser } from "../../src/cli/open-browser.ts";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { serveCommand } from "../fakes/serve-command.ts";
import { createTestArchive } from "../fakes/test-archive.ts";

const workingFolder = createTestFolder();
/** Writes the address that it is asked to open into a file. */
const browser = join(workingFolder, "browser.mjs");
const opened = join(workingFolder, "opened");

before(async () => {
  await createTestArchive(join(workingFolder, "archive"));
  await createTestArchive(join(workingFolder, "other"));
  writeFileSync(
    browser,
    `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(opened)}, process.argv[2]);`,
  );
});

async function readOpened(): Promise<string> {
  for (;;) {
    try {
      const text = readFileSync(opened, "utf8");
      if (text !== "") return text;
    } catch {
      // The browser is still starting.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("wenxun open", () => {
  test("finds the server of the archive, opens its page with the query, and ends", async () => {
    await serveCommand(
      ["serve", "--follow", "off"],
      async (url) => {
        const { port } = new URL(url);
        const env = { BROWSER: `${process.execPath} ${browser}` };
        const { exitCode, stdout, stderr } = await runCli(["open", "大桥", "--port", port], { workingFolder, env });
        assert.equal(exitCode, 0, stderr);
        assert.equal(stdout, `${url}/?q=%E5%A4%A7%E6%A1%A5\n`);
        assert.equal(await readOpened(), stdout.trim());
      },
      { workingFolder },
    );
  });

  test("starts a server where there is none for this archive, until it is stopped", async () => {
    await serveCommand(
      ["serve", "--follow", "off", "--archive", "other"],
      async (other) => {
        const stop = new AbortController();
        let shown = "";
        const run = runCli(["open", "--port", new URL(other).port], {
          workingFolder,
          env: { BROWSER: "none", WENXUN_FOLLOW: "off", HOME: workingFolder },
          stop: stop.signal,
          onStdout: (text) => {
            shown += text;
            stop.abort();
          },
        });
        const { exitCode, stderr } = await run;
        assert.equal(exitCode, 0, stderr);
        assert.match(shown, /^http:\/\/127\.0\.0\.1:\d+\/\n$/);
        assert.ok(!shown.startsWith(other), "not the server of another archive");
        assert.match(stderr, /serves another archive/);
        assert.match(stderr, /No browser was opened: BROWSER is none/);
      },
      { workingFolder },
    );
  });

  test("says how to make an archive where there is none", async () => {
    const { exitCode, stderr } = await runCli(["open", "--archive", "nowhere"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /wenxun import FILE/);
  });
});

test("a browser is opened where somebody sits at a screen, and nowhere else", () => {
  const choose = (platform: NodeJS.Platform, env: Readonly<Record<string, string>>) => chooseBrowser({ platform, env });
  assert.deepEqual(choose("linux", { DISPLAY: ":0" }), { command: ["xdg-open"] });
  assert.deepEqual(choose("linux", { WAYLAND_DISPLAY: "wayland-0" }), { command: ["xdg-open"] });
  assert.deepEqual(choose("darwin", {}), { command: ["open"] });
  assert.deepEqual(choose("win32", {}), { command: ["cmd", "/c", "start", ""] });
  assert.deepEqual(choose("linux", { BROWSER: "firefox --new-tab" }), { command: ["firefox", "--new-tab"] });
  assert.ok("whyNot" in choose("linux", {}));
  assert.ok("whyNot" in choose("darwin", { SSH_CONNECTION: "192.0.2.1 1 192.0.2.2 22" }));
});
