import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SolcOutput } from "@openzeppelin/upgrades-core";
import { Interface } from "ethers";
import solc from "solc";
import { type Compiled, problemsOf } from "../../scripts/ci/permissions/compare.ts";
import { permissionsPage } from "../../scripts/ci/permissions/page.ts";
import { guardedIn } from "../../scripts/ci/permissions/sources.ts";
import type { Permission } from "../../scripts/deploy/permissions.ts";

const admin: Permission = { role: "ADMIN", caller: "a vote", wait: "leaving" };
const open: Permission = { role: undefined, caller: "anyone", wait: "timelock" };
const guardian: Permission = { role: "GUARDIAN", caller: "the guardian", wait: "timelock" };

const SHOP: Compiled = {
  contract: "Shop",
  abi: new Interface([
    "function buy(uint256 amount) payable",
    "function setPrice(uint256 price)",
    "function price() view returns (uint256)",
    "function double(uint256 price) pure returns (uint256)",
  ]),
  guarded: new Set(["setPrice"]),
};

describe("the table of permissions and a contract", () => {
  it("agree if every function that changes something has its entry", () => {
    assert.deepEqual(problemsOf(SHOP, { buy: open, setPrice: admin }), []);
  });

  it("disagree about a function without an entry", () => {
    assert.deepEqual(problemsOf(SHOP, { setPrice: admin }), [
      "Shop.buy: buy(uint256) has no entry; say who may call it",
    ]);
    assert.deepEqual(problemsOf(SHOP, { buy: open }), [
      "Shop.setPrice: setPrice(uint256) has no entry; say who may call it, by a role",
    ]);
  });

  it("disagree about an entry without its function, or for one that only reads", () => {
    assert.deepEqual(problemsOf(SHOP, { buy: open, setPrice: admin, sell: open, price: open }), [
      "Shop.sell: the contract has no such function; remove the entry",
      "Shop.price: the contract has no such function; remove the entry",
    ]);
  });

  it("disagree about a restricted function that is said to be open", () => {
    assert.deepEqual(problemsOf(SHOP, { buy: open, setPrice: open }), [
      "Shop.setPrice: it is restricted, but its entry names no role; give it one",
    ]);
  });

  it("disagree about an open function that is said to be restricted", () => {
    assert.deepEqual(problemsOf(SHOP, { buy: guardian, setPrice: admin }), [
      "Shop.buy: its entry gives it to GUARDIAN, but it is not restricted; restrict it, or say who may call it",
    ]);
  });

  it("disagree about two functions of one name", () => {
    const abi = new Interface(["function buy(uint256 amount)", "function buy()"]);
    assert.deepEqual(problemsOf({ ...SHOP, abi }, { buy: open }), [
      "Shop.buy: buy(uint256) and buy() share a name, an entry is for one function; rename one of them",
    ]);
  });

  it("disagree about everything if there are no entries", () => {
    assert.equal(problemsOf(SHOP).length, 2);
  });
});

const SOURCE = `
abstract contract Guarded {
  modifier restricted() { _; }
  modifier onlyAuthorized() { _; }
  modifier other() { _; }
}
abstract contract Base is Guarded {
  function inherited() external restricted {}
  function opened() public virtual restricted {}
  function closed() public virtual {}
  function hidden() internal restricted {}
  function upgradeToAndCall() external { _authorizeUpgrade(); }
  function _authorizeUpgrade() internal virtual;
}
contract Careful is Base {
  function opened() public override {}
  function closed() public override restricted {}
  function both() external other restricted {}
  function authorized() external onlyAuthorized {}
  function unguarded() external other { hidden(); }
  function overloaded() external {}
  function overloaded(uint256) external restricted {}
  function _authorizeUpgrade() internal override restricted {}
}
contract Careless is Base {
  function _authorizeUpgrade() internal override {}
}
contract Renamed { function inherited() external {} }
`;

describe("the compiled sources", () => {
  const input = {
    language: "Solidity",
    sources: { "Shop.sol": { content: SOURCE } },
    settings: { outputSelection: { "*": { "": ["ast"] } } },
  };
  const { sources } = JSON.parse(solc.compile(JSON.stringify(input))) as SolcOutput;
  const guarded = (contract: string) => [...guardedIn(sources, "Shop.sol", contract)].sort();

  it("tell the guarded functions: as they are inherited, and as they were overridden last", () => {
    assert.deepEqual(guarded("Careful"), [
      ...["authorized", "both", "closed", "inherited", "overloaded", "upgradeToAndCall"],
    ]);
  });

  it("tell that an upgrade is not guarded if what it asks is not", () => {
    assert.deepEqual(guarded("Careless"), ["inherited", "opened"]);
  });

  it("do not take another contract's function for it", () => {
    assert.deepEqual(guarded("Renamed"), []);
    assert.throws(() => guarded("Missing"), /no contract Missing/);
  });
});

describe("the page of permissions", () => {
  const page = permissionsPage(
    { Shop: { buy: open, setPrice: admin, close: guardian }, Reader: {} },
    { timelockDays: 3, unbondingDays: 20 },
  );

  it("has a row for every function, in the table's order", () => {
    assert.deepEqual(
      page.split("\n").filter((line) => line.startsWith("| `")),
      [
        "| `buy` | anyone |  | the timelock's delay |",
        "| `setPrice` | a vote | ADMIN | until everyone could leave |",
        "| `close` | the guardian | GUARDIAN | no vote may |",
      ],
    );
  });

  it("says how long the waits are, and what changes nothing", () => {
    assert.match(page, /on main 3 days/);
    assert.match(page, /20 \+ 7 = 27 days/);
    assert.match(page, /## Reader\nIt changes nothing\./);
  });
});
