import type { Network } from "./source.ts";

/** The same chain for all tests, each time as it was when it was made. */
export function restored<T extends { readonly chain: Network }>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<{ world: T; restore: () => Promise<void> }> | undefined;
  const makeOnce = async () => {
    const world = await make();
    const { restore } = await world.chain.networkHelpers.takeSnapshot();
    return { world, restore };
  };
  return async () => {
    made ??= makeOnce();
    const { world, restore } = await made;
    await restore();
    return world;
  };
}
