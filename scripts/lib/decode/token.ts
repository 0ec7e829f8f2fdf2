import { Interface } from "ethers";
import { IICNT__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/IICNT__factory.ts";
import type { ErrorModule } from "./words.ts";

const PERMIT = "sign the permission anew";

/** The token's own errors and OpenZeppelin's, which its interface does not declare. */
export const TOKEN: ErrorModule = {
  name: "ICNT",
  errors: new Interface([
    ...IICNT__factory.createInterface().fragments.filter(({ type }) => type === "error"),
    "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
    "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
    "error ERC20InvalidReceiver(address receiver)",
    "error ERC20InvalidSender(address sender)",
    "error ERC20InvalidApprover(address approver)",
    "error ERC20InvalidSpender(address spender)",
    "error ERC2612ExpiredSignature(uint256 deadline)",
    "error ERC2612InvalidSigner(address signer, address owner)",
    "error InvalidAccountNonce(address account, uint256 currentNonce)",
    "error ECDSAInvalidSignature()",
    "error ECDSAInvalidSignatureLength(uint256 length)",
    "error ECDSAInvalidSignatureS(bytes32 s)",
    "error ERC5805FutureLookup(uint256 timepoint, uint48 clock)",
    "error CheckpointUnorderedInsertion()",
    "error ERC20ExceededSafeSupply(uint256 increasedSupply, uint256 cap)",
    "error ERC6372InconsistentClock()",
    "error InvalidShortString()",
    "error StringTooLong(string str)",
  ]),
  words: {
    ERC20InsufficientBalance: [
      "{sender} has {balance:icnt} ICNT, {needed:icnt} are needed",
      "send it more ICNT or name a smaller amount",
    ],
    ERC20InsufficientAllowance: [
      "{spender} may take {allowance:icnt} ICNT, {needed:icnt} are needed",
      "run the command again: it approves what it needs",
    ],
    ERC20InvalidReceiver: ["ICNT cannot go to {receiver}", "name another address"],
  },
  rare: {
    AllocationsDoNotSumToSupply: [
      "the allocations sum to {actual:icnt} ICNT, not to {supply:icnt}",
      "correct the parameters",
    ],
    VotesExpiredSignature: ["the signed vote delegation expired at {expiry:time}", PERMIT],
    ERC2612ExpiredSignature: ["the signed allowance expired at {deadline:time}", PERMIT],
    ERC2612InvalidSigner: ["{signer} signed an allowance of {owner}", "sign with the owner's account"],
    InvalidAccountNonce: ["the signature of {account} has another nonce than {currentNonce}", PERMIT],
    ECDSAInvalidSignature: ["the signature is none", PERMIT],
    ECDSAInvalidSignatureLength: ["the signature has {length} bytes", PERMIT],
    ECDSAInvalidSignatureS: ["the signature has a high s", PERMIT],
    ERC20InvalidApprover: ["{approver} cannot approve", "sign with an account"],
    ERC20InvalidSender: ["{sender} cannot send", "sign with an account"],
    ERC20InvalidSpender: ["{spender} cannot spend", "name another address"],
    CheckpointUnorderedInsertion: ["a checkpoint lies in the past of another", "report this"],
    ERC20ExceededSafeSupply: [
      "a supply of {increasedSupply:icnt} ICNT is above {cap:icnt}",
      "correct the allocations in the parameters",
    ],
    ERC6372InconsistentClock: ["the contract's clock is not the chain's", "report this"],
    InvalidShortString: ["a short string is none", "report this"],
    StringTooLong: ["the text {str} is too long", "choose a shorter one"],
    ERC5805FutureLookup: [
      "votes at {timepoint} are not known before then: it is {clock}",
      "ask about the past",
    ],
  },
};
