/** The core makes of every script the decisions that the Python core made of it, word for word. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { policyOf } from "../../../harness/ssechaos/server/static/policy.js";
import { ReconnectCore } from "../../../harness/ssechaos/server/static/reconnect.js";
import { SHARED } from "./shared.mjs";

function played(core, { input, now, ...given }) {
  switch (input) {
    case "start": return core.start(now);
    case "head": return core.connected({ status: given.status, headers: new Headers(given.headers) }, now);
    case "bytes": return core.received(Uint8Array.from(Buffer.from(given.bytes, "base64")), now);
    case "broken": return core.broken(given.reason, now);
    case "refused": return core.refused(given.reason);
    case "tick": return core.tick(now);
    default: throw new Error(`unknown input ${input}`);
  }
}

for (const { seed, policy, drawn, lastEventId, steps } of SHARED?.scripts ?? []) {
  test(`script ${seed} is played as by the Python core`, () => {
    const core = new ReconnectCore(policyOf(policy), () => drawn.shift(), lastEventId);
    for (const [nth, { step, expected }] of steps.entries()) {
      const decisions = played(core, step);
      const { phase, deadline, delivery } = core;
      assert.deepEqual(
        { decisions, phase, deadline, lastEventId: delivery.lastEventId, duplicates: delivery.duplicates },
        expected,
        `step ${nth}: ${JSON.stringify(step)}`,
      );
    }
    assert.deepEqual(drawn, []);
  });
}

test("a stream that is stopped shows closed, and nothing follows", () => {
  const core = new ReconnectCore(policyOf({}), Math.random);
  core.start(0);
  assert.deepEqual(core.stopped(), [{ kind: "hangup" }, { kind: "show", state: "closed" }]);
  assert.deepEqual([core.stopped(), core.tick(1e9), core.phase, core.deadline], [[], [], "over", null]);
});
