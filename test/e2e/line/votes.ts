// Three holders – of liquid, staked and vesting ICNT – decide over a running devnet, by command line alone.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Devnet } from "../../../scripts/devnet/devnet.ts";
import { roleWallet } from "../../../scripts/devnet/keys.ts";
import { manifestPath } from "../../../scripts/lib/manifest.ts";
import { nowMs, sleepUntil } from "../../../scripts/lib/time.ts";

const HOLDERS = [
  ["deployer", "--liquid"],
  ["delegator", "--staked"],
  ["partner", "--vesting"],
] as const;
type Role = (typeof HOLDERS)[number][0];
const PROPOSALS = ["1", "2"] as const;
const POLL_MS = 500;

/** What `icn gov show --json` tells, as far as this looks at it. */
interface Shown {
  readonly state: string;
  readonly forWei: string;
  /** At which votes are counted, in Unix seconds. */
  readonly snapshotAt: number;
  /** When what comes next can come. */
  readonly nextAt: number | null;
}

export interface Decided {
  /** What SlaOracle's proxy runs now. */
  readonly implementation: string;
  /** Unix seconds of the block in which both were in force. */
  readonly at: number;
  /** When the votes on the upgrade were counted. */
  readonly snapshotAt: number;
  /** Wei of ICNT that were for it. */
  readonly votesFor: bigint;
}

export class VoteRun {
  readonly #devnet: Devnet;

  constructor(devnet: Devnet) {
    this.#devnet = devnet;
  }

  /** One proposal that sets the veto window, in seconds, and one that upgrades SlaOracle, from delegating to execution. */
  async decide(vetoWindow: number): Promise<Decided> {
    for (const [role, source] of HOLDERS) await this.#spend(role, "votes", "delegate", "self", source);
    const created = await this.#spend(
      "deployer",
      "gov",
      "implementation",
      "SlaOracle",
      "--artifact",
      "SlaOracleNext",
    );
    const { implementation } = created as { implementation: string };
    await this.#propose("A longer veto window", "--set", `oracle.veto-window=${vetoWindow}s`);
    await this.#propose("The next SlaOracle", "--upgrade", `SlaOracle=${implementation}`);

    for (const proposal of PROPOSALS) await this.#untilVoting(proposal);
    await Promise.all(HOLDERS.map(([role]) => this.#voteOnAll(role)));
    for (const step of ["queue", "execute"] as const)
      for (const proposal of PROPOSALS) {
        await this.#untilDue(proposal);
        await this.#spend("delegator", "gov", step, proposal);
      }

    const { state, forWei, snapshotAt } = await this.#show("2");
    assert.equal(state, "executed");
    return { implementation, at: await this.#chainNow(), snapshotAt, votesFor: BigInt(forWei) };
  }

  async #voteOnAll(role: Role): Promise<void> {
    for (const proposal of PROPOSALS) await this.#spend(role, "gov", "vote", proposal, "for");
  }

  #propose(title: string, ...actions: string[]): Promise<unknown> {
    return this.#spend("partner", "gov", "propose", "--title", title, ...actions);
  }

  async #show(proposal: string): Promise<Shown> {
    return (await this.#icn("gov", "show", proposal, "--json")) as Shown;
  }

  #spend(role: Role, ...args: string[]): Promise<unknown> {
    return this.#icn(...args, "--yes", "--json", "--key", roleWallet(role).privateKey);
  }

  /** Runs beside the devnet and never blocks it: attesters on a busy machine abstain. */
  async #icn(...args: string[]): Promise<unknown> {
    const { rpcUrl, directory } = this.#devnet;
    const child = spawn(process.execPath, ["scripts/icn.ts", ...args], {
      env: { ...process.env, ICN_RPC_URL: rpcUrl, ICN_DEPLOYMENT: manifestPath(directory) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    const [status] = (await once(child, "close")) as [number | null];
    assert.equal(status, 0, `icn ${args.join(" ")}: ${output.stderr}`);
    return JSON.parse(output.stdout);
  }

  async #chainNow(): Promise<number> {
    return (await this.#devnet.provider.getBlock("latest"))?.timestamp ?? 0;
  }

  /** Of a proposal that is voted on already, what comes next is the end of voting. */
  async #untilVoting(proposal: string): Promise<void> {
    if ((await this.#show(proposal)).state === "pending") await this.#untilDue(proposal);
  }

  /** Waits until what comes next for a proposal can come: votes, then queueing, then execution. */
  async #untilDue(proposal: string): Promise<void> {
    const { nextAt } = await this.#show(proposal);
    while ((await this.#chainNow()) <= (nextAt ?? 0))
      await sleepUntil(nowMs() + POLL_MS, this.#devnet.processes.failure);
  }
}
