// What a call that hands on no other changes: values of the chain to look at before and after, or told by the call.
import { isCallException } from "ethers";

import { ROLES } from "../../deploy/permissions.ts";
import { watchedCount, watchedFlag, watchedLiquid } from "../../holder/watched.ts";
import type { Watched } from "../../lib/plan.ts";
import { calendarAt, formatTime } from "../../node/calendar.ts";
import { labelOf } from "../parameters/labels.ts";
import { parametersOf, RULES, watchedParameter } from "../parameters/parameters.ts";
import { differences, hashOfRules, rulesAt } from "../parameters/rules.ts";
import { scheduledRules } from "../parameters/scheduled.ts";
import { operationOf, readProposals, shortTitleOf } from "../proposals/proposals.ts";
import type { Action, Setting, Told } from "./actions.ts";
import type { DecodedCall, Plain } from "./decode.ts";

type Effect = Partial<Pick<Action, "words" | "watched" | "told" | "compared">>;
type Reading = (setting: Setting, values: readonly Plain[]) => Promise<Effect> | Effect;

/** Nothing of a call that no entry is about. */
export async function effectOf(setting: Setting, { contract, method, args }: DecodedCall): Promise<Effect> {
  if (contract === undefined || method === undefined) return {};
  const values = args.map(({ value }) => value);
  const parameters = parametersOf(contract, method, values);
  if (parameters.length > 0) {
    const watched = parameters.map((parameter) => watchedParameter(setting.book, parameter));
    return { watched, compared: true };
  }
  return (await EFFECTS[`${contract}.${method}`]?.(setting, values)) ?? {};
}

const EFFECTS: Readonly<Record<string, Reading>> = {
  "SlaOracle.scheduleRules": rulesEffect,
  "SlaOracle.renewVetoes": async ({ session }) => {
    const names = { name: "oracle.vetoesLeft", label: "vetoes left to the guardian" };
    const { oracle } = session.contracts;
    return { watched: [await watchedCount(names, oracle, "vetoesLeft", [])], compared: true };
  },
  "SlaOracle.renewPause": async ({ session }) => {
    const names = { name: "oracle.pauseLeft", label: "guardian may pause" };
    const { oracle } = session.contracts;
    return { watched: [await watchedFlag(names, oracle, "pauseLeft", [])], compared: true };
  },
  "AttesterCommittee.admit": async ({ session }) => {
    const names = { name: "attesterCount", label: "attesters" };
    return { watched: [await watchedCount(names, session.contracts.committee, "attesterCount", [])] };
  },
  "AttesterCommittee.setCommittee": async (setting) => ({ watched: await committeeOf(setting) }),
  "AccessManager.grantRole": roleEffect,
  "AccessManager.revokeRole": roleEffect,
  "ICNT.transfer": async ({ session }, [to]) => ({
    ...{ watched: [await watchedLiquid(session.contracts, String(to))], compared: true },
  }),
  "IcnTimelock.cancel": async (setting, [operation]) => ({
    told: await cancelledBy(setting, String(operation)),
  }),
};

const aboutOf = (path: string): string => {
  const label = labelOf(path);
  return label === undefined ? "" : ` (${label})`;
};

async function rulesEffect(
  { session, book, block }: Setting,
  [rules = "", from = 0n]: readonly Plain[],
): Promise<Effect> {
  const first = BigInt(String(from));
  const [otherwise, replaced] = await Promise.all([
    rulesAt(session.contracts, book, first, block),
    scheduledRules(session, book, first, block),
  ]);
  const told = differences(otherwise, rules).map(({ path, before, after }) => ({
    ...{
      name: `${RULES}${path}`,
      label: `${RULES}${path}${aboutOf(path)}, from epoch ${from} on`,
      before,
      after,
    },
  }));
  const dropped = replaced.map(({ fromEpoch }) => ({
    ...{ name: `rules.from.${fromEpoch}`, label: `rules that were to come with epoch ${fromEpoch}` },
    ...{ before: "scheduled", after: "dropped" },
  }));
  const hash = hashOfRules(book, rules);
  const words = `SlaOracle.scheduleRules(rules: ${hash}, effectiveFrom: ${from})`;
  return { words, told: [...told, ...dropped], compared: true };
}

/** What an account with the role can do alone. */
const POWERS: Readonly<Record<string, string>> = {
  ADMIN: ", which can change code and roles, without a vote",
  GUARDIAN: ", which can veto reports and pause new risk",
  ACCOUNTABILITY: ", which can slash bonds",
  ROUTINE: ", which can set parameters, without a vote",
};

/** Who has a role, and how long what it asks for must wait. */
function roleEffect({ book }: Setting, [role, account]: readonly Plain[]): Effect {
  const [name = String(role)] = Object.entries(ROLES).find(([, id]) => id === role) ?? [];
  const abi = book.abiOf("AccessManager");
  const watched: Watched = {
    ...{
      name: `role.${name}`,
      label: `role ${name} of ${account}${POWERS[name] ?? ""}`,
      to: book.addressOf("AccessManager"),
    },
    data: abi.encodeFunctionData("getAccess", [role, account]),
    parse: (returned) => {
      const [since = 0, delay = 0, later = 0, laterAt = 0] = abi
        .decodeFunctionResult("getAccess", returned)
        .map(Number);
      if (since === 0) return "no";
      const wait = delay === 0 ? "" : `, after waiting ${delay} s`;
      const change = laterAt === 0 ? "" : `, from ${formatTime(laterAt)} on after ${later} s`;
      return `yes, from ${formatTime(since)} on${wait}${change}`;
    },
    format: String,
  };
  return { watched: [watched], compared: true };
}

/** What the timelock answers of an operation that was carried out; less of none. */
const DONE = 1;

/** An operation is a hash: whose it is the proposals tell. */
async function cancelledBy({ session, at }: Setting, operation: string): Promise<Told[]> {
  const proposals = await readProposals(session);
  const dueAt = Number(await session.contracts.timelock.getTimestamp(operation));
  const late =
    dueAt > DONE && dueAt <= at ? `, WHICH MAY BE CARRIED OUT BEFORE, from ${formatTime(dueAt)} on` : "";
  const operations = await Promise.all(proposals.map((proposal) => operationOf(session, proposal)));
  return proposals
    .filter((_, place) => operations[place] === operation)
    .map((proposal) => ({
      name: `proposal.${proposal.number}`,
      label: `proposal ${proposal.number}, ${JSON.stringify(shortTitleOf(proposal))}${late}`,
      ...{ before: "queued", after: "cancelled" },
    }));
}

/** The committee of the epoch after the one in which the call is made; before the first the view reverts. */
async function committeeOf({ session, book, clock, at, block }: Setting): Promise<Watched[]> {
  const { upcoming } = calendarAt(clock, at);
  const abi = book.abiOf("AttesterCommittee");
  const data = abi.encodeFunctionData("committeeAt", [upcoming]);
  const to = book.addressOf("AttesterCommittee");
  const seated = await session.provider.call({ to, data, blockTag: block }).then(
    () => true,
    (error: unknown) => {
      if (isCallException(error)) return false;
      throw error;
    },
  );
  const watched: Watched = {
    ...{ name: "committee", label: `committee of epoch ${upcoming}`, to, data },
    parse: (returned) =>
      [...(abi.decodeFunctionResult("committeeAt", returned).at(1) as Iterable<{ attesterId: bigint }>)]
        .map(({ attesterId }) => attesterId)
        .join(", "),
    format: String,
  };
  return seated ? [watched] : [];
}
