import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../errors.ts";
import { parseOnnxAddress } from "./onnx-address.ts";

test("an ONNX address names a model and what is to be different", () => {
  assert.equal(parseOnnxAddress("./models/bge").model, "./models/bge");
  const { model, overrides } = parseOnnxAddress(
    "org/name@main?pooling=mean&max-tokens=256&query-prompt=%E9%97%AE%EF%BC%9A&document-prompt=",
  );
  assert.equal(model, "org/name@main");
  assert.deepEqual(overrides, {
    file: undefined,
    pooling: "mean",
    maxTokens: 256,
    queryPrompt: "问：",
    documentPrompt: "",
  });
});

test("an ONNX address with something unknown in it is refused", () => {
  for (const text of ["m?poling=mean", "m?pooling=sum", "m?max-tokens=many", "m?max-tokens=1"]) {
    assert.throws(
      () => parseOnnxAddress(text),
      (error) => error instanceof AppError && error.code === "usage",
      text,
    );
  }
});
