/** The thread of the witnesses; witnesses.ts is the other end. */
import { parentPort, workerData } from "node:worker_threads";
import { PoliteClient, type PoliteReply } from "./polite-client.ts";
import type { Witness, WitnessData } from "./witnesses.ts";

const { port, controlPort, questions } = workerData as WitnessData;
const PAUSE_MS = 100;

const tell =
  (witness: Witness) =>
  (reply: PoliteReply): void =>
    parentPort?.postMessage({ witness, ...reply });
const question = (turn: number) => questions[turn % questions.length] ?? { path: "/" };
const shared = { pauseMs: PAUSE_MS };
const clients = [
  new PoliteClient({ ...shared, port, localAddress: "127.0.0.2", ask: question, onReply: tell("polite") }),
  new PoliteClient({
    ...shared,
    port,
    localAddress: "127.0.0.3",
    ask: () => ({ path: "/livez" }),
    onReply: tell("livez"),
  }),
  new PoliteClient({
    ...shared,
    port: controlPort,
    localAddress: "127.0.0.4",
    ask: () => ({ path: "/" }),
    onReply: tell("control"),
  }),
];
parentPort?.once("message", async () => {
  await Promise.all(clients.map((client) => client.stop()));
  parentPort?.close();
});
