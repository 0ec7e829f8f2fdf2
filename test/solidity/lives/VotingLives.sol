// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

import {VotingPower} from "../../../contracts/governance/VotingPower.sol";
import {SUPPLY} from "../../../contracts/types/Units.sol";
import {StakeLives} from "./StakeLives.sol";
import {VestingLives} from "./VestingLives.sol";

/// Who lets whom vote with what, and how many votes that makes, now and at times that are over.
abstract contract VotingLives is VestingLives, StakeLives {
    /// All votes there were, once nothing could change them any more.
    struct Memory {
        uint256 at;
        bytes32 votes;
    }

    uint256 private constant SOURCES = 3;
    bytes32 private constant DOMAIN_TYPE = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant DELEGATION_TYPE = keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)");

    VotingPower private _power;
    /// What counts votes: ICNT, staking, vault; with the names under which holders sign.
    IERC5805[SOURCES] private _sources;
    string[SOURCES] private _names = ["ICN Token", "ICN NodeStaking", "ICN VestingVault"];
    mapping(address owner => address)[SOURCES] private _voters;
    mapping(address owner => uint256)[SOURCES] private _signed;
    Memory[] private _memories;

    constructor() {
        _sources = [IERC5805(address(token)), IERC5805(address(staking)), IERC5805(address(vault))];
        _power = new VotingPower(_sources[0], _sources[1], _sources[2]);
    }

    function nameVoter(uint256 seed) external {
        (uint256 source, address owner) = (lot(seed, 1) % SOURCES, holders[seed % OWNERS]);
        address voter = _anyVoter(lot(seed, 2), owner);

        pass(owner, address(_sources[source]), abi.encodeCall(IVotes.delegate, (voter)));

        _book(source, owner, voter);
    }

    /// Sent by anyone; now and then too late, or with a nonce that is not the next one.
    function nameVoterBySignature(uint256 seed) external {
        (uint256 source, address owner) = (lot(seed, 1) % SOURCES, holders[lot(seed, 2) % (ACTORS + COLD)]);
        (uint256 nonce, uint256 expiry) = (_signed[source][owner], block.timestamp + (lot(seed, 3) % 1 days));
        bytes memory refusal;
        if (lot(seed, 4) % 8 == 0) {
            expiry = block.timestamp - 1;
            refusal = abi.encodeWithSelector(IVotes.VotesExpiredSignature.selector, expiry);
        } else if (lot(seed, 4) % 8 == 1) {
            refusal = abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, owner, nonce);
            nonce = nonce > 0 && lot(seed, 5) % 2 == 0 ? nonce - 1 : nonce + 1;
        }
        address voter = _anyVoter(lot(seed, 6), owner);

        bytes memory call = _signedCall(source, owner, voter, nonce, expiry);
        (bool passed, ) = attempt(actor(seed), address(_sources[source]), call, refusal);
        if (!passed) return;

        ++_signed[source][owner];
        _book(source, owner, voter);
        did(Deed.NameVoterBySignature);
    }

    /// INV-6: everybody has the votes that the books give it, from each source and in all. No two have the same: together
    /// they are at most what owners have in the three places, which is at most the supply.
    function auditVotes() external view {
        (uint256[HOLDERS][SOURCES] memory votes, uint256 owned) = _count();
        uint256 sum = 0;
        for (uint256 i = 0; i < HOLDERS; ++i) {
            uint256 ofAll = 0;
            for (uint256 source = 0; source < SOURCES; ++source) {
                vm.assertEq(_sources[source].getVotes(holders[i]), votes[source][i], "INV-6");
                ofAll += votes[source][i];
            }
            vm.assertEq(_power.getVotes(holders[i]), ofAll, "INV-6");
            sum += ofAll;
        }
        vm.assertEq(_power.getVotes(address(0)), 0);
        vm.assertLe(sum, owned, "INV-6: something votes twice, or without an owner");
        vm.assertLe(owned, SUPPLY, "INV-6");
    }

    /// INV-6: at a time that is over, everybody has the votes that it had then. Also looks whose units each source counts,
    /// and for whom; contracts never name a voter.
    function auditPastVotes(uint256 seed) external view {
        uint256[HOLDERS] memory staked = stakedByPlace();
        for (uint256 i = 0; i < HOLDERS; ++i) {
            vm.assertEq(staking.principalOf(holders[i]), staked[i]);
            for (uint256 source = 0; source < SOURCES; ++source) {
                address voter = i < OWNERS ? _voters[source][holders[i]] : address(0);
                vm.assertEq(_sources[source].delegates(holders[i]), voter);
            }
        }
        if (_memories.length == 0) return;
        Memory storage past = _memories[lot(seed, 1) % _memories.length];
        uint256[HOLDERS][SOURCES] memory votes;
        uint256 sum = 0;
        for (uint256 i = 0; i < HOLDERS; ++i) {
            (votes[0][i], votes[1][i], votes[2][i]) = _power.pastVotesBySource(holders[i], past.at);
            sum += votes[0][i] + votes[1][i] + votes[2][i];
        }
        vm.assertEq(keccak256(abi.encode(votes)), past.votes, "INV-6: the past has changed");
        vm.assertEq(_power.getPastTotalSupply(past.at), SUPPLY);
        vm.assertLe(sum, SUPPLY, "INV-6");
    }

    /// Before time passes, when what is true now is settled.
    function rememberVotes() internal {
        (uint256[HOLDERS][SOURCES] memory votes, ) = _count();
        _memories.push(Memory(block.timestamp, keccak256(abi.encode(votes))));
        did(Deed.RecallVotes);
    }

    function _book(uint256 source, address owner, address voter) private {
        _voters[source][owner] = voter;
        did(Deed(uint256(Deed.NameLiquidVoter) + source));
        did(
            voter == owner
                ? Deed.VoteOneself
                : voter == address(0)
                    ? Deed.LetNobodyVote
                    : Deed.LetOtherVote
        );
    }

    /// The owner itself, nobody, or any holder, contracts too.
    function _anyVoter(uint256 seed, address owner) private view returns (address) {
        if (seed % 8 < 2) return owner;
        return seed % 8 == 2 ? address(0) : holders[(seed >> 8) % HOLDERS];
    }

    /// @return votes Of each holder, by source.
    /// @return owned All that could vote if every owner named a voter.
    function _count() private view returns (uint256[HOLDERS][SOURCES] memory votes, uint256 owned) {
        uint256[HOLDERS] memory staked = stakedByPlace();
        uint256[HOLDERS] memory unreleased = unreleasedByPlace();
        for (uint256 i = 0; i < OWNERS; ++i) {
            address owner = holders[i];
            uint256[SOURCES] memory units = [booked[owner], staked[i], voteless(owner) ? 0 : unreleased[i]];
            for (uint256 source = 0; source < SOURCES; ++source) {
                address voter = _voters[source][owner];
                if (voter != address(0)) votes[source][placeOf[voter]] += units[source];
                owned += units[source];
            }
        }
    }

    function _signedCall(
        uint256 source,
        address owner,
        address voter,
        uint256 nonce,
        uint256 expiry
    ) private view returns (bytes memory) {
        address target = address(_sources[source]);
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE, keccak256(bytes(_names[source])), keccak256("1"), block.chainid, target)
        );
        bytes32 message = keccak256(abi.encode(DELEGATION_TYPE, voter, nonce, expiry));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            keyOf(owner),
            keccak256(abi.encodePacked(hex"1901", domain, message))
        );
        return abi.encodeCall(IVotes.delegateBySig, (voter, nonce, expiry, v, r, s));
    }
}
