import { IVestingVault__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/IVestingVault__factory.ts";
import type { ErrorModule } from "./words.ts";

export const VESTING: ErrorModule = {
  name: "VestingVault",
  errors: IVestingVault__factory.createInterface(),
  words: {
    UnknownSchedule: [
      "there is no vesting schedule {scheduleId}",
      "look at your schedules with `icn vesting`",
    ],
    UnknownTable: ["there is no vesting table {tableId}", "add the table first, or name one that exists"],
    InvalidTable: [
      "month {month} of the table has {cumulativePpm} ppm after {previousPpm}: shares never fall and end with 1000000",
      "correct the table: 60 cumulative shares in ppm",
    ],
    ZeroBeneficiary: ["the beneficiary is the zero address", "name who gets what vests"],
    ZeroTotal: ["the schedule grants nothing", "name a positive amount"],
    InvalidDuration: [
      "a cliff of {cliff} s within {duration} s: at most {max} s are allowed, and the cliff must not be longer than the whole",
      "correct cliff and duration; with a table the duration is 60 months",
    ],
    InitialAboveTotal: [
      "{initial:icnt} ICNT at the start are more than the total of {total:icnt}",
      "name an initial part of at most the total",
    ],
    NothingToRelease: ["schedule {scheduleId} has nothing to release now", "wait until more has vested"],
    NotBeneficiary: [
      "schedule {scheduleId} does not belong to {caller}",
      "sign with its beneficiary's account",
    ],
    NotOffered: [
      "schedule {scheduleId} was not offered to {caller}",
      "let its beneficiary offer it to this account first",
    ],
    NotRevoker: [
      "{caller} may not revoke schedule {scheduleId}",
      "sign with the schedule's revoker; one without a revoker can never be revoked",
    ],
    AlreadyRevoked: [
      "schedule {scheduleId} was revoked at {revokedAt:time}",
      "there is nothing left to revoke",
    ],
    NothingToRevoke: ["schedule {scheduleId} has vested completely", "there is nothing left to revoke"],
    BatchExists: [
      "the batch {batchId} of {creator} was created before",
      "nothing is missing; for other grants write another file",
    ],
    EmptyBatch: ["the batch holds no grant", "name at least one"],
    VaultAsReceiver: ["the vault itself cannot receive what vests", "name another address"],
  },
  rare: {
    ZeroTreasury: ["the treasury is the zero address", "name it in the parameters"],
    GenesisMismatch: [
      "genesis minted another amount than what is owed from it",
      "correct the allocations in the parameters",
    ],
  },
};
