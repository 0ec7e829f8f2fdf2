import { execFileSync } from "node:child_process";

/** The commit that runs, "-dirty" if files differ from it, or "unknown" outside a checkout. */
export function commitOfCheckout(): string {
  try {
    const git = ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
    return execFileSync("git", git, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}
