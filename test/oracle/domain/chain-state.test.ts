import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { indexDelta } from "../../../oracle/domain/accrual.ts";
import { ChainState } from "../../../oracle/domain/chain-state.ts";
import { emissionOf } from "../../../oracle/domain/emission.ts";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import type { EventOrigin, ProtocolEvent } from "../../../oracle/domain/events.ts";
import { ZERO_HASH } from "../../../oracle/domain/hashing.ts";
import { rulesHash } from "../../../oracle/domain/rules.ts";
import { stakeLimit, unitsOf } from "../../../oracle/domain/stake.ts";
import { NODE_STATUSES, type Rules } from "../../../oracle/domain/types.ts";
import { activeNode, DEFAULT_RULES, holds, reports } from "./support.ts";

const CLOCK = new EpochClock(10_000, 64);
const EMISSION = { total: 140_000_000n * 10n ** 18n, monthlySharesPpm: [184_000, 816_000] };
const EPOCHS = 12;

type Undated = ProtocolEvent extends infer E ? (E extends ProtocolEvent ? Omit<E, "origin"> : never) : never;
type Named<T extends ProtocolEvent["type"]> = Extract<ProtocolEvent, { type: T }>;

const ANYONE = `0x${"0a".repeat(20)}` as const;

/** Gives events their place in the chain, one block each. */
class History {
  readonly events: ProtocolEvent[] = [];

  add(event: Undated, blockTimestamp = 9_000): this {
    const blockNumber = this.events.length + 1;
    const origin: EventOrigin = { blockNumber, blockTimestamp, logIndex: 0, transactionHash: ZERO_HASH };
    this.events.push({ ...event, origin } as ProtocolEvent);
    return this;
  }

  node(nodeId: number, effectiveFrom: number, blockTimestamp?: number): this {
    const { terms, nodeKey, endpoint } = activeNode(nodeId);
    return this.add({ type: "NodeRegistered", nodeId, operator: ANYONE, effectiveFrom }, blockTimestamp)
      .add({ type: "NodeTermsChanged", nodeId, effectiveFrom, status: "registered", terms }, blockTimestamp)
      .add({ type: "NodeKeyChanged", nodeId, effectiveFrom, nodeKey }, blockTimestamp)
      .add({ type: "NodeEndpointChanged", nodeId, effectiveFrom, endpoint }, blockTimestamp);
  }

  /** Rules and a committee from epoch 0 on. */
  genesis(): this {
    const rules = DEFAULT_RULES;
    const members = [{ attesterId: 1, signingKey: `0x${"01".repeat(20)}` as const }];
    return this.add({ type: "RulesScheduled", rulesHash: rulesHash(rules), effectiveFrom: 0, rules }).add({
      type: "CommitteeChanged",
      committeeId: 1,
      effectiveFrom: 0,
      members,
    });
  }

  state(): ChainState {
    const state = new ChainState(CLOCK, EMISSION);
    for (const event of this.events) state.apply(event);
    return state;
  }
}

/** The last word on an epoch: an event replaces all that was to act from its epoch on, later epochs included. */
function inForce<E extends { effectiveFrom: number }>(events: readonly E[], epoch: number): E | undefined {
  return events.findLast(({ effectiveFrom }) => effectiveFrom <= epoch);
}

const changes = fc.record({
  gap: fc.integer({ min: 0, max: 40 }),
  kind: fc.constantFrom("node", "terms", "key", "endpoint", "stake", "committee", "rules"),
  pick: fc.nat(),
  value: fc.integer({ min: 1, max: 1000 }),
});

function historyOf(steps: readonly (typeof changes extends fc.Arbitrary<infer T> ? T : never)[]): History {
  const history = new History().genesis();
  let at = 9_900;
  let nodes = 0;
  for (const { gap, kind, pick, value } of steps) {
    at += gap;
    const effectiveFrom = Math.max(CLOCK.epochAt(at * 1000) + 1, 0);
    if (kind === "node" || nodes === 0) {
      history.node(++nodes, effectiveFrom, at);
      continue;
    }
    const nodeId = 1 + (pick % nodes);
    const big = BigInt(value);
    switch (kind) {
      case "terms": {
        const status = NODE_STATUSES[1 + (value % (NODE_STATUSES.length - 1))] ?? "active";
        const terms = { ...activeNode(nodeId).terms, storageUnits: value };
        history.add({ type: "NodeTermsChanged", nodeId, effectiveFrom, status, terms }, at);
        break;
      }
      case "key":
        history.add({ type: "NodeKeyChanged", nodeId, effectiveFrom, nodeKey: `0x${value}` }, at);
        break;
      case "endpoint":
        history.add({ type: "NodeEndpointChanged", nodeId, effectiveFrom, endpoint: `http://${value}` }, at);
        break;
      case "stake":
        history.add(
          {
            type: "StakeCheckpointed",
            nodeId,
            effectiveFrom,
            stake: 3n * big,
            bond: big,
            totalStake: 10n ** 25n * big,
          },
          at,
        );
        break;
      case "committee":
        history.add({ type: "CommitteeChanged", committeeId: value, effectiveFrom, members: [] }, at);
        break;
      default: {
        const economics: Rules["economics"] = { ...DEFAULT_RULES.economics, attesterSharePpm: value };
        const rules = { ...DEFAULT_RULES, economics };
        // Only rules may be scheduled further ahead than the next epoch.
        const from = effectiveFrom + (pick % 4);
        history.add({ type: "RulesScheduled", rulesHash: rulesHash(rules), effectiveFrom: from, rules }, at);
      }
    }
  }
  return history;
}

describe("ChainState.contextOf", () => {
  it("agrees with a search of the whole history, asked at any time and in any order", (t) => {
    const questions = fc.array(fc.integer({ min: 0, max: EPOCHS }), { maxLength: 20 });
    const property = fc.property(fc.array(changes, { maxLength: 60 }), questions, (steps, asked) => {
      const { events } = historyOf(steps);
      const state = new ChainState(CLOCK, EMISSION);
      events.forEach((event, index) => {
        state.apply(event);
        // Questions in between must leave nothing stale behind; a registration is only whole with its four events.
        const epoch = asked[index % Math.max(asked.length, 1)];
        if (epoch !== undefined && events[index + 1]?.type !== "NodeTermsChanged" && index > 5)
          ask(state, epoch);
      });
      for (const epoch of [...asked, EPOCHS]) compare(state, events, epoch);
    });
    holds(t, property, 150);
  });

  function ask(state: ChainState, epoch: number): void {
    try {
      state.contextOf(epoch);
    } catch (error) {
      assert.equal((error as { code?: string }).code, "events-incomplete");
    }
  }

  function compare(state: ChainState, events: readonly ProtocolEvent[], epoch: number): void {
    const of = <T extends ProtocolEvent["type"]>(type: T) =>
      events.filter((one): one is Named<T> => one.type === type);
    const context = state.contextOf(epoch);
    const rules = inForce(of("RulesScheduled"), epoch);
    assert.ok(context !== undefined && rules !== undefined);
    assert.equal(context.rulesHash, rules.rulesHash);
    assert.equal(context.committeeId, inForce(of("CommitteeChanged"), epoch)?.committeeId);
    assert.deepEqual([context.startAt, context.endAt], [CLOCK.startAt(epoch), CLOCK.endAt(epoch)]);

    const expected = of("NodeRegistered")
      .filter(({ effectiveFrom }) => effectiveFrom <= epoch)
      .map(({ nodeId }) => {
        const mine = <E extends { nodeId: number }>(all: readonly E[]) =>
          all.filter((one) => one.nodeId === nodeId);
        const current = inForce(mine(of("NodeTermsChanged")), epoch);
        const checkpoint = inForce(mine(of("StakeCheckpointed")), epoch);
        assert.ok(current !== undefined);
        const bond = checkpoint?.bond ?? 0n;
        return {
          nodeId,
          status: current.status,
          terms: current.terms,
          nodeKey: inForce(mine(of("NodeKeyChanged")), epoch)?.nodeKey,
          endpoint: inForce(mine(of("NodeEndpointChanged")), epoch)?.endpoint,
          stake: checkpoint?.stake ?? 0n,
          bond,
          limit: stakeLimit(bond, unitsOf(current.terms), rules.rules.economics),
        };
      });
    assert.deepEqual(context.nodes, expected);

    let index = 0n;
    for (let e = 0; e <= epoch; e++) {
      assert.equal(e === epoch ? context.previousIndex : index, index);
      const economics = inForce(of("RulesScheduled"), e)?.rules.economics;
      assert.ok(economics !== undefined);
      const totalStake = inForce(of("StakeCheckpointed"), e)?.totalStake ?? 0n;
      assert.equal(state.totalStakeAt(e), totalStake);
      index += indexDelta(emissionOf(EMISSION, CLOCK, e), totalStake, economics);
    }
    assert.equal(context.index, index);
  }

  it("is computed once for the epochs asked for last", () => {
    const state = new History().genesis().node(1, 0).state();
    for (const epoch of [0, 1, 2, 3, 4]) assert.equal(state.contextOf(epoch), state.contextOf(epoch));
    assert.equal(state.contextOf(3), state.contextOf(3));
  });

  it("is undefined without rules or without a committee", () => {
    const [rules, committee] = new History().genesis().events;
    assert.ok(rules !== undefined && committee !== undefined);
    for (const event of [rules, committee]) {
      const state = new ChainState(CLOCK, EMISSION);
      state.apply(event);
      assert.equal(state.contextOf(0), undefined);
    }
  });

  it("is settled once a block at or after the epoch's start was seen", () => {
    const state = new History().genesis().state();
    assert.equal(state.isSettled(0), false);
    state.advanceTo(10_000);
    assert.equal(state.isSettled(0), true);
    assert.equal(state.isSettled(1), false);
    state.advanceTo(5_000);
    assert.equal(state.headTimestamp, 10_000);
  });

  it("refuses events out of order, twice or with a gap", () => {
    const { events } = new History().genesis().node(1, 0);
    const state = new ChainState(CLOCK, EMISSION);
    for (const event of events) state.apply(event);
    for (const event of events) assert.throws(() => state.apply(event), { code: "events-out-of-order" });
    const gap = new History().genesis().node(2, 0);
    assert.throws(() => gap.state(), { code: "events-incomplete" });
    const stray = new History().add({ type: "NodeKeyChanged", nodeId: 1, effectiveFrom: 0, nodeKey: "0x01" });
    assert.throws(() => stray.state(), { code: "events-incomplete" });
    // Any of the events of a registration may be the one that is missing.
    for (const missing of ["NodeTermsChanged", "NodeKeyChanged", "NodeEndpointChanged"]) {
      const partial = new ChainState(CLOCK, EMISSION);
      for (const event of events) if (event.type !== missing) partial.apply(event);
      assert.throws(() => partial.contextOf(0), { code: "events-incomplete" });
    }
  });

  it("takes two logs of one block in their order", () => {
    const [first, second] = new History().genesis().events;
    assert.ok(first !== undefined && second !== undefined);
    const state = new ChainState(CLOCK, EMISSION);
    state.apply(first);
    state.apply({ ...second, origin: { ...first.origin, logIndex: 1 } });
    assert.equal(state.contextOf(0)?.committeeId, 1);
  });
});

describe("ChainState of positions and attesters", () => {
  it("keeps the last state of each position", () => {
    const position = {
      positionId: 4,
      nodeId: 1,
      owner: ANYONE,
      bond: true,
      amount: 5n,
      from: 0,
      to: null,
      commissionPpm: 0,
    };
    const state = new History()
      .add({ type: "PositionChanged", ...position })
      .add({ type: "PositionChanged", ...position, to: 7 })
      .state();
    assert.deepEqual([...state.positions()], [{ ...position, to: 7 }]);
    assert.deepEqual(state.positionOf(4), { ...position, to: 7 });
  });

  it("keeps each attester's last keys and endpoint", () => {
    const owner = ANYONE;
    const history = new History()
      .add({ type: "AttesterAdmitted", attesterId: 1, owner })
      .add({ type: "BoxKeyChanged", attesterId: 1, boxKey: ZERO_HASH })
      .add({ type: "AttesterEndpointChanged", attesterId: 1, endpoint: "http://a" })
      .add({ type: "AttesterEndpointChanged", attesterId: 1, endpoint: "http://b" });
    const expected = { attesterId: 1, owner, boxKey: ZERO_HASH, endpoint: "http://b" };
    assert.deepEqual(history.state().attesterOf(1), expected);
    const stray = new History().add({ type: "BoxKeyChanged", attesterId: 1, boxKey: ZERO_HASH });
    assert.throws(() => stray.state(), { code: "events-incomplete" });
  });
});

describe("ChainState.reports", () => {
  const [sample] = fc.sample(reports, { seed: 1, numRuns: 1 });
  assert.ok(sample !== undefined);
  const posted = (epoch: number, generation = 0): Undated => ({
    type: "Reported",
    report: { ...sample, epoch, generation },
    roots: [],
    signers: 7n,
    submitter: ANYONE,
  });
  const veto = (epoch: number, generation: number): Undated => ({
    type: "Vetoed",
    epoch,
    generation,
    guardian: ANYONE,
    reason: "differs",
  });

  it("follow the life of a report: posted, vetoed, posted again, final", () => {
    const history = new History().add(posted(0), 10_100);
    assert.equal(history.state().reports.nextEpoch, 1);
    assert.equal(history.state().reports.previousLedgerRoot(1), sample.ledgerRoot);
    assert.equal(history.state().reports.vetoedAt(0), null);

    history.add(veto(0, 0), 10_110);
    const vetoed = history.state().reports;
    assert.deepEqual([vetoed.nextEpoch, vetoed.generationOf(0), vetoed.vetoedAt(0)], [0, 1, 10_110]);
    assert.equal(vetoed.postedOf(0), undefined);
    assert.equal(vetoed.previousLedgerRoot(1), undefined);
    assert.equal(vetoed.vetoesOf(0)[0]?.reason, "differs");

    history.add(posted(0, 1), 10_120).add({ type: "Finalized", epoch: 0, ledgerRoot: sample.ledgerRoot });
    const final = history.state().reports;
    assert.deepEqual([final.nextEpoch, final.generationOf(0)], [1, 1]);
    assert.equal(final.postedOf(0)?.finalized, true);
    assert.equal(final.postedOf(0)?.report.generation, 1);
  });

  it("begin from the empty ledger", () => {
    const { reports: none } = new ChainState(CLOCK, EMISSION);
    assert.deepEqual([none.nextEpoch, none.previousLedgerRoot(0), none.generationOf(3)], [0, ZERO_HASH, 0]);
  });

  it("cannot be final without being posted", () => {
    const history = new History().add({ type: "Finalized", epoch: 0, ledgerRoot: ZERO_HASH });
    assert.throws(() => history.state(), { code: "events-incomplete" });
  });
});
