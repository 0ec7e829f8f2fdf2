// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {ERC6372Utils} from "@openzeppelin/contracts/utils/ERC6372Utils.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {Time} from "@openzeppelin/contracts/utils/types/Time.sol";

import {IICNT} from "../interfaces/IICNT.sol";
import {SUPPLY} from "../types/Units.sol";

contract ICNT is IICNT, ERC20Permit, ERC20Votes {
    constructor(Allocation[] memory allocations) ERC20("ICN Token", "ICNT") ERC20Permit("ICN Token") {
        for (uint256 i = 0; i < allocations.length; ++i) _mint(allocations[i].to, allocations[i].amount);

        if (totalSupply() != SUPPLY) revert AllocationsDoNotSumToSupply(totalSupply(), SUPPLY);
    }

    function clock() public view override(IERC6372, Votes) returns (uint48) {
        return Time.timestamp();
    }

    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public view override(IERC6372, Votes) returns (string memory) {
        return ERC6372Utils.timestampClockMode(clock);
    }

    function nonces(address owner) public view override(IERC20Permit, ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}
