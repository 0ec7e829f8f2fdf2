import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ViemChain } from "../adapters/chain/chain.ts";
import { EventDecoder } from "../adapters/chain/decode.ts";
import { rawLogSchema } from "../adapters/chain/raw-log.ts";
import { Rpc } from "../adapters/chain/rpc.ts";
import { HttpPeers } from "../adapters/peers/http-peers.ts";
import { ChainLog } from "../adapters/sqlite/chain-log.ts";
import { type ChainConfig, DEVNET_CHAIN_ID, parseDeployment } from "../config/config.ts";
import { emissionSchedule } from "../config/deployment.ts";
import { ROW_BYTES } from "../domain/bundle.ts";
import { ChainState } from "../domain/chain-state.ts";
import { EpochClock } from "../domain/epochs.ts";
import { OracleError } from "../domain/errors.ts";
import type { EpochContext, ObservationRoot } from "../domain/types.ts";
import { createHttp } from "./http.ts";
import type { RunDependencies } from "./run.ts";

/** Where the public evidence comes from. */
export interface EvidenceSource {
  readonly state: ChainState;
  /** The published bundle of an attester; undefined if nobody has it. */
  bundle(
    context: EpochContext,
    wanted: ObservationRoot,
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined>;
}

const TIMEOUT_MS = 10_000;
const EVENTS_MAX_BYTES = 512 * 1024 * 1024;
const LOOPBACK = ["127.0.0.0/8", "::1/128"];

/** From the chain and the attesters. */
export async function onlineEvidence(
  config: ChainConfig,
  { time, log }: RunDependencies,
  signal: AbortSignal,
): Promise<EvidenceSource> {
  const { chainId } = config.deployment;
  const rpc = new Rpc({ urls: config.rpcUrls, timeoutMs: TIMEOUT_MS });
  const { state } = await new ViemChain(config, { rpc, copy: new ChainLog(":memory:"), log }).sync(signal);
  const allowCidrs = chainId === DEVNET_CHAIN_ID ? LOOPBACK : [];
  const peers = new HttpPeers(createHttp({ chainId, allowCidrs, totalMs: TIMEOUT_MS }, time));
  return {
    state,
    bundle: async ({ epoch, members, nodes }, { attesterId, root }, stop) => {
      const author = members.filter((member) => member.attesterId === attesterId);
      const others = members.filter((member) => member.attesterId !== attesterId);
      for (const member of [...author, ...others]) {
        const endpoint = state.attesterOf(member.attesterId)?.endpoint;
        if (!endpoint) continue;
        const maxBytes = nodes.length * ROW_BYTES;
        const bytes = await peers.bundle(endpoint, epoch, root, maxBytes, stop).catch(() => undefined);
        stop.throwIfAborted();
        if (bytes !== undefined) return bytes;
      }
      return undefined;
    },
  };
}

/**
 * From an evidence directory (docs/wire.md).
 * @throws OracleError `evidence-missing` or `evidence-invalid`, naming file and line.
 */
export function offlineEvidence(directory: string): EvidenceSource {
  const deployment = parseDeployment(readEvidence(directory, "deployment.json"));
  const clock = new EpochClock(deployment.epochZero, deployment.epochLength);
  const state = new ChainState(clock, emissionSchedule(deployment));
  const decoder = new EventDecoder(deployment);
  readEvidence(directory, "events.jsonl")
    .split("\n")
    .forEach((line, index) => {
      if (line.trim() === "") return;
      const event = decoder.decode(parseLine(line, index + 1));
      if (event !== undefined) state.apply(event);
    });
  return {
    state,
    bundle: ({ epoch }, { attesterId }) => {
      const file = join(directory, "bundles", String(epoch), `${attesterId}.bin`);
      return Promise.resolve(existsSync(file) ? Uint8Array.from(readFileSync(file)) : undefined);
    },
  };
}

function parseLine(line: string, number: number) {
  try {
    return rawLogSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new OracleError(
      "evidence-invalid",
      `Line ${number} of events.jsonl is no log as in docs/wire.md.`,
      {
        cause,
        context: { line: number },
      },
    );
  }
}

function readEvidence(directory: string, name: string): string {
  const file = join(directory, name);
  if (!existsSync(file))
    throw new OracleError(
      "evidence-missing",
      `${file} does not exist: name an evidence directory with deployment.json, events.jsonl and bundles/`,
      { context: { file } },
    );
  if (statSync(file).size > EVENTS_MAX_BYTES)
    throw new OracleError("evidence-invalid", `${file} is larger than ${EVENTS_MAX_BYTES} bytes.`, {
      context: { file },
    });
  return readFileSync(file, "utf8");
}
