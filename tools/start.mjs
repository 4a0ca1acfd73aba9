/**
 * `npm start`: makes the checkout ready, then serves the sample or what is in ./archive. One process from here on, so that the
 * signals that npm passes on reach the server. Arguments are those of `wenxun serve`.
 */
import { prepare } from "./prepare.mjs";

prepare();
process.argv.splice(2, 0, "serve", "--demo");
await import("../bin/wenxun.mjs");
