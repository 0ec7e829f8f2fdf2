import { dataSlice, encodeBytes32String, id, ZeroAddress } from "ethers";
import { MONTH } from "../../oracle/domain/emission.ts";
import { type Account, icnt, type System } from "../../test/helpers/system.ts";
import { gasOf, type Row } from "./row.ts";

const BENEFICIARIES = 100;
const CLIFF_MONTHS = 12;
const MONTHS = 48;
const TABLE_MONTHS = 60;
const RELEASE_MONTH = 16;

interface World {
  readonly system: System;
  readonly payer: Account;
  readonly start: number;
  readonly tableId: number;
}

const termsOf = ({ start, payer }: World) => ({
  start,
  cliff: CLIFF_MONTHS * MONTH,
  duration: MONTHS * MONTH,
  tableId: 0,
  revoker: payer.address,
});
type Terms = ReturnType<typeof termsOf>;

/** A batch of grants with the same terms to beneficiaries that had none; the id of the first and the gas of each. */
async function createdBatch({ payer }: World, name: string, terms: Terms) {
  const grants = Array.from({ length: BENEFICIARIES }, (_, place) => ({
    beneficiary: dataSlice(id(`${name} ${place}`), 12),
    total: icnt(1_000),
    initial: 0n,
    terms,
  }));
  const first = (await payer.vault.scheduleCount()) + 1n;
  const gas = await gasOf(payer.vault.createBatch(encodeBytes32String(name), grants));
  return { first, gas: Math.ceil(gas / BENEFICIARIES) };
}

async function movesOf({ system, payer }: World, terms: Terms): Promise<Row[]> {
  const [owner, heir] = [await system.account("owner"), await system.account("heir")];
  const grant = { beneficiary: owner.address, total: icnt(1_000), initial: 0n, terms };
  const create = await gasOf(payer.vault.create(grant));
  await payer.vault.create({ ...grant, beneficiary: heir.address });
  const scheduleId = (await payer.vault.scheduleCount()) - 1n;
  const offer = await gasOf(owner.vault.offerHandover(scheduleId, heir.address));
  const accept = await gasOf(heir.vault.acceptHandover(scheduleId));
  return [
    { operation: "vesting: create one, known terms, new beneficiary", gas: create },
    { operation: "vesting: offer a handover", gas: offer },
    { operation: "vesting: accept it, both have schedules or had", gas: accept },
    { operation: "vesting: set a recipient", gas: await gasOf(owner.vault.setRecipient(heir.address)) },
    { operation: "vesting: revoke", gas: await gasOf(payer.vault.revoke(scheduleId)) },
  ];
}

/** A team's grants: linear over four years with a cliff of one, and by a stored table; one beneficiary each. */
export async function vestingRows(system: System): Promise<Row[]> {
  const { time } = system.connection.networkHelpers;
  const start = await time.latest();
  const payer = await system.account("payer", icnt(1_000_000));
  const shares = Array.from({ length: TABLE_MONTHS }, (_, month) =>
    Math.floor(((month + 1) * 1_000_000) / TABLE_MONTHS),
  );
  const addTable = await gasOf(payer.vault.addTable(shares));
  const world = { system, payer, start, tableId: Number(await payer.vault.tableCount()) };
  const linearTerms = termsOf(world);
  const linear = await createdBatch(world, "linear", linearTerms);
  const tabled = await createdBatch(world, "tabled", {
    ...linearTerms,
    cliff: 0,
    duration: TABLE_MONTHS * MONTH,
    tableId: world.tableId,
    revoker: ZeroAddress,
  });
  const passTo = (month: number) => time.increaseTo(start + month * MONTH);
  const release = ({ first }: { first: bigint }) => gasOf(payer.vault.release(first));
  await passTo(RELEASE_MONTH - 2);
  const firstRelease = await release(linear);
  await release(tabled);
  await passTo(RELEASE_MONTH);
  return [
    { operation: "vesting: store a 60-month table", gas: addTable },
    {
      operation: `vesting: create linear with cliff, per beneficiary of ${BENEFICIARIES}`,
      gas: linear.gas,
      goal: 80_000,
    },
    {
      operation: `vesting: create by table, per beneficiary of ${BENEFICIARIES}`,
      gas: tabled.gas,
      goal: 80_000,
    },
    { operation: "vesting: release linear, first, to an empty account", gas: firstRelease },
    { operation: "vesting: release linear", gas: await release(linear), goal: 62_000 },
    { operation: "vesting: release by table", gas: await release(tabled), goal: 66_000 },
    ...(await movesOf(world, linearTerms)),
  ];
}
