// Who the guardian is, and what it did and why.
import { AbiCoder, getAddress, type Log, toUtf8String, Utf8ErrorFuncs } from "ethers";
import { ROLES } from "../deploy/permissions.ts";
import { logsOf, timeOfBlock } from "../holder/logs.ts";
import type { Session } from "../lib/command.ts";
import { columns } from "../lib/output.ts";
import { badAnswer } from "../lib/simulate.ts";
import { formatTime } from "../node/calendar.ts";

export interface Deed {
  readonly what: "veto" | "pause" | "unpause";
  /** Unix seconds. */
  readonly at: number;
  readonly by: string;
  /** Of the report that was vetoed, else null; so is its generation. */
  readonly epoch: number | null;
  readonly generation: number | null;
  /** Null of an unpause. */
  readonly reason: string | null;
}

/** Who holds the role at present. */
export async function readGuardians(session: Session): Promise<string[]> {
  const { manager } = session.contracts;
  const granted = await logsOf(session, manager, manager.filters.RoleGranted(ROLES.GUARDIAN));
  const accounts = [...new Set(granted.map(({ topics }) => accountIn(topics[2])))];
  const holds = await Promise.all(accounts.map((account) => manager.hasRole(ROLES.GUARDIAN, account)));
  return accounts.filter((_, place) => holds[place]?.isMember);
}

/** All vetoes and pauses, the latest first. */
export async function readDeeds(session: Session): Promise<Deed[]> {
  const { provider, contracts } = session;
  const names = Object.keys(READ) as EventName[];
  const topics = names.map((name) => contracts.oracle.interface.getEvent(name).topicHash);
  const logs = await logsOf(session, contracts.oracle, [topics]);
  const deeds = logs.reverse().map(async (log) => {
    const name = names[topics.indexOf(log.topics[0] ?? "")];
    if (name === undefined) throw badAnswer("the JSON-RPC tells of events that were not asked for");
    return { at: await timeOfBlock(provider, log.blockNumber), ...READ[name](log) };
  });
  return Promise.all(deeds);
}

type EventName = "Vetoed" | "Paused" | "Unpaused";

const READ: Readonly<Record<EventName, (log: Log) => Omit<Deed, "at">>> = {
  Vetoed: ({ topics, data }) => {
    const [generation, reason] = textAfter("uint32", data);
    const report = { epoch: Number(topics[1]), generation: Number(generation) };
    return { what: "veto", by: accountIn(topics[2]), ...report, reason };
  },
  Paused: ({ topics, data }) => {
    const [, reason] = textAfter("uint256", data);
    return { what: "pause", by: accountIn(topics[1]), epoch: null, generation: null, reason };
  },
  Unpaused: ({ topics }) => ({
    ...{ what: "unpause", by: accountIn(topics[1]), epoch: null, generation: null, reason: null },
  }),
};

const accountIn = (topic: string | undefined): string => getAddress(`0x${topic?.slice(-40)}`);

/** As bytes first: what is written may be no text. */
function textAfter(type: string, data: string): [value: bigint, text: string] {
  const [value, bytes] = AbiCoder.defaultAbiCoder().decode([type, "bytes"], data);
  return [BigInt(value), toUtf8String(String(bytes), Utf8ErrorFuncs.replace)];
}

/** Of a list that people read. */
const SHOWN = 5;

export function historyWords(guardians: readonly string[], deeds: readonly Deed[]): string {
  const who = guardians.length === 0 ? "nobody" : guardians.join(", ");
  const rows = deeds.slice(0, SHOWN).map(({ what, at, epoch, generation, reason }) => {
    const report = epoch === null ? "" : `epoch ${epoch}, generation ${generation}`;
    // Quoted, so that it ends where it ends.
    return [formatTime(at), what, report, reason === null ? "" : JSON.stringify(reason)];
  });
  const rest = deeds.length > SHOWN ? [`and ${deeds.length - SHOWN} before: --json lists all`] : [];
  const done = rows.length === 0 ? [] : ["", "What it did:", ...columns(rows), ...rest];
  return [`guardian: ${who}`, ...done].join("\n");
}
