// Where published bundles come from: the attesters themselves, or an evidence directory.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundleBytesRoot } from "../../oracle/domain/bundle.ts";
import type { ObservationRoot } from "../../oracle/domain/types.ts";
import { beginningOf } from "./beginning.ts";
import { CliError, EXIT } from "./errors.ts";

/** The bytes of a bundle that a report names. */
export type BundleSource = (epoch: number, observed: ObservationRoot) => Promise<Uint8Array>;

const FETCH_MS = 10_000;
/** Observations of half a million nodes. */
const BUNDLE_MAX_BYTES = 40_000_000;

export const bundlePath = (directory: string, epoch: number, attesterId: number): string =>
  join(directory, "bundles", String(epoch), `${attesterId}.bin`);

/** Bundles of an evidence directory. */
export function bundlesIn(directory: string): BundleSource {
  return (epoch, { attesterId }) => {
    const path = bundlePath(directory, epoch, attesterId);
    if (existsSync(path)) return Promise.resolve(readFileSync(path));
    return Promise.reject(
      new CliError(
        `${path} is missing`,
        "name the directory that holds bundles/{epoch}/{attesterId}.bin, or leave --bundles out to ask the attesters",
        { code: "bundle-missing" },
      ),
    );
  };
}

/** Asks the attesters in turn, the author first; whoever holds a bundle serves it. A wrong answer is passed over. */
export function bundlesFrom(endpoints: ReadonlyMap<number, string>): BundleSource {
  return async (epoch, { attesterId, root }) => {
    const own = endpoints.get(attesterId);
    const others = [...endpoints.values()].filter((endpoint) => endpoint !== own);
    for (const endpoint of own === undefined ? others : [own, ...others]) {
      const found = await fetchBundle(`${endpoint.replace(/\/$/, "")}/v1/epochs/${epoch}/bundles/${root}`);
      if (found !== undefined && hasRoot(found, root)) return found;
    }
    throw new CliError(
      `no attester serves the bundle ${root} of attester ${attesterId} for epoch ${epoch}`,
      "try again later, or name an evidence directory with --bundles DIR",
      { code: "bundles-unavailable", exitCode: EXIT.tryAgain },
    );
  };
}

function hasRoot(bytes: Uint8Array, root: string): boolean {
  try {
    return bundleBytesRoot(bytes) === root;
  } catch {
    return false;
  }
}

async function fetchBundle(url: string): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS), redirect: "error" });
    return response.ok ? await beginningOf(response, BUNDLE_MAX_BYTES) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes what `inner` finds into an evidence directory, too. */
export function savingTo(directory: string, inner: BundleSource): BundleSource {
  return async (epoch, observed) => {
    const bytes = await inner(epoch, observed);
    const path = bundlePath(directory, epoch, observed.attesterId);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return bytes;
  };
}
