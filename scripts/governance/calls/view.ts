// A vote's calls for a reader: each in words, who else may make it, what it waits for, what it changes.
import type { Wait } from "../../deploy/permissions.ts";
import type { Session } from "../../lib/command.ts";
import { explain } from "../../lib/decode.ts";
import { formatDuration } from "../../lib/durations.ts";
import { CliError } from "../../lib/errors.ts";
import { columns } from "../../lib/output.ts";
import type { Action } from "./actions.ts";
import type { Call } from "./decode.ts";
import type { ActionChange, Outlook } from "./outcome.ts";
import type { Upgrade } from "./upgrades.ts";

export interface ActionView {
  readonly action: Action;
  /** Seconds that the timelock would hold it if it were queued now, alone. */
  readonly waitSeconds: number;
  /** Empty where it was not looked at. */
  readonly changes: readonly ActionChange[];
  readonly hidden: readonly Upgrade[];
}

export interface Preview {
  readonly views: readonly ActionView[];
  /** Of all of them together. */
  readonly waitSeconds: number;
  /** Why they cannot be carried out as things stand. */
  readonly failure: CliError | undefined;
  readonly unsimulated: string | undefined;
  readonly remark: string | undefined;
}

/** Seconds that the timelock holds calls that are queued together now. */
export const delayOf = async ({ contracts }: Session, calls: readonly Call[]): Promise<number> =>
  Number(
    await contracts.timelock.delayOf(
      calls.map(({ target }) => target),
      calls.map(({ data }) => data),
    ),
  );

/** What each call waits for, and what it changes by the outlook, if there is one. */
export async function previewOf(
  session: Session,
  actions: readonly Action[],
  expected: Promise<Outlook> | undefined,
): Promise<Preview> {
  const [waitSeconds, waits, seen] = await Promise.all([
    delayOf(session, actions),
    Promise.all(actions.map((action) => delayOf(session, [action]))),
    expected?.catch((error: unknown) => explain(error)),
  ]);
  const outlook = seen instanceof Error ? undefined : seen;
  return {
    views: viewsOf(actions, waits, outlook),
    waitSeconds,
    failure: seen instanceof CliError ? reasonOf(seen) : undefined,
    unsimulated: outlook?.unsimulated,
    remark: outlook?.remark,
  };
}

/** Without the words of a command that sends: here nothing was to be sent. */
const reasonOf = (failure: CliError): CliError =>
  failure.cause instanceof CliError ? failure.cause : failure;

export const viewsOf = (
  actions: readonly Action[],
  waits: readonly number[],
  outlook: Outlook | undefined,
): ActionView[] =>
  actions.map((action, place) => ({
    action,
    waitSeconds: waits[place] ?? 0,
    changes: outlook?.outcomes[place]?.changes ?? [],
    hidden: outlook?.outcomes[place]?.hidden ?? [],
  }));

export const WAITS: Readonly<Record<Wait, string>> = {
  timelock: "the timelock's delay",
  leaving: "until whoever is warned could leave",
};

export function viewWords({ views, failure, unsimulated, remark }: Preview): string {
  const lines = views.flatMap(({ action, waitSeconds, changes, hidden }, place) => [
    `${place + 1}. ${action.words}`,
    `   waits ${formatDuration(waitSeconds)}: ${WAITS[action.wait]}${otherwise(action)}`,
    ...insideWords(action),
    ...hidden.map(
      ({ contract, implementation, build }) =>
        `   IT UPGRADES ${contract}, WHICH IT DOES NOT SAY, to ${implementation}: ${build.words}`,
    ),
    ...columns(changes.map(({ label, words: [before, after] }) => [`   ${label}`, before, "→", after])),
  ]);
  const failing =
    failure === undefined ? [] : [`As things stand it would fail: ${failure.message}; ${failure.remedy}.`];
  const open =
    unsimulated === undefined
      ? []
      : [`This chain simulates nothing (${unsimulated}): the effect is unknown.`];
  return [...lines, ...failing, ...open, ...(remark === undefined ? [] : [remark])].join("\n");
}

/** Of an upgrade whose code it is; of a call that hands on others the same of them. */
const insideWords = ({ method, build, carried, unread }: Action): string[] => [
  ...(build === undefined ? [] : [`   ${build.words}`]),
  ...carried.flatMap((inner) => [
    `   it ${method?.startsWith("schedule") ? "announces" : "calls"} ${inner.words}`,
    ...insideWords(inner),
  ]),
  ...(unread === 0
    ? []
    : [`   AND ${unread} CALLS INSIDE OF IT THAT WERE NOT LOOKED AT: too many, or too deep`]),
];

/** Who else may call it, unless it is reserved for votes. */
const otherwise = ({ caller, isReserved }: Action): string =>
  caller === undefined || isReserved ? "" : `; may also be called by ${caller}`;

export const viewJson = ({ views, waitSeconds, failure, unsimulated, remark }: Preview) => ({
  actions: views.map(({ action, waitSeconds: alone, changes, hidden }) => ({
    ...callJson(action),
    ...{ caller: action.caller ?? null, wait: action.wait, waitSeconds: alone },
    changes: changes.map(({ name, label, before, after }) => ({ name, label, before, after })),
    hiddenUpgrades: hidden,
  })),
  waitSeconds,
  failure: failure === undefined ? null : { code: failure.code, message: failure.message },
  ...(unsimulated === undefined ? {} : { unsimulated }),
  ...(remark === undefined ? {} : { remark }),
});

const callJson = ({
  target,
  contract,
  method,
  args,
  value,
  data,
  words,
  build,
  carried,
  unread,
}: Action): object => ({
  ...{ target, contract: contract ?? null, function: method ?? null },
  args: args.map(({ name, type, value: given }) => ({ name, type, value: given })),
  ...{ value, data, words, build: build ?? null, carried: carried.map(callJson), unread },
});
