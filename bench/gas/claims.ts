import { hexlify, toUtf8Bytes } from "ethers";
import { type Account, icnt, type System } from "../../test/helpers/system.ts";
import { LargeLedger } from "./large-ledger.ts";
import { gasOf, type Row } from "./row.ts";

const OWNERS = 50;
const NODES = 10;
const POSITIONS_PER_NODE = 5;
const STORAGE_UNITS = 100;
const FIRST = 140_000;
const LATER = 85_000;
const BATCH = 40_000;

/** Delegations that begin in epoch 1, all that their owners had: the first pay goes to an empty account. */
interface Delegations {
  readonly plain: bigint;
  readonly accruing: bigint;
  /** Made when the node took a commission. */
  readonly shared: bigint;
  readonly batch: readonly bigint[];
  /** Of one holder, on every node in their order. */
  readonly portfolio: readonly (readonly bigint[])[];
}

/**
 * Claims under a ledger of 250,000 leaves. The first claim or proof of all in an epoch computes A(e) and keeps the root;
 * the others find them.
 */
export async function claimRows(system: System): Promise<Row[]> {
  const ledger = new LargeLedger(system, NODES);
  const positions = await delegations(system);
  const claim = (...ids: readonly bigint[]) => gasOf(ledger.claim(ids, system.deployer));

  await ledger.settleNext();
  const proven = await gasOf(ledger.proveIndex(system.deployer));
  for (let node = 2; node <= NODES; node++) await ledger.proveIndex(system.deployer, node);
  await ledger.settleNext();
  await system.deployer.rewards.accrue(2);
  await claim(positions.accruing);
  const first = await claims(claim, positions);
  await ledger.claimAll(positions.portfolio, system.deployer);
  await ledger.settleNext();
  const accruing = await claim(positions.accruing);
  const later = await claims(claim, positions);
  const portfolio = await gasOf(ledger.claimAll(positions.portfolio, system.deployer));

  return [
    { operation: `start index: prove, ${ledger.siblings} siblings, first of all in its epoch`, gas: proven },
    { operation: "claim a position, first", gas: first.plain, goal: FIRST },
    { operation: "claim a position, 2nd and later", gas: later.plain, goal: LATER },
    { operation: "claim a position, 2nd and later, with commission (two payments)", gas: later.shared },
    { operation: "claim a position, 2nd and later, first of all in its epoch", gas: accruing },
    { operation: `claim ${OWNERS} positions of ${OWNERS} owners, each, first`, gas: first.batch },
    {
      operation: `claim ${OWNERS} positions of ${OWNERS} owners, each, 2nd and later`,
      gas: later.batch,
      goal: BATCH,
    },
    {
      operation: `claim ${POSITIONS_PER_NODE} positions on each of ${NODES} nodes, one owner, one transaction, each, 2nd and later`,
      gas: Math.ceil(portfolio / (NODES * POSITIONS_PER_NODE)),
      goal: BATCH,
    },
  ];
}

async function claims(
  claim: (...ids: readonly bigint[]) => Promise<number>,
  { plain, shared, batch }: Delegations,
) {
  return {
    plain: await claim(plain),
    shared: await claim(shared),
    batch: Math.ceil((await claim(...batch)) / OWNERS),
  };
}

async function delegations(system: System): Promise<Delegations> {
  const operator = await system.account("operator", icnt(60_001));
  const node = await system.registerNode(operator, { bond: icnt(50_000), storageUnits: STORAGE_UNITS });
  await system.toEpoch(0);
  const plain = await delegation(system, "plain");
  const accruing = await delegation(system, "accruing");
  await takeCommission(operator, node);
  const shared = await delegation(system, "shared");
  const batch: bigint[] = [];
  for (let owner = 1; owner <= OWNERS; owner++) batch.push(await delegation(system, `owner ${owner}`));
  return { plain, accruing, shared, batch, portfolio: await portfolioOf(system) };
}

async function delegation(system: System, name: string, node = 1): Promise<bigint> {
  const owner = await system.account(name, icnt(1_000));
  await owner.staking.stake(node, icnt(1_000), 1_000_000);
  return owner.staking.positionCount();
}

/** Registers the other nodes, too. */
async function portfolioOf(system: System): Promise<bigint[][]> {
  const nodes = [1];
  for (let node = 2; node <= NODES; node++) {
    const operator = await system.account(`operator ${node}`, icnt(20_010));
    nodes.push(await system.registerNode(operator, { bond: icnt(20_000), storageUnits: STORAGE_UNITS }));
  }
  const portfolio: bigint[][] = [];
  for (const node of nodes) {
    const ids: bigint[] = [];
    for (let count = 0; count < POSITIONS_PER_NODE; count++)
      ids.push(await delegation(system, "portfolio", node));
    portfolio.push(ids);
  }
  return portfolio;
}

const takeCommission = ({ registry }: Account, node: number) =>
  registry.setTerms(node, {
    nodeClass: 3,
    services: 1,
    country: hexlify(toUtf8Bytes("DE")),
    storageUnits: STORAGE_UNITS,
    computeUnits: 0,
    networkUnits: 0,
    commissionPpm: 100_000,
  });
