// Three holders – of liquid, staked and vesting ICNT – decide over a running devnet, by command line alone.
import assert from "node:assert/strict";
import type { Devnet } from "../../../scripts/devnet/devnet.ts";
import { roleWallet } from "../../../scripts/devnet/keys.ts";
import { nowMs, sleepUntil } from "../../../scripts/lib/time.ts";
import type { Result } from "../../scripts/support/icn.ts";

const HOLDERS = [
  ["deployer", "--liquid"],
  ["delegator", "--staked"],
  ["partner", "--vesting"],
] as const;
type Role = (typeof HOLDERS)[number][0];
const PROPOSALS = ["1", "2"] as const;
type Proposal = (typeof PROPOSALS)[number];
const POLL_MS = 500;
/** Longer, so that looking does not hold up what is waited for. */
const SHOW_POLL_MS = 4_000;

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
  readonly #run: (...args: string[]) => Promise<Result>;

  /** `run` is the command line, on that devnet. */
  constructor(devnet: Devnet, run: (...args: string[]) => Promise<Result>) {
    this.#devnet = devnet;
    this.#run = run;
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
    await this.#passed("1", "A longer veto window", "--set", `oracle.veto-window=${vetoWindow}s`);
    await this.#passed("2", "The next SlaOracle", "--upgrade", `SlaOracle=${implementation}`);
    for (const step of ["queue", "execute"] as const)
      for (const proposal of PROPOSALS) {
        await this.#untilDue(await this.#show(proposal));
        if (step === "execute") await this.#untilSettled(proposal);
        await this.#spend("delegator", "gov", step, proposal);
      }

    const { state, forWei, snapshotAt } = await this.#show("2");
    assert.equal(state, "executed");
    return { implementation, at: await this.#chainNow(), snapshotAt, votesFor: BigInt(forWei) };
  }

  /** Proposes, and votes as soon as that can be: voting lasts four epochs only. */
  async #passed(proposal: Proposal, title: string, ...actions: string[]): Promise<void> {
    await this.#spend("partner", "gov", "propose", "--title", title, ...actions);
    const shown = await this.#show(proposal);
    // Of a proposal that is voted on already, what comes next is the end of voting.
    if (shown.state === "pending") await this.#untilDue(shown);
    for (const [role] of HOLDERS) await this.#spend(role, "gov", "vote", proposal, "for");
  }

  async #show(proposal: Proposal): Promise<Shown> {
    return (await this.#icn("gov", "show", proposal, "--json")) as Shown;
  }

  #spend(role: Role, ...args: string[]): Promise<unknown> {
    return this.#icn(...args, "--yes", "--json", "--key", roleWallet(role).privateKey);
  }

  async #icn(...args: string[]): Promise<unknown> {
    const { status, stdout, stderr } = await this.#run(...args);
    assert.equal(status, 0, `icn ${args.join(" ")}: ${stderr}`);
    return JSON.parse(stdout);
  }

  async #chainNow(): Promise<number> {
    return (await this.#devnet.provider.getBlock("latest"))?.timestamp ?? 0;
  }

  /** Waits until what comes next, as was shown, can come: votes, then queueing, then execution. */
  async #untilDue({ nextAt }: Shown): Promise<void> {
    while ((await this.#chainNow()) <= (nextAt ?? 0)) await this.#pause();
  }

  /** Execution is put off while bonds answer for epochs that are not final: by far, and until they are. */
  async #untilSettled(proposal: Proposal): Promise<void> {
    while (((await this.#show(proposal)).nextAt ?? 0) > (await this.#chainNow()))
      await this.#pause(SHOW_POLL_MS);
  }

  #pause(ms = POLL_MS): Promise<void> {
    return sleepUntil(nowMs() + ms, this.#devnet.processes.failure);
  }
}
