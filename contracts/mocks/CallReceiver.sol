// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @dev What proposals call in tests: tells who called, or refuses with and without a reason.
contract CallReceiver {
    event Called(address by, uint256 value);

    error Refused(address by);

    function take() external payable {
        emit Called(msg.sender, msg.value);
    }

    function refuse() external view {
        revert Refused(msg.sender);
    }

    function refuseSilently() external pure {
        // solhint-disable-next-line reason-string, gas-custom-errors
        revert();
    }
}
