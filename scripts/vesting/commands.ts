import type { Command } from "commander";
import { addChanges } from "./change.ts";
import { addCreate } from "./create.ts";
import { addCurve } from "./curve.ts";
import { addTables } from "./tables.ts";
import { addViews } from "./view.ts";

export function addVesting(program: Command): void {
  const vesting = program
    .command("vesting")
    .summary("show, create, release, hand over and draw schedules")
    .description(
      "Shows, creates, releases and hands over vesting schedules; alone, it draws the whole vault.",
    );
  addCurve(vesting);
  addViews(vesting);
  addChanges(vesting);
  addCreate(vesting);
  addTables(vesting);
}
