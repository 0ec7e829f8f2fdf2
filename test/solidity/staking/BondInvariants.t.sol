// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {NodeStaking} from "../../../contracts/staking/NodeStaking.sol";
import {NEVER} from "../../../contracts/types/Epoch.sol";
import {NodeId, RequestId} from "../../../contracts/types/Ids.sol";
import {UnbondingRequest} from "../../../contracts/types/Nodes.sol";
import {MiniTest} from "../MiniTest.sol";
import {StakingHandler} from "./StakingHandler.sol";

/// Bonds alone, in long runs in which they come and go and change hands many times.
/// 1. INV-9: a slash stays under its cap, and never takes more than what backed the offence's epoch nor from what did
///    not (asserted in the handler at every slash); bonds and requests are what the model of lots has left.
/// 2. INV-10: no bond leaves before its time, before all it backed is final, or while older bond is still held; it goes
///    to who asked for it, whoever operates the node by then (asserted at every payout).
contract BondInvariants is MiniTest {
    StakingHandler internal handler;
    NodeStaking internal staking;

    function setUp() public {
        handler = new StakingHandler();
        staking = handler.SYSTEM().STAKING();
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = handler.pass.selector;
        selectors[1] = handler.addBond.selector;
        selectors[2] = handler.leaveBond.selector;
        selectors[3] = handler.complete.selector;
        selectors[4] = handler.slash.selector;
        selectors[5] = handler.changePeriod.selector;
        selectors[6] = handler.handOver.selector;
        selectors[7] = handler.maintain.selector;
        targetSelectors(address(handler), selectors);
    }

    /// forge-config: default.invariant.runs = 128
    /// forge-config: default.invariant.depth = 128
    function invariant_INV9_INV10_bondsAreWhatTheModelOfLotsLeft() public view {
        for (uint64 id = 1; id <= handler.NODES(); ++id) {
            vm.assertEq(staking.bondAt(NodeId.wrap(id), NEVER), handler.lotsOf(id, 0));
            for (uint64 r = 1; r <= handler.requestCount(); ++r) {
                UnbondingRequest memory request = staking.requestOf(RequestId.wrap(r));
                if (request.bond && NodeId.unwrap(request.nodeId) == id) {
                    vm.assertEq(request.amount, handler.lotsOf(id, r));
                }
            }
        }
    }
}
