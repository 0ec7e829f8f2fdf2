import { IAttesterCommittee__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/IAttesterCommittee__factory.ts";
import type { ErrorModule } from "./words.ts";

export const COMMITTEE: ErrorModule = {
  name: "AttesterCommittee",
  errors: IAttesterCommittee__factory.createInterface(),
  words: {
    UnknownAttester: ["there is no attester {attesterId}", "name one that was admitted by vote"],
    NotAttesterOwner: ["{caller} does not own attester {attesterId}", "sign with the owner's account"],
    ZeroKey: ["the key is zero", "name the address of the signing key, and a box key that is not zero"],
    SigningKeyUsed: [
      "the signing key {signingKey} was used before",
      "make a new key: a signing key belongs to one attester for ever",
    ],
    BondTooLow: [
      "the bond of attester {attesterId} is {bond:icnt} ICNT, required are {required:icnt}",
      "bond what is missing",
    ],
    NotMember: ["attester {attesterId} has no seat in epoch {epoch}", "wait until a vote has seated it"],
    NoCommittee: ["no committee is seated in epoch {epoch}", "a vote must seat one first"],
  },
  rare: {
    ZeroOwner: ["the attester's owner is the zero address", "propose an address"],
    CommitteeSize: ["a committee of {size} has no place: 1 to {max}", "propose fewer attesters"],
    NotAscending: [
      "attester {attesterId} comes after {previous}",
      "name the attesters in ascending order, each once",
    ],
    BondRequiredTooHigh: [
      "a required bond of {bondRequired:icnt} ICNT is above {max:icnt}",
      "propose at most {max:icnt}",
    ],
  },
};
