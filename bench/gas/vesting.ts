import { dataSlice, id } from "ethers";
import { MONTH } from "../../oracle/domain/emission.ts";
import { icnt, type System } from "../../test/helpers/system.ts";
import { gasOf, type Row } from "./row.ts";

const BENEFICIARIES = 100;
const CLIFF_MONTHS = 12;
const MONTHS = 48;

/** A team's grants: linear over four years, a cliff of one, one beneficiary each. */
export async function vestingRows(system: System): Promise<Row[]> {
  const { time } = system.connection.networkHelpers;
  const start = await time.latest();
  const payer = await system.account("payer", icnt(1_000_000));
  const schedules = Array.from({ length: BENEFICIARIES }, (_, place) => ({
    beneficiary: dataSlice(id(`beneficiary ${place}`), 12),
    start,
    cliff: CLIFF_MONTHS * MONTH,
    duration: MONTHS * MONTH,
    total: icnt(1_000),
    initial: 0n,
  }));
  const first = Number(await payer.vault.scheduleCount()) + 1;
  const batch = await gasOf(payer.vault.createBatch(schedules));

  await time.increaseTo(start + (CLIFF_MONTHS + 1) * MONTH);
  const firstRelease = await gasOf(payer.vault.release(first));
  await time.increaseTo(start + (CLIFF_MONTHS + 2) * MONTH);
  const release = await gasOf(payer.vault.release(first));

  return [
    {
      operation: `vesting: create linear with cliff, per beneficiary of ${BENEFICIARIES}`,
      gas: Math.ceil(batch / BENEFICIARIES),
      goal: 80_000,
    },
    { operation: "vesting: release linear, first, to an empty account", gas: firstRelease },
    { operation: "vesting: release linear", gas: release, goal: 62_000 },
  ];
}
