import { fileURLToPath } from "node:url";
import toolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { defineConfig } from "hardhat/config";

const compiler = {
  version: "0.8.34",
  path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
  settings: {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: "prague",
    viaIR: false,
    // The upgrade check compares storage layouts.
    outputSelection: { "*": { "*": ["storageLayout"] } },
  },
};
// NodeStaking nearly fills what a contract may have, so what is added to it is paid for by costlier calls.
const smallest = { ...compiler, settings: { ...compiler.settings, optimizer: { enabled: true, runs: 1 } } };
const overrides = { "contracts/mocks/next/NodeStakingNext.sol": smallest };
// An instrumented build would throw away the normal one (and the reverse), so it has its own folders.
const coverage = process.argv.includes("--coverage");
const COVERAGE_ARTIFACTS = "cache/coverage/artifacts";
if (coverage) process.env["ICN_ARTIFACTS"] = new URL(`${COVERAGE_ARTIFACTS}/`, import.meta.url).href;

export default defineConfig({
  plugins: [toolboxMochaEthers],
  solidity: {
    npmFilesToBuild: [
      "@openzeppelin/contracts/access/manager/AccessManager.sol",
      "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol",
    ],
    profiles: {
      default: { compilers: [compiler], overrides },
      production: { compilers: [compiler], overrides, isolated: false, toolVersionsInBuildInfo: false },
    },
  },
  coverage: { skipFiles: ["contracts/mocks/**", "test/**"] },
  typechain: { tsNocheck: true },
  paths: {
    tests: { mocha: "test/contracts", solidity: "test/solidity" },
    ...(coverage ? { cache: "cache/coverage", artifacts: COVERAGE_ARTIFACTS } : {}),
  },
  test: {
    mocha: { timeout: 60_000 },
    solidity: {
      fuzz: { runs: 256, seed: "0x1c4" },
      invariant: { runs: 32, depth: 64, failOnRevert: true },
      fsPermissions: { readDirectory: ["test/vectors"] },
    },
  },
  networks: {
    hardhatMainnet: { type: "edr-simulated", chainType: "l1" },
    node: {
      type: "edr-simulated",
      chainType: "l1",
      mining: { auto: true, interval: 1000 },
      // Otherwise every transaction's block moves the chain's clock a second further ahead of the real one.
      allowBlocksWithSameTimestamp: true,
    },
    localhost: { type: "http", url: process.env["RPC_URL"] ?? "http://127.0.0.1:8545" },
  },
});
