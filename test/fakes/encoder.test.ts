import { encoderContract } from "../contracts/encoder.ts";
import { createFakeEncoder } from "./encoder.ts";

encoderContract("fake encoder", async () => createFakeEncoder());
encoderContract("fake encoder of 256 dimensions", async () => createFakeEncoder({ dimensions: 256 }));
