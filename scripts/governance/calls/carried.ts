// Calls that hand on other calls: what a vote does can lie inside of them.
import { UPGRADEABLE } from "./book.ts";
import type { Call, DecodedCall } from "./decode.ts";

/** Functions that make, or announce, calls which their arguments hold. */
export const CARRIERS: ReadonlySet<string> = new Set([
  ...["NodeRewards.multicall", "AccessManager.multicall", "IcnGovernor.relay"],
  ...["AccessManager.execute", "AccessManager.schedule"],
  ...["IcnTimelock.schedule", "IcnTimelock.scheduleBatch", "IcnTimelock.execute", "IcnTimelock.executeBatch"],
  ...UPGRADEABLE.map((name) => `${name}.upgradeToAndCall`),
]);

/** The calls in a call's arguments; `multicall` and an upgrade name no target and call their own contract. */
export function carriedBy({ contract, method, target, args }: DecodedCall): Call[] {
  if (!CARRIERS.has(`${contract}.${method}`)) return [];
  const named = (...names: string[]): unknown[] =>
    [args.find(({ name }) => names.includes(name))?.value ?? []].flat();
  const [targets, values] = [named("target", "targets"), named("value", "values")];
  const calls = named("data", "calls", "payload", "payloads");
  // An upgrade without call data makes none.
  const made = method === "upgradeToAndCall" ? calls.filter((data) => data !== "0x") : calls;
  return made.map((data, place) => ({
    target: String(targets[place] ?? target),
    value: BigInt(String(values[place] ?? 0)),
    data: String(data),
  }));
}
