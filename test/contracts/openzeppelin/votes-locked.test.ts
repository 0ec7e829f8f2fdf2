// The votes of what is staked and of what vests behave as the token's do.
import { stakingSource, vestingSource } from "../../helpers/openzeppelin/locked.ts";
import { behavesLikeVotes } from "./votes.behavior.ts";

describe("NodeStaking's votes", () => {
  behavesLikeVotes(stakingSource);
});

describe("VestingVault's votes", () => {
  behavesLikeVotes(vestingSource);
});
