// The devnet's attesters: one oracle process each, with its own keys, state and port.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { attesterKeys } from "./keys.ts";
import { type Processes, untilHealthy } from "./processes.ts";

const MAIN = fileURLToPath(new URL("../../oracle/main.ts", import.meta.url));
const START_MS = 60_000;

export interface DevnetAttester {
  readonly id: number;
  readonly port: number;
}

export interface AttesterSetting {
  readonly directory: string;
  readonly rpcUrl: string;
  readonly deployment: string;
}

export const planAttesters = (count: number, takePort: () => number): DevnetAttester[] =>
  Array.from({ length: count }, (_, place) => ({ id: place + 1, port: takePort() }));

export const attesterEndpoint = ({ port }: DevnetAttester): string => `http://127.0.0.1:${port}`;
export const attesterName = (id: number): string => `attester-${id}`;

/** Environment of an attester's oracle; `oracle run` needs nothing else. */
export function attesterEnvironment(
  { id, port }: DevnetAttester,
  { directory, rpcUrl, deployment }: AttesterSetting,
): Record<string, string> {
  const { signing, submitter, boxPrivateKey } = attesterKeys(id - 1);
  return {
    ICN_DEPLOYMENT: deployment,
    ICN_RPC_URL: rpcUrl,
    ICN_ATTESTER_ID: String(id),
    ICN_SIGNING_KEY: signing.privateKey,
    ICN_BOX_KEY: boxPrivateKey,
    ICN_SUBMITTER_KEY: submitter.privateKey,
    ICN_STATE_DIR: join(directory, attesterName(id)),
    ICN_LISTEN: `127.0.0.1:${port}`,
    ICN_ALLOW_CIDRS: "127.0.0.0/8",
    ICN_LOG_LEVEL: "info",
  };
}

/** Starts (or restarts) an attester; it may not answer yet. */
export function startAttester(
  processes: Processes,
  attester: DevnetAttester,
  setting: AttesterSetting,
): void {
  const env = attesterEnvironment(attester, setting);
  mkdirSync(join(setting.directory, attesterName(attester.id)), { recursive: true });
  processes.start({ name: attesterName(attester.id), file: process.execPath, args: [MAIN, "run"], env });
}

export const untilAttesterServes = (processes: Processes, attester: DevnetAttester): Promise<void> =>
  untilHealthy(
    `attester ${attester.id}`,
    `${attesterEndpoint(attester)}/healthz`,
    START_MS,
    processes.failure,
  );
