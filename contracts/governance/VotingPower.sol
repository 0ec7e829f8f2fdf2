// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {ERC6372Utils} from "@openzeppelin/contracts/utils/ERC6372Utils.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {IVotingPower} from "../interfaces/IVotingPower.sol";
import {SUPPLY} from "../types/Units.sol";

contract VotingPower is IVotingPower {
    /// @dev What asking NodeStaking may cost: several times what it does.
    uint256 private constant ANSWER_GAS = 200_000;

    IERC5805 private immutable LIQUID;
    IERC5805 private immutable STAKED;
    IERC5805 private immutable VESTING;

    constructor(IERC5805 liquid, IERC5805 staked, IERC5805 vesting) {
        (LIQUID, STAKED, VESTING) = (liquid, staked, vesting);
    }

    /// @inheritdoc IVotes
    function delegate(address) external pure {
        revert DelegateAtSource();
    }

    /// @inheritdoc IVotes
    function delegateBySig(address, uint256, uint256, uint8, bytes32, bytes32) external pure {
        revert DelegateAtSource();
    }

    /// @inheritdoc IVotes
    function getVotes(address account) external view returns (uint256) {
        uint256 staked = _stakedVotes(abi.encodeCall(IVotes.getVotes, (account)));
        return LIQUID.getVotes(account) + staked + VESTING.getVotes(account);
    }

    /// @inheritdoc IVotes
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        (uint256 liquid, uint256 staked, uint256 vesting) = pastVotesBySource(account, timepoint);
        return liquid + staked + vesting;
    }

    /// @inheritdoc IVotes
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return LIQUID.getPastTotalSupply(timepoint);
    }

    /// @inheritdoc IVotingPower
    function delegates(address account) external view returns (address delegatee) {
        delegatee = LIQUID.delegates(account);
        bool same = delegatee == STAKED.delegates(account) && delegatee == VESTING.delegates(account);
        return same ? delegatee : address(0);
    }

    /// @inheritdoc IVotingPower
    function sources() external view returns (IERC5805, IERC5805, IERC5805) {
        return (LIQUID, STAKED, VESTING);
    }

    /// @inheritdoc IVotingPower
    function pastVotesBySource(
        address account,
        uint256 timepoint
    ) public view returns (uint256 liquid, uint256 staked, uint256 vesting) {
        liquid = LIQUID.getPastVotes(account, timepoint);
        staked = _stakedVotes(abi.encodeCall(IVotes.getPastVotes, (account, timepoint)));
        vesting = VESTING.getPastVotes(account, timepoint);
    }

    /// @inheritdoc IERC6372
    function clock() public view returns (uint48) {
        return Time.timestamp();
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external view returns (string memory) {
        return ERC6372Utils.timestampClockMode(clock);
    }

    /// @dev Of the sources NodeStaking alone can be upgraded. One that does not answer must not keep the others from voting
    /// on its repair, so it counts as none; what cannot be true, as at most the supply.
    function _stakedVotes(bytes memory question) private view returns (uint256) {
        (bool answered, bytes memory answer) = address(STAKED).staticcall{gas: ANSWER_GAS}(question);
        return answered && answer.length >= 32 ? Math.min(abi.decode(answer, (uint256)), SUPPLY) : 0;
    }
}
