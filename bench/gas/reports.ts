import { attesterParameters, firstSeats, quorumOf } from "../../test/helpers/committee.ts";
import { ATTESTERS, icnt, type System } from "../../test/helpers/system.ts";
import { AttesterCommittee__factory } from "../../types/ethers-contracts/factories/contracts/oracle/AttesterCommittee__factory.ts";
import { gasOf, type Row } from "./row.ts";

const LARGE_COMMITTEE = 31;

/** Epochs 0 and 1 are reported before: progress and records are as in every later epoch. */
export async function reportRows(system: System): Promise<Row[]> {
  await settleBefore(system);
  const { submitted, finalized } = await report(system, ATTESTERS);
  return [
    { operation: label(ATTESTERS), gas: submitted, goal: 165_000 },
    { operation: "finalize", gas: finalized, goal: 60_000 },
  ];
}

/** Seven seats are what is deployed; the committee of this row was upgraded to 31 first, as a vote could. */
export async function largeCommitteeRows(system: System): Promise<Row[]> {
  await settleBefore(system);
  await enlargeCommittee(system);
  await system.settle(2, {});
  const { submitted } = await report(system, LARGE_COMMITTEE);
  return [{ operation: `${label(LARGE_COMMITTEE)} (after an upgrade)`, gas: submitted, goal: 245_000 }];
}

const label = (size: number): string => `submit a report, ${quorumOf(size)} signatures of ${size}`;

async function settleBefore(system: System): Promise<void> {
  const operator = await system.account("operator", icnt(60_000));
  const node = await system.registerNode(operator, { bond: icnt(50_000) });
  for (const epoch of [0, 1]) await system.settle(epoch, { [node]: { up: 256, down: 0 } });
}

async function report(system: System, size: number): Promise<{ submitted: number; finalized: number }> {
  const epoch = Number((await system.deployer.oracle.duty()).epoch);
  await system.toEpoch(epoch + 1);
  const submitted = await gasOf(system.submit(await system.reportWith({}, size)));
  const finalized = await gasOf(system.finalize(epoch));
  return { submitted, finalized };
}

/** From the next epoch on. */
async function enlargeCommittee(system: System): Promise<void> {
  const { parameters, deployer, epochZero } = system;
  const admin = await system.timelock();
  const token = await admin.icnt.getAddress();
  const proxy = AttesterCommittee__factory.connect(await admin.committee.getAddress(), admin.signer);
  const factory = new AttesterCommittee__factory(admin.signer);
  const larger = await factory.deploy(token, epochZero, parameters.epochLengthSeconds, LARGE_COMMITTEE);
  await proxy.upgradeToAndCall(await larger.getAddress(), "0x");

  const { bondIcnt } = parameters.committee;
  await deployer.icnt.approve(await proxy.getAddress(), bondIcnt * BigInt(LARGE_COMMITTEE - ATTESTERS));
  for (let id = ATTESTERS + 1; id <= LARGE_COMMITTEE; id++) {
    const { owner, signingKey, boxKey, endpoint } = attesterParameters(id, deployer.address);
    await proxy.admit(owner, signingKey, boxKey, endpoint);
    await deployer.committee.bond(id, bondIcnt);
  }
  await proxy.setCommittee(firstSeats(LARGE_COMMITTEE).map((seat) => seat + 1));
}
