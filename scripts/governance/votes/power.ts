// An account's votes: what it has at each of the three sources, whom that votes for, and what votes for the account.
import { ZeroAddress } from "ethers";
import { formatIcnt } from "../../lib/amounts.ts";
import type { Session } from "../../lib/command.ts";

export const SOURCES = ["liquid", "staked", "vesting"] as const;
export type Source = (typeof SOURCES)[number];

export const SOURCE_CONTRACTS = { liquid: "ICNT", staked: "NodeStaking", vesting: "VestingVault" } as const;

export interface SourceVotes {
  readonly source: Source;
  /** Wei that the account has there. */
  readonly held: bigint;
  /** Whom that votes for; undefined: nobody. */
  readonly delegate: string | undefined;
  /** Votes that the account has there now, its own and others'. */
  readonly received: bigint;
  /** Vesting ICNT of the treasury and the timelock has no votes, whoever is named. */
  readonly mute: boolean;
}

export interface AccountVotes {
  readonly account: string;
  readonly sources: readonly SourceVotes[];
}

export function sourceContract({ contracts }: Session, source: Source) {
  switch (source) {
    case "liquid":
      return contracts.icnt;
    case "staked":
      return contracts.staking;
    case "vesting":
      return contracts.vault;
  }
}

export async function votesOf(session: Session, account: string): Promise<AccountVotes> {
  const { icnt, staking, vault } = session.contracts;
  const isMute = await neverVotes(session, account);
  const held = await Promise.all([
    icnt.balanceOf(account),
    staking.principalOf(account),
    vault.unreleasedOf(account),
  ]);
  const sources = SOURCES.map(async (source, place): Promise<SourceVotes> => {
    const contract = sourceContract(session, source);
    const [delegate, received] = await Promise.all([contract.delegates(account), contract.getVotes(account)]);
    return {
      ...{ source, held: held[place] ?? 0n, received, mute: source === "vesting" && isMute },
      delegate: delegate === ZeroAddress ? undefined : delegate,
    };
  });
  return { account, sources: await Promise.all(sources) };
}

/** Whether vesting ICNT of the account has no votes by the vault's code. */
export async function neverVotes({ contracts, manifest }: Session, account: string): Promise<boolean> {
  const treasury = await contracts.vault.treasury();
  return [treasury.toLowerCase(), manifest.contracts.IcnTimelock.address].includes(account.toLowerCase());
}

/** Votes that the account can cast now. */
export const totalOf = ({ sources }: AccountVotes): bigint =>
  sources.reduce((sum, { received }) => sum + received, 0n);

/** What the account has and nobody votes with, though somebody could. */
export const voiceless = ({ sources }: AccountVotes): SourceVotes[] =>
  sources.filter(({ held, delegate, mute }) => held > 0n && delegate === undefined && !mute);

/** Where an account's ICNT is, and whom it votes for: for who has too few votes. */
export function whereabouts(votes: AccountVotes): string {
  const held = votes.sources.filter(({ held }) => held > 0n);
  if (held.length === 0) return `${votes.account} has no ICNT`;
  const parts = held.map((one) => `${formatIcnt(one.held)} ${one.source} (${voiceOf(one, votes.account)})`);
  return `its ICNT: ${parts.join(", ")}`;
}

export function voiceOf({ delegate, mute }: SourceVotes, account: string): string {
  if (mute) return "never votes: treasury or timelock";
  if (delegate === undefined) return "votes for nobody";
  return delegate.toLowerCase() === account.toLowerCase() ? "votes for itself" : `votes for ${delegate}`;
}
