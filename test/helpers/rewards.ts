// NodeRewards behind its proxy with the real token and reserve; every other module is a settable world, so that any
// ledger can be final. Epochs are days.

import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import type { Signer } from "ethers";
import {
  DAY,
  deployToken,
  EMISSION,
  EMISSION_TABLE,
  emissionAfter,
  ethers,
  ICNT,
  networkHelpers,
  nextAddress,
  now,
} from "./genesis.ts";

export const NEVER = 2n ** 64n - 1n;
export const SCALE = 10n ** 27n;
export const ATTESTER_SHARE_PPM = 50_000n;
export const STAKE_FLOOR = 35_000_000n * ICNT;
const LEAF_TYPES = ["uint64", "uint64", "uint64", "uint64", "uint64", "uint32", "uint32", "uint256"];

export interface Leaf {
  nodeId: bigint;
  upBuckets: bigint;
  downBuckets: bigint;
  measuredEpochs: bigint;
  scoreSumPpm: bigint;
  lastScorePpm: bigint;
  staleEpochs: bigint;
  rewardIndex: bigint;
}

export interface Opened {
  owner: Signer;
  node?: bigint;
  amount: bigint;
  from?: bigint;
  commissionPpm?: bigint;
}

/** The ledgers a test made final. */
export class Ledgers {
  readonly #trees = new Map<bigint, { leaves: Leaf[]; tree: StandardMerkleTree<bigint[]> }>();

  /** Makes the ledger in which node i + 1 has indices[i], and returns its root. */
  set(epoch: bigint, indices: readonly bigint[]): string {
    const leaves = indices.map((rewardIndex, index) => ({
      nodeId: BigInt(index + 1),
      upBuckets: 250n,
      downBuckets: 6n,
      measuredEpochs: 1n,
      scoreSumPpm: 990_000n,
      lastScorePpm: 990_000n,
      staleEpochs: 0n,
      rewardIndex,
    }));
    const tree = StandardMerkleTree.of(
      leaves.map((leaf) => Object.values(leaf)),
      LEAF_TYPES,
    );
    this.#trees.set(epoch, { leaves, tree });
    return tree.root;
  }

  of(node: bigint, epoch: bigint): { leaf: Leaf; proof: string[] } {
    const { leaves, tree } = this.#trees.get(epoch)!;
    const index = Number(node) - 1;
    return { leaf: leaves[index]!, proof: tree.getProof(index) };
  }
}

export async function deployRewards() {
  const signers = await ethers.getSigners();
  const [admin, alice, bob, carol, operator, stranger] = signers;
  const epochZero = (await now()) + 10n * DAY;
  const manager = await ethers.deployContract("AccessManager", [admin!]);
  const world = await ethers.deployContract("RewardsWorld");
  const token = await deployToken(await nextAddress(3), EMISSION);
  const reserveAt = await nextAddress(2);
  const factory = await ethers.getContractFactory("NodeRewards");
  const code = await factory.deploy(reserveAt, world, world, world, world, epochZero, DAY);
  const initialize = factory.interface.encodeFunctionData("initialize", [await manager.getAddress()]);
  const proxy = await ethers.deployContract("ERC1967Proxy", [code, initialize]);
  const rewards = await ethers.getContractAt("NodeRewards", await proxy.getAddress());
  const reserve = await ethers.deployContract("EmissionReserve", [
    ...([token, rewards, manager, epochZero, EMISSION, [...EMISSION_TABLE]] as const),
  ]);
  for (const node of [1n, 2n, 3n]) await world.setOperator(node, operator!);

  const ledgers = new Ledgers();
  return {
    ...{ manager, world, token, rewards, reserve, code, epochZero, ledgers },
    ...{ admin: admin!, alice: alice!, bob: bob!, carol: carol!, operator: operator!, stranger: stranger! },

    /** Opens a position and returns its id. */
    async open({ owner, node = 1n, amount, from = 0n, commissionPpm = 0n }: Opened): Promise<bigint> {
      await world.openPosition({
        ...{ owner: await owner.getAddress(), nodeId: node, commissionPpm, amount, from, to: NEVER },
      });
      return world.positionCount();
    },
    /** The epochs [0, count) are over. */
    endEpochs: (count: bigint) => networkHelpers.time.increaseTo(epochZero + count * DAY),
    /** Makes the next epoch's ledger final: node i + 1 has indices[i]; the seats in the mask are paid. */
    async finalize(indices: readonly bigint[], paidMask = 0n, committee: readonly bigint[] = []) {
      const root = ledgers.set(await world.finalizedCount(), indices);
      await world.finalize(root, indices.length, paidMask, [...committee]);
    },
    claim(node: bigint, epoch: bigint, ...positions: readonly bigint[]) {
      const { leaf, proof } = ledgers.of(node, epoch);
      return rewards.claim(node, epoch, leaf, proof, [...positions]);
    },
    proveIndex(node: bigint, epoch: bigint) {
      const { leaf, proof } = ledgers.of(node, epoch);
      return rewards.proveIndex(epoch, leaf, proof);
    },
  };
}
export type RewardsSystem = Awaited<ReturnType<typeof deployRewards>>;

/** The whole emission of an epoch. */
export const emissionOf = (epoch: bigint): bigint =>
  emissionAfter((epoch + 1n) * DAY) - emissionAfter(epoch * DAY);

/** What stakers of an epoch can have at most per wei of stake, times 10^27. */
export function indexGrowth(epoch: bigint, totalStake: bigint, sharePpm = ATTESTER_SHARE_PPM): bigint {
  const divisor = totalStake > STAKE_FLOOR ? totalStake : STAKE_FLOOR;
  return (emissionOf(epoch) * (1_000_000n - sharePpm) * SCALE) / (divisor * 1_000_000n);
}
