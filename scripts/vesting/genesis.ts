// What a parameters file vests, as schedules that begin with the genesis at second 0.
import { ZeroAddress } from "ethers";
import { vestingGenesis } from "../deploy/genesis.ts";
import type { Parameters } from "../deploy/parameters.ts";
import type { Grant, Tables } from "./schedule.ts";

export interface GenesisGrant extends Grant {
  readonly group: Parameters["allocations"][number]["group"];
}

/** In the order of the file: the vault's schedules 1, 2, … */
export function genesisGrants(parameters: Parameters): { grants: GenesisGrant[]; tables: Tables } {
  const lines = parameters.allocations.filter(({ kind }) => kind === "vesting");
  const { grants, tables } = vestingGenesis(parameters, { genesisAt: 0n, epochZero: 0n, epochLength: 1n });
  return {
    grants: lines.flatMap(({ group }, place) => {
      const grant = grants[place];
      if (grant === undefined) return [];
      const { start, cliff, duration, tableId, revoker = ZeroAddress } = grant.terms;
      const seconds = { start: Number(start), cliff: Number(cliff), duration: Number(duration) };
      return [{ ...grant, group, terms: { ...seconds, tableId, revoker } }];
    }),
    tables: new Map(tables.map((table, index) => [index + 1, table] as const)),
  };
}
