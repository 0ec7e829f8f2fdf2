import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createAddressRules, networkOf } from "../../../oracle/adapters/http-probe/address-rules.ts";

const GLOBAL = ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::200e", "::ffff:1.1.1.1"];
const REFUSED = {
  unspecified: ["0.0.0.0", "0.1.2.3", "::"],
  loopback: ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"],
  private: ["10.0.0.1", "172.16.0.1", "192.168.1.1", "::ffff:192.168.1.1", "fc00::1", "fd12:3456::1"],
  "carrier-grade NAT": ["100.64.0.1", "100.100.100.200"],
  "link-local and metadata": ["169.254.169.254", "fe80::1", "fd00:ec2::254", "168.63.129.16", "192.0.0.192"],
  translation: ["64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "::7f00:1"],
  "special purpose": [
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.9",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "5f00::1",
  ],
  "multicast, broadcast, reserved": ["224.0.0.1", "255.255.255.255", "240.0.0.1", "ff02::1", "4000::1"],
  "no address": ["", "localhost", "1.1.1.1.1", "fe80::1%eth0"],
};

describe("address rules", () => {
  const rules = createAddressRules({ chainId: 1, allow: [] });

  it("allow global unicast", () => {
    for (const address of GLOBAL) assert.equal(rules(address), true, address);
  });

  for (const [kind, addresses] of Object.entries(REFUSED)) {
    it(`refuse ${kind}`, () => {
      for (const address of addresses) assert.equal(rules(address), false, address);
    });
  }

  describe("with an allow list", () => {
    it("allow its blocks, mapped addresses included, and nothing else beyond the global ones", () => {
      const devnet = createAddressRules({ chainId: 31_337, allow: ["127.0.0.0/8", "fd00::/8"] });
      for (const address of ["127.0.0.1", "::ffff:127.0.0.1", "fd00::1", "1.1.1.1"])
        assert.equal(devnet(address), true, address);
      for (const address of ["10.0.0.1", "169.254.169.254", "::1"])
        assert.equal(devnet(address), false, address);
    });

    it("are refused on any chain but the devnet's", () => {
      assert.throws(() => createAddressRules({ chainId: 1, allow: ["127.0.0.0/8"] }), {
        code: "address-allow-list-refused",
      });
    });

    it("are refused if a block is malformed", () => {
      assert.throws(() => createAddressRules({ chainId: 31_337, allow: ["127.0.0.1"] }), {
        code: "address-allow-list-invalid",
      });
    });
  });
});

describe("the network of an address", () => {
  it("is its /24 or /48", () => {
    assert.equal(networkOf("192.0.2.1"), networkOf("192.0.2.254"));
    assert.notEqual(networkOf("192.0.2.1"), networkOf("192.0.3.1"));
    assert.equal(networkOf("2001:db8:1::1"), networkOf("2001:db8:1:ffff::2"));
    assert.notEqual(networkOf("2001:db8:1::1"), networkOf("2001:db8:2::1"));
  });
});
