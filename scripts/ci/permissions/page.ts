// docs/permissions.md: the table of permissions for readers.
import { type Permission, ROLES, type Role, type Wait } from "../../deploy/permissions.ts";

/** Of the network that the page is about, in days. */
export interface Waits {
  readonly timelockDays: number;
  readonly unbondingDays: number;
}

const REACTION_EPOCHS = 7;
const WAITS: Readonly<Record<Wait, string>> = {
  timelock: "the timelock's delay",
  leaving: "until everyone could leave",
};
/** Roles that the timelock does not have. */
const NOT_BY_VOTE: readonly (Role | undefined)[] = ["GUARDIAN", "ACCOUNTABILITY"];
const NEVER = "no vote may";
const UPDATE = "npm run permissions:update";

type Table = Readonly<Record<string, Readonly<Record<string, Permission>>>>;

export function permissionsPage(table: Table, waits: Waits): string {
  const contracts = Object.entries(table).map(([contract, entries]) => section(contract, entries));
  return `${introduction(waits)}\n${contracts.join("\n")}`;
}

function introduction({ timelockDays, unbondingDays }: Waits): string {
  return `# Who may call what
<!-- Written by scripts/ci/permissions.ts from scripts/deploy/permissions.ts; "${UPDATE}" writes it anew -->

Every function of every deployed contract that can change something. A deployment sets the AccessManager from the same
table, \`npm run check:permissions\` holds it against the compiled contracts, and \`test/contracts/governance\` calls every
function as an ordinary account, as the deployer and as the guardian. Functions that are not named here only read.

**Roles.** A function with a role is restricted: the AccessManager lets its members pass and refuses everybody else.

| role | id | members after a deployment | for |
|---|---:|---|---|
| ADMIN | ${ROLES.ADMIN} | the timelock | code, roles, what can worsen a staker's terms, and all that nobody thought of |
| ROUTINE | ${ROLES.ROUTINE} | the timelock | decisions that harm nobody who is warned a few days ahead |
| GUARDIAN | ${ROLES.GUARDIAN} | the guardian | pausing new risk and vetoing a pending report |
| ACCOUNTABILITY | ${ROLES.ACCOUNTABILITY} | nobody | slashing, once the contract that proves offences exists |

Where there is no role, the contract itself decides: "anyone" is refused nothing but a call that makes no sense.

**How long a vote waits.** What a vote passed is carried out by the timelock, and waits there after the vote was queued. The wait
depends on what is called; the longest of a proposal's calls counts.

- **${WAITS.timelock}** (on main ${timelockDays} days).
- **${WAITS.leaving}**: the unbonding period and ${REACTION_EPOCHS} epochs (on main ${unbondingDays} + ${REACTION_EPOCHS} = ${unbondingDays + REACTION_EPOCHS} days), so that whoever asks
  to leave in the epoch of the announcement or the ${REACTION_EPOCHS - 1} after it is out before. This is also for all that is not named here, such as
  sending ether and calls of contracts that are none of ours.

The column says what the timelock waits; whether the contract then takes the call from the timelock, say the columns before.
`;
}

function section(contract: string, entries: Readonly<Record<string, Permission>>): string {
  const rows = Object.entries(entries).map(
    ([name, { caller, role, wait }]) =>
      `| \`${name}\` | ${caller} | ${role ?? ""} | ${NOT_BY_VOTE.includes(role) ? NEVER : WAITS[wait]} |`,
  );
  const head = ["| function | who may call it | role | a vote that calls it waits |", "|---|---|---|---|"];
  const text = rows.length === 0 ? ["It changes nothing."] : [...head, ...rows];
  return `## ${contract}\n${text.join("\n")}\n`;
}
