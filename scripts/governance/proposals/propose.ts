// icn gov propose: what a vote is to do, tried on the present state before anything is sent.
import { readFileSync } from "node:fs";
import { id } from "ethers";
import { formatIcnt } from "../../lib/amounts.ts";
import { openSigningSession, type SigningSession } from "../../lib/command.ts";
import { CliError } from "../../lib/errors.ts";
import { legible } from "../../lib/output.ts";
import { stepOf } from "../../lib/plan.ts";
import type { SpendOptions } from "../../lib/spend.ts";
import { readCalendar } from "../../node/calendar.ts";
import { carryOut } from "../../node/carry-out.ts";
import { readActions, settingOf } from "../calls/actions.ts";
import { type Call, decodeCall } from "../calls/decode.ts";
import { callsOf, type Intent, isAboutRules } from "../calls/intents.ts";
import { outlookOf, requireEffect } from "../calls/outcome.ts";
import { delayOf, type Preview, viewJson, viewsOf, viewWords } from "../calls/view.ts";
import { totalOf, votesOf, whereabouts } from "../votes/power.ts";
import { callOf, marked, type Proposal, readProposals, textBelow, titleOf } from "./proposals.ts";
import { type Ahead, aheadFrom, aheadOf, aheadWords, firstSafeEpoch } from "./schedule.ts";

export interface ProposeOptions extends SpendOptions {
  readonly title: string;
  readonly description?: string;
  readonly fromEpoch?: number;
}

type Draft = Pick<Proposal, "calls" | "descriptionHash">;

export async function propose(intents: readonly Intent[], options: ProposeOptions): Promise<void> {
  requireIntents(intents, options);
  const text = descriptionOf(options);
  const session = await openSigningSession(options);
  const { contracts, wallet } = session;
  const calls = await draftCalls(session, intents, options.fromEpoch);
  const description = marked(text, wallet.address);
  const draft = { calls, descriptionHash: id(description) };
  await requireNew(session, draft);
  await requireVotes(session);
  const { ahead, preview } = await tried(session, calls);
  const [targets, values, datas] = callOf(draft);
  const call = contracts.governor.propose.populateTransaction(targets, values, datas, description);
  const step = await stepOf(`propose "${options.title}", with ${countOf(calls)}`, call);
  const json = { title: options.title, description: text, ...viewJson(preview) };
  const words = `${titleOf({ description: text })}${textBelow({ description: text })}\n\n${viewWords(preview)}\n\n${aheadWords(ahead, preview)}`;
  const about = { json: { ...json, ...ahead }, words };
  await carryOut(session, { steps: [step], watched: [], about }, options, async () => {
    const proposalId = await idOf(session, draft);
    const made = (await readProposals(session)).find((one) => one.proposalId === proposalId);
    // The JSON-RPC's logs may lag behind its blocks: what was sent must be told all the same.
    const number = made?.number ?? null;
    const settled = made === undefined ? ahead : aheadFrom(ahead, made.snapshotAt);
    const named = number === null ? "The proposal" : `Proposal ${number}`;
    return {
      json: { number, proposalId, ...json, ...settled },
      words:
        `${named} is made: "${options.title}".\n${aheadWords(settled, preview)}\n` +
        `Then: icn gov vote ${number ?? proposalId} for`,
    };
  });
}

const countOf = ({ length }: readonly Call[]): string => (length === 1 ? "one action" : `${length} actions`);

/** @throws CliError `no-action`, `usage` */
function requireIntents(intents: readonly Intent[], { title, fromEpoch }: ProposeOptions): void {
  if (intents.length === 0)
    throw new CliError(
      "the proposal does nothing",
      "name at least one action, such as --set oracle.veto-window=12h; --help lists them",
      { code: "no-action" },
    );
  if (title.trim() === "" || /[\r\n]/.test(title))
    throw new CliError(
      "the title is no line of text",
      "write one line; the rest goes into --description FILE",
      {
        code: "usage",
      },
    );
  if (fromEpoch !== undefined && !intents.some(isAboutRules))
    throw new CliError("--from-epoch is for rules, and there are none", "leave it out", { code: "usage" });
}

/** @throws CliError `file-not-readable`, `usage` if it holds what no reader would see as it is */
function descriptionOf(options: ProposeOptions): string {
  const text = textOfOptions(options);
  if (legible(text) === text) return text;
  throw new CliError(
    "the title or the description holds characters that control a terminal or turn text round",
    "write plain text, with ends of lines and spaces only",
    { code: "usage" },
  );
}

function textOfOptions({ title, description }: ProposeOptions): string {
  if (description === undefined) return title;
  try {
    const text = readFileSync(description, "utf8").replaceAll("\r\n", "\n").replaceAll("\t", "  ");
    return `${title}\n\n${text.trim()}`;
  } catch (cause) {
    throw new CliError(`${description} cannot be read`, "name the file with the description", {
      code: "file-not-readable",
      cause,
    });
  }
}

async function draftCalls(
  session: SigningSession,
  intents: readonly Intent[],
  fromEpoch: number | undefined,
): Promise<Call[]> {
  session.progress("looking at the actions");
  const { clock, now } = await readCalendar(session);
  const base = { fromEpoch: fromEpoch ?? (await firstSafeEpoch(session, clock, now)) };
  return callsOf(settingOf(session, clock, now), intents, base);
}

const idOf = ({ contracts }: SigningSession, draft: Draft): Promise<bigint> =>
  contracts.governor.getProposalId(...callOf(draft));

/** @throws CliError `proposal-exists` */
async function requireNew(session: SigningSession, draft: Draft): Promise<void> {
  const proposalId = await idOf(session, draft);
  const same = (await readProposals(session)).find((one) => one.proposalId === proposalId);
  if (same === undefined) return;
  throw new CliError(
    `you made the same proposal before: it is number ${same.number}`,
    `\`icn gov show ${same.number}\` says how it stands; to make it again, word the title otherwise`,
    { code: "proposal-exists" },
  );
}

/** @throws CliError `governor-insufficient-proposer-votes` */
async function requireVotes(session: SigningSession): Promise<void> {
  const { contracts, wallet } = session;
  const votes = await votesOf(session, wallet.address);
  const [has, needs] = [totalOf(votes), await contracts.governor.proposalThreshold()];
  if (has >= needs) return;
  throw new CliError(
    `${wallet.address} has ${formatIcnt(has)} votes, a proposal needs ${formatIcnt(needs)}: ${formatIcnt(needs - has)} are missing; ${whereabouts(votes)}`,
    "`icn votes delegate self` lets your own ICNT vote for you, and others may name you with `icn votes delegate`; or ask somebody with the votes to make the proposal",
    { code: "governor-insufficient-proposer-votes" },
  );
}

/** What the calls would do when they can be carried out at the earliest; throws where that is nothing, or an error. */
async function tried(
  session: SigningSession,
  calls: readonly Call[],
): Promise<{ ahead: Ahead; preview: Preview }> {
  const { clock, now } = await readCalendar(session);
  const { book } = settingOf(session, clock, now);
  const decoded = calls.map((call) => decodeCall(book, call));
  const waitSeconds = await delayOf(session, decoded);
  const ahead = await aheadOf(session, now, waitSeconds);
  const actions = await readActions(settingOf(session, clock, ahead.executableAt), calls);
  session.progress("trying what the actions would do");
  const outlook = await outlookOf(session, actions, ahead.executableAt);
  requireEffect(outlook);
  const waits = await Promise.all(actions.map((action) => delayOf(session, [action])));
  const views = viewsOf(actions, waits, outlook);
  const { unsimulated, remark } = outlook;
  return { ahead, preview: { views, waitSeconds, failure: undefined, unsimulated, remark } };
}
