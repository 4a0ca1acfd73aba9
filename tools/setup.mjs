/** Makes a checkout ready: node tools/setup.mjs [PART …], see prepare.mjs. */
import { prepare } from "./prepare.mjs";

prepare(process.argv.slice(2));
