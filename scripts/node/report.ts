// What `icn node status` found of one node, before it is put in words or JSON.
import type { StakePosition } from "../../oracle/domain/events.ts";
import type { NodeView } from "../../oracle/domain/types.ts";
import type { Calendar } from "./calendar.ts";
import type { NodeEpoch } from "./epochs.ts";
import type { Evidence } from "./evidence.ts";
import type { Advice } from "./mend.ts";
import type { Projection } from "./projection.ts";
import type { BondRequest } from "./requests.ts";

export interface NodeStatusReport {
  /** As it will be from the next epoch on. */
  readonly node: NodeView;
  readonly operator: string;
  readonly pendingOperator: string | null;
  readonly minimumBond: bigint;
  readonly positions: readonly StakePosition[];
  readonly requests: readonly BondRequest[];
  readonly finalizedCount: number;
  readonly calendar: Calendar;
  readonly epochs: readonly NodeEpoch[];
  readonly lastScorePpm: number | null;
  readonly staleEpochs: number;
  readonly projection: Projection | null;
  readonly mend: readonly Advice[];
  readonly missing: Evidence["missing"];
}
