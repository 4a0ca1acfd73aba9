import assert from "node:assert/strict";
import { test } from "node:test";
import { encoderContract } from "../../../test/contracts/encoder.ts";
import { loadStaticEncoder } from "./static-encoder.ts";
import { startStaticEncoderThread } from "./static-encoder-thread.ts";

encoderContract("built-in encoder in a thread", startStaticEncoderThread);

test("the thread gives the vectors that the caller's own encoder gives, under the same fingerprint", async () => {
  const texts = ["老城区的供水改造今年完工", "", "港口昨日恢复通航".repeat(400)];
  const [own, other] = [await loadStaticEncoder(), await startStaticEncoderThread()];
  try {
    assert.equal(other.fingerprint, own.fingerprint);
    assert.deepEqual(await other.encode(texts, { role: "document" }), await own.encode(texts, { role: "document" }));
  } finally {
    await other.close();
    await own.close();
  }
});
