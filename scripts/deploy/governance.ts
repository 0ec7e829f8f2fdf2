// Who may do what, and who measures first.
import type { Addresses, Contracts } from "../lib/chain.ts";
import type { ContractName } from "../lib/manifest.ts";
import type { Progress } from "../lib/output.ts";
import { artifactOf } from "./artifacts.ts";
import type { Parameters } from "./parameters.ts";
import { entriesOf, PERMISSIONS, ROLES, type Role } from "./permissions.ts";
import type { Sender } from "./sender.ts";

const NO_DELAY = 0;

export interface GovernanceContext {
  readonly parameters: Parameters;
  readonly contracts: Contracts;
  readonly addresses: Addresses;
  readonly sender: Sender;
  readonly progress: Progress;
}

/** Sends one populated call to a contract of the deployment. */
type Call = (name: ContractName, data: string, what: string) => Promise<void>;

const caller =
  ({ sender, addresses, progress }: GovernanceContext): Call =>
  async (name, data, what) => {
    progress(what);
    await sender.send({ to: addresses[name], data }, what);
  };

/** Sets the table of permissions; routine decisions are the timelock's, the guardian has its role. */
export async function wireRoles(context: GovernanceContext): Promise<void> {
  const { contracts, addresses, parameters } = context;
  const call = caller(context);
  const encode = contracts.manager.interface.encodeFunctionData.bind(contracts.manager.interface);
  for (const [role, id] of Object.entries(ROLES))
    if (role !== "ADMIN")
      await call("AccessManager", encode("labelRole", [id, role]), `naming the role ${role}`);
  for (const contract of Object.keys(PERMISSIONS) as ContractName[])
    for (const [role, names] of entriesOf(contract))
      await call(
        "AccessManager",
        encode("setTargetFunctionRole", [addresses[contract], selectorsOf(contract, names), ROLES[role]]),
        `giving ${role} ${names.join(", ")} of ${contract}`,
      );
  const members: readonly (readonly [Role, string])[] = [
    ["GUARDIAN", parameters.guardian],
    ["ROUTINE", addresses.IcnTimelock],
  ];
  for (const [role, member] of members)
    await call(
      "AccessManager",
      encode("grantRole", [ROLES[role], member, NO_DELAY]),
      `giving ${member} the role ${role}`,
    );
}

function selectorsOf(contract: ContractName, names: readonly string[]): string[] {
  const { abi } = artifactOf(contract);
  return names.map((name) => {
    const found = abi.getFunction(name);
    if (found === null) throw new Error(`${contract} has no function ${name}`);
    return found.selector;
  });
}

/** Admits the genesis attesters; bonds and seats them too if the parameters say so. */
export async function seatCommittee(context: GovernanceContext): Promise<void> {
  const { contracts, addresses, parameters } = context;
  const { bondIcnt, seatAtGenesis, attesters } = parameters.committee;
  const { committee, icnt } = contracts;
  const call = caller(context);
  const encode = committee.interface.encodeFunctionData.bind(committee.interface);
  for (const { owner, signingKey, boxKey, endpoint } of attesters)
    await call(
      "AttesterCommittee",
      encode("admit", [owner, signingKey, boxKey, endpoint]),
      `admitting ${owner}`,
    );
  if (!seatAtGenesis) return;
  const ids = attesters.map((_, index) => index + 1);
  const bonds = bondIcnt * BigInt(ids.length);
  const approval = icnt.interface.encodeFunctionData("approve", [addresses.AttesterCommittee, bonds]);
  await call("ICNT", approval, "approving the attesters' bonds");
  for (const id of ids)
    await call("AttesterCommittee", encode("bond", [id, bondIcnt]), `bonding attester ${id}`);
  await call("AttesterCommittee", encode("setCommittee", [ids]), `seating ${ids.length} attesters`);
}

/** The timelock gets everything, the deployer keeps nothing. */
export async function handOver(context: GovernanceContext, deployer: string): Promise<void> {
  const { contracts, addresses } = context;
  const call = caller(context);
  const encode = contracts.manager.interface.encodeFunctionData.bind(contracts.manager.interface);
  await call(
    "AccessManager",
    encode("grantRole", [ROLES.ADMIN, addresses.IcnTimelock, NO_DELAY]),
    "handing over to the timelock",
  );
  await call(
    "AccessManager",
    encode("renounceRole", [ROLES.ADMIN, deployer]),
    "renouncing the deployer's power",
  );
}
