import { createEncoderServer, type EncoderServerOptions } from "../../src/encoder-server/server.ts";
import type { ResourceLoader, Resources } from "../../src/resources/resources.ts";
import { createFakeWindowedEncoder } from "./windowed-encoder.ts";

/** Loads anew for every borrower. */
const resources: Pick<Resources, "acquire"> = {
  acquire: async <T>(_key: string, loader: ResourceLoader<T>) => ({
    value: await loader.load(),
    [Symbol.dispose]: () => {},
  }),
};

/** An embedding server in this process, with a fake encoder unless another is given, and how it is asked. */
export async function serverOf(options: Partial<EncoderServerOptions> = {}) {
  const encoder = createFakeWindowedEncoder(400);
  const app = await createEncoderServer({ encoder, resources, version: "1.2.3", ...options });
  const post = async (url: string, payload: object | string) => {
    const headers = { "content-type": "application/json" };
    const { statusCode, headers: replyHeaders, body } = await app.inject({ method: "POST", url, headers, payload });
    return { status: statusCode, headers: replyHeaders, body: body === "" ? undefined : JSON.parse(body) };
  };
  const get = async (url: string) => {
    const { statusCode, body, headers } = await app.inject({ method: "GET", url });
    return { status: statusCode, headers, text: body, json: () => JSON.parse(body) };
  };
  const vectorOf = async (text: string, role: "query" | "document" = "document") => {
    const [vector] = await encoder.encode([text], { role });
    return Array.from(vector ?? [], (value) => Math.round(value * 1e8) / 1e8);
  };
  return { app, encoder, post, get, vectorOf };
}
