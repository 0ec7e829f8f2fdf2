import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connectionFault } from "../../../oracle/adapters/http-probe/connection-faults.ts";
import { outcomeOf, PROBE_REASONS } from "../../../oracle/ports/prober.ts";

const errorOf = (code: string) => Object.assign(new Error(code), { code });

describe("connection faults", () => {
  it("INV-14 of the attester's own machine are its own limit, in every phase", () => {
    for (const code of ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EADDRNOTAVAIL", "EACCES", "EPERM"])
      for (const phase of ["connect", "tls", "answer"] as const)
        assert.equal(connectionFault(errorOf(code), phase, 4), "own-limit", code);
    assert.equal(outcomeOf("own-limit"), "inconclusive");
  });

  it("INV-14 an unreachable network is the attester's fault if it has no address of the family", () => {
    const unreachable = errorOf("ENETUNREACH");
    assert.equal(
      connectionFault(unreachable, "connect", 6, () => false),
      "own-limit",
    );
    assert.equal(
      connectionFault(unreachable, "connect", 6, () => true),
      "connect",
    );
    connectionFault(unreachable, "connect", 4);
  });

  it("of the node are named by the phase", () => {
    for (const code of ["ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ETIMEDOUT", ""]) {
      assert.equal(connectionFault(errorOf(code), "connect", 4), "connect");
      assert.equal(connectionFault(errorOf(code), "tls", 4), "tls");
      assert.equal(connectionFault(errorOf(code), "answer", 4), "closed");
    }
    assert.equal(connectionFault("no error at all", "answer", 4), "closed");
  });

  it("of HTTP are told apart", () => {
    assert.equal(connectionFault(errorOf("HPE_HEADER_OVERFLOW"), "answer", 4), "headers-too-large");
    assert.equal(connectionFault(errorOf("HPE_INVALID_CONSTANT"), "answer", 4), "malformed");
  });
});

describe("probe reasons", () => {
  it("are all different and each has an outcome", () => {
    const words = PROBE_REASONS.map(([reason]) => reason);
    assert.equal(new Set(words).size, words.length);
    for (const [reason, outcome] of PROBE_REASONS) assert.equal(outcomeOf(reason), outcome);
  });
});
