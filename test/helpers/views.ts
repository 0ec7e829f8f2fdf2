// Everything that contracts say of themselves, by call, so that two moments can be compared.

import { type BaseContract, type FunctionFragment, isCallException } from "ethers";

/** By parameter name, what to ask for. */
export type Questions = Readonly<Record<string, readonly unknown[]>>;

/** Differs from block to block. */
const MOVING: readonly string[] = ["clock"];

/** Answers of every view of every contract to all combinations of questions; a refusal is an answer, too. */
export async function answersOf(
  contracts: Readonly<Record<string, BaseContract>>,
  questions: Questions,
): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>();
  for (const [name, contract] of Object.entries(contracts))
    for (const view of viewsOf(contract))
      for (const args of combinations(view, questions))
        answers.set(`${name}.${view.name}(${args.join(", ")})`, await answerOf(contract, view, args));
  return answers;
}

function viewsOf(contract: BaseContract): FunctionFragment[] {
  const views: FunctionFragment[] = [];
  contract.interface.forEachFunction((fragment) => {
    if (fragment.constant && !MOVING.includes(fragment.name)) views.push(fragment);
  });
  return views;
}

function combinations(view: FunctionFragment, questions: Questions): readonly (readonly unknown[])[] {
  return view.inputs.reduce<readonly (readonly unknown[])[]>(
    (all, { name }) => {
      const values = questions[name];
      if (values === undefined) throw new Error(`no question is given for "${name}" of ${view.name}`);
      return all.flatMap((args) => values.map((value) => [...args, value]));
    },
    [[]],
  );
}

async function answerOf(contract: BaseContract, view: FunctionFragment, args: readonly unknown[]) {
  try {
    const answer: unknown = await contract.getFunction(view.format())(...args);
    return String(answer);
  } catch (error) {
    if (isCallException(error)) return `refused: ${error.data ?? ""}`;
    return `refused: ${error instanceof Error ? error.message : ""}`;
  }
}
