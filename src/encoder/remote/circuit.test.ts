import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Circuit } from "./circuit.ts";

const REST_MS = 1000;
const AWAY = new Error("no answer");

/** A circuit that opens after two failures, and its clock. */
function createCircuit() {
  const clock = { nowMs: 0 };
  return { clock, circuit: new Circuit({ maxFailures: 2, restMs: REST_MS, now: () => clock.nowMs }) };
}

function failTwice(circuit: Circuit): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    circuit.begin();
    circuit.failed(AWAY);
  }
}

describe("a circuit", () => {
  test("lets attempts through until too many failed in a row, and then says why not", () => {
    const { circuit } = createCircuit();
    circuit.begin();
    circuit.failed(AWAY);
    assert.equal(circuit.blockedBy, undefined, "one failure is not enough");
    circuit.begin();
    circuit.succeeded();
    circuit.begin();
    circuit.failed(AWAY);
    assert.equal(circuit.blockedBy, undefined, "a success in between starts the count again");
    circuit.begin();
    circuit.failed(AWAY);
    assert.equal(circuit.blockedBy, AWAY);
  });

  test("lets one caller try after the rest, and holds the others back until it is known how that went", () => {
    const { circuit, clock } = createCircuit();
    failTwice(circuit);
    clock.nowMs = REST_MS - 1;
    assert.equal(circuit.blockedBy, AWAY);
    clock.nowMs = REST_MS;
    assert.equal(circuit.blockedBy, undefined);
    circuit.begin();
    assert.equal(circuit.blockedBy, AWAY, "a second caller went ahead while the first one was trying");
    circuit.failed(AWAY);
    clock.nowMs = 2 * REST_MS - 1;
    assert.equal(circuit.blockedBy, AWAY, "a failed attempt opens it again");
  });

  test("is closed for everybody by a success", () => {
    const { circuit, clock } = createCircuit();
    failTwice(circuit);
    clock.nowMs = REST_MS;
    circuit.begin();
    circuit.succeeded();
    circuit.begin();
    assert.equal(circuit.blockedBy, undefined);
  });

  test("lets another caller try when the first one never says how it went", () => {
    const { circuit, clock } = createCircuit();
    failTwice(circuit);
    clock.nowMs = REST_MS;
    circuit.begin();
    clock.nowMs = 2 * REST_MS;
    assert.equal(circuit.blockedBy, undefined);
  });
});
