// icn votes show, icn votes delegate: who votes with an account's liquid, staked and vesting ICNT.
import { getAddress, isAddress, ZeroAddress } from "ethers";
import { openAccount } from "../../holder/account.ts";
import { watchedAddress } from "../../holder/watched.ts";
import { formatIcnt } from "../../lib/amounts.ts";
import { openSigningSession, type SignerOptions, type SigningSession } from "../../lib/command.ts";
import { CliError } from "../../lib/errors.ts";
import { printResult, table } from "../../lib/output.ts";
import { type Plan, type Step, stepOf } from "../../lib/plan.ts";
import type { SpendOptions } from "../../lib/spend.ts";
import { formatTime, readCalendar } from "../../node/calendar.ts";
import { carryOut } from "../../node/carry-out.ts";
import { votesIn } from "../proposals/standing.ts";
import { type Delegations, readDelegations, signDelegations } from "./delegations.ts";
import {
  type AccountVotes,
  SOURCE_CONTRACTS,
  SOURCES,
  type Source,
  sourceContract,
  totalOf,
  voiceless,
  voiceOf,
  votesOf,
} from "./power.ts";
import { partsOf, requireFree, writeSigned } from "./signed.ts";

export interface DelegateOptions extends SpendOptions {
  readonly liquid?: true;
  readonly staked?: true;
  readonly vesting?: true;
  readonly signTo?: string;
  /** Seconds. */
  readonly expires: number;
  readonly signed?: string;
}

export async function showVotes(address: string | undefined, options: SignerOptions): Promise<void> {
  const { session, account } = await openAccount(address, options);
  const votes = await votesOf(session, account);
  session.provider.destroy();
  const silent = voiceless(votes);
  const json = {
    account,
    votesWei: totalOf(votes),
    sources: votes.sources.map(({ source, held, delegate, received, mute }) => ({
      ...{ source, contract: SOURCE_CONTRACTS[source], heldWei: held, delegate: delegate ?? null },
      ...{ receivedWei: received, neverVotes: mute },
    })),
    voicelessWei: silent.reduce((sum, { held }) => sum + held, 0n),
  };
  printResult(options.json === true, json, () => votesWords(votes));
}

function votesWords(votes: AccountVotes): string {
  const rows = votes.sources.map((one) => [
    one.source,
    formatIcnt(one.held),
    voiceOf(one, votes.account),
    formatIcnt(one.received),
  ]);
  const silent = voiceless(votes).map(({ source, held }) => `${formatIcnt(held)} ${source}`);
  const advice =
    silent.length === 0
      ? ""
      : `\nNobody votes with ${silent.join(", ")} ICNT. \`icn votes delegate self\` gives them your voice.`;
  return `${table([["", "ICNT", "", "votes received"], ...rows])}\n\n${votes.account} can cast ${votesIn(totalOf(votes))} now.${advice}`;
}

export async function delegateVotes(whom: string | undefined, options: DelegateOptions): Promise<void> {
  const { signed, signTo } = options;
  if (signed !== undefined) {
    if (whom !== undefined) throw usage("the file says who is to vote: leave the address out");
    await sendSigned(signed, options);
    return;
  }
  if (whom === undefined) throw usage("name an address, self or nobody");
  if (signTo !== undefined) await signOnly(whom, signTo, options);
  else await delegateNow(whom, options);
}

const usage = (message: string): CliError =>
  new CliError(message, "add --help for what this command takes, with examples", { code: "usage" });

/** All three unless some are named. */
function chosen({ liquid, staked, vesting }: DelegateOptions): readonly Source[] {
  const named = { liquid, staked, vesting };
  const some = SOURCES.filter((source) => named[source] === true);
  return some.length === 0 ? SOURCES : some;
}

function delegateeOf(whom: string, account: string): string {
  if (whom === "self") return account;
  if (whom === "nobody") return ZeroAddress;
  if (isAddress(whom)) return getAddress(whom);
  throw usage(`"${whom}" is neither an address nor self nor nobody`);
}

const nameOf = (delegatee: string, account: string): string =>
  delegatee === ZeroAddress ? "nobody" : delegatee === account ? `itself (${account})` : delegatee;

async function delegateNow(whom: string, options: DelegateOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { address } = session.wallet;
  const delegatee = delegateeOf(whom, address);
  const votes = await votesOf(session, address);
  const sources = chosen(options);
  const steps: Step[] = [];
  for (const source of sources) {
    const { delegate = ZeroAddress } = votes.sources.find((one) => one.source === source) ?? {};
    if (delegate !== delegatee) steps.push(await delegateStep(session, source, delegatee));
  }
  const plan = { steps, watched: await watchedOf(session, sources, address) };
  await carryDelegation(session, plan, { account: address, delegatee, sources, options });
}

function delegateStep(session: SigningSession, source: Source, delegatee: string): Promise<Step> {
  const { address } = session.wallet;
  const call = sourceContract(session, source).delegate.populateTransaction(delegatee);
  return stepOf(`have ${nameOf(delegatee, address)} vote with ${source} ICNT of ${address}`, call);
}

const watchedOf = (session: SigningSession, sources: readonly Source[], account: string) =>
  Promise.all(
    sources.map(async (source) => {
      const names = { name: `${source}Delegate`, label: `who votes with ${source} ICNT` };
      const watched = await watchedAddress(names, sourceContract(session, source), "delegates", [account]);
      return { ...watched, format: (value: unknown) => (value === ZeroAddress ? "nobody" : String(value)) };
    }),
  );

interface Delegated {
  readonly account: string;
  readonly delegatee: string;
  readonly sources: readonly Source[];
  readonly options: SpendOptions;
}

async function carryDelegation(
  session: SigningSession,
  plan: Plan,
  { account, delegatee, sources, options }: Delegated,
): Promise<void> {
  await carryOut(session, plan, options, async () => {
    const votes = await votesOf(session, account);
    const mute = votes.sources.some((one) => one.mute && sources.includes(one.source) && one.held > 0n);
    const of = votes.sources.filter(({ source, mute: never }) => sources.includes(source) && !never);
    const votesWei = of.reduce((sum, { held }) => sum + held, 0n);
    const done = `${nameOf(delegatee, account)} votes with ${votesIn(votesWei)} of ${account}: ${sources.join(", ")}.`;
    const hint = mute ? "\nVesting ICNT of the treasury and the timelock never votes, whoever is named." : "";
    return {
      json: { account, delegate: delegatee === ZeroAddress ? null : delegatee, sources, votesWei },
      words: `${plan.steps.length === 0 ? "Nothing to do: " : ""}${done}${hint}`,
    };
  });
}

/** Needs no coin: whoever gets the file sends it. */
async function signOnly(whom: string, file: string, options: DelegateOptions): Promise<void> {
  requireFree(file);
  const session = await openSigningSession(options);
  const { now } = await readCalendar(session);
  const { address } = session.wallet;
  const delegatee = delegateeOf(whom, address);
  const sources = chosen(options);
  const signed = await signDelegations(session, { delegatee, expiresAt: now + options.expires, sources });
  session.provider.destroy();
  writeSigned(file, signed);
  printResult(
    options.json === true,
    { file, signed },
    () =>
      `${file} has ${nameOf(delegatee, address)} vote with the ${sources.join(", ")} ICNT of ${address}. Nothing was sent.\n` +
      `Anyone can send it until ${formatTime(signed.expiresAt)}: icn votes delegate --signed ${file}`,
  );
}

async function sendSigned(file: string, options: DelegateOptions): Promise<void> {
  const session = await openSigningSession(options);
  const signed = await readDelegations(session, file);
  const sources = signed.delegations.map(({ source }) => source);
  const steps: Step[] = [];
  for (const source of sources) steps.push(await signedStep(session, signed, source));
  const { delegator: account, delegatee } = signed;
  const plan = { steps, watched: await watchedOf(session, sources, account) };
  await carryDelegation(session, plan, { account, delegatee, sources, options });
}

function signedStep(session: SigningSession, signed: Delegations, source: Source): Promise<Step> {
  const { delegator, delegatee, expiresAt, delegations } = signed;
  const one = delegations.find((delegation) => delegation.source === source);
  const { v, r, s } = partsOf(one?.signature ?? "");
  const call = sourceContract(session, source).delegateBySig.populateTransaction(
    ...([delegatee, one?.nonce ?? 0n, expiresAt, v, r, s] as const),
  );
  return stepOf(`have ${nameOf(delegatee, delegator)} vote with ${source} ICNT of ${delegator}`, call);
}
