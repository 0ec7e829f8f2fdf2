// icn guardian: the one key that can be quick, and do little.
import { type Command, InvalidArgumentError } from "commander";
import { parseInteger, withDeployment } from "../lib/command.ts";
import { withSpending } from "../lib/spend.ts";
import { pause, unpause, veto } from "./powers.ts";
import { showStanding } from "./standing.ts";

const EXAMPLE = "\nExample:\n  npm run icn -- guardian ";
/** Of a reason; it is kept in an event, whose bytes are paid for. */
const REASON_MAX = 1_000;

function parseReason(text: string): string {
  const reason = text.trim();
  if (reason !== "" && reason.length <= REASON_MAX) return reason;
  throw new InvalidArgumentError(`Write why, in 1 to ${REASON_MAX} characters: everybody can read it.`);
}

function parseRoot(text: string): string {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError("Write the root that `icn guardian show` tells: 0x and 64 hex digits.");
}

export function addGuardian(program: Command): void {
  const guardian = program
    .command("guardian")
    .summary("veto a pending report, pause new risk")
    .description(
      "What the guardian can do until a vote comes: veto the pending report, pause new risk. It can move nothing, and keep nobody in.",
    );
  withDeployment(guardian.command("show"))
    .summary("show what the guardian can do at present")
    .description("Shows the guardian's vetoes and pause, and the pending report with its veto window.")
    .addHelpText("after", `${EXAMPLE}show`)
    .action(showStanding);
  addPowers(guardian);
}

function addPowers(guardian: Command): void {
  withSpending(guardian.command("veto"))
    .summary("veto the pending report")
    .description(
      "Vetoes the pending report inside its window. Its epoch is reported again, from the same observations: a report that was right comes back unchanged. What may be vetoed is in docs/trust.md.",
    )
    .argument("<epoch>", "its epoch", parseInteger(0, Number.MAX_SAFE_INTEGER))
    .requiredOption("--reason <text>", "why; everybody can read it", parseReason)
    .option(
      "--ledger-root <hash>",
      "only the report with that root: not one that came since you looked",
      parseRoot,
    )
    .addHelpText("after", `${EXAMPLE}veto 12 --reason "the ledger differs from the bundles at node 7"`)
    .action(veto);
  withSpending(guardian.command("pause"))
    .summary("pause new risk")
    .description(
      "Pauses registrations, new stake and bond, reports and their finality. Nothing that leaves is paused. It ends by itself.",
    )
    .requiredOption("--reason <text>", "why; everybody can read it", parseReason)
    .addHelpText("after", `${EXAMPLE}pause --reason "reports are signed by stolen keys"`)
    .action(pause);
  withSpending(guardian.command("unpause"))
    .summary("end the pause")
    .description("Ends a pause before its time.")
    .addHelpText("after", `${EXAMPLE}unpause`)
    .action(unpause);
}
