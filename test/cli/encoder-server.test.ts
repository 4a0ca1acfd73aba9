import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createTestFolder, runCli } from "../fakes/cli.ts";
import { serveCommand } from "../fakes/serve-command.ts";
import { createTestArchive } from "../fakes/test-archive.ts";

const serveEncoder = (args: readonly string[], use: (url: string) => Promise<void>) =>
  serveCommand(["encoder-server", ...args], use);

describe("wenxun encoder-server", () => {
  test("serves the built-in encoder under another name until it is stopped, and ends with 0", async () => {
    const { exitCode, stderr } = await serveEncoder(["--model-name", "news"], async (url) => {
      const models = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] };
      assert.deepEqual(
        models.data.map(({ id }) => id),
        ["news"],
      );
    });
    assert.equal(exitCode, 0, stderr);
  });

  test("an archive made with the encoder inside is searched with the same encoder in a server", async () => {
    const workingFolder = createTestFolder();
    await createTestArchive(join(workingFolder, "archive"));
    await serveEncoder([], async (url) => {
      const { exitCode, stdout, stderr } = await runCli(["search", "大桥通车", "--json", "--encoder", url], {
        workingFolder,
      });
      assert.equal(exitCode, 0, stderr);
      assert.equal(JSON.parse(stdout).mode, "hybrid");
    });
    const { stdout, stderr } = await runCli(["search", "大桥", "--encoder", "http://127.0.0.1:1"], { workingFolder });
    assert.match(stdout, /\(keyword,/);
    assert.match(stderr, /encoder does not answer/);
  });

  test("an encoder that cannot be loaded ends it with the reason", async () => {
    const { exitCode, stderr } = await runCli(["encoder-server", "--port", "0", "--encoder", "onnx:./no/such/folder"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /There is no model folder/);
    const wrong = await runCli(["encoder-server", "--port", "0", "--encoder", "onnx:./x?poling=cls"]);
    assert.equal(wrong.exitCode, 2);
    assert.match(wrong.stderr, /parameter poling; understood are/);
  });
});
