// Everything an operator asks of one node, and the list of all.
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import { unitsOf } from "../../oracle/domain/stake.ts";
import type { Hex } from "../../oracle/domain/types.ts";
import { attesterEndpoints } from "../holder/claim.ts";
import { type BundleSource, bundlesFrom, bundlesIn } from "../lib/bundles.ts";
import { openSession, type Session, type SignerOptions } from "../lib/command.ts";
import { emissionOf, readHistory } from "../lib/history.ts";
import { printResult } from "../lib/output.ts";
import { calendarAt } from "./calendar.ts";
import { lastScore, nodeEpochs, staleEpochs } from "./epochs.ts";
import { readEvidence } from "./evidence.ts";
import { listWords, ownNodeIds, SORTS, type Sort, withScores } from "./list.ts";
import { adviceFor } from "./mend.ts";
import { checkEndpoint } from "./probe.ts";
import { project } from "./projection.ts";
import type { NodeStatusReport } from "./report.ts";
import { openBondRequests } from "./requests.ts";
import { statusJson, statusWords } from "./status-words.ts";
import { readNode } from "./view.ts";

export interface StatusOptions extends SignerOptions {
  readonly sort: Sort;
  readonly mine?: true;
  readonly bundles?: string;
}

const STRIP_EPOCHS = 30;

export async function status(nodeId: number | undefined, options: StatusOptions): Promise<void> {
  const session = await openSession(options);
  await (nodeId === undefined ? showAll(session, options) : showOne(session, nodeId, options));
  session.provider.destroy();
}

async function sourceOf(
  { contracts }: Session,
  history: ChainState,
  bundles: string | undefined,
): Promise<BundleSource> {
  if (bundles !== undefined) return bundlesIn(bundles);
  return bundlesFrom(attesterEndpoints(history, Number(await contracts.committee.attesterCount())));
}

async function showAll(session: Session, options: StatusOptions): Promise<void> {
  const history = await readHistory(session);
  const { upcoming } = calendarAt(history.clock, history.headTimestamp);
  const context = history.contextOf(upcoming);
  const wanted = options.mine === true ? await ownNodeIds(session, options) : undefined;
  const nodes = (context?.nodes ?? []).filter(({ nodeId }) => wanted?.has(nodeId) ?? true);
  const until = history.reports.nextEpoch;
  // As many epochs as are paid at an older score, and the one that has it.
  const window = 1 + (context?.rules.measurement.staleEpochsPaid ?? 0);
  const range = [Math.max(0, until - window), until] as const;
  const source = await sourceOf(session, history, options.bundles);
  const evidence = await readEvidence(history, range, source, session.progress);
  const listed = withScores({ history, evidence, range, nodes }).sort(SORTS[options.sort]);
  const { missing } = evidence;
  printResult(options.json === true, { nextEpoch: upcoming, nodes: listed, missing }, () => {
    if (listed.length === 0)
      return options.mine === true ? "You operate no node." : "There are no nodes yet.";
    const reason = missing[0]?.reason;
    return listWords(listed) + (reason === undefined ? "" : `\n\nScores may be missing: ${reason}.`);
  });
}

async function showOne(session: Session, nodeId: number, options: StatusOptions): Promise<void> {
  const report = await reportOn(session, nodeId, options);
  printResult(options.json === true, statusJson(report), () => statusWords(report));
}

async function reportOn(
  session: Session,
  nodeId: number,
  { bundles }: StatusOptions,
): Promise<NodeStatusReport> {
  const { contracts, chainId, manifest } = session;
  const { operator, pendingOperator } = await readNode(contracts, nodeId);
  const history = await readHistory(session);
  const calendar = calendarAt(history.clock, history.headTimestamp);
  const node = history.contextOf(calendar.upcoming)?.nodes[nodeId - 1];
  if (node === undefined) throw new Error(`node ${nodeId} is registered, but its events are missing`);
  const until = history.reports.nextEpoch;
  const range = [Math.max(0, until - STRIP_EPOCHS), until] as const;
  const evidence = await readEvidence(
    history,
    range,
    await sourceOf(session, history, bundles),
    session.progress,
  );
  const epochs = nodeEpochs(history, evidence, nodeId, range);
  const score = lastScore(epochs);
  const minimumBond = await contracts.staking.minimumBond(unitsOf(node.terms));
  const domain = { chainId, verifyingContract: (await contracts.oracle.getAddress()) as Hex };
  const present = history.contextOf(Math.max(0, calendar.current))?.nodes[nodeId - 1] ?? node;
  const endpoint = await checkEndpoint(present, domain);
  const projected =
    score === null ? undefined : project(history, emissionOf(manifest), node, calendar.upcoming, score);
  return {
    ...{ node, operator, pendingOperator, minimumBond, calendar, epochs },
    positions: [...history.positions()].filter((position) => position.nodeId === nodeId),
    requests: await openBondRequests(session, nodeId),
    finalizedCount: Number(await contracts.oracle.finalizedCount()),
    lastScorePpm: score,
    staleEpochs: staleEpochs(epochs),
    projection: projected ?? null,
    mend: adviceFor({ ...node, minimumBond, clock: history.clock, epochs, endpoint }),
    missing: evidence.missing,
  };
}
