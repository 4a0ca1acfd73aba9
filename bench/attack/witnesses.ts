import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { PoliteReply } from "./polite-client.ts";

/** Who looks on while a server is attacked: a polite client, who asks /livez, and who asks the control. */
export const WITNESSES = ["polite", "livez", "control"] as const;
export type Witness = (typeof WITNESSES)[number];

/** What the polite client asks, in turn. */
export interface PoliteQuestion {
  readonly path: string;
  readonly body?: string;
}

export interface WitnessData {
  readonly port: number;
  /** Of a server that does nothing else; see control-server.ts. */
  readonly controlPort: number;
  readonly questions: readonly PoliteQuestion[];
}

/** What a witness tells. */
export interface WitnessReply extends PoliteReply {
  readonly witness: Witness;
}

/** Runs the witnesses in a thread of their own, so that what attackers take of this one is not counted against the server. */
export class Witnesses {
  readonly #worker: Worker;
  readonly #replies: Record<Witness, PoliteReply[]> = { polite: [], livez: [], control: [] };

  constructor(data: WitnessData) {
    this.#worker = new Worker(new URL("witness-worker.ts", import.meta.url), { workerData: data });
    this.#worker.on("message", ({ witness, ...reply }: WitnessReply) => this.#replies[witness].push(reply));
  }

  /** Answers to what was asked since a moment, in ms of {@link absoluteMs}. */
  since(witness: Witness, atMs: number): readonly PoliteReply[] {
    return this.#replies[witness].filter((reply) => reply.atMs >= atMs);
  }

  async stop(): Promise<void> {
    this.#worker.postMessage("stop");
    await once(this.#worker, "exit");
  }
}

/** A clock that all threads and processes of this machine share. */
export const absoluteMs = (): number => performance.timeOrigin + performance.now();
