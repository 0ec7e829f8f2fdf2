// The parameters of a deployment: read, checked whole, every problem named at once.
import { readFileSync } from "node:fs";
import { keccak256, toUtf8Bytes } from "ethers";
import { z } from "zod";
import { formatIcnt } from "../lib/amounts.ts";
import { CliError } from "../lib/errors.ts";
import { allocations } from "./allocations.ts";
import { address, bytes32, httpUrl, icnt, integer, monthlySharesPpm } from "./fields.ts";
import { governance, governanceChecks } from "./governance-parameters.ts";
import { rules } from "./rules.ts";

export const SCHEMA = "icn-parameters-1";
const FIRST_MONTH_PPM = 184_000;
const COMMITTEE_MAX = 7;
const UNBONDING_EPOCHS_MAX = 60;
const SLASH_CAP_MAX_PPM = 100_000;
const UINT32_MAX = 2 ** 32 - 1;
const CLASS_CAP_MAX = 1_000_000;

const sharesPpm = monthlySharesPpm.superRefine(([first], context) => {
  if (first !== FIRST_MONTH_PPM)
    context.addIssue({ code: "custom", path: [0], message: `must start with ${FIRST_MONTH_PPM}` });
});

const attester = z.strictObject({
  owner: address,
  signingKey: address,
  boxKey: bytes32,
  endpoint: httpUrl,
});

const schema = z
  .strictObject({
    schema: z.literal(SCHEMA, `is not a version this program reads: write "${SCHEMA}"`),
    name: z.string().regex(/^[a-z0-9-]+$/, "is no name: use a-z, 0-9 and -"),
    chainId: integer(1, Number.MAX_SAFE_INTEGER),
    epochLengthSeconds: integer(16, 604_800),
    /** From genesis to the start of epoch 0: the time to bond, register and seat before the first epoch. */
    epochZeroDelaySeconds: integer(1, 31_557_600),
    guardian: address,
    creditPool: address,
    /** Gets what a revocation returns; cannot be changed later. */
    treasury: address,
    /** Who may revoke the revocable allocations. */
    vestingRevoker: address.optional(),
    allocations,
    emission: z.strictObject({ sharesPpm }),
    registry: z.strictObject({
      feeIcnt: icnt,
      classCaps: z
        .array(
          z.strictObject({
            class: integer(0, 255),
            storageUnits: integer(0, CLASS_CAP_MAX),
            computeUnits: integer(0, CLASS_CAP_MAX),
            networkUnits: integer(0, CLASS_CAP_MAX),
          }),
        )
        .min(1, "is empty: allow at least one class of server"),
    }),
    staking: z.strictObject({
      bondBaseIcnt: icnt,
      bondPerUnitIcnt: icnt,
      unbondingEpochs: integer(1, UNBONDING_EPOCHS_MAX),
      slashCapPpm: integer(0, SLASH_CAP_MAX_PPM),
    }),
    committee: z.strictObject({
      bondIcnt: icnt,
      /** The deployer pays the bonds from a liquid line and seats the committee; else owners and a vote do it later. */
      seatAtGenesis: z.boolean("is neither true nor false: write one of them"),
      attesters: z.array(attester).max(COMMITTEE_MAX, `holds too many: write at most ${COMMITTEE_MAX}`),
    }),
    oracle: z.strictObject({ vetoWindowSeconds: integer(1, UINT32_MAX) }),
    governance,
    rules,
  })
  .superRefine((parameters, context) => {
    for (const { path, message } of crossChecks(parameters))
      context.addIssue({ code: "custom", path, message });
  });

export type Parameters = z.output<typeof schema>;

/** What no single field can tell. */
function crossChecks(parameters: Parameters): { path: (string | number)[]; message: string }[] {
  const { epochLengthSeconds: length, oracle, committee, allocations: lines } = parameters;
  const found: { path: (string | number)[]; message: string }[] = [];
  const { vetoWindowSeconds: veto } = oracle;
  if (veto * 2 < length || veto > length)
    found.push({
      path: ["oracle", "vetoWindowSeconds"],
      message: `is outside half an epoch to a whole one: write ${Math.ceil(length / 2)} to ${length}`,
    });
  if (committee.seatAtGenesis && committee.attesters.length === 0)
    found.push({ path: ["committee", "attesters"], message: "is empty: name the attesters to seat" });
  const keys = committee.attesters.map(({ signingKey }) => signingKey);
  keys.forEach((key, index) => {
    if (keys.indexOf(key) !== index)
      found.push({
        path: ["committee", "attesters", index, "signingKey"],
        message: "is another attester's key: every attester needs its own",
      });
  });
  const bonds = committee.bondIcnt * BigInt(committee.attesters.length);
  const faucet = lines.reduce(
    (sum, line) => (line.kind === "liquid" && line.to === "deployer" ? sum + line.amountIcnt : sum),
    0n,
  );
  if (committee.seatAtGenesis && faucet < bonds)
    found.push({
      path: ["committee", "seatAtGenesis"],
      message: `needs ${formatIcnt(bonds)} ICNT in liquid lines to "deployer", there are ${formatIcnt(faucet)}: add one`,
    });
  return [...found, ...revokerChecks(parameters), ...governanceChecks(parameters)];
}

function revokerChecks({ vestingRevoker, allocations: lines }: Parameters) {
  const path = ["vestingRevoker"];
  const revocable = lines.find((line) => line.kind === "vesting" && line.revocable);
  if (revocable !== undefined && vestingRevoker === undefined)
    return [{ path, message: `is needed, for ${revocable.name} is revocable: write who may revoke it` }];
  if (revocable === undefined && vestingRevoker !== undefined)
    return [{ path, message: 'may revoke nothing: write "revocable": true in an allocation, or drop it' }];
  return [];
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    raw,
  );
}

function describe(raw: unknown, issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join(".");
  const value = JSON.stringify(valueAt(raw, issue.path)) ?? "missing";
  const shown = value.length > 60 ? `${value.slice(0, 57)}…` : value;
  return `  ${field === "" ? "(file)" : field} = ${shown}: ${issue.message}`;
}

/** Checked parameters, or one error that lists every problem with field, value and remedy. */
export function parseParameters(raw: unknown, source: string): Parameters {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => describe(raw, issue));
  throw new CliError(
    `${source} has ${problems.length} problem${problems.length === 1 ? "" : "s"}:\n${problems.join("\n")}`,
    "correct the file; nothing was sent to the chain",
    { code: "parameters-invalid" },
  );
}

export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new CliError(
      `${file} cannot be read as JSON: ${cause instanceof Error ? cause.message : cause}`,
      "name an existing JSON file, such as deployments/parameters/devnet.json",
      { code: "parameters-unreadable", cause },
    );
  }
}

export const readParameters = (file: string): Parameters => parseParameters(readJson(file), file);

/** Identifies parameters whatever the order of their fields or the shape of the file. */
export const hashOf = (parameters: Parameters): string =>
  keccak256(toUtf8Bytes(JSON.stringify(parameters, canonical)));

function canonical(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
