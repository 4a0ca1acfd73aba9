import { text } from "node:stream/consumers";
import { startWebServer } from "./web-server.ts";

/** A webhook that arrived. */
export interface ReceivedHook {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** What it was answered with. */
  readonly status: number;
}

export interface HookAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
}

export interface WebhookReceiver extends AsyncDisposable {
  readonly posts: ReceivedHook[];
  readonly address: string;
  /** What the next ones are answered with, in turn; then 204. */
  readonly answers: HookAnswer[];
}

/** A receiver of webhooks on this machine; `answers` are given in turn, then 204. */
export async function startWebhookReceiver(answers: HookAnswer[] = []): Promise<WebhookReceiver> {
  const posts: ReceivedHook[] = [];
  const server = await startWebServer((request, response) => {
    text(request).then(
      (body) => {
        const { status, headers = {} } = answers.shift() ?? { status: 204 };
        posts.push({ path: request.url ?? "", headers: request.headers as Record<string, string>, body, status });
        response.writeHead(status, headers).end();
      },
      // The sender was killed in the middle of it.
      () => response.destroy(),
    );
  });
  return {
    posts,
    answers,
    address: `http://127.0.0.1:${server.port}/hook`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
