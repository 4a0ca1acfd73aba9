import { once } from "node:events";
import type { Command } from "commander";
import { borrowEncoder } from "../compose/load-encoder.ts";
import { readVersion } from "../config/paths.ts";
import { createResources } from "../resources/registry.ts";
import type { CliContext } from "./context.ts";
import { addSettings } from "./settings.ts";

interface Flags {
  readonly modelName?: string;
}

const EXAMPLES = `
Examples:
  wenxun encoder-server
  wenxun encoder-server --encoder onnx:./models/bge-small-zh-v1.5 --host 0.0.0.0
  curl 127.0.0.1:8666/embed -H 'content-type: application/json' -d '{"inputs": "港口恢复通航"}'
  wenxun serve --encoder http://127.0.0.1:8666
`;

export function registerEncoderServer(program: Command, context: CliContext): void {
  const command = program
    .command("encoder-server")
    .description(
      "Serves an encoder to many clients until Ctrl-C or SIGTERM, as OpenAI's /v1/embeddings, as Text Embeddings\n" +
        "Inference's /embed, and as POST / and /batch. Requests that were accepted are finished.",
    )
    .option("--model-name <NAME>", "Name under which clients ask for the encoder. (default its own)")
    .addHelpText("after", EXAMPLES);
  const settings = addSettings(command, [
    "encoder",
    "host",
    { key: "encoderServerPort", flag: "port" },
    { key: "encoderServerMaxInputs", flag: "max-inputs" },
    { key: "encoderServerQueueInputs", flag: "queue-inputs" },
    { key: "encoderServerQueueTokens", flag: "queue-tokens" },
    { key: "encoderServerBatchTokens", flag: "batch-tokens" },
    { key: "encoderServerDeadlineMs", flag: "deadline" },
    { key: "encoderServerCacheBytes", flag: "cache" },
    "maxConnections",
    "rateLimit",
    "trustedProxies",
    "logLevel",
  ]);
  command.action(async ({ modelName }: Flags) => {
    const { config } = settings.load(context);
    const signal = context.stopSignal();
    // Loaded here, so that other commands start without a web framework.
    const { createEncoderServer } = await import("../encoder-server/server.ts");
    const { listen } = await import("../http/listen.ts");
    await using resources = createResources();
    const onFetch = (model: string, percent: number) => context.stderr.write(`fetching ${model}: ${percent} %\n`);
    const borrowed = borrowEncoder(resources, config.encoder, { onFetch });
    const app = await createEncoderServer({
      encoder: borrowed.then(({ value }) => value),
      resources,
      version: readVersion(),
      modelName,
      logLevel: config.logLevel,
      maxConnections: config.maxConnections,
      rateLimit: config.rateLimit,
      trustedProxies: config.trustedProxies,
      limits: {
        maxRequestInputs: config.encoderServerMaxInputs,
        maxHeldInputs: config.encoderServerQueueInputs,
        maxHeldTokens: config.encoderServerQueueTokens,
        batchTokens: config.encoderServerBatchTokens,
        deadlineMs: config.encoderServerDeadlineMs,
        cacheBytes: config.encoderServerCacheBytes,
      },
    });
    const server = await listen(app, { host: config.host, port: config.encoderServerPort });
    try {
      // It listens while the encoder loads, so that /livez answers; an encoder that cannot be loaded ends it.
      using encoder = await borrowed;
      const { name, dimensions } = encoder.value;
      context.stdout.write(
        `wenxun serves the encoder ${modelName ?? name} (${dimensions} dimensions) at ${server.url}/\n`,
      );
      if (!signal.aborted) await once(signal, "abort");
      context.stderr.write("finishing what was accepted …\n");
      await server.stop();
    } finally {
      await server.stop();
    }
  });
}
