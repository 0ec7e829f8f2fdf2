import type { ErrorFragment } from "ethers";
import { ACCESS, RESERVE } from "./access.ts";
import { COMMITTEE } from "./committee.ts";
import { GOVERNANCE } from "./governance.ts";
import { ORACLE } from "./oracle.ts";
import { REGISTRY } from "./registry.ts";
import { REWARDS } from "./rewards.ts";
import { STAKING } from "./staking.ts";
import { TOKEN } from "./token.ts";
import { VESTING } from "./vesting.ts";
import { codeOf, type ErrorModule } from "./words.ts";

/** Where two contracts declare the same error, the first words hold. */
export const MODULES: readonly ErrorModule[] = [
  STAKING,
  REGISTRY,
  REWARDS,
  VESTING,
  COMMITTEE,
  TOKEN,
  GOVERNANCE,
  ACCESS,
  ORACLE,
  RESERVE,
];

export interface KnownError {
  readonly code: string;
  readonly module: ErrorModule;
  readonly fragment: ErrorFragment;
  /** Undefined for what an error table lacks; a test keeps them whole. */
  readonly words: readonly [message: string, remedy: string] | undefined;
  readonly rare: boolean;
}

/** By selector: every error that a contract of ours can answer with. */
export const KNOWN_ERRORS: ReadonlyMap<string, KnownError> = knownErrors();

function knownErrors(): Map<string, KnownError> {
  const known = new Map<string, KnownError>();
  for (const module of MODULES)
    module.errors.forEachError((fragment) => {
      const words = module.words[fragment.name] ?? module.rare[fragment.name];
      const rare = module.words[fragment.name] === undefined;
      if (known.get(fragment.selector)?.words === undefined)
        known.set(fragment.selector, { code: codeOf(fragment.name), module, fragment, words, rare });
    });
  return known;
}
