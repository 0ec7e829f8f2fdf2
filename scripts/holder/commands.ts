import type { Command } from "commander";
import { addClaim } from "./claim-command.ts";
import { addEarnings } from "./earnings-command.ts";
import { addLeaving } from "./leave.ts";
import { addPortfolio } from "./portfolio-command.ts";
import { addRecipient } from "./recipient.ts";
import { addStaking } from "./stake.ts";

export function addHolder(program: Command): void {
  addPortfolio(program);
  addStaking(program);
  addLeaving(program);
  addClaim(program);
  addRecipient(program);
  addEarnings(program);
}
