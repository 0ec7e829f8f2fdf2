// What a JSON-RPC says about itself, held against what the user named and what the deployment recorded.
import { getCreateAddress, type JsonRpcProvider, Transaction, type TransactionResponse } from "ethers";
import { CliError, EXIT } from "./errors.ts";
import type { CompleteManifest, ManifestEntry } from "./manifest.ts";

const ANSWER_MS = 10_000;

/** A JSON-RPC in words: path and user information often are its key. */
const placeOf = (url: string): string => new URL(url).origin;

/** Asked without a provider: ethers would retry an unreachable chain for ever. */
async function ask(url: string, method: string): Promise<unknown> {
  const unreachable = (problem: string, cause?: unknown) =>
    new CliError(
      `no chain answers at ${placeOf(url)} (${problem.replaceAll(url, placeOf(url))})`,
      "start it (`npm start -- --keep` runs a local one), or name another with --rpc URL or ICN_RPC_URL",
      { code: "chain-unreachable", exitCode: EXIT.tryAgain, cause },
    );
  let answer: unknown;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    answer = await response.json();
  } catch (cause) {
    throw unreachable(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const { result } = (answer ?? {}) as { readonly result?: unknown };
  if (typeof result === "string") return result;
  throw unreachable(`${method} answered ${JSON.stringify(answer)}`);
}

/** The JSON-RPC must be on the chain that the user named, by both ways of asking. */
export async function requireChain(url: string, chainId: number): Promise<void> {
  const [said, network] = await Promise.all([ask(url, "eth_chainId"), ask(url, "net_version")]);
  if (Number(said) !== chainId)
    throw new CliError(
      `${placeOf(url)} is on chain ${Number(said)}, not on chain ${chainId}`,
      "name the --rpc and the --network or --deployment that belong together",
      { code: "wrong-chain" },
    );
  if (Number(network) !== chainId)
    throw lies(url, `eth_chainId answers ${chainId}, net_version answers ${network}`);
}

const lies = (url: string, contradiction: string): CliError =>
  new CliError(
    `the JSON-RPC at ${placeOf(url)} contradicts itself or the deployment: ${contradiction}`,
    "do not use it; name one that you trust with --rpc URL",
    { code: "rpc-lies" },
  );

/** The transactions that made the deployment must be on the chain, as recorded, and so must what they made. */
export async function requireDeployment(
  provider: JsonRpcProvider,
  url: string,
  { chainId, contracts }: CompleteManifest,
): Promise<void> {
  await Promise.all(
    (["ICNT", "SlaOracle"] as const).map((name) =>
      requireCreation({ provider, url, chainId }, name, contracts[name]),
    ),
  );
}

interface Asked {
  readonly provider: JsonRpcProvider;
  readonly url: string;
  readonly chainId: number;
}

async function requireCreation({ provider, url, chainId }: Asked, name: string, entry: ManifestEntry) {
  const { address, tx, block } = entry;
  const [receipt, transaction, code] = await Promise.all([
    provider.getTransactionReceipt(tx),
    provider.getTransaction(tx),
    provider.getCode(address),
  ]);
  if (receipt === null || transaction === null || code === "0x")
    throw new CliError(
      `the chain does not hold this deployment: it knows no ${name} at ${address} (was it restarted?)`,
      "deploy anew, or name the --deployment of this chain",
      { code: "no-deployment" },
    );
  const { hash, contract, signedFor } = contentOf(transaction);
  const contradictions = [
    [hash, tx, "hash"],
    [signedFor, BigInt(chainId), "chain id"],
    [contract, address, "contract"],
    [receipt.contractAddress?.toLowerCase(), address, "contract by its receipt"],
    [receipt.blockNumber, block, "block"],
  ] as const;
  const wrong = contradictions.find(([actual, recorded]) => actual !== recorded);
  if (wrong !== undefined)
    throw lies(url, `the ${wrong[2]} of ${name}'s creation ${tx} is ${wrong[0]}, recorded is ${wrong[1]}`);
}

/** What the fields of a transaction amount to, whatever the JSON-RPC says that its hash is. */
function contentOf(transaction: TransactionResponse) {
  try {
    const { hash, from, nonce, chainId } = Transaction.from(transaction);
    const contract = from === null ? undefined : getCreateAddress({ from, nonce }).toLowerCase();
    return { hash, contract, signedFor: chainId };
  } catch {
    // ethers throws where hash, sender and signature do not belong together.
    return { hash: "another", contract: undefined, signedFor: undefined };
  }
}
