import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RateCaps } from "../../../oracle/adapters/http-probe/rate-caps.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const OPTIONS = { perAddress: { perSecond: 2, burst: 3 }, perNetwork: { perSecond: 10, burst: 5 } };

describe("rate caps", () => {
  const times = (count: number, admit: () => boolean) =>
    Array.from({ length: count }, admit).filter((admitted) => admitted).length;

  it("admit a burst to an address, then its rate", async () => {
    const clock = new ManualClock();
    const caps = new RateCaps(OPTIONS, { clock });
    assert.equal(
      times(10, () => caps.admit("192.0.2.1")),
      3,
    );
    await clock.advance(1_000);
    assert.equal(
      times(10, () => caps.admit("192.0.2.1")),
      2,
    );
  });

  it("cap the addresses of one network together, and no other network", () => {
    const caps = new RateCaps(OPTIONS, { clock: new ManualClock() });
    let host = 0;
    assert.equal(
      times(20, () => caps.admit(`192.0.2.${++host}`)),
      5,
    );
    assert.equal(caps.admit("192.0.3.1"), true);
  });

  it("do not charge what they refuse", async () => {
    const clock = new ManualClock();
    const caps = new RateCaps(OPTIONS, { clock });
    times(1_000, () => caps.admit("192.0.2.1"));
    await clock.advance(500);
    assert.equal(caps.admit("192.0.2.1"), true);
  });
});
