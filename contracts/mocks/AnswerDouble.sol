// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev Answers every question with the same bytes, not at all, or until the gas is used up.
contract AnswerDouble {
    error NoAnswer();

    enum Manner {
        Answers,
        Reverts,
        Burns
    }

    bytes private _answer;
    Manner private _manner;

    function setAnswer(Manner manner, bytes calldata answer) external {
        _manner = manner;
        _answer = answer;
    }

    // solhint-disable-next-line no-complex-fallback
    fallback(bytes calldata) external returns (bytes memory) {
        if (_manner == Manner.Reverts) revert NoAnswer();
        while (_manner == Manner.Burns) {}
        return _answer;
    }
}
