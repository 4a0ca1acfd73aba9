import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AppError } from "../errors.ts";
import { type ConfigSources, loadConfig } from "./load-config.ts";

const load = (sources: Partial<ConfigSources> = {}) => loadConfig({ env: {}, ...sources });

/** The message of the one error that loading gives. */
function problemsOf(sources: Partial<ConfigSources>): string {
  try {
    load(sources);
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === "usage");
    return error.message;
  }
  assert.fail("these settings should have been refused");
}

test("the defaults hold where nothing is set", () => {
  const { config, given } = load();
  assert.equal(config.archive, "./archive");
  assert.equal(config.host, "127.0.0.1");
  assert.equal(config.port, 8600);
  assert.deepEqual(config.encoder, { kind: "builtin" });
  assert.equal(config.encoderServerCacheBytes, 8 * 2 ** 20);
  assert.equal(config.token, undefined);
  assert.equal(config.encoderServerDeadlineMs, 60_000);
  assert.equal(given.port?.origin, "default");
  assert.equal(given.token, undefined);
});

test("the command line goes before the environment, that before the file, that before the default", () => {
  const file = {
    path: "wenxun.json",
    content: { port: 1, host: "::1", "encoder-server-cache": "512m", timezone: "UTC" },
  };
  const env = { WENXUN_PORT: "2", WENXUN_HOST: "0.0.0.0", WENXUN_TIMEZONE: "" };
  const { config, given } = load({ file, env, flags: { port: { flag: "--port", text: "3" } } });
  assert.equal(config.port, 3);
  assert.equal(config.host, "0.0.0.0");
  assert.equal(config.encoderServerCacheBytes, 512 * 2 ** 20);
  assert.equal(config.timezone, "UTC", "an empty variable counts as unset");
  assert.deepEqual(
    [given.port?.origin, given.host?.origin, given.encoderServerCacheBytes?.origin, given.archive?.origin],
    ["--port", "WENXUN_HOST", "wenxun.json", "default"],
  );
});

describe("a value is refused with what was found, where, and what is wanted:", () => {
  const refused: readonly [string, string, RegExp][] = [
    ["WENXUN_PORT", "65536", /WENXUN_PORT is "65536": wanted a whole number from 0 to 65535/],
    ["WENXUN_PORT", "-1", /wanted a whole number/],
    ["WENXUN_PORT", "86.5", /wanted a whole number/],
    ["WENXUN_ENCODER_SERVER_CACHE", "5g", /wanted a size from 0 to 4g/],
    ["WENXUN_ENCODER_SERVER_CACHE", "lots", /wanted a size/],
    ["WENXUN_TIMEZONE", "Mars/Olympus", /wanted an IANA time zone/],
    ["WENXUN_ENCODER", "bge", /wanted builtin, onnx:FOLDER/],
    ["WENXUN_ENCODER", "onnx:", /wanted builtin, onnx:FOLDER/],
    ["WENXUN_ENCODER", "http://", /wanted builtin, onnx:FOLDER/],
    ["WENXUN_LOG_LEVEL", "loud", /wanted one of silent, error, warn, info, debug/],
    ["WENXUN_ENCODER_SERVER_DEADLINE", "60", /wanted a time from 100ms to 1h/],
  ];
  for (const [variable, text, message] of refused) {
    test(`${variable}=${text}`, () => {
      assert.match(problemsOf({ env: { [variable]: text } }), message);
    });
  }
});

test("values with units", () => {
  const { config } = load({
    env: { WENXUN_ENCODER_SERVER_CACHE: "1.5 GiB", WENXUN_ENCODER_SERVER_DEADLINE: "2m" },
  });
  assert.equal(config.encoderServerCacheBytes, 1.5 * 2 ** 30);
  assert.equal(config.encoderServerDeadlineMs, 120_000);
});

test("the three kinds of encoders", () => {
  const parse = (text: string) => load({ env: { WENXUN_ENCODER: text } }).config.encoder;
  assert.deepEqual(parse("builtin"), { kind: "builtin" });
  assert.deepEqual(parse("onnx:./models/bge"), { kind: "onnx", model: "./models/bge" });
  assert.deepEqual(parse("https://example.org/embed"), { kind: "remote", url: "https://example.org/embed" });
  assert.deepEqual(parse("http://a:1/x?query-prompt=a,b, http://b:2"), {
    kind: "remote",
    url: "http://a:1/x?query-prompt=a,b",
    others: ["http://b:2"],
  });
  assert.match(problemsOf({ env: { WENXUN_ENCODER: "http://a:1,http://" } }), /several with commas/);
});

test("every problem is told at once", () => {
  const message = problemsOf({
    env: { WENXUN_PORT: "x" },
    file: { path: "my.json", content: { timezone: "Nowhere", prot: 1, host: ["a"] } },
    flags: { logLevel: { flag: "--log-level", text: "loud" } },
  });
  for (const part of [
    /WENXUN_PORT is "x"/,
    /"timezone" in my.json is "Nowhere"/,
    /my.json sets "prot"/,
    /"host" in my.json/,
  ]) {
    assert.match(message, part);
  }
  assert.match(message, /--log-level is "loud"/);
});

test("a secret is not repeated in a message", () => {
  const message = problemsOf({ env: { WENXUN_TOKEN: "short secret" } });
  assert.match(message, /WENXUN_TOKEN is a value: wanted at least 16 characters/);
  assert.doesNotMatch(message, /short secret/);
});

test("a settings file must hold an object", () => {
  assert.match(problemsOf({ file: { path: "wenxun.json", content: [1] } }), /wenxun.json does not hold settings/);
});

describe("what is sound alone and not together is refused:", () => {
  test("an encoder that is this very server", () => {
    assert.match(
      problemsOf({ env: { WENXUN_ENCODER: "http://localhost:8600" } }),
      /address of the search server itself/,
    );
    load({ env: { WENXUN_ENCODER: "http://localhost:8666" } });
    load({ env: { WENXUN_ENCODER: "http://elsewhere.example:8600" } });
  });

  test("requests larger than the queue", () => {
    const env = { WENXUN_ENCODER_SERVER_MAX_INPUTS: "100", WENXUN_ENCODER_SERVER_QUEUE_INPUTS: "50" };
    assert.match(problemsOf({ env }), /could never be accepted/);
  });
});
