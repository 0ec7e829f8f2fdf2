// Upgrades as the chain sees them, whatever the calls say.
import { dataLength, getAddress, id } from "ethers";
import type { Session } from "../../lib/command.ts";
import type { ContractName } from "../../lib/manifest.ts";
import type { Emitted } from "../../lib/simulate.ts";
import { type Build, buildOf } from "../upgrades/build.ts";
import { type Action, implementationOf } from "./actions.ts";
import type { Book } from "./book.ts";

/** A proxy of the deployment that gets code. */
export interface Seen {
  readonly contract: ContractName;
  readonly implementation: string;
}

export interface Upgrade extends Seen {
  readonly build: Build;
}

/** ERC-1967. */
const UPGRADED = id("Upgraded(address)");
const WORD = 32;

export function upgradesIn(book: Book, events: readonly Emitted[]): Seen[] {
  return events.flatMap(({ address, topics: [event, implementation = "0x"] }) => {
    const contract = book.nameOf(address);
    return event !== UPGRADED || contract === undefined || dataLength(implementation) !== WORD
      ? []
      : [{ contract, implementation: getAddress(`0x${implementation.slice(-40)}`) }];
  });
}

/** Those that neither the call nor what it hands on names. */
export function hiddenAmong(session: Session, action: Action, upgrades: readonly Seen[]): Promise<Upgrade[]> {
  const named = namedIn(action);
  const hidden = upgrades.filter(
    ({ contract, implementation }) => !named.has(`${contract} ${implementation}`),
  );
  return Promise.all(
    hidden.map(async ({ contract, implementation }) => {
      const proxy = session.manifest.contracts[contract].address;
      const present = await implementationOf(session, proxy);
      const build = await buildOf(session, contract, { present, next: implementation });
      return { contract, implementation, build };
    }),
  );
}

const namedIn = ({ contract, build, args, carried }: Action): ReadonlySet<string> =>
  new Set([
    ...(build === undefined ? [] : [`${contract} ${args[0]?.value}`]),
    ...carried.flatMap((inner) => [...namedIn(inner)]),
  ]);
