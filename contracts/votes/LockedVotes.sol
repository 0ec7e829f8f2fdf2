// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {VotesUpgradeable} from "@openzeppelin/contracts-upgradeable/governance/utils/VotesUpgradeable.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {SUPPLY} from "../types/Units.sol";

/// @dev Votes of ICNT that a contract holds for its owners, who name a delegate in each such contract. Checkpoints are kept
/// per delegate only: the total is the supply, which never changes. Most owners have no delegate, so that an owner has
/// one is kept beside its units, where a change of the units finds it without another read.
abstract contract LockedVotes is VotesUpgradeable {
    function clock() public view override returns (uint48) {
        return Time.timestamp();
    }

    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @dev The supply at any time, not what is locked: an upper bound of the votes there can be.
    function getPastTotalSupply(uint256 timepoint) public view override returns (uint256) {
        _validateTimepoint(timepoint);
        return SUPPLY;
    }

    function delegates(address account) public view override returns (address) {
        return _hasDelegate(account) ? super.delegates(account) : address(0);
    }

    function _delegate(address account, address delegatee) internal override {
        super._delegate(account, delegatee);
        _setHasDelegate(account, delegatee != address(0));
    }

    /// @dev Zero: outside of this contract.
    function _transferVotingUnits(address from, address to, uint256 amount) internal override {
        _moveDelegateVotes(
            from == address(0) ? address(0) : delegates(from),
            to == address(0) ? address(0) : delegates(to),
            amount
        );
    }

    function _setHasDelegate(address account, bool hasDelegate) internal virtual;

    function _hasDelegate(address account) internal view virtual returns (bool);

    // solhint-disable-next-line func-name-mixedcase
    function _EIP712Version() internal pure override returns (string memory) {
        return "1";
    }
}
