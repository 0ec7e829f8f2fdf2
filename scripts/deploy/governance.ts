// Who may do what, and who measures first.
import type { Addresses, Contracts } from "../lib/chain.ts";
import type { ContractName } from "../lib/manifest.ts";
import type { Progress } from "../lib/output.ts";
import type { Parameters } from "./parameters.ts";
import type { Sender } from "./sender.ts";

/** Roles of the AccessManager. 0 is its admin, who alone may do whatever no other role is named for. */
const ADMIN = 0n;
const GUARDIAN = 1n;
/** Held by nobody until the accountability contract exists. */
const ACCOUNTABILITY = 2n;
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

/** The guardian may veto, nobody may slash yet; the rest stays with the admin. */
export async function wireRoles(context: GovernanceContext): Promise<void> {
  const { contracts, addresses, parameters } = context;
  const { manager, oracle, staking } = contracts;
  const call = caller(context);
  const encode = manager.interface.encodeFunctionData.bind(manager.interface);
  const veto = oracle.interface.getFunction("veto").selector;
  const slash = staking.interface.getFunction("slash").selector;
  await call("AccessManager", encode("labelRole", [GUARDIAN, "GUARDIAN"]), "naming the guardian role");
  await call(
    "AccessManager",
    encode("labelRole", [ACCOUNTABILITY, "ACCOUNTABILITY"]),
    "naming the accountability role",
  );
  await call(
    "AccessManager",
    encode("setTargetFunctionRole", [addresses.SlaOracle, [veto], GUARDIAN]),
    "reserving the veto for the guardian",
  );
  await call(
    "AccessManager",
    encode("setTargetFunctionRole", [addresses.NodeStaking, [slash], ACCOUNTABILITY]),
    "reserving slashing for accountability",
  );
  await call(
    "AccessManager",
    encode("grantRole", [GUARDIAN, parameters.guardian, NO_DELAY]),
    `making ${parameters.guardian} guardian`,
  );
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

/** The admin gets everything, the deployer keeps nothing. */
export async function handOver(context: GovernanceContext, deployer: string): Promise<void> {
  const { contracts, parameters } = context;
  const call = caller(context);
  const encode = contracts.manager.interface.encodeFunctionData.bind(contracts.manager.interface);
  if (parameters.admin === deployer) return;
  await call(
    "AccessManager",
    encode("grantRole", [ADMIN, parameters.admin, NO_DELAY]),
    "handing over to the admin",
  );
  await call("AccessManager", encode("renounceRole", [ADMIN, deployer]), "renouncing the deployer's power");
}
