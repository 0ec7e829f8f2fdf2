import { keccak256Text } from "../../../oracle/domain/hashing.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import type { Call, TransactionNode } from "../../../oracle/ports/transactions.ts";
import type { FakeChain, FakeTransaction } from "./fake-chain.ts";

/** A node through which one key sends to the fake chain. A raw transaction is its JSON. */
export function fakeNode(chain: FakeChain, from: Hex): TransactionNode {
  return {
    simulate: (call, on) => Promise.resolve(chain.simulate(call, on)),
    balance: () => Promise.resolve(10n ** 18n),
    estimateGas: () => Promise.resolve(500_000n),
    fees: () => Promise.resolve({ baseFeePerGas: 10n, tipPerGas: 1n }),
    minedNonce: () => Promise.resolve(chain.minedNonce(from)),
    sign: (call: Call, nonce, gas, fees) => {
      const { to, data } = call;
      const text = JSON.stringify({
        from,
        nonce,
        call: { to, data },
        gas: String(gas),
        fee: String(fees.maxFeePerGas),
      });
      return Promise.resolve({
        raw: `0x${Buffer.from(text).toString("hex")}` as Hex,
        hash: keccak256Text(text),
      });
    },
    broadcast: (raw) => {
      const text = Buffer.from(raw.slice(2), "hex").toString();
      const { nonce, call } = JSON.parse(text) as FakeTransaction;
      chain.broadcast({ hash: keccak256Text(text), from, nonce, call });
      return Promise.resolve();
    },
    receipt: (hash) => Promise.resolve(chain.receipt(hash)),
    finalBlock: () => Promise.resolve(chain.blockNumber - 2),
  };
}
