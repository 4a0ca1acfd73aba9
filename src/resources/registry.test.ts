import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { AppError } from "../errors.ts";
import { createResources } from "./registry.ts";
import type { Lease, ResourceLoader, ResourceStatus, Resources } from "./resources.ts";

/** A thing that knows whether it was released, and a loader that counts. */
interface Thing {
  readonly serial: number;
  released: boolean;
}

function createFactory(options: { keep?: boolean; bytes?: number; fail?: () => boolean } = {}) {
  const things: Thing[] = [];
  let loads = 0;
  const loader: ResourceLoader<Thing> = {
    async load() {
      loads++;
      await turn();
      if (options.fail?.()) throw new Error(`load ${loads} failed`);
      const thing = { serial: loads, released: false };
      things.push(thing);
      return thing;
    },
    bytes: () => options.bytes ?? 10,
    release(thing) {
      assert.equal(thing.released, false, "released twice");
      thing.released = true;
    },
    ...(options.keep === undefined ? {} : { keep: options.keep }),
  };
  return { loader, things, loads: () => loads };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function statusOf(resources: Resources, key: string): ResourceStatus {
  const status = resources.status().find((status) => status.key === key);
  assert.ok(status !== undefined, `no status of ${key}`);
  return status;
}

describe("acquire", () => {
  test("loads once for all who ask at the same time, and shares the instance", async () => {
    const { loader, loads } = createFactory();
    const resources = createResources();
    const leases = await Promise.all(Array.from({ length: 20 }, () => resources.acquire("a", loader)));
    assert.equal(loads(), 1);
    assert.equal(new Set(leases.map((lease) => lease.value)).size, 1);
    assert.deepEqual({ ...statusOf(resources, "a"), loadMs: 0 }, {
      key: "a",
      state: "ready",
      loads: 1,
      loadMs: 0,
      bytes: 10,
      borrowers: 20,
      hits: 19,
    } satisfies ResourceStatus);
  });

  test("loads different keys separately", async () => {
    const { loader, loads } = createFactory();
    const resources = createResources();
    const [a, b] = await Promise.all([resources.acquire("a", loader), resources.acquire("b", loader)]);
    assert.equal(loads(), 2);
    assert.notEqual(a.value, b.value);
  });

  test("keeps what was loaded after the last borrower", async () => {
    const { loader, things, loads } = createFactory();
    const resources = createResources();
    (await resources.acquire("a", loader))[Symbol.dispose]();
    (await resources.acquire("a", loader))[Symbol.dispose]();
    assert.equal(loads(), 1);
    assert.equal(things[0]?.released, false);
  });

  test("releases after the last borrower where nothing is to be kept", async () => {
    const { loader, things, loads } = createFactory({ keep: false });
    const resources = createResources();
    const [first, second] = await Promise.all([resources.acquire("a", loader), resources.acquire("a", loader)]);
    first[Symbol.dispose]();
    assert.equal(things[0]?.released, false);
    second[Symbol.dispose]();
    assert.equal(things[0]?.released, true);
    assert.equal(statusOf(resources, "a").state, "released");
    assert.equal(statusOf(resources, "a").bytes, 0);
    assert.equal((await resources.acquire("a", loader)).value.serial, 2);
    assert.equal(loads(), 2);
  });

  test("a waiter never finds it released by one who was faster", async () => {
    const { loader } = createFactory({ keep: false });
    const resources = createResources();
    const fast = resources.acquire("a", loader).then((lease) => lease[Symbol.dispose]());
    const slow = await resources.acquire("a", loader);
    await fast;
    assert.equal(slow.value.released, false);
  });

  test("tells every waiter of a failed load, keeps nothing, and tries again", async () => {
    let isBroken = true;
    const { loader, loads } = createFactory({ fail: () => isBroken });
    const resources = createResources();
    const results = await Promise.allSettled([resources.acquire("a", loader), resources.acquire("a", loader)]);
    assert.deepEqual(
      results.map((result) => result.status),
      ["rejected", "rejected"],
    );
    assert.equal(loads(), 1);
    assert.equal(statusOf(resources, "a").state, "failed");
    assert.equal(statusOf(resources, "a").error, "load 1 failed");
    assert.equal(statusOf(resources, "a").loads, 0);

    isBroken = false;
    assert.equal((await resources.acquire("a", loader)).value.serial, 2);
    assert.equal(statusOf(resources, "a").state, "ready");
    assert.equal(statusOf(resources, "a").error, undefined);
  });

  test("a loader that throws at once fails like any other", async () => {
    const resources = createResources();
    const load = () => {
      throw new Error("at once");
    };
    await assert.rejects(resources.acquire("a", { load, bytes: () => 0 }), /at once/);
    assert.equal(statusOf(resources, "a").state, "failed");
  });

  test("releases a value whose size its owner cannot tell", async () => {
    const { loader, things } = createFactory();
    const resources = createResources();
    const bytes = () => {
      throw new Error("no size");
    };
    await assert.rejects(resources.acquire("a", { ...loader, bytes }), /no size/);
    assert.equal(things[0]?.released, true);
  });

  test("shows a load under way", async () => {
    const { loader } = createFactory();
    const resources = createResources();
    const acquiring = resources.acquire("a", loader);
    assert.equal(statusOf(resources, "a").state, "loading");
    await acquiring;
  });
});

describe("a lease", () => {
  test("given back twice counts once", async () => {
    const { loader, things } = createFactory({ keep: false });
    const resources = createResources();
    const first = await resources.acquire("a", loader);
    const second = await resources.acquire("a", loader);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    assert.equal(statusOf(resources, "a").borrowers, 1);
    assert.equal(things[0]?.released, false);
    second[Symbol.dispose]();
  });

  test("refuses its value after it was given back", async () => {
    const { loader } = createFactory();
    const lease = await createResources().acquire("a", loader);
    lease[Symbol.dispose]();
    assert.throws(() => lease.value, /"a" was used after its lease was disposed/);
  });
});

describe("reload", () => {
  test("swaps the instance; who borrows the old one keeps it", async () => {
    const { loader, things } = createFactory();
    const resources = createResources();
    const old = await resources.acquire("a", loader);
    await resources.reload("a", loader);
    const fresh = await resources.acquire("a", loader);
    assert.equal(old.value.serial, 1);
    assert.equal(old.value.released, false);
    assert.equal(fresh.value.serial, 2);
    assert.equal(statusOf(resources, "a").bytes, 20, "both are in memory");
    old[Symbol.dispose]();
    assert.equal(things[0]?.released, true);
    assert.equal(things[1]?.released, false);
    assert.equal(statusOf(resources, "a").bytes, 10);
  });

  test("hands out the old instance until the new one is there", async () => {
    const { loader } = createFactory();
    const resources = createResources();
    (await resources.acquire("a", loader))[Symbol.dispose]();
    const reloading = resources.reload("a", loader);
    using meanwhile = await resources.acquire("a", loader);
    assert.equal(meanwhile.value.serial, 1);
    await reloading;
    assert.equal(meanwhile.value.released, false);
  });

  test("that fails leaves the old instance in use and says so", async () => {
    let isBroken = false;
    const { loader } = createFactory({ fail: () => isBroken });
    const resources = createResources();
    using lease = await resources.acquire("a", loader);
    isBroken = true;
    await assert.rejects(resources.reload("a", loader), /load 2 failed/);
    using again = await resources.acquire("a", loader);
    assert.equal(again.value, lease.value);
    assert.equal(statusOf(resources, "a").state, "ready");
    assert.equal(statusOf(resources, "a").error, "load 2 failed");
  });

  test("asked for twice at once loads twice, one after the other, and the later one stays", async () => {
    const { loader, things } = createFactory();
    const resources = createResources();
    await Promise.all([resources.reload("a", loader), resources.reload("a", loader)]);
    using lease = await resources.acquire("a", loader);
    assert.equal(lease.value.serial, 2);
    assert.deepEqual(
      things.map(({ released }) => released),
      [true, false],
    );
  });

  test("during the first load comes after it, even if that one fails", async () => {
    let failing = 1;
    const { loader } = createFactory({ fail: () => failing-- > 0 });
    const resources = createResources();
    const first = resources.acquire("a", loader);
    const reloading = resources.reload("a", loader);
    await assert.rejects(first, /load 1 failed/);
    await reloading;
    using lease = await resources.acquire("a", loader);
    assert.equal(lease.value.serial, 2);
  });
});

describe("drop", () => {
  test("releases at once what nobody borrows", async () => {
    const { loader, things } = createFactory();
    const resources = createResources();
    (await resources.acquire("a", loader))[Symbol.dispose]();
    await resources.drop("a");
    assert.equal(things[0]?.released, true);
    await resources.drop("never seen");
  });

  test("never releases what somebody borrows", async () => {
    const { loader, things } = createFactory();
    const resources = createResources();
    const lease = await resources.acquire("a", loader);
    await resources.drop("a");
    assert.equal(things[0]?.released, false);
    using fresh = await resources.acquire("a", loader);
    assert.equal(fresh.value.serial, 2);
    lease[Symbol.dispose]();
    assert.equal(things[0]?.released, true);
    assert.equal(fresh.value.released, false);
  });

  test("during a load gives the value to those who wait and to nobody else", async () => {
    const { loader, things } = createFactory();
    const resources = createResources();
    const waiting = resources.acquire("a", loader);
    await resources.drop("a");
    const lease = await waiting;
    assert.equal(lease.value.released, false);
    using fresh = await resources.acquire("a", loader);
    assert.notEqual(fresh.value, lease.value);
    lease[Symbol.dispose]();
    assert.equal(things.find((thing) => thing !== fresh.value)?.released, true);
  });
});

describe("a release that fails", () => {
  test("is told, stops nobody, and counts as released", async () => {
    const told: unknown[] = [];
    const resources = createResources({ onReleaseError: (key, error) => told.push([key, String(error)]) });
    const release = () => Promise.reject(new Error("stuck"));
    const { loader, things } = createFactory();
    const first = await resources.acquire("a", { load: () => 1, bytes: () => 1, release, keep: false });
    await resources.acquire("b", loader).then((lease) => lease[Symbol.dispose]());
    assert.doesNotThrow(() => first[Symbol.dispose]());
    await resources[Symbol.asyncDispose]();
    assert.deepEqual(told, [["a", "Error: stuck"]]);
    assert.equal(things[0]?.released, true);
  });
});

describe("shutdown", () => {
  test("releases everything, also what is still loading, and refuses new borrowers", async () => {
    const { loader, things } = createFactory();
    const resources = createResources();
    (await resources.acquire("a", loader))[Symbol.dispose]();
    const late = resources.acquire("b", loader);
    const shutdown = resources[Symbol.asyncDispose]();
    (await late)[Symbol.dispose]();
    await shutdown;
    assert.deepEqual(
      things.map(({ released }) => released),
      [true, true],
    );
    await assert.rejects(
      resources.acquire("a", loader),
      (error) => error instanceof AppError && error.code === "unavailable",
    );
  });

  test("leaves what is borrowed to its borrower", async () => {
    const { loader, things } = createFactory();
    const resources = createResources();
    const lease = await resources.acquire("a", loader);
    await resources[Symbol.asyncDispose]();
    assert.equal(things[0]?.released, false);
    lease[Symbol.dispose]();
    assert.equal(things[0]?.released, true);
  });

  test("waits for what a released resource gives back", async () => {
    const inner = createFactory();
    const resources = createResources();
    const outer: ResourceLoader<Lease<Thing>> = {
      load: () => resources.acquire("inner", inner.loader),
      bytes: () => 0,
      release: async (lease) => {
        await turn();
        lease[Symbol.dispose]();
      },
    };
    (await resources.acquire("outer", outer))[Symbol.dispose]();
    await resources[Symbol.asyncDispose]();
    assert.equal(inner.things[0]?.released, true);
  });
});

test("the status forgets old keys that hold nothing", async () => {
  const { loader } = createFactory({ keep: false });
  const resources = createResources();
  using _kept = await resources.acquire("kept", loader);
  for (let i = 0; i < 200; i++) (await resources.acquire(`segment:${i}`, loader))[Symbol.dispose]();
  const keys = resources.status().map(({ key }) => key);
  assert.ok(keys.length <= 40);
  assert.ok(keys.includes("kept"));
  assert.ok(keys.includes("segment:199"));
});

test("whatever the order of calls, nothing is used after its release and nothing is left over", async () => {
  const call = fc.constantFrom("acquire", "acquire", "return", "drop", "reload", "wait");
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 60 }), fc.boolean(), fc.boolean(), async (calls, keep, flaky) => {
      let attempts = 0;
      const { loader, things } = createFactory({ keep, fail: () => flaky && ++attempts % 3 === 0 });
      const resources = createResources();
      const held: Lease<Thing>[] = [];
      const running: Promise<unknown>[] = [];
      const run = (promise: Promise<unknown>) => running.push(promise.catch(() => "a flaky load"));
      for (const name of calls) {
        if (name === "acquire") run(resources.acquire("a", loader).then((lease) => held.push(lease)));
        else if (name === "return") held.shift()?.[Symbol.dispose]();
        else if (name === "drop") run(resources.drop("a"));
        else if (name === "reload") run(resources.reload("a", loader));
        else await turn();
        for (const lease of held) assert.equal(lease.value.released, false);
      }
      await Promise.all(running);
      for (const lease of held) assert.equal(lease.value.released, false);
      assert.equal(resources.status()[0]?.borrowers ?? 0, held.length);
      for (const lease of held) lease[Symbol.dispose]();
      await resources[Symbol.asyncDispose]();
      assert.ok(things.every(({ released }) => released));
    }),
    { numRuns: 200 },
  );
});
